/* SPDX-License-Identifier: MIT */
#include "diagnose/fork-model.h"

#include "support.h"

#define GIB (1LL << 30)
#define MIB (1LL << 20)

/* A server of 10 GiB on a host of 16 GiB, of which nothing else is known. */
static struct fork_input plain(void)
{
    return (struct fork_input){
        .kernel_major = 6,
        .kernel_minor = 1,
        .overcommit_memory = 0,
        .admin_reserve = 8 * MIB,
        .user_reserve = 128 * MIB,
        .memory = {.total = 16 * GIB,
                   .free = 1 * GIB,
                   .available = 4 * GIB,
                   .buffers = 0,
                   .cached = 2 * GIB,
                   .shmem = 0,
                   .slab_reclaimable = 0,
                   .swap_total = 0,
                   .swap_free = 0,
                   .commit_limit = 8 * GIB,
                   .committed = 3 * GIB},
        .largest_mapping = -1,
        .sum_of_mappings = -1,
        .virtual_size = 20 * GIB,
        .page_tables = 20 * MIB,
        .processes_limit = -1,
        .processes = -1,
        .cgroup_tasks_limit = -1,
        .cgroup_tasks = -1,
        .cgroup_memory_limit = -1,
        .cgroup_memory = -1,
        .margin = 0.10,
    };
}

#define assert_forecast(input, expected_outcome, expected_limit) \
    do {                                                         \
        struct fork_forecast forecast_ = fork_forecast(input);   \
        assert_int_equal(forecast_.outcome, expected_outcome);   \
        assert_int_equal(forecast_.limit, expected_limit);       \
    } while (0)

static void fork_forecast__mode_1_refuses_nothing(void **state)
{
    struct fork_input input = plain();

    (void)state;
    input.overcommit_memory = 1;
    input.largest_mapping = input.sum_of_mappings = 1000 * GIB;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_NONE);
    input.overcommit_memory = -1;
    assert_forecast(&input, FORK_UNKNOWN, FORK_LIMIT_NONE);
}

static void fork_forecast__mode_0_weighs_one_mapping_against_all_memory(void **state)
{
    struct fork_input input = plain();

    (void)state;
    input.largest_mapping = 13 * GIB; /* and the sum is three times RAM: tried, the fork succeeds */
    input.sum_of_mappings = 39 * GIB;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_ONE_MAPPING);
    input.largest_mapping = 15 * GIB;
    assert_forecast(&input, FORK_TIGHT, FORK_LIMIT_ONE_MAPPING);
    input.largest_mapping = 16 * GIB;
    assert_forecast(&input, FORK_TIGHT, FORK_LIMIT_ONE_MAPPING);
    input.largest_mapping = 16 * GIB + 4096;
    assert_forecast(&input, FORK_REFUSED, FORK_LIMIT_ONE_MAPPING);
    input.memory.swap_total = 4 * GIB; /* all of it, used or not */
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_ONE_MAPPING);
    input.memory.commit_limit = 0; /* has no part in it */
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_ONE_MAPPING);
}

static void fork_forecast__mode_0_of_old_kernels_weighs_what_is_free(void **state)
{
    struct fork_input input = plain();

    (void)state;
    input.kernel_major = 5;
    input.largest_mapping = 3 * GIB + 1;
    assert_forecast(&input, FORK_REFUSED, FORK_LIMIT_FREE_MEMORY);
    input.memory.swap_free = 2 * GIB;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_FREE_MEMORY);
    input.memory.shmem = 2 * GIB;
    assert_forecast(&input, FORK_REFUSED, FORK_LIMIT_FREE_MEMORY);
    input.memory.slab_reclaimable = 2 * GIB;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_FREE_MEMORY);
    input.kernel_minor = 2; /* from 5.2 on as today */
    input.memory.free = 0;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_ONE_MAPPING);
    input.kernel_major = 0;
    assert_int_equal(fork_forecast(&input).outcome, FORK_UNKNOWN);
}

static void fork_forecast__mode_0_without_smaps(void **state)
{
    struct fork_input input = plain();
    struct fork_forecast forecast;

    (void)state;
    assert_forecast(&input, FORK_UNKNOWN, FORK_LIMIT_ONE_MAPPING);
    input.has_uncharged_heap = true;
    forecast = fork_forecast(&input);
    assert_int_equal(forecast.outcome, FORK_PASSES);
    assert_true(forecast.is_presumed);
    input.has_uncharged_heap = false;
    input.virtual_size = 16 * GIB; /* no mapping can be larger than all of them */
    forecast = fork_forecast(&input);
    assert_int_equal(forecast.outcome, FORK_PASSES);
    assert_true(forecast.is_presumed);
}

