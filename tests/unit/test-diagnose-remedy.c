/* SPDX-License-Identifier: MIT */
#include "diagnose/remedy.h"

#include "recorded.h"

#include "servers/facts.h"

static void keep__rewrites_a_file_only_where_there_is_one(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "config_file:/etc/redis/redis.conf\n");
    remedy_set(&recorded->diagnosis, &recorded->verdict, "timeout %d", 300);
    remedy_keep(&recorded->diagnosis, &recorded->verdict);
    assert_text(recorded->verdict.remedy, "redis-cli -s /run/test.sock CONFIG SET timeout 300\n"
                                          "redis-cli -s /run/test.sock CONFIG REWRITE");
    verdict_done(&recorded->verdict);
    recorded_info(recorded, "config_file:\n");
    remedy_keep(&recorded->diagnosis, &recorded->verdict);
    assert_contains(recorded->verdict.remedy, "no configuration file");
    assert_lacks(recorded->verdict.remedy, "REWRITE");
}

static void maxmemory__is_computed(void **state)
{
    struct recorded *recorded = *state;

    recorded_ram(recorded, 16 * GIB);
    recorded_info(recorded, "used_memory:1000\nconfig_file:/etc/redis/redis.conf\n");
    recorded_config(recorded, "save:3600 1\n");
    remedy_maxmemory(&recorded->diagnosis, &recorded->verdict);
    assert_text(recorded->verdict.remedy,
                "redis-cli -s /run/test.sock CONFIG SET maxmemory 7516192768\n"
                "(7 GiB: the host has 14 GiB of 16 GiB for this server, beside the system and other "
                "programs; while a child of it lives it may need twice its maxmemory)\n"
                "redis-cli -s /run/test.sock CONFIG REWRITE");
}

/* CONFIG SET maxmemory below what is in use evicts or refuses at once. */
static void maxmemory__warns_where_the_data_does_not_fit(void **state)
{
    struct recorded *recorded = *state;

    recorded_ram(recorded, 16 * GIB);
    recorded_info(recorded, "used_memory:9000000000\n");
    recorded_config(recorded, "save:3600 1\n");
    remedy_maxmemory(&recorded->diagnosis, &recorded->verdict);
    assert_int_equal(strncmp(recorded->verdict.remedy, "add RAM", strlen("add RAM")), 0);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET"); /* which would be pasted */
    verdict_done(&recorded->verdict);
    recorded_info(recorded, "used_memory:9000000000\nmaxmemory:12000000000\nmaxmemory_policy:allkeys-lru\n");
    remedy_maxmemory(&recorded->diagnosis, &recorded->verdict);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxmemory 7516192768\n"); /* a cache refills */
    assert_contains(recorded->verdict.remedy, "a cache drops at once what is beyond it");
}

static void maxmemory__without_knowing_the_ram(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "used_memory:1\n");
    remedy_maxmemory(&recorded->diagnosis, &recorded->verdict);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET");
}

/* A remedy for a full server must not make it smaller. */
static void more_room__is_only_advised_where_there_is_some(void **state)
{
    struct recorded *recorded = *state;

    recorded_ram(recorded, 16 * GIB); /* 7 GiB, with save points */
    recorded_config(recorded, "save:3600 1\n");
    recorded_info(recorded, "used_memory:4000000000\nmaxmemory:4294967296\n");
    remedy_more_room(&recorded->diagnosis, &recorded->verdict);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxmemory 6442450944\n");
    assert_contains(recorded->verdict.remedy, "from 4 GiB to 6 GiB");
    assert_contains(recorded->verdict.remedy, "takes up to 4 GiB more");
    verdict_done(&recorded->verdict);
    recorded_info(recorded, "used_memory:7516192000\nmaxmemory:7516192768\n");
    remedy_more_room(&recorded->diagnosis, &recorded->verdict);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET");
    assert_contains(recorded->verdict.remedy, "no room for a larger maxmemory");
    verdict_done(&recorded->verdict);
    /* larger than it may be: that is no room either */
    recorded_info(recorded, "used_memory:9000000000\nmaxmemory:12884901888\n");
    remedy_more_room(&recorded->diagnosis, &recorded->verdict);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET");
}

/* Nothing is lowered for what others take. */
static void maxmemory__that_fits_is_not_set_again(void **state)
{
    struct recorded *recorded = *state;

    recorded_ram(recorded, 16 * GIB);
    recorded_info(recorded, "used_memory:1000\nmaxmemory:1073741824\n");
    recorded_config(recorded, "save:3600 1\n");
    remedy_maxmemory(&recorded->diagnosis, &recorded->verdict);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET");
    assert_contains(recorded->verdict.remedy, "maxmemory fits as it is");
}

/* RAM helps nobody whose cgroup ends before it. */
static void maxmemory__of_a_cgroup_asks_for_its_limit(void **state)
{
    struct recorded *recorded = *state;
    struct cgroup_level level = {.path = (char *)"/box", .limit = 300 << 20, .anonymous = AMOUNT_UNKNOWN};
    struct server_facts process = {.process = {.pid = 7},
                                   .status = {.rss_bytes = 250 << 20},
                                   .cgroup = {.levels = &level, .levels_count = 1}};

    recorded->diagnosis.process = &process;
    recorded_ram(recorded, 16 * GIB);
    recorded_config(recorded, "save:3600 1\n");
    recorded_info(recorded, "used_memory:250000000\nmaxmemory:280000000\nused_memory_rss:262144000\n");
    remedy_maxmemory(&recorded->diagnosis, &recorded->verdict);
    assert_contains(recorded->verdict.remedy, "raise the limit of the cgroup /box, or move keys");
    assert_contains(recorded->verdict.remedy,
                    "then set maxmemory to 157286400 (150 MiB: the cgroup /box has 300 MiB");
    verdict_done(&recorded->verdict);
    remedy_more_room(&recorded->diagnosis, &recorded->verdict);
    assert_contains(recorded->verdict.remedy, "raise the limit of the cgroup /box, or move keys");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(keep__rewrites_a_file_only_where_there_is_one),
        recorded_test(maxmemory__is_computed),
        recorded_test(maxmemory__warns_where_the_data_does_not_fit),
        recorded_test(maxmemory__without_knowing_the_ram),
        recorded_test(maxmemory__that_fits_is_not_set_again),
        recorded_test(maxmemory__of_a_cgroup_asks_for_its_limit),
        recorded_test(more_room__is_only_advised_where_there_is_some),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
