/* SPDX-License-Identifier: MIT */
/* Frames of log lines in all formats that the servers have had.
 * Owns where a message begins. */
#include "log/frame.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "log/cursor.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    /* how far in a frame may begin, behind what the journal, a container or grep puts before it */
    PREFIX_MAX = 256,
    PART_COPY_MAX = 200,
    WORD_MAX = 40, /* a longer one is cut in its middle */
};

static int is_clock_character(int character)
{
    return isdigit(character) || character == ':' || character == '.';
}

static int is_word_character(int character)
{
    return isgraph(character);
}

/* "25 Nov 2026 13:27:43.786", without the year before Redis 5. */
static bool take_calendar_time(struct cursor *cursor)
{
    struct log_part day = take_digits(cursor), month, clock;

    if (day.size < 1 || day.size > 2 || !take_text(cursor, " "))
        return false;
    month = take_while(cursor, isalpha);
    if (month.size != 3 || !take_text(cursor, " "))
        return false;
    clock = take_while(cursor, is_clock_character);
    if (clock.size == 4 && take_text(cursor, " "))
        clock = take_while(cursor, is_clock_character);
    return clock.size >= 8 && clock.text[2] == ':';
}

/* Valkey's log-timestamp-format: "2026-11-25T13:27:43.786+01:00", or milliseconds since 1970. */
static bool take_other_time(struct cursor *cursor)
{
    struct log_part word = take_while(cursor, is_word_character);
    size_t digits = 0;

    while (digits < word.size && isdigit((unsigned char)word.text[digits]))
        digits++;
    return (digits == word.size && digits >= 10) ||
           (word.size >= 19 && digits == 4 && word.text[4] == '-' && word.text[10] == 'T');
}

static bool take_time(struct cursor *cursor, struct log_part *ret)
{
    const struct cursor start = *cursor;

    if (!take_calendar_time(cursor)) {
        *cursor = start;
        if (!take_other_time(cursor))
            return false;
    }
    *ret = (struct log_part){start.at, (size_t)(cursor->at - start.at)};
    return true;
}

static void take_message(struct cursor *cursor, struct log_frame *frame)
{
    frame->message = (struct log_part){cursor->at, (size_t)(cursor->end - cursor->at)};
    cursor->at = cursor->end;
}

/* " TIME LEVEL MESSAGE" */
static bool take_rest(struct cursor *cursor, struct log_frame *frame)
{
    if (!take_text(cursor, " ") || !take_time(cursor, &frame->time) || !take_text(cursor, " ") ||
        !take_one_of(cursor, ".-*#", &frame->level) || !take_text(cursor, " "))
        return false;
    take_message(cursor, frame);
    return true;
}

/* KeyDB's "PID:THREAD:…" */
static void take_thread(struct cursor *cursor)
{
    struct cursor at = *cursor;

    if (take_digits(&at).size > 0 && take_text(&at, ":"))
        *cursor = at;
}

/* "PID:ROLE TIME LEVEL MESSAGE", or "PID:signal-handler (SECONDS) MESSAGE" */
static bool parse_frame_with_role(struct cursor cursor, struct log_frame *ret)
{
    struct log_frame frame = {.pid = take_digits(&cursor)};

    if (frame.pid.size == 0 || !take_text(&cursor, ":"))
        return false;
    take_thread(&cursor);
    if (take_text(&cursor, "signal-handler (")) {
        if (!take_until(&cursor, ')', &frame.time) || !take_text(&cursor, " "))
            return false;
        take_message(&cursor, &frame);
    } else if (!take_one_of(&cursor, "MSCX", &frame.role) || !take_rest(&cursor, &frame)) {
        return false;
    }
    *ret = frame;
    return true;
}

/* "[PID] TIME LEVEL MESSAGE", before Redis 3 */
static bool parse_frame_with_brackets(struct cursor cursor, struct log_frame *ret)
{
    struct log_frame frame = {0};

    if (!take_text(&cursor, "["))
        return false;
    frame.pid = take_digits(&cursor);
    if (frame.pid.size == 0 || !take_text(&cursor, "]") || !take_rest(&cursor, &frame))
        return false;
    *ret = frame;
    return true;
}

