/* SPDX-License-Identifier: MIT */
/* One ExecStart= line: its prefixes, its program, the rest. systemd.service(5), COMMAND LINES. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct exec_line {
    const char *prefixes; /* into the value */
    size_t prefixes_length;
    const char *program; /* as it stands, with quotes if it has them */
    size_t program_length;
    const char *rest; /* behind the program, begins with white space or is empty */
    bool has_argv0;   /* '@': the word behind the program is what it is called */
};

/* -EINVAL: no program. */
int exec_line_parse(const char *value, struct exec_line *ret);

/* The first character of the program, its quote aside. */
char exec_line_first_character(const struct exec_line *line);

/* Whether the program's file name is `name`. */
bool exec_line_runs(const struct exec_line *line, const char *name);

/* Whether the line holds a second command (a ';' of its own) or asks for a variable in the program's place.
 */
bool exec_line_is_compound(const struct exec_line *line);

/* The same line with `wrapper --` in front of the program. Owned by the caller, NULL without memory. */
char *exec_line_wrap(const struct exec_line *line, const char *wrapper);
