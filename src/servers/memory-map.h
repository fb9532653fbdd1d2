/* SPDX-License-Identifier: MIT */
/* The lines of /proc/PID/smaps and /proc/PID/numa_maps, added up. Pure: the caller feeds line by line, so
 * that a process with 65,530 mappings needs no more memory than one with ten. */
#pragma once

#include "servers/facts.h"

/* Where the sums of smaps stand; starts as {0}. */
struct smaps_sum {
    amount count, accountable_largest_bytes, accountable_sum_bytes;
    amount size_bytes; /* of the mapping that is being read */
    bool has_jemalloc; /* a library of that name is mapped: the server has not its own */
};

/* One line without its line end. A line that was cut off at the caller's buffer may be given as it is. */
void smaps_add_line(struct smaps_sum *sum, const char *line);

/* The sums of numa_maps; starts as {0}, ends with placement_done. */
struct placement_policy {
    char *policy;
    amount bytes;
};

struct placement_sum {
    struct server_node *nodes; /* in the order of their numbers */
    size_t nodes_count;
    struct placement_policy *policies;
    size_t policies_count;
};

/* A line that is none of numa_maps' adds nothing. */
void placement_add_line(struct placement_sum *sum, const char *line);

/* Moves the result over: what lies where, and under which policy most of it does. */
void placement_finish(struct placement_sum *sum, struct server_numa *numa);
void placement_done(struct placement_sum *sum);
