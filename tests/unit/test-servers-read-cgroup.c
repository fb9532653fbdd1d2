/* SPDX-License-Identifier: MIT */
/* The limits that cgroups set, in both versions, from a server's own cgroup up. */
#include "servers.h"

#define V2      "sys/fs/cgroup"
#define V1      "sys/fs/cgroup/memory"
#define SERVICE "/system.slice/redis-server.service"
#define MIB     (1024ULL * 1024)

static const struct server_cgroup *read_cgroup(const struct tree *tree, const char *content)
{
    server_runs(tree, 10, 1, "redis-server");
    if (content)
        server_has(tree, 10, "cgroup", content);
    return &read_server(tree, SERVER_GROUP_CGROUP)->cgroup;
}

/* A server's cgroup of version 2 with what systemd makes. */
static void make_v2(const struct tree *tree)
{
    tree_write(tree, V2 "/cgroup.controllers", "memory pids\n");
    tree_write(tree, V2 "/system.slice/memory.max", "max\n");
    tree_write(tree, V2 "/system.slice/memory.current", "900000000\n");
    tree_write(tree, V2 SERVICE "/memory.max", "max\n");
    tree_write(tree, V2 SERVICE "/memory.high", "max\n");
    tree_write(tree, V2 SERVICE "/memory.current", "524288000\n");
    tree_write(tree, V2 SERVICE "/memory.swap.max", "max\n");
    tree_write(tree, V2 SERVICE "/memory.events",
               "low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n");
    tree_write(tree, V2 SERVICE "/pids.max", "4915\n");
    tree_write(tree, V2 SERVICE "/pids.current", "6\n");
}

static void v2__without_limits(void **state)
{
    const struct server_cgroup *cgroup;

    make_v2(*state);
    cgroup = read_cgroup(*state, "0::" SERVICE "\n");
    assert_null(cgroup->unknown);
    assert_false(cgroup->is_memory_v1);
    assert_text(cgroup->memory_path, SERVICE);
    assert_int_equal(cgroup->memory_max.limit, AMOUNT_UNLIMITED);
    assert_int_equal(cgroup->memory_max.headroom, AMOUNT_UNLIMITED);
    assert_null(cgroup->memory_max.at);
    assert_int_equal(cgroup->memory_high.limit, AMOUNT_UNLIMITED);
    assert_int_equal(cgroup->swap_max.limit, AMOUNT_UNLIMITED);
    assert_int_equal(cgroup->oom_kills, 1);
    assert_int_equal(cgroup->pids_max.limit, 4915);
    assert_int_equal(cgroup->pids_max.current, 6);
    assert_int_equal(cgroup->pids_max.headroom, 4909);
    assert_int_equal(cgroup->swappiness_count, 0);
}

static void v2__the_tightest_limit_of_the_chain_counts(void **state)
{
    const struct server_cgroup *cgroup;

    make_v2(*state);
    tree_write(*state, V2 "/system.slice/memory.max", "1000000000\n");
    tree_write(*state, V2 SERVICE "/memory.max", "2000000000\n");
    tree_write(*state, V2 SERVICE "/memory.swap.max", "0\n");
    tree_write(*state, V2 SERVICE "/memory.swap.current", "0\n");
    cgroup = read_cgroup(*state, "0::" SERVICE "\n");
    assert_int_equal(cgroup->memory_max.limit, 1000000000);
    assert_text(cgroup->memory_max.at, "/system.slice");
    assert_int_equal(cgroup->memory_max.current, 900000000);
    assert_int_equal(cgroup->memory_max.headroom, 100000000);
    assert_int_equal(cgroup->swap_max.limit, 0);
    assert_int_equal(cgroup->swap_max.headroom, 0);
    assert_text(cgroup->swap_max.at, SERVICE);
}

/* A wider limit further up that others have nearly used up is what is felt first. */
static void v2__the_least_headroom_may_be_another_limits(void **state)
{
    const struct server_cgroup *cgroup;

    make_v2(*state);
    tree_write(*state, V2 "/system.slice/memory.max", "901000000\n");
    tree_write(*state, V2 SERVICE "/memory.max", "600000000\n");
    cgroup = read_cgroup(*state, "0::" SERVICE "\n");
    assert_int_equal(cgroup->memory_max.limit, 600000000);
    assert_int_equal(cgroup->memory_max.headroom, 1000000);
}

static void v2__every_limit_of_the_chain_is_a_level(void **state)
{
    const struct server_cgroup *cgroup;

    make_v2(*state);
    assert_int_equal(read_cgroup(*state, "0::" SERVICE "\n")->levels_count, 0);
    tree_write(*state, V2 "/system.slice/memory.max", "901000000\n");
    tree_write(*state, V2 "/system.slice/memory.stat", "anon 7000\nfile 9\n");
    tree_write(*state, V2 SERVICE "/memory.max", "600000000\n");
    tree_write(*state, V2 SERVICE "/memory.high", "500000000\n");
    cgroup = read_cgroup(*state, "0::" SERVICE "\n");
    assert_int_equal(cgroup->levels_count, 2);
    assert_text(cgroup->levels[0].path, SERVICE);
    assert_int_equal(cgroup->levels[0].limit, 500000000);
    assert_int_equal(cgroup->levels[0].anonymous, AMOUNT_UNKNOWN);
    assert_text(cgroup->levels[1].path, "/system.slice");
    assert_int_equal(cgroup->levels[1].limit, 901000000);
    assert_int_equal(cgroup->levels[1].anonymous, 7000);
}