static void fork_forecast__mode_2_weighs_all_against_what_is_left(void **state)
{
    struct fork_input input = plain();
    struct fork_forecast forecast;

    (void)state;
    input.overcommit_memory = 2;
    input.largest_mapping = 1 * GIB;
    input.sum_of_mappings = 5 * GIB;
    forecast = fork_forecast(&input); /* 8 - 3 GiB, less both reserves */
    assert_int_equal(forecast.outcome, FORK_REFUSED);
    assert_int_equal(forecast.limit, FORK_LIMIT_COMMIT);
    assert_int_equal(forecast.need, 5 * GIB);
    assert_int_equal(forecast.room, 5 * GIB - 8 * MIB - 128 * MIB);
    input.sum_of_mappings = forecast.room;
    assert_forecast(&input, FORK_TIGHT, FORK_LIMIT_COMMIT);
    input.sum_of_mappings = 4 * GIB;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_COMMIT);
    input.virtual_size = 32 * MIB; /* of a small process 1/32 is kept back */
    assert_int_equal(fork_forecast(&input).room, 5 * GIB - 9 * MIB);
    input.has_uncharged_heap = true; /* jemalloc's heap is charged in this mode */
    input.sum_of_mappings = -1;
    input.virtual_size = 6 * GIB;
    assert_forecast(&input, FORK_UNKNOWN, FORK_LIMIT_COMMIT);
    input.virtual_size = 1 * GIB;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_COMMIT);
    assert_true(fork_forecast(&input).is_presumed);
    input.memory.committed = 9 * GIB;
    input.sum_of_mappings = 1;
    assert_int_equal(fork_forecast(&input).room, 0);
    input.admin_reserve = -1;
    assert_forecast(&input, FORK_UNKNOWN, FORK_LIMIT_COMMIT);
}

static void fork_forecast__processes(void **state)
{
    struct fork_input input = plain();

    (void)state;
    input.overcommit_memory = 1;
    input.processes_limit = 10;
    input.processes = 9;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_NONE);
    input.processes = 10;
    assert_forecast(&input, FORK_REFUSED, FORK_LIMIT_PROCESSES);
    input.is_root = true;
    assert_forecast(&input, FORK_PASSES, FORK_LIMIT_NONE);
    input.cgroup_tasks_limit = input.cgroup_tasks = 5;
    assert_forecast(&input, FORK_REFUSED, FORK_LIMIT_CGROUP_TASKS);
}

static void fork_forecast__cgroup_memory(void **state)
{
    struct fork_input input = plain();
    struct fork_forecast forecast;

    (void)state;
    input.overcommit_memory = 1;
    input.cgroup_memory_limit = 10 * GIB;
    input.cgroup_memory = 10 * GIB - 20 * MIB;
    forecast = fork_forecast(&input);
    assert_int_equal(forecast.outcome, FORK_PASSES);
    assert_int_equal(forecast.copy_room, 20 * MIB);
    input.cgroup_memory++;
    assert_forecast(&input, FORK_REFUSED, FORK_LIMIT_CGROUP_MEMORY);
    input.cgroup_memory = 11 * GIB; /* the limit was lowered under it */
    assert_int_equal(fork_forecast(&input).copy_room, 0);
    input.cgroup_memory = 1 * GIB;
    forecast = fork_forecast(&input);
    assert_int_equal(forecast.copy_room, 4 * GIB);
}

static void fork_forecast__stall(void **state)
{
    struct fork_input input = plain();
    struct fork_forecast forecast = fork_forecast(&input);

    (void)state;
    assert_false(forecast.is_stall_measured);
    assert_int_equal(forecast.stall_seconds * 1000 + 0.5, 200); /* 20 MiB of page tables */
    input.last_fork_usec = 45840;
    forecast = fork_forecast(&input);
    assert_true(forecast.is_stall_measured);
    assert_int_equal(forecast.stall_seconds * 1e6 + 0.5, 45840);
    input.last_fork_usec = 0;
    input.page_tables = -1;
    assert_true(fork_forecast(&input).stall_seconds < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fork_forecast__mode_1_refuses_nothing),
        cmocka_unit_test(fork_forecast__mode_0_weighs_one_mapping_against_all_memory),
        cmocka_unit_test(fork_forecast__mode_0_of_old_kernels_weighs_what_is_free),
        cmocka_unit_test(fork_forecast__mode_0_without_smaps),
        cmocka_unit_test(fork_forecast__mode_2_weighs_all_against_what_is_left),
        cmocka_unit_test(fork_forecast__processes),
        cmocka_unit_test(fork_forecast__cgroup_memory),
        cmocka_unit_test(fork_forecast__stall),
    };

    return cmocka_run_group_tests_name("diagnose-fork-model", tests, NULL, NULL);
}
