/* SPDX-License-Identifier: MIT */
/* What is read of each server: its status, limits and memory. */
#include "servers.h"
#include "servers/readers.h"

#define MIB (1024ULL * 1024)

static void server_facts__kinds_are_told_apart(void **state)
{
    struct server_list *list;

    server_runs(*state, 10, 1, "redis-server");
    server_runs(*state, 11, 10, "redis-server"); /* saves */
    server_runs(*state, 9, 1, "valkey-sentinel");
    server_runs(*state, 12, 1, "valkey-server");
    server_has(*state, 12, "cmdline", "valkey-server *:26379 [sentinel]");
    list = read_servers(*state, 0);
    assert_int_equal(list->count, 3);
    assert_int_equal(list->servers[0].process.kind, SERVER_KIND_SENTINEL);
    assert_text(list->servers[0].process.comm, "valkey-sentinel");
    assert_int_equal(list->servers[1].process.kind, SERVER_KIND_SERVER);
    assert_int_equal(list->servers[1].children_count, 1);
    assert_int_equal(list->servers[1].children[0].pid, 11);
    assert_int_equal(list->servers[2].process.kind, SERVER_KIND_SENTINEL);
    assert_int_equal(list->servers[2].children_count, 0);
}

static void server_facts__groups_that_were_not_asked_for_are_unknown(void **state)
{
    struct server_facts *server;

    server_runs(*state, 10, 1, "redis-server");
    server_has(*state, 10, "limits",
               "Max open files            1024                 524288               files\n");
    server = read_server(*state, SERVER_GROUP_LIMITS);
    assert_null(server->limits.unknown);
    assert_text(server->status.unknown, "not looked at");
    assert_text(server->memory.unknown, "not looked at");
    assert_text(server->mappings.unknown, "not looked at");
    assert_text(server->numa.unknown, "not looked at");
    assert_text(server->listeners.unknown, "not looked at");
    assert_text(server->network.unknown, "not looked at");
    assert_text(server->cgroup.unknown, "not looked at");
    assert_text(server->config.unknown, "not looked at");
}

static void server_facts__files_that_are_missing_are_named(void **state)
{
    struct server_facts *server;

    server_runs(*state, 10, 1, "redis-server");
    server = read_server(*state, SERVER_GROUPS_ALL);
    assert_contains(server->status.unknown, "/proc/10/status: No such file");
    assert_contains(server->limits.unknown, "/proc/10/limits: No such file");
    assert_contains(server->memory.unknown, "/proc/10/smaps_rollup: No such file");
    assert_contains(server->mappings.unknown, "/proc/10/smaps: No such file");
    assert_contains(server->numa.unknown, "no NUMA");
    tree_mkdir(*state, "sys/devices/system/node");
    assert_contains(read_server(*state, SERVER_GROUPS_ALL)->numa.unknown, "/proc/10/numa_maps: No such file");
}

/* What was cut is said; nothing is left out of the list. */
static void server_facts__without_time_they_are_unknown(void **state)
{
    const struct host_facts facts = {.is_running = true};
    const struct server_facts *server;
    struct budget budget;

    server_runs(*state, 10, 1, "redis-server");
    server_runs(*state, 11, 1, "redis-server");
    server_has(*state, 11, "smaps_rollup", "Rss:  2048 kB\n");
    budget_begin(&budget, 0);
    budget.deadline = budget_now() - 1;
    server_list_done(&servers_read);
    server_facts_read(((const struct tree *)*state)->root, &facts, SERVER_GROUPS_ALL, NULL, &budget,
                      &servers_read);
    assert_int_equal(servers_read.count, 2);
    server = &servers_read.servers[1];
    assert_text(server->status.unknown, server_no_time);
    assert_text(server->listeners.unknown, server_no_time);
    assert_text(server->network.unknown, server_no_time);
    assert_text(server->config.unknown, server_no_time);
    assert_contains(server->memory.unknown, "the time of this run is used up");
}

/* More than anybody has, and each costs time and memory. */
static void server_facts__strangers_are_counted_from_some_number_on(void **state)
{
    const struct server_list *list;

    for (int pid = 10; pid < 10 + STRANGERS_MAX + 3; pid++)
        server_runs(*state, pid, 1, "redis-server");
    list = read_servers(*state, 0);
    assert_int_equal(list->count, STRANGERS_MAX);
    assert_int_equal(list->beyond, 3);
    assert_int_equal(list->first_beyond, 10 + STRANGERS_MAX);
}

