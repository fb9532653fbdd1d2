/* SPDX-License-Identifier: MIT */
/* One ExecStart= line: its prefixes, its program, the rest. systemd.service(5), COMMAND LINES; systemd 252,
 * src/core/load-fragment.c: config_parse_exec, is the model. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct exec_line {
    const char *prefixes; /* into the value */
    size_t prefixes_length;
    const char *program; /* as it stands, with quotes if it has them */
    size_t program_length;
    const char *name; /* '@': the word behind the program, what it is called; NULL: its path */
    size_t name_length;
    const char *rest; /* behind both, begins with white space or is empty */
    bool is_compound; /* holds a second command (a ';' of its own), or asks for a variable as program or name
                       */
};

/* -EINVAL: no program, no name for '@', or a quote or a backslash with nothing behind it. */
int exec_line_parse(const char *value, struct exec_line *ret);

/* Whether the program is named by an absolute path, or by one that begins with a specifier, and is no
 * directory.
 */
bool exec_line_has_path(const struct exec_line *line);

/* Whether the program's file name is `name`. */
bool exec_line_runs(const struct exec_line *line, const char *name);

/* The same line with `wrapper --` in front of the program; '@' goes, as it would name the wrapper, and
 * --argv0 hands the name on. Owned by the caller. */
char *exec_line_wrap(const struct exec_line *line, const char *wrapper);
