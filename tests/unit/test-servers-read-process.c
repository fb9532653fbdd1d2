/* SPDX-License-Identifier: MIT */
#include "servers/read-process.h"

#include "support.h"

/* A process of a captured /proc; parts that are NULL are missing. */
struct process {
    int pid, parent;
    const char *comm;      /* also in stat */
    const char *stat_comm; /* where it differs there */
    unsigned long long started_ticks;
    const char *cgroup, *status, *cmdline;
};

static void write_part(const struct tree *tree, int pid, const char *part, const char *content)
{
    char path[64];

    snprintf(path, sizeof(path), "proc/%d/%s", pid, part);
    if (content)
        tree_write(tree, path, content);
}

static void add_process(const struct tree *tree, struct process process)
{
    char stat[512], comm[64];

    snprintf(comm, sizeof(comm), "%s\n", process.comm);
    snprintf(stat, sizeof(stat),
             "%d (%s) S %d 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 5 0 %llu 1000 2000 18446744073709551615\n",
             process.pid, process.stat_comm ? process.stat_comm : process.comm, process.parent,
             process.started_ticks);
    write_part(tree, process.pid, "comm", comm);
    write_part(tree, process.pid, "stat", stat);
    write_part(tree, process.pid, "cgroup", process.cgroup);
    write_part(tree, process.pid, "status", process.status);
    write_part(tree, process.pid, "cmdline", process.cmdline);
}

/* Those that are servers. */
struct found {
    struct server_process *items;
    size_t count;
};

static struct found found_servers;

static void forget_servers(void)
{
    for (size_t i = 0; i < found_servers.count; i++)
        server_process_done(&found_servers.items[i]);
    free(found_servers.items);
    found_servers = (struct found){0};
}

static const struct found *find_servers(const struct tree *tree)
{
    const struct host_facts facts = {0};
    struct server_process *processes = NULL;
    size_t count = 0;

    forget_servers();
    redis_process_list(tree->root, &facts, &processes, &count);
    for (size_t i = 0; i < count; i++) {
        if (processes[i].kind == SERVER_KIND_SERVER)
            processes[found_servers.count++] = processes[i];
        else
            server_process_done(&processes[i]);
    }
    found_servers.items = processes;
    return &found_servers;
}

static int end_servers(void **state)
{
    forget_servers();
    return tree_teardown(state);
}

#define servers_test(function) cmocka_unit_test_setup_teardown(function, tree_setup, end_servers)

static void servers__have_pid_unit_and_start(void **state)
{
    const struct found *found;

    add_process(*state, (struct process){
                            .pid = 812,
                            .parent = 1,
                            .comm = "redis-server",
                            .started_ticks = (unsigned long long)sysconf(_SC_CLK_TCK) * 3,
                            .cgroup = "0::/system.slice/redis-server.service\n",
                            .status = "Name:\tredis-server\nTHP_enabled:\t1\n",
                        });
    found = find_servers(*state);
    assert_int_equal(found->count, 1);
    assert_int_equal(found->items[0].pid, 812);
    assert_text(found->items[0].unit, "redis-server.service");
    assert_int_equal(found->items[0].started_usec, 3000000);
    assert_false(found->items[0].has_thp_disabled);
}

static void servers__of_all_three_names_and_no_others(void **state)
{
    static const char *const others[] = {
        "redis-sentinel", "redis-serve", "redis-server2", "redis-cli", "systemd", "valkey-sentinel", "",
    };

    add_process(*state, (struct process){.pid = 10, .parent = 1, .comm = "redis-server"});
    add_process(*state, (struct process){.pid = 11, .parent = 1, .comm = "valkey-server"});
    add_process(*state, (struct process){.pid = 12, .parent = 1, .comm = "keydb-server"});
    for (int i = 0; i < (int)ELEMENTS(others); i++)
        add_process(*state, (struct process){.pid = 20 + i, .parent = 1, .comm = others[i]});
    assert_int_equal(find_servers(*state)->count, 3);
}

/* A child that saves has the same comm; its parent tells. */
static void servers__without_children_that_save(void **state)
{
    add_process(*state, (struct process){.pid = 10, .parent = 1, .comm = "redis-server"});
    add_process(*state, (struct process){.pid = 11, .parent = 10, .comm = "redis-server"});
    add_process(*state, (struct process){.pid = 12, .parent = 10, .comm = "redis-rdb-bgsav"});
    assert_int_equal(find_servers(*state)->count, 1);
    assert_int_equal(find_servers(*state)->items[0].pid, 10);
}

/* A sentinel that was started as "redis-server … --sentinel" says so in its title. */
static void servers__without_sentinels_by_their_title(void **state)
{
    add_process(*state, (struct process){.pid = 10,
                                         .parent = 1,
                                         .comm = "redis-server",
                                         .cmdline = "/usr/bin/redis-server *:26379 [sentinel]"});
    add_process(*state, (struct process){.pid = 11,
                                         .parent = 1,
                                         .comm = "redis-server",
                                         .cmdline = "/usr/bin/redis-server 127.0.0.1:6379"});
    assert_int_equal(find_servers(*state)->count, 1);
    assert_int_equal(find_servers(*state)->items[0].pid, 11);
}

