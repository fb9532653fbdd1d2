/* SPDX-License-Identifier: MIT */
#pragma once

#include "exec/decision.h"

/* Where the host is read; a test names a tree of its own. */
struct sources {
    const char *has_memory; /* /sys/devices/system/node/has_memory */
    const char *has_cpu;    /* /sys/devices/system/node/has_cpu */
    const char *nodes;      /* /sys/devices/system/node */
    const char *processors; /* /sys/devices/system/cpu */
    const char *status;     /* /proc/self/status */
};

/* Both: -errno of the read, -EINVAL or -ERANGE where the content makes no sense, -EFBIG where it is too long.
 */
int observe_nodes(const char *path, struct nodelist *ret_nodes);
int observe_status(const char *path, struct task_status *ret_task);

/* The nodes with memory. A kernel built without NUMA support has processors but no nodes: node 0 then. */
int observe_memory_nodes(const struct sources *sources, struct nodelist *ret_nodes);
