/* SPDX-License-Identifier: MIT */
/* Settings and figures of the kernel that the rules look at besides the tunables. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the kernel does not have or does not show is -1, and an empty text. */
struct kernel_facts {
    long long overcommit_memory;
    long long admin_reserve_bytes, user_reserve_bytes;
    long long max_map_count;
    long long zone_reclaim_mode;
    long long tcp_tw_reuse, tcp_tw_recycle; /* as our own network namespace has them */
    long long somaxconn;
    char thp_enabled[16];                    /* the selected word */
    char clocksource[32], clocksources[128]; /* the current one, and those that could be */
    double clock_seconds;      /* a reading of CLOCK_MONOTONIC; 0: not measured, as below another root */
    double clock_call_seconds; /* the same by a system call; about as much: the first is one too */
    struct memory_node *nodes; /* those with memory, by number */
    size_t nodes_count;
};

struct memory_node {
    unsigned number;
    long long total, free; /* bytes; -1: unknown */
};

/* Whether reading that clock takes a system call wherever it is; of xen's the name does not tell. */
bool kernel_clocksource_is_slow(const char *name);
