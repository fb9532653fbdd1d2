/* SPDX-License-Identifier: MIT */
/* How large maxmemory may be on this host or in this container.
 *
 * A server that forks (snapshots, rewrites of the append-only file, full copies for replicas) may need up to
 * as much again while a child lives, so it gets half. One that never forks gets three quarters of what the
 * operating system leaves, or its container's limit with a quarter of maxmemory to spare for buffers and
 * fragmentation. Pure. */
#pragma once

#include <stdbool.h>

#include "diagnose/diagnosis.h"

struct memory_limit {
    double ram;    /* of the host that the server runs on, bytes */
    double cgroup; /* the tightest limit of the server's cgroups; 0: none is set, or none is known */
    double bytes;  /* the smaller one */
};

/* What the server's process can have at most. false: neither /proc/meminfo nor INFO (3.2+) tells. */
bool memory_limit_find(const struct diagnosis *diagnosis, struct memory_limit *ret);

/* "RAM" or "the cgroup's limit": which one .bytes is. */
const char *memory_limit_name(const struct memory_limit *limit);

/* Whether anything makes the server fork: save points, an append-only file, replicas. */
bool sizing_is_forking(const struct diagnosis *diagnosis);

/* The largest safe maxmemory, in whole MiB, in bytes. *ret_rule is the arithmetic in words ("half of RAM, for
 * …"), static. */
double sizing_maxmemory(const struct memory_limit *limit, bool is_forking, const char **ret_rule);

/* Rounded down to whole MiB. */
double sizing_whole_mib(double bytes);
