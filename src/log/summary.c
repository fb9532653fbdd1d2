/* SPDX-License-Identifier: MIT */
/* A log as it comes, each known message counted once.
 * Owns how lines of any length are cut out of a stream. */
#include "log/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

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
        free(summary->seen[i].message);
        free(summary->seen[i].now_reason);
    }
    free(summary->seen);
    summary->seen = NULL;
    summary->seen_count = 0;
}

static bool is_of_another(const struct log_summary *summary, const char *line, size_t size)
{
    struct log_frame frame;
    char pid[24];

    if (summary->only_pid == 0)
        return false;
    frame = log_frame_parse(line, size);
    if (frame.pid.size == 0 || frame.role == 'C')
        return false;
    snprintf(pid, sizeof(pid), "%lld", summary->only_pid);
    return frame.pid.size != strlen(pid) || memcmp(frame.pid.text, pid, frame.pid.size) != 0;
}

static void take_line(struct log_summary *summary, const char *line, size_t size)
{
    struct log_match match;
    struct log_seen *seen;

    summary->lines++;
    if (is_of_another(summary, line, size)) {
        forget(summary);
        return;
    }
    if (!log_line_match(line, size, &summary->version, &match))
        return;
    find_or_add(summary, match.kind, &seen);
    if (seen->count++ == 0)
        copy_time(match.frame.time, seen->first);
    copy_time(match.frame.time, seen->last);
    seen->last_line = summary->lines;
    seen->version = match.version;
    seen->line_size = size < LOG_LINE_MAX ? size : LOG_LINE_MAX;
    memcpy(seen->line, line, seen->line_size);
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
    struct log_version version = seen->version;
    struct log_match match;

    if (!log_line_match(seen->line, seen->line_size, &version, &match))
        return;
    seen->message = log_part_copy(match.frame.message);
    if (seen->kind->judge)
        seen->now = seen->kind->judge(&match, host, &seen->now_reason);
}

void log_summary_finish(struct log_summary *summary, const struct log_host *host)
{
    if (summary->line_size > 0)
        end_line(summary);
    for (size_t i = 0; i < summary->seen_count; i++)
        judge(&summary->seen[i], host);
}

void log_summary_done(struct log_summary *summary)
{
    forget(summary);
    *summary = (struct log_summary){0};
}