/* What is asked for is not hidden by any number of others. */
static void server_facts__who_is_named_is_looked_at_whatever_the_number(void **state)
{
    static const char *const named[] = {"1012", NULL};
    const struct server_list *list;

    assert_true(10 + STRANGERS_MAX < 1012);
    for (int pid = 10; pid <= 1012; pid++)
        server_runs(*state, pid, 1, "redis-server");
    list = read_servers_named(*state, 0, named);
    assert_int_equal(list->count, STRANGERS_MAX + 1);
    assert_int_equal(list->beyond, 2);
    assert_int_equal(list->servers[STRANGERS_MAX].process.pid, 1012);
    assert_true(list->servers[STRANGERS_MAX].process.is_named);
    assert_false(list->servers[0].process.is_named);
}

static void server_facts__status(void **state)
{
    struct server_facts *server;

    server_runs(*state, 10, 1, "redis-server");
    server_has(*state, 10, "status",
               "Name:\tVmRSS:\t1 kB\nUid:\t107\t107\t107\t107\nNSpid:\t10\nVmSize:\t   68236 kB\nVmRSS:\t   "
               "10240 kB\n"
               "VmPTE:\t     124 kB\nVmSwap:\t       0 kB\nTHP_enabled:\t0\nThreads:\t5\n"
               "CapEff:\t000001ffffffffff\nSeccomp:\t2\nSeccomp_filters:\t3\n");
    server = read_server(*state, SERVER_GROUP_STATUS);
    assert_null(server->status.unknown);
    assert_int_equal(server->process.uid, 107);
    assert_null(server->process.container);
    assert_int_equal(server->status.size_bytes, 68236 * 1024);
    assert_int_equal(server->status.rss_bytes, 10 * MIB);
    assert_int_equal(server->status.page_tables_bytes, 124 * 1024);
    assert_int_equal(server->status.swap_bytes, 0);
    assert_int_equal(server->status.thp_enabled, TRAIT_NO);
}

static void status__one_memory_node_or_more(void **state)
{
    static const struct {
        const char *list;
        bool has_one;
    } rows[] = {{"3", true}, {"0-1", false}, {"0,2", false}, {"", false}, {"-1", false}};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct server_status status = {0};
        char text[64];

        snprintf(text, sizeof(text), "Name:\tx\nMems_allowed_list:\t%s\nx:\t1\n", rows[i].list);
        server_status_parse(text, &status);
        assert_int_equal(status.has_one_node, rows[i].has_one);
        if (rows[i].has_one)
            assert_int_equal(status.only_node, 3);
    }
}

static void status__a_sign_is_no_figure(void **state)
{
    struct server_status status = {0};
    struct server_limits limits = {0};

    (void)state;
    server_status_parse("Name:\tx\nVmRSS:\t-1 kB\nVmSwap:\t+1 kB\nThreads:\t-5\nCapEff:\t-1\n", &status);
    assert_int_equal(status.rss_bytes, AMOUNT_UNKNOWN);
    assert_int_equal(status.swap_bytes, AMOUNT_UNKNOWN);
    server_limits_parse("Max open files            -1                  +3            files\n", &limits);
    assert_int_equal(limits.open_files, AMOUNT_UNKNOWN);
    assert_int_equal(limits.open_files_hard, AMOUNT_UNKNOWN);
}

static void server_facts__status_of_an_old_kernel_has_less(void **state)
{
    const struct server_status *status;

    server_runs(*state, 10, 1, "redis-server");
    server_has(*state, 10, "status",
               "Name:\tredis-server\nVmRSS:\t-1 kB\nVmSize:\t18446744073709551615 kB\nSeccomp:\tx\n");
    status = &read_server(*state, SERVER_GROUP_STATUS)->status;
    assert_null(status->unknown);
    assert_int_equal(status->thp_enabled, TRAIT_UNKNOWN);
    assert_int_equal(status->rss_bytes, AMOUNT_UNKNOWN);
    assert_int_equal(status->size_bytes, AMOUNT_UNKNOWN);
}

static void server_facts__limits(void **state)
{
    const struct server_limits *limits;

    server_runs(*state, 10, 1, "redis-server");
    server_has(*state, 10, "limits",
               "Limit                     Soft Limit           Hard Limit           Units     \n"
               "Max processes             7823                 unlimited            processes \n"
               "Max open files            1024                 524288               files     \n");
    limits = &read_server(*state, SERVER_GROUP_LIMITS)->limits;
    assert_int_equal(limits->open_files, 1024);
    assert_int_equal(limits->open_files_hard, 524288);
    assert_int_equal(limits->processes, 7823);
    assert_int_equal(limits->processes_hard, AMOUNT_UNLIMITED);
    server_has(*state, 10, "limits", "Max open files\nMax processes   -1 x\n");
    limits = &read_server(*state, SERVER_GROUP_LIMITS)->limits;
    assert_int_equal(limits->open_files, AMOUNT_UNKNOWN);
    assert_int_equal(limits->processes, AMOUNT_UNKNOWN);
}

