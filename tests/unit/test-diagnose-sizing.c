/* SPDX-License-Identifier: MIT */
#include "diagnose/sizing.h"

#include "recorded.h"

#include "servers/facts.h"

/* A server that uses so much, with this maxmemory (0: none), among those of `sizing`. */
static struct sizing_server *add(struct sizing *sizing, double used, double maxmemory, bool is_forking)
{
    struct sizing_server *server = sizing_add_server(sizing);

    server->pid = (int)sizing->servers_count;
    server->used = server->resident = used;
    server->maxmemory = maxmemory;
    server->is_forking = is_forking;
    server->is_trusted = true;
    return server;
}

/* Alone on a host of which nothing is in use. */
static double alone(double ram, double cgroup, bool is_forking)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    sizing_begin(&sizing, ram, ram);
    add(&sizing, 0, 0, is_forking);
    if (cgroup > 0)
        sizing_add_cgroup(&sizing, "/box", cgroup, -1);
    sizing_solve(&sizing);
    return sizing.servers[0].advised;
}

static double sum_of(const struct sizing *sizing)
{
    double sum = 0;

    for (size_t i = 0; i < sizing->servers_count; i++)
        sum += sizing->servers[i].advised;
    return sum;
}

static void sizing__half_of_what_the_system_leaves_where_it_forks(void **state)
{
    (void)state;
    assert_true(alone(16 * GIB, 0, true) == 7 * GIB); /* 2 GiB for the system */
    assert_true(alone(16 * GIB, 4 * GIB, true) == 2 * GIB);
    assert_true(alone(16 * GIB, 64 * GIB, true) == 7 * GIB);
}

static void sizing__three_quarters_of_it_where_it_never_forks(void **state)
{
    (void)state;
    assert_true(alone(16 * GIB, 0, false) == 10.5 * GIB);
    assert_true(alone(128 * GIB, 0, false) == 93 * GIB); /* never more than 4 GiB for the system */
    assert_true(alone(1 * GIB, 0, false) == 576 * MIB);  /* never less than 256 MiB … */
    assert_true(alone(256 * MIB, 0, false) == 96 * MIB); /* … but half at most */
    assert_true(alone(64 * GIB, 5 * GIB, false) == 4 * GIB);
}

static void sizing__is_whole_mebibytes(void **state)
{
    (void)state;
    assert_true(alone(25276502016.0, 0, true) == 10546 * MIB);
    assert_true(sizing_whole_mib(1e300) == 1e300); /* nonsense stays nonsense */
}

static void sizing__servers_share_the_host(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 24 * GIB, 22 * GIB);
    for (int i = 0; i < 16; i++)
        add(&sizing, 2 * MIB, 0, true);
    sizing_solve(&sizing);
    /* 3 GiB are the system's: 21 GiB by 16 servers that may need twice as much */
    for (int i = 0; i < 16; i++)
        assert_true(sizing.servers[i].advised == 672 * MIB);
    assert_true(sizing.places[0].others == 3 * GIB);
}

static void sizing__other_programs_keep_what_they_hold(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 4 * GIB); /* 12 in use, 2 of them the server's */
    add(&sizing, 2 * GIB, 0, false);
    sizing_solve(&sizing);
    assert_true(sizing.places[0].others == 10 * GIB);
    assert_true(sizing.servers[0].advised == 4.5 * GIB);
}

static void sizing__what_is_set_and_fits_is_kept(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 16 * GIB);
    add(&sizing, 1 * GIB, 4 * GIB, true);
    add(&sizing, 0, 0, true); /* has what is left: 14 GiB without 8, by 2 */
    sizing_solve(&sizing);
    assert_true(sizing.servers[0].advised == 4 * GIB);
    assert_true(sizing.servers[1].advised == 3 * GIB);
}

/* A full server may have half as much again, if that is there for all that are full. */
static void sizing__a_step_up_is_bounded(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0}, narrow = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 16 * GIB);
    add(&sizing, 95 * MIB, 100 * MIB, false);
    add(&sizing, 10 * MIB, 100 * MIB, false);
    sizing_solve(&sizing);
    assert_true(sizing.servers[0].advised == 150 * MIB);
    assert_true(sizing.servers[1].advised == 100 * MIB);
    sizing_begin(&narrow, 16 * GIB, 16 * GIB); /* 14 GiB by 2: 1 GiB is left for both */
    add(&narrow, 3 * GIB, 3 * GIB, true);
    add(&narrow, 3 * GIB, 3 * GIB, true);
    sizing_solve(&narrow);
    assert_true(narrow.servers[0].advised == 3.5 * GIB);
    assert_true(narrow.servers[1].advised == 3.5 * GIB);
    assert_true(narrow.servers[0].end == 0);
}

static void sizing__a_step_that_is_not_worth_it_is_none(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 16 * GIB);
    add(&sizing, 6.9 * GIB, 6.9 * GIB, true);
    sizing_solve(&sizing);
    assert_true(sizing.servers[0].advised == 6.9 * GIB);
}

static void sizing__what_is_set_and_does_not_fit_is_lowered_to_no_less_than_the_data(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 11 * GIB);
    add(&sizing, 4 * GIB, 12 * GIB, true);
    add(&sizing, 1 * GIB, 12 * GIB, true);
    add(&sizing, 0, 100 * MIB, true);
    sizing_solve(&sizing);
    assert_true(sizing.servers[0].advised == 4 * GIB);
    assert_true(sizing.servers[1].advised == 2972 * MIB);
    assert_true(sizing.servers[2].advised == 100 * MIB);
    assert_true(sizing.places[0].given == 24 * GIB + 100 * MIB);
    assert_true(2 * sum_of(&sizing) <= 14 * GIB);
}