/* The command in stat may hold anything. */
static void servers__with_brackets_in_their_name(void **state)
{
    add_process(*state, (struct process){.pid = 10,
                                         .parent = 1,
                                         .comm = "redis-server",
                                         .stat_comm = "a) R 99 9 9 (b",
                                         .started_ticks = 100});
    assert_int_equal(find_servers(*state)->count, 1);
    assert_int_equal(find_servers(*state)->items[0].started_usec,
                     100 * (1000000ULL / (unsigned long long)sysconf(_SC_CLK_TCK)));
    add_process(*state, (struct process){.pid = 1, .parent = 0, .comm = "redis-server) S 1"});
    assert_int_equal(find_servers(*state)->count, 1);
}

static void servers__units_of_all_kinds_of_cgroups(void **state)
{
    static const struct {
        const char *cgroup, *unit;
    } rows[] = {
        {"0::/system.slice/redis-server.service\n", "redis-server.service"},
        {"0::/system.slice/system-redis.slice/redis@a.service\n", "redis@a.service"},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/cache.service\n", NULL},
        {"0::/system.slice/redis.service/sub\n", "redis.service"},
        {"9:memory:/other.service\n1:name=systemd:/system.slice/redis.service\n0::/\n", "redis.service"},
        {"0::/user.slice/user-0.slice/session-3.scope\n", NULL},
        {"0::/user.slice/x;reboot;.service\n", NULL},
        {"0::/user.slice/--force.service\n", NULL},
        {"0::/system.slice/redis.service/$(reboot).service\n", NULL},
        {"0::/default/4f5a/system.slice/redis-server.service\n", NULL},
        {"1:name=systemd:/\n0::/system.slice/redis.service\n", "redis.service"},
        {"1:name=systemd:/user.slice/user-1.slice/user@1.service/a.service\n0::/\n", NULL},
        {"0::/\n", NULL},
        {"", NULL},
        {NULL, NULL},
    };

    for (int i = 0; i < (int)ELEMENTS(rows); i++)
        add_process(
            *state,
            (struct process){.pid = 100 + i, .parent = 1, .comm = "redis-server", .cgroup = rows[i].cgroup});
    assert_int_equal(find_servers(*state)->count, ELEMENTS(rows));
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_text(find_servers(*state)->items[i].unit, rows[i].unit);
}

static void servers__huge_pages_switched_off_by_themselves(void **state)
{
    static const struct {
        const char *status;
        bool is_disabled;
    } rows[] = {
        {"Name:\tx\nTHP_enabled:\t0\n", true},
        {"Name:\tx\nTHP_enabled:\t1\n", false},
        {"Name:\tx\n", false}, /* before Linux 4.x */
        {"Name:\tTHP_enabled:\t0\n", false},
        {NULL, false},
    };

    for (int i = 0; i < (int)ELEMENTS(rows); i++)
        add_process(
            *state,
            (struct process){.pid = 100 + i, .parent = 1, .comm = "redis-server", .status = rows[i].status});
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_int_equal(find_servers(*state)->items[i].has_thp_disabled, rows[i].is_disabled);
}

static void servers__that_vanish_are_passed_over(void **state)
{
    const struct tree *tree = *state;

    add_process(tree, (struct process){.pid = 10, .parent = 1, .comm = "redis-server"});
    tree_mkdir(tree, "proc/11");                        /* gone before comm was read */
    tree_write(tree, "proc/12/comm", "redis-server\n"); /* and before stat */
    tree_write(tree, "proc/13/comm", "redis-server\n");
    tree_write(tree, "proc/13/stat", "13 (redis-server) Z 1\n"); /* or with half of it */
    tree_write(tree, "proc/14/comm", "redis-server\n");
    tree_write(tree, "proc/14/stat", "");
    tree_write(tree, "proc/15", "no directory");
    assert_int_equal(find_servers(tree)->count, 1);
}

static void servers__other_names_in_proc_are_no_processes(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "proc/1x/comm", "redis-server\n");
    tree_write(tree, "proc/1x/stat", "1 (redis-server) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 5 0 7 8 9\n");
    tree_write(tree, "proc/self/comm", "redis-server\n");
    assert_int_equal(find_servers(tree)->count, 0);
}

static void servers__without_proc_there_are_none(void **state)
{
    assert_int_equal(find_servers(*state)->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        servers_test(servers__have_pid_unit_and_start),
        servers_test(servers__of_all_three_names_and_no_others),
        servers_test(servers__without_children_that_save),
        servers_test(servers__without_sentinels_by_their_title),
        servers_test(servers__with_brackets_in_their_name),
        servers_test(servers__units_of_all_kinds_of_cgroups),
        servers_test(servers__huge_pages_switched_off_by_themselves),
        servers_test(servers__that_vanish_are_passed_over),
        servers_test(servers__other_names_in_proc_are_no_processes),
        servers_test(servers__without_proc_there_are_none),
    };

    return cmocka_run_group_tests_name("servers-read-process", tests, NULL, NULL);
}