static void server_facts__tasks_of_its_user(void **state)
{
    const struct tree *tree = *state;

    server_runs(tree, 10, 1, "redis-server");
    server_has(tree, 1, "comm", "systemd\n");
    server_has(tree, 1, "status", "Name:\tsystemd\nUid:\t0\t0\t0\t0\nThreads:\t1\n");
    server_has(tree, 10, "status", "Name:\tredis-server\nUid:\t107\t107\t107\t107\nThreads:\t5\n");
    server_has(tree, 11, "status", "Name:\tother\nUid:\t107\t107\t107\t107\nThreads:\t2\n");
    server_has(tree, 10, "limits",
               "Max processes             8                 unlimited            processes \n");
    assert_int_equal(read_server(tree, SERVER_GROUP_LIMITS)->limits.user_tasks, 7);
    tree_write(tree, "proc/loadavg", "0.00 0.00 0.00 1/8 99\n");
    assert_int_equal(read_server(tree, SERVER_GROUP_LIMITS)->limits.user_tasks, 7);
    tree_write(tree, "proc/loadavg", "0.00 0.00 0.00 1/7 99\n"); /* the whole host has fewer */
    assert_int_equal(read_server(tree, SERVER_GROUP_LIMITS)->limits.user_tasks, AMOUNT_UNKNOWN);
}

static void server_facts__memory(void **state)
{
    const struct server_facts *server;

    server_runs(*state, 10, 1, "redis-server");
    server_runs(*state, 11, 10, "redis-server");
    server_has(*state, 10, "smaps_rollup",
               "55d0c0000000-7ffd00000000 ---p 00000000 00:00 0    [rollup]\nRss:  2048 kB\nPss:  2000 kB\n"
               "Private_Dirty:  1024 kB\nAnonymous:  1500 kB\nAnonHugePages:  2048 kB\nSwap:  4 kB\nSwapPss: "
               "4 kB\n");
    server_has(*state, 11, "smaps_rollup", "Private_Dirty:    700 kB\n");
    server = read_server(*state, SERVER_GROUP_MEMORY | SERVER_GROUP_CHILDREN);
    assert_null(server->memory.unknown);
    assert_int_equal(server->memory.rss_bytes, 2 * MIB);
    assert_int_equal(server->memory.anonymous_bytes, 1500 * 1024);
    assert_int_equal(server->memory.anonymous_huge_bytes, 2 * MIB);
    assert_int_equal(server->memory.private_dirty_bytes, MIB);
    assert_int_equal(server->memory.swap_bytes, 4096);
    assert_int_equal(server->children[0].private_dirty_bytes, 700 * 1024);
    server_has(*state, 10, "smaps_rollup", "");
    assert_contains(read_server(*state, SERVER_GROUP_MEMORY)->memory.unknown, "smaps_rollup");
}

static void server_facts__mappings(void **state)
{
    const struct server_mappings *mappings;

    server_runs(*state, 10, 1, "redis-server");
    server_has(
        *state, 10, "smaps",
        "10000000-10100000 rw-p 00000000 00:00 0 \nSize: 1024 kB\nVmFlags: rd wr mr mw me ac \n"
        "20000000-20300000 rw-p 00000000 00:00 0 [heap]\nSize: 3072 kB\nVmFlags: rd wr mr mw me ac hg\n"
        "30000000-38000000 rw-p 00000000 00:00 0 \nSize: 131072 kB\nVmFlags: rd wr mr mw me nr \n");
    mappings = &read_server(*state, SERVER_GROUP_MAPPINGS)->mappings;
    assert_null(mappings->unknown);
    assert_int_equal(mappings->count, 3);
    assert_int_equal(mappings->accountable_sum_bytes, 4 * MIB);
    assert_int_equal(mappings->accountable_largest_bytes, 3 * MIB);
}

/* What follows behind the part of a line that is looked at begins no line of its own. */
static void server_facts__long_lines_are_one_line(void **state)
{
    static char content[30000];
    const char mapping[] = "10000000-10001000 rw-p 00000000 00:00 0 ";
    const struct server_mappings *mappings;

    server_runs(*state, 10, 1, "redis-server");
    while (strlen(content) + sizeof(mapping) < sizeof(content) - 1)
        strcat(content, mapping);
    strcat(content, "\n");
    server_has(*state, 10, "smaps", content);
    mappings = &read_server(*state, SERVER_GROUP_MAPPINGS)->mappings;
    assert_int_equal(mappings->count, 1);
}