static void sizing__data_that_does_not_fit_is_cut_in_proportion(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 2 * GIB);
    add(&sizing, 8 * GIB, 0, true);
    add(&sizing, 4 * GIB, 8 * GIB, true);
    sizing_solve(&sizing); /* 14 GiB for 24 */
    assert_true(sizing.servers[0].advised == sizing_whole_mib(14 * GIB / 3));
    assert_true(sizing.servers[1].advised == sizing_whole_mib(7 * GIB / 3));
}

/* Each of two services may have 6 GiB, both together 8. */
static void sizing__nested_cgroups_are_shared(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 64 * GIB, 64 * GIB);
    add(&sizing, 0, 0, false);
    sizing_add_cgroup(&sizing, "/slice/a", 6 * GIB, 0);
    sizing_add_cgroup(&sizing, "/slice", 8 * GIB, 3 * GIB); /* 3 GiB are another program's */
    add(&sizing, 0, 0, false);
    sizing_add_cgroup(&sizing, "/slice/b", 1 * GIB, 0);
    sizing_add_cgroup(&sizing, "/slice", 8 * GIB, 3 * GIB);
    add(&sizing, 0, 0, true);
    sizing_solve(&sizing);
    assert_int_equal(sizing.places_count, 4);
    assert_true(sizing.servers[1].advised == sizing_whole_mib(GIB / 1.25));
    assert_true(sizing.servers[0].advised == 3277 * MIB); /* 5 GiB without that, by 1.25 */
    assert_int_equal(sizing.servers[0].end, 2);
    /* 60 GiB without a third more for each of the other two, by 2 */
    assert_true(sizing.servers[2].advised > 27 * GIB && sizing.servers[2].advised < 28 * GIB);
    assert_int_equal(sizing.servers[2].end, 0);
}

/* What a stranger's process claims leaves a unit's server what it has. */
static void sizing__strangers_claims_lower_nobody_elses(void **state)
{
    _cleanup_sizing_ struct sizing sizing = {0};

    (void)state;
    sizing_begin(&sizing, 16 * GIB, 16 * GIB);
    add(&sizing, 1 * GIB, 5 * GIB, true);
    add(&sizing, 10 * MIB, 1000 * GIB, true)->is_trusted = false;
    sizing_solve(&sizing);
    assert_true(sizing.servers[0].advised == 5 * GIB);
    assert_true(sizing.servers[1].advised == 2 * GIB);
    assert_true(sizing.places[0].given_trusted == 5 * GIB);
}

/* Whatever is there, what is advised fits. */
static void sizing__the_sum_never_exceeds_a_place(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        _cleanup_sizing_ struct sizing sizing = {0};
        double ram = (double)(1 + (seed = seed * 6364136223846793005ULL + 1442695040888963407ULL) % 64) * GIB;

        sizing_begin(&sizing, ram, ram * (double)(seed >> 40 & 7) / 8);
        for (unsigned i = 0; i <= (seed >> 33) % 9; i++) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            add(&sizing, (double)(seed >> 20 & 1023) * 8 * MIB, (double)(seed >> 50 & 15) * GIB,
                seed >> 60 & 1)
                ->is_trusted = seed >> 61 & 1;
            if (seed >> 62 & 1)
                sizing_add_cgroup(&sizing, "/inner", 3 * GIB, -1);
            if (seed >> 62)
                sizing_add_cgroup(&sizing, "/outer", 5 * GIB, GIB);
        }
        sizing_solve(&sizing);
        for (size_t i = 0; i < sizing.places_count; i++) {
            double need = 0;

            for (size_t m = 0; m < sizing.places[i].members_count; m++) {
                const struct sizing_server *server = &sizing.servers[sizing.places[i].members[m]];

                need += server->advised * sizing_weight(server, i);
                assert_true(server->advised >= 0);
            }
            assert_true(need <= sizing_room(&sizing.places[i]) * 1.0001 + MIB);
        }
    }
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
        cmocka_unit_test(sizing__half_of_what_the_system_leaves_where_it_forks),
        cmocka_unit_test(sizing__three_quarters_of_it_where_it_never_forks),
        cmocka_unit_test(sizing__is_whole_mebibytes),
        cmocka_unit_test(sizing__servers_share_the_host),
        cmocka_unit_test(sizing__other_programs_keep_what_they_hold),
        cmocka_unit_test(sizing__what_is_set_and_fits_is_kept),
        cmocka_unit_test(sizing__a_step_up_is_bounded),
        cmocka_unit_test(sizing__a_step_that_is_not_worth_it_is_none),
        cmocka_unit_test(sizing__what_is_set_and_does_not_fit_is_lowered_to_no_less_than_the_data),
        cmocka_unit_test(sizing__data_that_does_not_fit_is_cut_in_proportion),
        cmocka_unit_test(sizing__nested_cgroups_are_shared),
        cmocka_unit_test(sizing__strangers_claims_lower_nobody_elses),
        cmocka_unit_test(sizing__the_sum_never_exceeds_a_place),
        recorded_test(limit__is_the_smaller_of_ram_and_cgroup),
        recorded_test(limit__comes_from_info_where_the_host_is_not_ours),
        recorded_test(is_forking__by_save_points_file_or_replicas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
