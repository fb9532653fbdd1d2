/* SPDX-License-Identifier: MIT */
/* Text that others chose, as a terminal may have it. Pure, libc alone: the wrapper links it too.
 *
 * What a terminal or a reader's eye would obey is shown instead: control characters (C0, DEL, C1) and bytes
 * that belong to no valid UTF-8 as "\x1b" and "\u009b", the controls of bidirectional text and the separators
 * of lines and paragraphs as "\u202e". Backslashes stay as they are, so escaping twice is escaping once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { ESCAPE_SIZE = 8 }; /* "\u202e" and its end */

enum character_kind {
    CHARACTER_SHOWN,
    CHARACTER_CONTROL, /* newline and tab too: whether they stay is the caller's to say */
    CHARACTER_NO_UTF8, /* one byte, its value is the code */
};

struct character {
    enum character_kind kind;
    size_t bytes; /* 1 to 4 */
    unsigned code;
};

/* The first character of text; size > 0. */
struct character character_at(const char *text, size_t size);

/* Whether text is only the beginning of a sequence whose other bytes may follow. */
bool character_is_cut(const char *text, size_t size);

/* How a character that is not to be shown as it is stands in a text. */
void character_escape(const struct character *character, char ret[static ESCAPE_SIZE]);

/* Into target, always terminated, what fits: neither an escape nor a letter is cut. Newlines are escaped,
 * tabs stay. Returns the length. room > 0. */
size_t escape_line(const char *text, size_t size, char *target, size_t room);