static void server_facts__numa(void **state)
{
    const struct server_numa *numa;

    server_runs(*state, 10, 1, "redis-server");
    server_has(*state, 10, "numa_maps",
               "10000000 default file=/usr/bin/redis mapped=300 N0=300 kernelpagesize_kB=4\n"
               "20000000 interleave:0-1 heap anon=4 dirty=4 N0=3 N1=1 kernelpagesize_kB=4\n"
               "30000000 interleave:0-1 anon=256 dirty=256 N0=128 N1=128 kernelpagesize_kB=4\n"
               "7ff00000 default stack anon=2 dirty=2 N1=2 kernelpagesize_kB=4\n");
    numa = &read_server(*state, SERVER_GROUP_NUMA)->numa;
    assert_null(numa->unknown);
    assert_text(numa->policy, "interleave:0-1");
    assert_int_equal(numa->anonymous_bytes, 262 * 4096);
    assert_int_equal(numa->interleaved_bytes, 260 * 4096);
    assert_int_equal(numa->nodes_count, 2);
    assert_int_equal(numa->nodes[0].node, 0);
    assert_int_equal(numa->nodes[0].bytes, 131 * 4096);
    assert_int_equal(numa->nodes[1].bytes, 131 * 4096);
}

static void server_facts__pipes_in_proc_do_not_block(void **state)
{
    struct server_facts *server;

    server_runs(*state, 10, 1, "redis-server");
    assert_int_equal(mkfifo(tree_path(*state, "proc/10/smaps"), 0600), 0);
    assert_int_equal(mkfifo(tree_path(*state, "proc/10/status"), 0600), 0);
    server = read_server(*state, SERVER_GROUPS_ALL);
    assert_contains(server->mappings.unknown, "No such device");
    assert_contains(server->status.unknown, "No such device");
}

static void server_facts__hidden_processes_are_said(void **state)
{
    assert_contains(read_servers(*state, 0)->unseen, "hidden");
    server_runs(*state, 1, 0, "systemd");
    assert_null(read_servers(*state, 0)->unseen);
    remove_below(AT_FDCWD, tree_path(*state, "proc"));
    tree_write(*state, "proc", "no directory");
    assert_contains(read_servers(*state, 0)->unseen, "/proc cannot be listed: Not a directory");
}

static void server_facts__containers_are_named(void **state)
{
    struct server_list *list;

    for (int pid = 10; pid < 13; pid++)
        server_runs(*state, pid, 1, "redis-server");
    server_has(
        *state, 10, "cgroup",
        "0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope\n");
    server_has(*state, 10, "status", "Name:\tredis-server\nNSpid:\t10\t1\n");
    server_has(*state, 11, "cgroup", "0::/system.slice/redis.service\n");
    server_has(*state, 11, "status", "Name:\tredis-server\nNSpid:\t11\t1\n"); /* PrivatePIDs= */
    server_has(*state, 12, "status", "Name:\tredis-server\nNSpid:\t12\t1\n");
    tree_write(*state, "etc/systemd/system/redis.service", "[Service]\nExecStart=/usr/bin/redis-server\n");
    list = read_servers(*state, SERVER_GROUP_UNIT);
    assert_text(list->servers[0].process.container, "docker 0123456789ab");
    assert_text(server_display(&list->servers[0]), "redis-server (pid 10, docker 0123456789ab)");
    assert_null(list->servers[1].process.container);
    assert_text(server_display(&list->servers[1]), "redis.service");
    assert_text(list->servers[2].process.container, "a PID namespace of its own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status__one_memory_node_or_more),
        cmocka_unit_test(status__a_sign_is_no_figure),
        server_test(server_facts__kinds_are_told_apart),
        server_test(server_facts__groups_that_were_not_asked_for_are_unknown),
        server_test(server_facts__files_that_are_missing_are_named),
        server_test(server_facts__without_time_they_are_unknown),
        server_test(server_facts__strangers_are_counted_from_some_number_on),
        server_test(server_facts__who_is_named_is_looked_at_whatever_the_number),
        server_test(server_facts__status),
        server_test(server_facts__status_of_an_old_kernel_has_less),
        server_test(server_facts__limits),
        server_test(server_facts__tasks_of_its_user),
        server_test(server_facts__memory),
        server_test(server_facts__mappings),
        server_test(server_facts__long_lines_are_one_line),
        server_test(server_facts__numa),
        server_test(server_facts__pipes_in_proc_do_not_block),
        server_test(server_facts__hidden_processes_are_said),
        server_test(server_facts__containers_are_named),
    };

    return cmocka_run_group_tests_name("servers-facts", tests, NULL, NULL);
}
