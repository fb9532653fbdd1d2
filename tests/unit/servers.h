/* SPDX-License-Identifier: MIT */
/* Server processes of a captured /proc, for the tests of what is read of them. */
#pragma once

#include "support.h"

#include "servers/read-facts.h"

/* A file of /proc/PID. */
static inline void server_has(const struct tree *tree, int pid, const char *file, const char *content)
{
    char path[128];

    snprintf(path, sizeof(path), "proc/%d/%s", pid, file);
    tree_write(tree, path, content);
}

/* What every process has. */
static inline void server_runs(const struct tree *tree, int pid, int parent, const char *comm)
{
    char stat[256];

    snprintf(stat, sizeof(stat),
             "%d (%s) S %d 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 %d 1000 2000 18446744073709551615\n",
             pid, comm, parent, pid);
    server_has(tree, pid, "stat", stat);
    snprintf(stat, sizeof(stat), "%s\n", comm);
    server_has(tree, pid, "comm", stat);
    tree_write(tree, "sys/kernel/cpu_byteorder", "little\n"); /* what the tables of these tests are */
}

/* An hour: how long a test takes, under valgrind and beside others, is none of what it tests. */
enum { TIME_ENOUGH = 3600 };

/* The list is the test's until the next call; servers_end. */
static struct server_list servers_read;

static inline struct server_list *read_servers_named(const struct tree *tree, unsigned groups,
                                                     const char *const *named)
{
    const struct host_facts facts = {.is_running = true};
    struct budget budget;

    budget_begin(&budget, TIME_ENOUGH);
    server_list_done(&servers_read);
    server_facts_read(tree->root, &facts, groups, named, &budget, &servers_read);
    return &servers_read;
}

static inline struct server_list *read_servers(const struct tree *tree, unsigned groups)
{
    return read_servers_named(tree, groups, NULL);
}

/* The one server of the tree. */
static inline struct server_facts *read_server(const struct tree *tree, unsigned groups)
{
    assert_int_equal(read_servers(tree, groups)->count, 1);
    return &servers_read.servers[0];
}

static inline int servers_end(void **state)
{
    server_list_done(&servers_read);
    return tree_teardown(state);
}

#define server_test(function) cmocka_unit_test_setup_teardown(function, tree_setup, servers_end)
