/* SPDX-License-Identifier: MIT */
/* A log as it comes, each known message counted once.
 * Owns how lines of any length are cut out of a stream. */
#include "log/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/cursor.h"
#include "log/plain.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* A server writes at most 1,024 bytes: so many lines of a terminal. More are never put together, for each has
 * its price. */
enum { PARTS_MAX = 16 };

static void find_or_add(struct log_summary *summary, const struct log_line_kind *kind, struct log_seen **ret)
{
    for (size_t i = 0; i < summary->seen_count; i++)
        if (summary->seen[i].kind == kind) {
            *ret = &summary->seen[i];
            return;
        }
    *ret = memory_add(summary->seen, summary->seen_count);
    (*ret)->kind = kind;
}

static void copy_time(struct log_part part, char time[static LOG_TIME_MAX])
{
    _cleanup_free_ char *copy = log_part_copy(part);

    time[0] = '\0';
    strncat(time, copy, LOG_TIME_MAX - 1);
}

static void forget(struct log_summary *summary)
{
    for (size_t i = 0; i < summary->seen_count; i++) {
        free(summary->seen[i].line);
        free(summary->seen[i].message);
        free(summary->seen[i].now_reason);
    }
    free(summary->seen);
    summary->seen = NULL;
    summary->seen_count = 0;
    summary->held_size = summary->held_tail = 0;
}

static bool is_of_another(const struct log_summary *summary, const struct log_frame *frame)
{
    char pid[24];

    if (summary->only_pid == 0 || frame->pid.size == 0 || frame->role == 'C')
        return false;
    snprintf(pid, sizeof(pid), "%lld", summary->only_pid);
    return frame->pid.size != strlen(pid) || memcmp(frame->pid.text, pid, frame->pid.size) != 0;
}

static void move_part(struct log_part *part, const char *from, const char *to)
{
    if (part->text)
        part->text = to + (part->text - from);
}

/* Keeps a copy of the line and makes the match point into that. */
static void keep_match(struct log_seen *seen, struct log_part line, const struct log_match *match)
{
    struct log_frame *frame = &seen->match.frame;

    if (!seen->line)
        seen->line = memory_new(1, LOG_LINE_MAX);
    memcpy(seen->line, line.text, line.size);
    seen->match = *match;
    move_part(&frame->prefix, line.text, seen->line);
    move_part(&frame->pid, line.text, seen->line);
    move_part(&frame->time, line.text, seen->line);
    move_part(&frame->message, line.text, seen->line);
    for (size_t i = 0; i < LOG_VALUES_MAX; i++)
        move_part(&seen->match.values[i], line.text, seen->line);
}

static void count(struct log_summary *summary, struct log_part line, unsigned long long number,
                  const struct log_match *match)
{
    struct log_seen *seen;

    find_or_add(summary, match->kind, &seen);
    if (seen->count++ == 0)
        copy_time(match->frame.time, seen->first);
    copy_time(match->frame.time, seen->last);
    seen->last_line = number;
    keep_match(seen, line, match);
}

/* The line that was held has no other half: what it can only be is counted as it is. */
static void count_held(struct log_summary *summary)
{
    struct log_part line = {summary->held, summary->held_size};
    struct log_match match;

    summary->held_size = summary->held_tail = 0;
    summary->held_parts = 0;
    if (line.size == 0)
        return;
    if (!summary->held_kind) {
        summary->lines_unclear += summary->held_is_marked;
        return;
    }
    (void)log_line_find(line.text, line.size, &summary->versions, &match);
    count(summary, line, summary->held_number, &match);
}

static void hold(struct log_summary *summary, struct log_part line, unsigned long long number,
                 enum log_found found, const struct log_match *match)
{
    memcpy(summary->held, line.text, line.size);
    summary->held_size = line.size;
    summary->held_tail = 0;
    summary->held_number = number;
    summary->held_kind = match->kind;
    summary->held_literal = match->literal;
    summary->held_is_whole = found == LOG_FOUND;
    summary->held_is_marked = match->is_marked;
}

static void append(char text[static LOG_LINE_MAX], size_t *size, const char *bytes, size_t count)
{
    size_t room = LOG_LINE_MAX - *size;

    count = count < room ? count : room;
    memcpy(text + *size, bytes, count);
    *size += count;
}

/* What is held with a line behind it, in one of the ways in which a terminal may have parted them. */
struct joined {
    char text[LOG_LINE_MAX];
    size_t size;
    struct log_match match; /* points into it */
    enum log_found found;
};

static const struct {
    bool has_indent; /* the line's own beginning is the terminal's */
    const char *between;
} ways[] = {{false, ""}, {true, ""}, {true, " "}};

static struct log_part without_indent(struct log_part line)
{
    while (line.size > 0 && is_gap(*line.text))
        line = (struct log_part){line.text + 1, line.size - 1};
    return line;
}

