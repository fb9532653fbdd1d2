/* SPDX-License-Identifier: MIT */
#include "diagnose/remedy.h"

#include "recorded.h"

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
    assert_text(recorded->verdict.remedy, "redis-cli -s /run/test.sock CONFIG SET maxmemory 8589934592\n"
                                          "(8 GiB: half of RAM, for a fork may need up to as much again)\n"
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

    recorded_ram(recorded, 16 * GIB); /* 8 GiB, with save points */
    recorded_config(recorded, "save:3600 1\n");
    recorded_info(recorded, "used_memory:1000\nmaxmemory:4294967296\n");
    remedy_more_room(&recorded->diagnosis, &recorded->verdict);
    assert_contains(recorded->verdict.remedy, "CONFIG SET maxmemory 8589934592\n");
    verdict_done(&recorded->verdict);
    recorded_info(recorded, "used_memory:1000\nmaxmemory:8589934592\n");
    remedy_more_room(&recorded->diagnosis, &recorded->verdict);
    assert_lacks(recorded->verdict.remedy, "CONFIG SET");
    assert_contains(recorded->verdict.remedy, "half of RAM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(keep__rewrites_a_file_only_where_there_is_one),
        recorded_test(maxmemory__is_computed),
        recorded_test(maxmemory__warns_where_the_data_does_not_fit),
        recorded_test(maxmemory__without_knowing_the_ram),
        recorded_test(more_room__is_only_advised_where_there_is_some),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
