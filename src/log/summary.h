/* SPDX-License-Identifier: MIT */
/* A whole log, read as it comes, told as one entry for each known message. Memory is bounded by the table,
 * not by the log. */
#pragma once

#include "log/line.h"

enum { LOG_TIME_MAX = 64 };

struct log_seen {
    const struct log_line_kind *kind;
    unsigned long long count, last_line;          /* the number of the last one */
    char first[LOG_TIME_MAX], last[LOG_TIME_MAX]; /* as the log has them, printable; empty: not stated */
    char *line;                                   /* the last one, any bytes, LOG_LINE_MAX of room */
    struct log_match match;                       /* of it, and points into it */

    /* by log_summary_finish */
    char *message; /* of the last one, printable */
    enum trait now;
    char *now_reason; /* NULL: the host cannot show it */
};

struct log_summary {
    struct log_seen *seen; /* in the order of their first appearance */
    size_t seen_count;
    unsigned long long lines;
    unsigned long long lines_too_long; /* of which only the beginning was looked at */
    unsigned long long lines_unclear;  /* known ones that are cut where they may be several */

    /* Of a server's log: its process id, so that what an earlier process logged is forgotten. Lines of role C
     * stay: a server's first ones have it, with another id before it has gone to the background. 0: all stay.
     */
    long long only_pid;

    struct log_versions versions;
    char line[LOG_LINE_MAX]; /* what has come of a line whose end has not */
    size_t line_size;
    bool is_too_long;
    char held[LOG_LINE_MAX]; /* a line that ends within a message: a terminal may have wrapped it */
    size_t held_size;        /* 0: none */
    size_t held_tail; /* bytes behind it, of lines that may be its rest: nothing of them was needed yet */
    const struct log_line_kind *held_kind; /* NULL: not known yet */
    size_t held_literal;
    unsigned long long held_number;
    unsigned held_parts; /* lines that it was put together of */
    bool held_is_whole;  /* known as it is; only a more special one would be its end */
    bool held_is_marked; /* it is cut, and not wrapped */
};

/* The next bytes of the log; lines may be cut anywhere between two calls. */
void log_summary_feed(struct log_summary *summary, const char *bytes, size_t size);

/* The log has ended: takes a last line without its end, and judges all that was seen. */
void log_summary_finish(struct log_summary *summary, const struct log_host *host);

void log_summary_done(struct log_summary *summary);
