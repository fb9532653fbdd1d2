/* SPDX-License-Identifier: MIT */
#include "diagnose/sizing.h"

#include "recorded.h"

#include "servers/facts.h"

static double maxmemory(double ram, double cgroup, bool is_forking)
{
    struct memory_limit limit = {.ram = ram, .cgroup = cgroup};
    const char *rule = NULL;
    double bytes = sizing_maxmemory(&limit, is_forking, &rule);

    assert_non_null(rule);
    return bytes;
}

static void sizing__half_where_it_forks(void **state)
{
    (void)state;
    assert_true(maxmemory(16 * GIB, 0, true) == 8 * GIB);
    assert_true(maxmemory(16 * GIB, 4 * GIB, true) == 2 * GIB);
    assert_true(maxmemory(16 * GIB, 64 * GIB, true) == 8 * GIB);
}

static void sizing__three_quarters_of_what_the_system_leaves_for_a_cache(void **state)
{
    (void)state;
    assert_true(maxmemory(16 * GIB, 0, false) == 10.5 * GIB); /* 2 GiB for the system */
    assert_true(maxmemory(128 * GIB, 0, false) == 93 * GIB);  /* never more than 4 */
    assert_true(maxmemory(1 * GIB, 0, false) == 576 * MIB);   /* never less than 256 MiB … */
    assert_true(maxmemory(256 * MIB, 0, false) == 96 * MIB);  /* … but half at most */
}

static void sizing__a_container_keeps_a_quarter_of_maxmemory_to_spare(void **state)
{
    (void)state;
    assert_true(maxmemory(64 * GIB, 5 * GIB, false) == 4 * GIB);
    assert_true(maxmemory(4 * GIB, 5 * GIB, false) == (4 * GIB - 512 * MIB) * 3 / 4);
}

static void sizing__is_whole_mebibytes(void **state)
{
    (void)state;
    assert_true(maxmemory(25276502016.0, 0, true) == 12052 * MIB);
    assert_true(sizing_whole_mib(1e300) == 1e300); /* nonsense stays nonsense */
}

static void limit__is_the_smaller_of_ram_and_cgroup(void **state)
{
    struct recorded *recorded = *state;
    struct server_facts process = {.cgroup = {.memory_max = {.limit = 1024 * 1024 * 1024ULL}}};
    struct memory_limit limit;

    recorded_ram(recorded, 8 * GIB);
    assert_true(memory_limit_find(&recorded->diagnosis, &limit));
    assert_true(limit.bytes == 8 * GIB && limit.cgroup == 0);
    assert_text(memory_limit_name(&limit), "RAM");
    recorded->diagnosis.process = &process;
    assert_true(memory_limit_find(&recorded->diagnosis, &limit));
    assert_true(limit.bytes == GIB);
    assert_text(memory_limit_name(&limit), "the cgroup's limit");
    process.cgroup.memory_max.limit = AMOUNT_UNLIMITED;
    assert_true(memory_limit_find(&recorded->diagnosis, &limit));
    assert_true(limit.bytes == 8 * GIB);
    process.cgroup.memory_max.limit = 16ULL << 30;
    assert_true(memory_limit_find(&recorded->diagnosis, &limit));
    assert_true(limit.bytes == 8 * GIB);
    assert_text(memory_limit_name(&limit), "RAM");
}

/* A server on another host says itself how much its host has. */
static void limit__comes_from_info_where_the_host_is_not_ours(void **state)
{
    struct recorded *recorded = *state;
    struct memory_limit limit = {.ram = 1};

    assert_false(memory_limit_find(&recorded->diagnosis, &limit));
    assert_true(limit.ram == 1);
    recorded_info(recorded, "total_system_memory:0\n");
    assert_false(memory_limit_find(&recorded->diagnosis, &limit));
    recorded_info(recorded, "total_system_memory:25276502016\n");
    assert_true(memory_limit_find(&recorded->diagnosis, &limit));
    assert_true(limit.bytes == 25276502016.0);
}

static void is_forking__by_save_points_file_or_replicas(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "connected_slaves:0\naof_enabled:0\n");
    recorded_config(recorded, "save:\nappendonly:no\n");
    assert_false(sizing_is_forking(&recorded->diagnosis));
    recorded_config(recorded, "save:3600 1\nappendonly:no\n");
    assert_true(sizing_is_forking(&recorded->diagnosis));
    recorded_config(recorded, "save:\nappendonly:yes\n");
    assert_true(sizing_is_forking(&recorded->diagnosis));
    recorded_config(recorded, "");
    recorded_info(recorded, "connected_slaves:1\n");
    assert_true(sizing_is_forking(&recorded->diagnosis));
    recorded_info(recorded, "aof_enabled:1\n");
    assert_true(sizing_is_forking(&recorded->diagnosis));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizing__half_where_it_forks),
        cmocka_unit_test(sizing__three_quarters_of_what_the_system_leaves_for_a_cache),
        cmocka_unit_test(sizing__a_container_keeps_a_quarter_of_maxmemory_to_spare),
        cmocka_unit_test(sizing__is_whole_mebibytes),
        recorded_test(limit__is_the_smaller_of_ram_and_cgroup),
        recorded_test(limit__comes_from_info_where_the_host_is_not_ours),
        recorded_test(is_forking__by_save_points_file_or_replicas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
