/* SPDX-License-Identifier: MIT */
/* What is true of the looked-at host as a whole, gathered once by host/read-facts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum trait {
    TRAIT_UNKNOWN,
    TRAIT_NO,
    TRAIT_YES,
};

/* What is there and could not be read, which is no absence: the fact is unknown. */
struct unread_fact {
    const char *path; /* static text */
    const char *what; /* what is therefore not known; static text */
    int error;
};

enum { UNREAD_FACTS_MAX = 4 };

struct host_facts {
    int kernel_major, kernel_minor; /* 0: unknown */
    char machine_id[33];            /* empty: unknown */
    char boot_id[37];               /* empty: unknown, or not a running system */
    bool is_running;                /* false: an image without /proc/sys, only its files can be planned */
    const char *container;          /* what kind of container we are in, static text; NULL: none */
    enum trait has_swap;
    enum trait has_multi_gen_lru; /* MGLRU built and on */
    enum trait has_syncookies;    /* net.ipv4.tcp_syncookies other than 0 */
    enum trait has_cgroup_v1_memory;
    const char *thp_built_in; /* what thp.enabled starts with in this kernel, static text; NULL: unknown */
    bool selinux_enforcing;
    int memory_nodes; /* NUMA nodes with memory; 0: unknown */
    unsigned long
        pmd_size_kib; /* the size that transparent huge pages had before there were several; 0: none */
    /* The smallest that has a switch of its own, four pages; 0: none has (Linux before 6.8), or
     * plan/observation did not list them. */
    unsigned long least_thp_kib;
    struct unread_fact unread[UNREAD_FACTS_MAX];
    size_t unread_count;
};

/* A kernel of at least this version; false where the version is unknown. */
static inline bool kernel_is_at_least(const struct host_facts *facts, int major, int minor)
{
    return facts->kernel_major > major || (facts->kernel_major == major && facts->kernel_minor >= minor);
}

static inline bool kernel_is_before(const struct host_facts *facts, int major, int minor)
{
    return facts->kernel_major > 0 && !kernel_is_at_least(facts, major, minor);
}
