/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

#include "diagnose/run-record.h"

#define NOTHING_SAVES "save:\nappendonly:no\n"

static void single_copy__data_that_is_nowhere_else(void **state)
{
    static const struct {
        const char *info, *config;
        enum finding_result result;
    } cases[] = {
        {"connected_slaves:0\ndb0:keys=10,expires=8\n", NOTHING_SAVES, FINDING_WARNING},
        {"connected_slaves:0\ndb0:keys=10,expires=9\n", NOTHING_SAVES, FINDING_PASS},
        {"connected_slaves:1\ndb0:keys=10,expires=0\n", NOTHING_SAVES, FINDING_PASS},
        {"connected_slaves:0\n", NOTHING_SAVES, FINDING_PASS}, /* no data */
        {"connected_slaves:0\ndb0:keys=10,expires=0\n", "save:3600 1\nappendonly:no\n", FINDING_PASS},
        {"connected_slaves:0\ndb0:keys=10,expires=0\n", "save:\nappendonly:yes\n", FINDING_PASS},
        {"connected_slaves:0\nmaxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=10,expires=0\n",
         NOTHING_SAVES, FINDING_PASS},
        {"connected_slaves:0\nmaxmemory:0\nmaxmemory_policy:allkeys-lru\ndb0:keys=10,expires=0\n",
         NOTHING_SAVES, FINDING_WARNING}, /* nothing is ever evicted without a maxmemory */
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_info(recorded, cases[i].info);
        recorded_config(recorded, cases[i].config);
        if (recorded_judge(recorded, "single-copy") != cases[i].result)
            fail_msg("%s: %s", cases[i].info, finding_result_name(recorded->verdict.result));
    }
    recorded->diagnosis.redis.is_replica = true;
    assert_result(recorded, "single-copy", FINDING_PASS);
}

static void mixed_roles__a_cache_and_data(void **state)
{
    static const struct {
        const char *info;
        enum finding_result result;
    } cases[] = {
        {"maxmemory:9\nmaxmemory_policy:volatile-lru\ndb0:keys=100,expires=20\n", FINDING_WARNING},
        {"maxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=100,expires=80\n", FINDING_WARNING},
        {"maxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=100,expires=19\n", FINDING_PASS},
        {"maxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=100,expires=81\n", FINDING_PASS},
        {"maxmemory:9\nmaxmemory_policy:noeviction\ndb0:keys=100,expires=50\n", FINDING_PASS},
        {"maxmemory:0\nmaxmemory_policy:allkeys-lru\ndb0:keys=100,expires=50\n", FINDING_PASS},
        {"maxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=99,expires=50\n", FINDING_PASS},
        {"maxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=90,expires=90\ndb3:keys=10,expires=10\n",
         FINDING_WARNING},
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_info(recorded, cases[i].info);
        if (recorded_judge(recorded, "mixed-roles") != cases[i].result)
            fail_msg("%s: %s", cases[i].info, finding_result_name(recorded->verdict.result));
    }
}

static void trend__how_long_until_the_limit(void **state)
{
    struct recorded *recorded = *state;

    recorded_info_before(recorded, "used_memory:10000000\ndb0:keys=5,expires=0\n"); /* ten seconds ago */
    recorded_info(recorded, "used_memory:11048575\nmaxmemory:11048576\n");
    assert_result(recorded, "trend", FINDING_PASS); /* less than a MiB is noise */
    recorded_info(recorded, "used_memory:11048576\nmaxmemory:9000000000\ndb0:keys=9,expires=0\n");
    assert_result(recorded, "trend", FINDING_CRITICAL); /* 104,858 bytes a second: 24 h are 9.06e9 */
    assert_text(recorded_evidence(recorded, "keys_growth")->text, "+4");
    recorded_info(recorded, "used_memory:11048576\nmaxmemory:9100000000000\n");
    assert_result(recorded, "trend", FINDING_PASS);
    recorded_info(recorded, "used_memory:11048576\nmaxmemory:60000000000\n");
    assert_result(recorded, "trend", FINDING_WARNING);
}

static void trend__a_plateau_is_no_growth(void **state)
{
    struct recorded *recorded = *state;

    recorded_info_before(recorded, "used_memory:1000\nevicted_keys:0\n");
    recorded_info(recorded, "used_memory:90001000\nmaxmemory:90001000\nevicted_keys:1\n");
    assert_result(recorded, "trend", FINDING_PASS);
    recorded_info(recorded, "used_memory:90001000\nmaxmemory:90001000\nmaxmemory_policy:allkeys-lru\n");
    assert_result(recorded, "trend", FINDING_PASS); /* a cache may fill up */
    recorded_info(recorded, "used_memory:90001000\nmaxmemory:90001000\nmaxmemory_policy:volatile-lru\n");
    assert_result(recorded, "trend", FINDING_CRITICAL);
    recorded_info(recorded, "used_memory:90001000\nmaxmemory:0\n");
    assert_result(recorded, "trend", FINDING_PASS); /* what its host has is not known */
    recorded_ram(recorded, 1e9);
    assert_result(recorded, "trend", FINDING_CRITICAL);
}

static void trend__against_an_earlier_run(void **state)
{
    struct run_record record = {.at = 1700000000 - 3600, .used_memory = 10000000, .keys = 5};
    struct recorded *recorded = *state;

    recorded->diagnosis.previous = &record;
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:500000000\ndb0:keys=9,expires=0\n");
    assert_result(recorded, "trend", FINDING_WARNING); /* 48 h at 10 MB an hour */
    assert_text(recorded_evidence(recorded, "compared_with")->text, "an earlier run");
    assert_text(recorded_evidence(recorded, "keys_growth")->text, "+4");
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:100000000\n");
    assert_result(recorded, "trend", FINDING_CRITICAL);
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:100000000\nevicted_keys:1\n");
    assert_result(recorded, "trend", FINDING_PASS);
    record.evicted_keys = 1; /* that was before */
    assert_result(recorded, "trend", FINDING_CRITICAL);
    record.at = 1700000000 - 59; /* a minute is the least */
    assert_result(recorded, "trend", FINDING_UNKNOWN);
    recorded_info_before(recorded, "used_memory:20000000\nevicted_keys:1\n");
    assert_result(recorded, "trend", FINDING_PASS);
    assert_text(recorded_evidence(recorded, "compared_with")->text, "the first sample");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(single_copy__data_that_is_nowhere_else), recorded_test(mixed_roles__a_cache_and_data),
        recorded_test(trend__how_long_until_the_limit),        recorded_test(trend__a_plateau_is_no_growth),
        recorded_test(trend__against_an_earlier_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
