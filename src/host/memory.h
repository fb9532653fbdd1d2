/* SPDX-License-Identifier: MIT */
/* The memory of the host, as /proc/meminfo has it. */
#pragma once

#include <stddef.h>

/* Bytes. What the kernel does not report is -1. */
struct host_memory {
    long long total, free, available;
    long long buffers, cached, shmem, slab_reclaimable;
    long long swap_total, swap_free;
    long long commit_limit, committed;
};

/* The text of /proc/meminfo. -EINVAL: no MemTotal in it. */
int host_memory_parse(const char *meminfo, struct host_memory *ret);