struct word {
    const char *word;
    char shown;
};

static char find_word(const struct word *words, struct log_part part)
{
    for (; words->word; words++)
        if (text_equals_part(words->word, part.text, part.size))
            return words->shown;
    return '\0';
}

char log_role(struct log_part word)
{
    static const struct word roles[] = {{"primary", 'M'},  {"master", 'M'},  {"replica", 'S'},
                                        {"slave", 'S'},    {"RDB/AOF", 'C'}, {"RDB\\/AOF", 'C'},
                                        {"sentinel", 'X'}, {NULL, 0}};

    return word.text ? find_word(roles, word) : '\0';
}

char log_level(struct log_part word)
{
    static const struct word levels[] = {{"debug", '.'},  {"info", '-'},    {"verbose", '-'},
                                         {"notice", '*'}, {"warning", '#'}, {NULL, 0}};

    return word.text ? find_word(levels, word) : '\0';
}

/* pid=1 role=primary timestamp="25 Nov 2026 13:27:43.786" level=warning message="..." */
static bool parse_frame_logfmt(struct cursor cursor, struct log_frame *ret)
{
    struct log_frame frame = {0};

    if (!take_text(&cursor, "pid="))
        return false;
    frame.pid = take_digits(&cursor);
    if (!take_text(&cursor, " role="))
        return false;
    frame.role = log_role(take_while(&cursor, is_word_character));
    if (!take_text(&cursor, " timestamp=\"") || !take_until(&cursor, '"', &frame.time) ||
        !take_text(&cursor, " level="))
        return false;
    frame.level = log_level(take_while(&cursor, is_word_character));
    if (!take_text(&cursor, " message=\""))
        return false;
    take_message(&cursor,
                 &frame); /* the server puts ' for each " in it, so only the last one is not its own */
    if (frame.message.size > 0 && frame.message.text[frame.message.size - 1] == '"')
        frame.message.size--;
    *ret = frame;
    return true;
}

static bool parse_frame_here(struct cursor cursor, struct log_frame *ret)
{
    if (isdigit((unsigned char)*cursor.at))
        return parse_frame_with_role(cursor, ret);
    if (*cursor.at == '[')
        return parse_frame_with_brackets(cursor, ret);
    return *cursor.at == 'p' && parse_frame_logfmt(cursor, ret);
}

struct log_frame log_frame_parse(const char *line, size_t size)
{
    struct cursor cursor = {line, line + (size < LOG_LINE_MAX ? size : LOG_LINE_MAX)};
    struct log_frame frame;

    while (cursor.end > cursor.at && (cursor.end[-1] == '\r' || cursor.end[-1] == '\n'))
        cursor.end--;
    for (const char *start = line; start < cursor.end && start < line + PREFIX_MAX; start++) {
        if (start > line && isalnum((unsigned char)start[-1]))
            continue;
        cursor.at = start;
        if (!parse_frame_here(cursor, &frame))
            continue;
        frame.prefix = (struct log_part){line, (size_t)(start - line)};
        return frame;
    }
    return (struct log_frame){.message = {line, (size_t)(cursor.end - line)}};
}

/* How much of it is shown: up to a space where one is near, and no part of a character. */
static size_t shown_size(struct log_part part)
{
    size_t size = PART_COPY_MAX;

    if (part.size <= PART_COPY_MAX)
        return part.size;
    while (size > PART_COPY_MAX - WORD_MAX && part.text[size] != ' ')
        size--;
    if (part.text[size] == ' ')
        return size;
    for (size = PART_COPY_MAX; size > PART_COPY_MAX - 4 && ((unsigned char)part.text[size] & 0xc0) == 0x80;)
        size--;
    return size;
}

char *log_part_copy(struct log_part part)
{
    size_t size = part.text ? shown_size(part) : 0;
    _cleanup_free_ char *copy = memory_require(text_escaped(part.text ? part.text : "", size));

    return memory_format("%s%s", copy, size < part.size ? " [...]" : "");
}
