/* SPDX-License-Identifier: MIT */
/* What the next fork of a server will meet: whether the kernel refuses it, how long it stalls, and how much
 * copy-on-write fits while the child runs. Pure; bytes throughout, -1 is unknown.
 *
 * The accounting is mm/util.c:__vm_enough_memory, which dup_mmap() asks once for each mapping that is
 * accountable ("ac" in smaps), with that mapping's size; it has been the same since Linux 5.2. The resident
 * size plays no part in it, and CommitLimit none under mode 0. */
#pragma once

#include <stdbool.h>

#include "host/memory.h"

enum fork_outcome {
    FORK_UNKNOWN,
    FORK_PASSES,
    FORK_TIGHT, /* by less than the margin that was asked for */
    FORK_REFUSED,
};

/* What decides. */
enum fork_limit {
    FORK_LIMIT_NONE,         /* mode 1: no accounting refuses a fork */
    FORK_LIMIT_ONE_MAPPING,  /* mode 0, 5.2 and later: one mapping against all RAM and swap */
    FORK_LIMIT_FREE_MEMORY,  /* mode 0 before 5.2: one mapping against what is free or can be freed */
    FORK_LIMIT_COMMIT,       /* mode 2: all mappings against what is left of CommitLimit */
    FORK_LIMIT_PROCESSES,    /* RLIMIT_NPROC of the user */
    FORK_LIMIT_CGROUP_TASKS, /* pids.max */
    FORK_LIMIT_CGROUP_MEMORY /* a copy of the page tables alone passes the limit: the OOM killer comes */
};

struct fork_input {
    int kernel_major, kernel_minor; /* 0: unknown */
    long long overcommit_memory;    /* 0, 1, 2 */
    long long admin_reserve, user_reserve;
    struct host_memory memory;

    long long largest_mapping, sum_of_mappings; /* of those that are accountable; needs smaps */
    bool has_uncharged_heap; /* jemalloc of Redis 5 and later: its heap is not accountable in modes 0 and 1 */
    long long virtual_size, page_tables;

    bool is_root;                         /* of the host: RLIMIT_NPROC does not bind it */
    long long processes_limit, processes; /* of its user; limit -1: none or unknown */
    long long cgroup_tasks_limit, cgroup_tasks;
    long long cgroup_memory_limit, cgroup_memory;

    long long last_fork_usec; /* 0 or less: none yet */
    double margin;            /* of the room: less than it is tight, 0.10 */
};

struct fork_forecast {
    enum fork_outcome outcome;
    enum fork_limit limit;
    long long need, room; /* bytes, or processes; -1 where nothing is weighed */
    bool is_presumed;     /* without smaps, from what the allocator is known to do */

    double stall_seconds;   /* -1: unknown */
    bool is_stall_measured; /* the last fork's; else from the size of the page tables */

    long long copy_room; /* what copy-on-write may take before memory ends; -1: unknown */
};

struct fork_forecast fork_forecast(const struct fork_input *input);
