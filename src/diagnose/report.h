/* SPDX-License-Identifier: MIT */
/* The verdicts on all servers, as they are printed and as the exit status is taken from them. */
#pragma once

#include "diagnose/finding.h"

struct server_report {
    char *address;       /* where it was asked, or its process where it could not be */
    bool is_address_own; /* it listens there itself, or was named by it; else it may be another's too */
    char *name;          /* its address where that is its own, else its process */
    char *cli;           /* what reaches it from a shell; NULL: nothing is known that does */
    char *identity;      /* for a person: "Redis 7.0.15, master, redis-server.service, pid 812" */
    const char *product; /* "Redis", "Valkey", "Dragonfly" …, static; NULL: unknown */
    char *version;       /* the product's own; NULL: unknown */
    char *unit;          /* NULL: none, or unknown */
    int pid;             /* 0: not a process of this host */
    char *unproven;      /* why it is not known to be the server of a unit; NULL: it is, or it was named */
    char *trouble;       /* why it could not be asked; NULL: it was */
    struct verdict *verdicts; /* in the order of the table */
    size_t verdicts_count;
};

struct diagnosis_report {
    struct server_report *servers;
    size_t servers_count;
};

struct verdict_counts {
    size_t of[FINDING_UNKNOWN + 1]; /* by result, without those suppressed */
    size_t suppressed;              /* those that would not have passed */
};

/* Whether the administrator wants not to hear of it: a pass is never suppressed. */
bool verdict_is_suppressed(const struct verdict *verdict);

struct verdict_counts report_count(const struct server_report *server);

/* The worst result of all servers: pass, warning or critical. What is a note, unknown or suppressed does not
 * count. */
enum finding_result report_worst(const struct diagnosis_report *report);

bool report_has_trouble(const struct diagnosis_report *report);

/* Judges every row, or those of `only` (ids, NULL-terminated; NULL: all). */
void report_judge(const struct diagnosis *diagnosis, const struct policy *policy, const char *const *only,
                  struct server_report *server);

/* The server of that address; NULL: none. */
const struct server_report *report_find(const struct diagnosis_report *report, const char *address);
const struct verdict *report_verdict(const struct server_report *server, const char *id); /* NULL: none */

/* For what comes next: a server that could not be asked keeps the verdicts of when it could, and has none
 * where it never could. They are taken from `before`. */
void report_carry(struct diagnosis_report *before, struct diagnosis_report *now);

void report_done(struct diagnosis_report *report);