static void v2__use_beyond_the_limit_leaves_nothing(void **state)
{
    make_v2(*state);
    tree_write(*state, V2 SERVICE "/memory.max", "1000\n");
    assert_int_equal(read_cgroup(*state, "0::" SERVICE "\n")->memory_max.headroom, 0);
    assert_int_equal(unlink(tree_path(*state, V2 SERVICE "/memory.current")), 0);
    assert_int_equal(read_cgroup(*state, "0::" SERVICE "\n")->memory_max.headroom, AMOUNT_UNKNOWN);
}

static void v2__the_root_has_no_limits(void **state)
{
    const struct server_cgroup *cgroup;

    make_v2(*state);
    cgroup = read_cgroup(*state, "0::/\n");
    assert_null(cgroup->unknown);
    assert_int_equal(cgroup->memory_max.limit, AMOUNT_UNLIMITED);
    assert_int_equal(cgroup->oom_kills, AMOUNT_UNKNOWN);
}

static void v1__limits_and_the_chain_of_swappiness(void **state)
{
    const struct server_cgroup *cgroup;

    tree_write(*state, V1 "/memory.swappiness", "1\n");
    tree_write(*state, V1 "/system.slice/memory.swappiness", "60\n");
    tree_write(*state, V1 "/system.slice/memory.limit_in_bytes", "9223372036854771712\n");
    tree_write(*state, V1 SERVICE "/memory.swappiness", "30\n");
    tree_write(*state, V1 SERVICE "/memory.limit_in_bytes", "734003200\n");
    tree_write(*state, V1 SERVICE "/memory.usage_in_bytes", "104857600\n");
    tree_write(*state, V1 SERVICE "/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
    cgroup =
        read_cgroup(*state, "9:memory:" SERVICE "\n3:cpu,cpuacct:/x\n1:name=systemd:" SERVICE "\n0::/\n");
    assert_null(cgroup->unknown);
    assert_true(cgroup->is_memory_v1);
    assert_int_equal(cgroup->memory_max.limit, 700 * MIB);
    assert_int_equal(cgroup->memory_max.headroom, 600 * MIB);
    assert_text(cgroup->memory_max.at, SERVICE);
    assert_int_equal(cgroup->oom_kills, 4);
    assert_int_equal(cgroup->swappiness_count, 2); /* the root's is vm.swappiness itself */
    assert_text(cgroup->swappiness[0].path, SERVICE);
    assert_int_equal(cgroup->swappiness[0].value, 30);
    assert_text(cgroup->swappiness[1].path, "/system.slice");
    assert_int_equal(cgroup->swappiness[1].value, 60);
    assert_int_equal(cgroup->pids_max.limit, AMOUNT_UNLIMITED); /* no limit below unified */
}

/* With both mounted, v2 lies below unified and the controllers may still be v1's. */
static void hybrid__each_controller_has_its_own_hierarchy(void **state)
{
    const struct server_cgroup *cgroup;

    tree_write(*state, V2 "/unified" SERVICE "/memory.max", "1048576\n");
    tree_write(*state, V2 "/unified" SERVICE "/memory.current", "1048576\n");
    tree_write(*state, V2 "/pids/p/pids.max", "10\n");
    tree_write(*state, V2 "/pids/p/pids.current", "4\n");
    cgroup = read_cgroup(*state, "8:cpu,pids:/p\n0::" SERVICE "\n");
    assert_false(cgroup->is_memory_v1);
    assert_int_equal(cgroup->memory_max.limit, MIB);
    assert_int_equal(cgroup->pids_max.limit, 10);
    assert_text(cgroup->pids_max.at, "/p");
}

static void unknown__with_the_reason(void **state)
{
    assert_contains(read_cgroup(*state, NULL)->unknown, "/proc/10/cgroup: No such file");
    assert_contains(read_cgroup(*state, "")->unknown, "no memory controller");
    assert_contains(read_cgroup(*state, "garbage\n::\n5\n0:\n")->unknown, "no memory controller");
    assert_contains(read_cgroup(*state, "0::/../redis\n")->unknown, "outside of this cgroup namespace");
    assert_contains(read_cgroup(*state, "0::/gone\033 (deleted)\n")->unknown, "/gone\\x1b (deleted)");
}

static void hostile__paths_do_not_leave_the_root(void **state)
{
    const struct server_cgroup *cgroup;

    make_v2(*state);
    cgroup = read_cgroup(*state, "0::/system.slice/../../../../../../etc\n");
    assert_non_null(cgroup->unknown);
    cgroup = read_cgroup(*state, "0::system.slice\n"); /* no path */
    assert_non_null(cgroup->unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        server_test(v2__without_limits),
        server_test(v2__the_tightest_limit_of_the_chain_counts),
        server_test(v2__the_least_headroom_may_be_another_limits),
        server_test(v2__every_limit_of_the_chain_is_a_level),
        server_test(v2__use_beyond_the_limit_leaves_nothing),
        server_test(v2__the_root_has_no_limits),
        server_test(v1__limits_and_the_chain_of_swappiness),
        server_test(hybrid__each_controller_has_its_own_hierarchy),
        server_test(unknown__with_the_reason),
        server_test(hostile__paths_do_not_leave_the_root),
    };

    return cmocka_run_group_tests_name("servers-read-cgroup", tests, NULL, NULL);
}
