/* SPDX-License-Identifier: MIT */
/* What check has to say: each object now and after the next boot, who set it, and what is wrong with the
 * command that mends it. */
#pragma once

#include "boot/forecast.h"
#include "boot/tuner-status.h"
#include "plan/observation.h"
#include "plan/plan.h"
#include "servers/judgement.h"

/* Something to be mended, or (a note) to be known. */
struct check_line {
    char *object; /* an object, a unit or a file; NULL: the host */
    char *text;
};

struct check_lines {
    struct check_line *items;
    size_t count;
};

/* A running server, and how it stands to the plan's items, in their order, and to the limits of its cgroups.
 */
struct check_server {
    const struct server_facts *facts;
    const struct judgement **judgements; /* the plan's, and of .limits */
    size_t judgements_count;
    struct judgements limits;
};

struct check_report {
    const struct plan *plan;      /* its selected items, after boot_forecast, are what is shown */
    struct check_server *servers; /* sentinels too, which are not judged */
    size_t servers_count;
    struct check_lines problems, notes;
};

/* The plan after boot_forecast by the same input. Owned by the caller (check_report_done); points into the
 * plan. */
void check_report_build(const struct plan *plan, const struct boot_input *input, struct check_report *ret);

/* The first selected item from *position on, which moves behind it; NULL: there are no more. */
const struct plan_item *check_next_item(const struct check_report *report, size_t *position);

/* Rows that are left, and those that this kernel has not, are nobody's wish. */
bool check_is_judged(const struct plan_item *item);

/* How the running servers stand to the item, in few words. NULL: it is no matter of theirs. Owned by the
 * caller. */
char *check_describe_running(const struct plan_item *item);

/* Whether what is to be mended of it is a problem, and no note alone. What is said of a server that is not
 * proven to be a unit's is no problem of the host's: anybody may call a process redis-server. Who names it
 * knows whose it is. */
bool check_server_counts(const struct server_facts *server);

/* Adds the servers that the plan was judged for (servers_judge), what is to be mended of them and what could
 * not be seen. The list must outlive the report. */
void check_report_add_servers(struct check_report *report, const struct server_list *list);

/* The format is a sentence without a full stop; the object may be NULL. */
void check_lines_add(struct check_lines *lines, const char *object, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds each unit that cannot be ordered behind ours: a problem where it may start before any value is set,
 * else a note; and as notes those that leave the start of their server to somebody else, and those whose
 * limit of open files /etc or /run has lower. */
void check_report_add_units(struct check_report *report, const struct redis_units *units);

/* Adds the units that run a server and get nothing from us, with what changes that. open_files: what is
 * wanted for all; 0: nothing. */
void check_report_add_unknown_units(struct check_report *report, const struct redis_units *units,
                                    long long open_files);

/* Adds, where our unit failed in this boot, how, and what of the plan is not set. */
void check_report_add_tuner(struct check_report *report, const struct tuner_status *tuner,
                            const struct plan *plan);

void check_report_done(struct check_report *report);
