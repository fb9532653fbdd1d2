/* SPDX-License-Identifier: MIT */
/* How systemd reads the text of its configuration: lines, words, escapes, base64. Source: systemd 252 and
 * 257, src/basic/fileio.c read_line_full(), extract-word.c, escape.c, hexdecoct.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SYSTEMD_WHITESPACE " \t\n\r"

enum { SYSTEMD_LINE_MAX = 1024 * 1024 }; /* a line of so many bytes ends the reading of its file */

struct systemd_lines {
    const char *next, *end;
    unsigned number;  /* of the line that was given last */
    bool is_too_long; /* the file goes on, and is not read on */
};

static inline struct systemd_lines systemd_lines_of(const char *content, size_t size)
{
    return (struct systemd_lines){.next = content, .end = content + size};
}

/* The next line without white space around it; newline, carriage return and NUL end one. False at the end. */
bool systemd_lines_next(struct systemd_lines *lines, const char **ret_start, size_t *ret_length);

/* Takes the next word off *text, quotes and backslashes resolved; unescapes: C escapes are known. *text is
 * NULL behind the last. 1, 0: there is none; -EINVAL for quotes that are not closed and escapes that are
 * none. */
int systemd_extract_word(const char **text, bool unescapes, char **ret);

/* In place: slashes in a row are one, those at either end are none, and so is a component ".". */
void systemd_simplify_path(char *path);

/* Resolves C escapes. Owned by the caller. -EINVAL. */
int systemd_unescape(const char *text, char **ret);

/* Owned by the caller, NUL-terminated behind its size. -EINVAL. */
int systemd_decode_base64(const char *text, char **ret, size_t *ret_size);

/* The list's own copy of the name of the file that is read: added where the last one is another. */
const char *systemd_keep_file_name(char ***files, size_t *count, const char *file);
