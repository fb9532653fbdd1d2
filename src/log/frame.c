/* SPDX-License-Identifier: MIT */
/* Frames of log lines in all formats that the servers have had.
 * Owns where a message begins. */
#include "log/frame.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "log/cursor.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    /* how far in a frame may begin, behind what the journal or a container puts before it */
    PREFIX_MAX = 256,
    PART_COPY_MAX = 200,
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

/* "PID:ROLE TIME LEVEL MESSAGE", or "PID:signal-handler (SECONDS) MESSAGE" */
static bool parse_frame_with_role(struct cursor cursor, struct log_frame *ret)
{
    struct log_frame frame = {.pid = take_digits(&cursor)};

    if (frame.pid.size == 0 || !take_text(&cursor, ":"))
        return false;
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

/* pid=1 role=primary timestamp="25 Nov 2026 13:27:43.786" level=warning message="..." */
static bool parse_frame_logfmt(struct cursor cursor, struct log_frame *ret)
{
    static const struct {
        const char *word;
        char shown;
    } roles[] = {{"primary", 'M'}, {"replica", 'S'}, {"RDB/AOF", 'C'}, {"sentinel", 'X'}},
      levels[] = {{"debug", '.'}, {"info", '-'}, {"notice", '*'}, {"warning", '#'}};
    struct log_frame frame = {0};

    if (!take_text(&cursor, "pid="))
        return false;
    frame.pid = take_digits(&cursor);
    if (!take_text(&cursor, " role="))
        return false;
    for (size_t i = 0; i < ELEMENTS(roles) && !frame.role; i++)
        if (take_text(&cursor, roles[i].word))
            frame.role = roles[i].shown;
    if (!take_text(&cursor, " timestamp=\"") || !take_until(&cursor, '"', &frame.time) ||
        !take_text(&cursor, " level="))
        return false;
    for (size_t i = 0; i < ELEMENTS(levels) && !frame.level; i++)
        if (take_text(&cursor, levels[i].word))
            frame.level = levels[i].shown;
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
        if (start > line && !is_gap(start[-1]))
            continue;
        cursor.at = start;
        if (parse_frame_here(cursor, &frame))
            return frame;
    }
    return (struct log_frame){.message = {line, (size_t)(cursor.end - line)}};
}

char *log_part_copy(struct log_part part)
{
    size_t size = part.size < PART_COPY_MAX ? part.size : PART_COPY_MAX;

    return memory_require(text_escaped(part.text ? part.text : "", part.text ? size : 0));
}
