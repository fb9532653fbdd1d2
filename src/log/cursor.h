/* SPDX-License-Identifier: MIT */
/* Reading a line part by part; nothing is taken where it does not stand there. For the readers of logs. */
#pragma once

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "log/frame.h"

/* A reader of a line, at the rest of it. */
struct cursor {
    const char *at, *end;
};

static inline bool take_text(struct cursor *cursor, const char *text)
{
    size_t size = strlen(text);

    if ((size_t)(cursor->end - cursor->at) < size || memcmp(cursor->at, text, size) != 0)
        return false;
    cursor->at += size;
    return true;
}

static inline struct log_part take_while(struct cursor *cursor, int (*is_wanted)(int character))
{
    struct log_part part = {.text = cursor->at};

    while (cursor->at < cursor->end && is_wanted((unsigned char)*cursor->at))
        cursor->at++;
    part.size = (size_t)(cursor->at - part.text);
    return part;
}

static inline struct log_part take_digits(struct cursor *cursor)
{
    return take_while(cursor, isdigit);
}

/* Up to the character, which is taken too; nothing is taken where it does not come. */
static inline bool take_until(struct cursor *cursor, char character, struct log_part *ret)
{
    const char *found = memchr(cursor->at, character, (size_t)(cursor->end - cursor->at));

    if (!found)
        return false;
    *ret = (struct log_part){cursor->at, (size_t)(found - cursor->at)};
    cursor->at = found + 1;
    return true;
}

static inline bool take_one_of(struct cursor *cursor, const char *characters, char *ret)
{
    if (cursor->at == cursor->end || !*cursor->at || !strchr(characters, *cursor->at))
        return false;
    *ret = *cursor->at++;
    return true;
}

/* What stands between a log's line and the prefix that a journal or a container puts before it. */
static inline bool is_gap(char character)
{
    return character == ' ' || character == '\t' || character == '|';
}
