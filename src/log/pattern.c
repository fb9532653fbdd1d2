/* SPDX-License-Identifier: MIT */
/* One pattern of a message, held against what there is of it.
 * Owns what %d and %* stand for, and how much of a text must be there where a line is cut. */
#include "log/pattern.h"

#include <stdbool.h>
#include <string.h>

#include "log/cursor.h"

enum { OVERLAP_MIN = 4 }; /* characters of a text behind %* that must be there where the rest is cut off */

/* The next "%" of a pattern, or its end. */
static size_t literal_size(const char *pattern)
{
    return strcspn(pattern, "%");
}

/* How much of the literal the text ends with. */
static size_t overlap_of(const char *literal, size_t size, const struct cursor *cursor)
{
    size_t there = (size_t)(cursor->end - cursor->at);

    for (size_t n = size < there ? size : there; n >= OVERLAP_MIN; n--)
        if (memcmp(cursor->end - n, literal, n) == 0)
            return n;
    return 0;
}

/* Up to where the literal at `pattern` begins, or all where there is none. */
static bool take_anything(struct cursor *cursor, const char *pattern, struct log_part *ret)
{
    size_t size = literal_size(pattern);
    const char *found = cursor->end;

    if (size > 0)
        found = memmem(cursor->at, (size_t)(cursor->end - cursor->at), pattern, size);
    if (!found)
        return false;
    *ret = (struct log_part){cursor->at, (size_t)(found - cursor->at)};
    cursor->at = found;
    return true;
}

enum log_fit log_pattern_match(const char *pattern, struct log_part message, struct log_part *values,
                               size_t *ret_literal)
{
    struct cursor cursor = {message.text, message.text + message.size};

    *ret_literal = 0;
    for (size_t n = 0;; n++) {
        size_t size = literal_size(pattern), there = (size_t)(cursor.end - cursor.at);

        if (memcmp(cursor.at, pattern, size < there ? size : there) != 0)
            return LOG_FIT_NOT;
        *ret_literal += size < there ? size : there;
        if (there < size)
            return LOG_FIT_PART;
        cursor.at += size;
        pattern += size;
        if (!*pattern)
            return LOG_FIT_WHOLE;
        pattern += 2;
        if (pattern[-1] == 'd') {
            values[n] = take_digits(&cursor);
            if (values[n].size == 0)
                return cursor.at == cursor.end ? LOG_FIT_PART : LOG_FIT_NOT;
        } else if (!take_anything(&cursor, pattern, &values[n])) {
            size = overlap_of(pattern, literal_size(pattern), &cursor);
            *ret_literal += size;
            return size > 0 ? LOG_FIT_PART : LOG_FIT_OPEN;
        }
    }
}
