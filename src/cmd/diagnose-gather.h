/* SPDX-License-Identifier: MIT */
/* Everything that diagnose looks at: the servers of the host, or the one that was named, each asked in a
 * thread of its own, what the kernel shows of their processes, and the host. */
#pragma once

#include "boot/tuner-status.h"
#include "cmd/survey.h"
#include "diagnose/diagnosis.h"
#include "diagnose/kernel-log.h"
#include "diagnose/sizing.h"
#include "host/read-kernel.h"
#include "log/summary.h"
#include "servers/facts.h"
#include "util/budget.h"

struct examined {
    struct diagnosis diagnosis;
    const struct server_facts *process; /* as it was before it was asked; NULL: none, or not known */
    struct log_summary log;             /* its own, where it could be read */
    char *trouble;                      /* why it could not be asked; NULL: it was */
};

struct gathering {
    struct budget budget;           /* of the run */
    struct server_list before, now; /* the processes, before and behind the interval */
    struct host_memory memory;
    struct kernel_facts kernel;
    struct kernel_log kernel_log;
    struct survey survey;
    struct plan plan;
    struct tuner_status tuner;
    struct sizing sizing; /* of all servers that are seen */
    struct examined *servers;
    size_t count;
};

/* Gathers for all servers. false: logged; also when there is none. Drops the capabilities when it is done
 * with processes and sockets. */
bool gather(const struct options *options, struct gathering *ret);
void gathering_done(struct gathering *gathering);

/* --- between the two files of it --- */

/* The process of that number and start (0: any); NULL: none. */
const struct server_facts *gathering_find_process(const struct server_list *list, int pid,
                                                  unsigned long long started_usec);

/* Reads what belongs to the host, and gives each server its process and its host. */
void gathering_attach(const struct options *options, struct gathering *gathering);
