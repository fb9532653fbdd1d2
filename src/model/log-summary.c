/* SPDX-License-Identifier: MIT */
/* A log as it comes, each known message counted once.
 * Owns how lines of any length are cut out of a stream. */
#include "model/log-summary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

static int find_or_add(struct log_summary *summary, const struct log_line_kind *kind, struct log_seen **ret)
{
    for (size_t i = 0; i < summary->seen_count; i++)
        if (summary->seen[i].kind == kind) {
            *ret = &summary->seen[i];
            return 0;
        }
    if (array_grow(&summary->seen, summary->seen_count, sizeof(*summary->seen)) < 0)
        return -ENOMEM;
    *ret = &summary->seen[summary->seen_count++];
    (*ret)->kind = kind;
    return 0;
}

static int copy_time(struct log_part part, char time[static LOG_TIME_MAX])
{
    _cleanup_free_ char *copy = log_part_copy(part);

    if (!copy)
        return -ENOMEM;
    time[0] = '\0';
    strncat(time, copy, LOG_TIME_MAX - 1);
    return 0;
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

static int take_line(struct log_summary *summary, const char *line, size_t size)
{
    struct log_match match;
    struct log_seen *seen;
    int error;

    summary->lines++;
    if (is_of_another(summary, line, size)) {
        forget(summary);
        return 0;
    }
    if (!log_line_match(line, size, &summary->version, &match))
        return 0;
    error = find_or_add(summary, match.kind, &seen);
    if (error == 0 && seen->count++ == 0)
        error = copy_time(match.frame.time, seen->first);
    if (error == 0)
        error = copy_time(match.frame.time, seen->last);
    if (error < 0)
        return error;
    seen->last_line = summary->lines;
    seen->version = match.version;
    seen->line_size = size < LOG_LINE_MAX ? size : LOG_LINE_MAX;
    memcpy(seen->line, line, seen->line_size);
    return 0;
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

static int end_line(struct log_summary *summary)
{
    int error = take_line(summary, summary->line, summary->line_size);

    summary->line_size = 0;
    summary->is_too_long = false;
    return error;
}

int log_summary_feed(struct log_summary *summary, const char *bytes, size_t size)
{
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t step = end ? (size_t)(end - bytes) : size;
        int error = 0;

        if (end && summary->line_size == 0 && step <= LOG_LINE_MAX) {
            error = take_line(summary, bytes, step);
        } else {
            keep(summary, bytes, step);
            if (end)
                error = end_line(summary);
        }
        if (error < 0)
            return error;
        bytes += step + (end != NULL);
        size -= step + (end != NULL);
    }
    return 0;
}

static int judge(struct log_seen *seen, const struct log_host *host)
{
    struct log_version version = seen->version;
    struct log_match match;

    if (!log_line_match(seen->line, seen->line_size, &version, &match))
        return 0;
    seen->message = log_part_copy(match.frame.message);
    if (!seen->message)
        return -ENOMEM;
    if (!seen->kind->judge)
        return 0;
    seen->now = seen->kind->judge(&match, host, &seen->now_reason);
    return seen->now_reason ? 0 : -ENOMEM;
}

int log_summary_finish(struct log_summary *summary, const struct log_host *host)
{
    int error = summary->line_size > 0 ? end_line(summary) : 0;

    for (size_t i = 0; i < summary->seen_count && error == 0; i++)
        error = judge(&summary->seen[i], host);
    return error;
}

void log_summary_done(struct log_summary *summary)
{
    forget(summary);
    *summary = (struct log_summary){0};
}
