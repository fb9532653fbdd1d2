/* SPDX-License-Identifier: MIT */
#pragma once

#include "exec/nodelist.h"

/* What /proc/self/status says of this process. */
struct task_status {
    struct nodelist allowed; /* memory nodes its cpuset allows */
    bool limited;            /* false: a kernel without cpusets, every node is allowed */
    bool filtered;           /* a seccomp filter or strict mode is on */
};

enum decision {
    DECISION_RUN_AS_IS,   /* one node with memory: nothing to interleave over */
    DECISION_INTERLEAVE,  /* several, and nothing that could kill the call */
    DECISION_TRIAL_FIRST, /* several, under a filter: try in a child before */
};

/* The value of a field of /proc/PID/status, blanks in front skipped; -ENOENT where there is none.
 * key is a field with all around it: "\nSeccomp:". */
int status_field(const char *text, const char *key, const char **ret_value, size_t *ret_length);

/* -EINVAL, -ERANGE: a field is there and makes no sense. */
int status_parse(const char *text, struct task_status *ret_task);

/* memory: the nodes that have memory. */
enum decision decision_make(const struct nodelist *memory, const struct task_status *task);
