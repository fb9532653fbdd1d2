/* SPDX-License-Identifier: MIT */
/* Reads what a server has logged itself: from its log file, or from the journal where it logs to its standard
 * output as a unit. */
#pragma once

#include "log/summary.h"
#include "servers/facts.h"
#include "util/budget.h"
#include "util/root.h"

struct server_log_query {
    const struct server_facts *process;
    const char *logfile;   /* as CONFIG has it: "" is standard output; NULL: not known */
    const char *directory; /* that a relative one lies in; NULL: not known */
    long long own_pid;     /* its process id as it sees it itself, in its own namespace */
};

/* What it has logged since it was started, at most the last 4 MiB of it; not yet judged (log_summary_finish).
 * -errno where it could not be read, *ret_reason says why (allocated); -ENOBUFS, -ETIME: the share does not
 * suffice for so much. log_summary_done. */
int server_log_read(const struct root *root, const struct server_log_query *query, struct budget_share *share,
                    struct log_summary *ret, char **ret_reason);