static void join(struct log_summary *summary, struct log_part line, size_t way, struct joined *ret)
{
    const char *between = ways[way].between;

    if (ways[way].has_indent)
        line = without_indent(line);
    ret->size = 0;
    append(ret->text, &ret->size, summary->held, summary->held_size + summary->held_tail);
    append(ret->text, &ret->size, between, strlen(between));
    append(ret->text, &ret->size, line.text, line.size);
    ret->found = log_line_find(ret->text, ret->size, &summary->versions, &ret->match);
}

/* The way that makes most of a message. */
static size_t best_way(struct log_summary *summary, struct log_part line)
{
    enum log_found found = LOG_FOUND_NOTHING;
    size_t best = 0, literal = 0;
    struct joined joined;

    for (size_t way = 0; way < ELEMENTS(ways); way++) {
        join(summary, line, way, &joined);
        if (joined.found == LOG_FOUND_NOTHING || joined.match.literal < literal ||
            (joined.match.literal == literal && joined.found <= found))
            continue;
        best = way;
        found = joined.found;
        literal = joined.match.literal;
    }
    return best;
}

/* What is whole by itself goes on only where that makes something else of it. */
static bool makes_more(const struct log_summary *summary, const struct joined *joined)
{
    return !summary->held_is_whole || joined->match.kind != summary->held_kind ||
           joined->match.literal > summary->held_literal;
}

/* Keeps the line beside what is held: the one behind it may need it. */
static void add_tail(struct log_summary *summary, struct log_part line)
{
    size_t size = summary->held_size + summary->held_tail;

    if (is_gap(*line.text)) {
        line = without_indent(line);
        append(summary->held, &size, " ", 1);
    }
    append(summary->held, &size, line.text, line.size);
    summary->held_tail = size - summary->held_size;
    summary->held_parts++;
}

/* Whether the line is the rest of what is held, and not what it is by itself. */
static bool goes_on(struct log_summary *summary, struct log_part line, enum log_found found,
                    const struct log_match *match)
{
    struct joined joined;

    join(summary, line, best_way(summary, line), &joined);
    if (joined.found == LOG_FOUND_NOTHING)
        return false;
    if (found == LOG_FOUND && (joined.found != LOG_FOUND || joined.match.literal <= match->literal))
        return false;
    if (!makes_more(summary, &joined)) {
        if (!match->kind)
            add_tail(summary, line);
        return !match->kind;
    }
    if (joined.found == LOG_FOUND_PART || joined.match.is_open) {
        hold(summary, (struct log_part){joined.text, joined.size}, summary->held_number, joined.found,
             &joined.match);
        summary->held_parts++;
        return true;
    }
    count(summary, (struct log_part){joined.text, joined.size}, summary->held_number, &joined.match);
    summary->held_size = summary->held_tail = 0;
    summary->held_parts = 0;
    return true;
}

static void take_line(struct log_summary *summary, const char *bytes, size_t size)
{
    char buffer[LOG_LINE_MAX];
    struct log_part line = log_plain(bytes, size, buffer);
    struct log_match match;
    enum log_found found = log_line_find(line.text, line.size, &summary->versions, &match);

    summary->lines++;
    if (is_of_another(summary, &match.frame)) {
        forget(summary);
        return;
    }
    if (summary->held_size > 0 && summary->held_parts < PARTS_MAX && match.frame.pid.size == 0 &&
        line.size > 0 && goes_on(summary, line, found, &match))
        return;
    count_held(summary);
    if (found == LOG_FOUND && !match.is_open)
        count(summary, line, summary->lines, &match);
    else if (found != LOG_FOUND_NOTHING)
        hold(summary, line, summary->lines, found, &match);
}

static void keep(struct log_summary *summary, const char *bytes, size_t size)
{
    size_t room = sizeof(summary->line) - summary->line_size;

    if (size > room && !summary->is_too_long) {
        summary->is_too_long = true;
        summary->lines_too_long++;
    }
    memcpy(summary->line + summary->line_size, bytes, size < room ? size : room);
    summary->line_size += size < room ? size : room;
}

static void end_line(struct log_summary *summary)
{
    take_line(summary, summary->line, summary->line_size);
    summary->line_size = 0;
    summary->is_too_long = false;
}

void log_summary_feed(struct log_summary *summary, const char *bytes, size_t size)
{
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t step = end ? (size_t)(end - bytes) : size;

        if (end && summary->line_size == 0 && step <= LOG_LINE_MAX) {
            take_line(summary, bytes, step);
        } else {
            keep(summary, bytes, step);
            if (end)
                end_line(summary);
        }
        bytes += step + (end != NULL);
        size -= step + (end != NULL);
    }
}

static void judge(struct log_seen *seen, const struct log_host *host)
{
    seen->message = log_part_copy(seen->match.frame.message);
    if (seen->kind->judge)
        seen->now = seen->kind->judge(&seen->match, host, &seen->now_reason);
}

void log_summary_finish(struct log_summary *summary, const struct log_host *host)
{
    if (summary->line_size > 0)
        end_line(summary);
    count_held(summary);
    for (size_t i = 0; i < summary->seen_count; i++)
        judge(&summary->seen[i], host);
}

void log_summary_done(struct log_summary *summary)
{
    forget(summary);
    *summary = (struct log_summary){0};
}
