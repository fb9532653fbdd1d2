/* SPDX-License-Identifier: MIT */
/* Known messages in log lines of Redis and Valkey: patterns without regular expressions.
 * Owns how one is found in a line that may hold anything. */
#include "log/line.h"

#include <string.h>

#include "log/cursor.h"
#include "util/text.h"

enum { PREFIX_MAX = 256 }; /* how far in a message without a frame may begin */

/* --- patterns --- */

/* The next "%" of a pattern, or its end. */
static size_t literal_size(const char *pattern)
{
    return strcspn(pattern, "%");
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

static bool match_pattern(const char *pattern, struct log_part message, struct log_part *values)
{
    struct cursor cursor = {message.text, message.text + message.size};
    size_t n = 0;

    while (*pattern) {
        size_t size = literal_size(pattern);

        if ((size_t)(cursor.end - cursor.at) < size || memcmp(cursor.at, pattern, size) != 0)
            return false;
        cursor.at += size;
        pattern += size;
        if (!*pattern)
            break;
        pattern += 2;
        if (pattern[-1] == 'd') {
            values[n] = take_digits(&cursor);
            if (values[n].size == 0)
                return false;
        } else if (!take_anything(&cursor, pattern, &values[n])) {
            return false;
        }
        n++;
    }
    return true;
}

/* All patterns begin with a literal, so most rows are told by one character. */
static const struct log_line_kind *find_kind(struct log_part message, struct log_part *values)
{
    for (size_t i = 0; message.size > 0 && i < log_line_kinds_count; i++)
        for (const char *const *pattern = log_line_kinds[i].patterns; *pattern; pattern++) {
            if (**pattern != *message.text)
                continue;
            memset(values, 0, LOG_VALUES_MAX * sizeof(*values));
            if (match_pattern(*pattern, message, values))
                return &log_line_kinds[i];
        }
    return NULL;
}

/* Without a frame the message may stand behind a prefix that nobody knows, such as syslog's. */
static const struct log_line_kind *find_kind_anywhere(struct log_frame *frame, struct log_part *values)
{
    const struct log_part line = frame->message;
    const struct log_line_kind *kind;

    for (size_t i = 0; i < line.size && i < PREFIX_MAX; i++) {
        struct log_part rest = {line.text + i, line.size - i};

        if (i > 0 && !is_gap(line.text[i - 1]))
            continue;
        kind = find_kind(rest, values);
        if (!kind)
            continue;
        frame->message = rest;
        return kind;
    }
    return NULL;
}

/* --- versions --- */

static bool take_number(struct cursor *cursor, int *ret)
{
    struct log_part digits = take_digits(cursor);

    if (digits.size == 0 || digits.size > 3)
        return false;
    *ret = 0;
    for (size_t i = 0; i < digits.size; i++)
        *ret = *ret * 10 + (digits.text[i] - '0');
    return true;
}

static void find_version(struct log_part message, struct log_version *version)
{
    static const char *const forms[] = {
        "Redis version=",                 /* 4.0 and later */
        "Server started, Redis version ", /* before */
        "Valkey version=",
    };
    struct log_version found = {0};

    for (size_t i = 0; message.size > 0 && i < ELEMENTS(forms); i++) {
        struct cursor cursor = {message.text, message.text + message.size};

        if (take_text(&cursor, forms[i]) && take_number(&cursor, &found.major) && take_text(&cursor, ".") &&
            take_number(&cursor, &found.minor) && take_text(&cursor, ".") &&
            take_number(&cursor, &found.patch))
            *version = found;
    }
}

/* 7.0.1 and 7.0.2 warn where nothing is wrong, in the words of the others. */
static const struct log_line_kind *mend_kind(const struct log_line_kind *kind, struct log_version version)
{
    if (version.major == 7 && version.minor == 0 && (version.patch == 1 || version.patch == 2) &&
        strcmp(kind->id, "overcommit-is-0") == 0)
        return log_line_kind_find("overcommit-inverted");
    return kind;
}

bool log_line_match(const char *line, size_t size, struct log_version *version, struct log_match *ret)
{
    struct log_match match = {.frame = log_frame_parse(line, size)};
    const struct log_line_kind *kind;

    find_version(match.frame.message, version);
    kind = match.frame.pid.size > 0 ? find_kind(match.frame.message, match.values)
                                    : find_kind_anywhere(&match.frame, match.values);
    if (!kind)
        return false;
    match.version = *version;
    match.kind = mend_kind(kind, *version);
    *ret = match;
    return true;
}

/* --- what was found --- */

const struct log_line_kind *log_line_kind_find(const char *id)
{
    return array_find(&log_line_kinds[0], log_line_kinds_count, id, id);
}

long long log_match_number(const struct log_match *match, size_t value)
{
    struct log_part part = match->values[value];
    char digits[24];
    long long number;

    if (!part.text || part.size >= sizeof(digits))
        return -1;
    memcpy(digits, part.text, part.size);
    digits[part.size] = '\0';
    return parse_integer(digits, &number) < 0 || number < 0 ? -1 : number;
}
