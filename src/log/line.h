/* SPDX-License-Identifier: MIT */
/* Which known message a log line of Redis (2.6 and later) or Valkey carries. The known ones are rows of
 * lines.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "host/facts.h"
#include "log/source.h"

enum { LOG_VALUES_MAX = 3 };

/* What the host has now, as far as the lines speak of it. -1 and NULL: unknown. */
struct log_host {
    const struct host_facts *facts;
    long long overcommit_memory, somaxconn;
    const char *thp_enabled, *clocksource;
};

struct log_match {
    const struct log_line_kind *kind;
    struct log_frame frame;
    struct log_part values[LOG_VALUES_MAX]; /* what stood for %d and %* in the pattern */
    struct log_version version;             /* of the server that wrote it, where the log told it before */
    size_t literal; /* characters of a pattern that stand in it, the most of any that may fit */
    bool is_cut;    /* the line ends within the message: what stood behind is not known */
    bool is_marked; /* a sign at its end says so */
    bool is_open;   /* known whole, and with more behind its end it may be a more special one */
};

/* Whether what the line says holds on the host now; *ret_now is the sentence that says why (allocated). */
typedef enum trait log_judge(const struct log_match *match, const struct log_host *host, char **ret_now);

/* What a line is evidence of, for the findings. */
enum {
    LOG_STARTUP_WARNING = 1 << 0, /* a server that starts says what is not right for it */
    LOG_SAVE_FAILURE = 1 << 1,    /* why a child that saves or rewrites gave up, or was not forked */
    LOG_AOF_FAILURE = 1 << 2,     /* why the append-only file was not written */
    LOG_FAILURE_NOTED = 1 << 3,   /* that it failed, without the reason: follows each of LOG_SAVE_FAILURE */
};

/* Who says it, and so where it is looked for. */
enum log_speaker {
    LOG_SPEAKER_SERVER, /* a server in its own log */
    LOG_SPEAKER_REPLY,  /* a server to its clients: may stand in the log of any program */
    LOG_SPEAKER_KERNEL,
    LOG_SPEAKER_SYSTEMD,
};

struct log_line_kind {
    const char *id;
    enum log_speaker speaker;
    /* Each from the message's first character on, four of which stand for themselves; the rest of the line
     * may be anything. %d stands for a decimal number, %* for anything up to the text that follows it, at the
     * end for the rest. */
    const char *patterns[13];
    bool (*applies)(const struct log_part *values); /* whether it is this row for these; NULL: for all */
    const char *versions;                           /* who writes it */
    const char *meaning;
    const char *wrong; /* what is wrong in it or in its advice; NULL: nothing */
    log_judge *judge;  /* NULL: it tells of the past, the host does not show it */
    const char *remedy;
    const char *see;    /* a tunable or a finding; NULL: none */
    unsigned counts_as; /* LOG_… | … */
};

extern const struct log_line_kind log_line_kinds[];
extern const size_t log_line_kinds_count;

/* NULL: none has this id. */
const struct log_line_kind *log_line_kind_find(const char *id);

/* Beginnings of messages that are none of the table's: a line that is cut where it may be one of these is
 * none either. Ends with NULL. */
extern const char *const log_lines_harmless[];

enum log_found {
    LOG_FOUND_NOTHING,
    LOG_FOUND_PART, /* it ends where a known message goes on: the next line may have the rest */
    LOG_FOUND,
};

/* Which known message the line (log/plain.h) carries. *versions is read, and set where the line tells its
 * server's. LOG_FOUND_PART: ret->kind is the only one that it can be; NULL where there are several, or too
 * little of it is there. */
enum log_found log_line_find(const char *line, size_t size, struct log_versions *versions,
                             struct log_match *ret);

/* A value of the match as a number; -1 where it is none. */
long long log_match_number(const struct log_match *match, size_t value);
