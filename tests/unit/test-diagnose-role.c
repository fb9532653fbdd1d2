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
        {"maxmemory:9\nmaxmemory_policy:noeviction\ndb0:keys=50,expires=50\ndb1:keys=50,expires=0\n",
         FINDING_WARNING}, /* each in a database of its own */
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

/* An hour ago it held 10 MB. */
static void an_hour_ago(struct recorded *recorded, struct run_record *record)
{
    *record = (struct run_record){.at = 1700000000 - 3600, .used_memory = 10000000, .keys = 5};
    recorded->diagnosis.previous = record;
}

static void trend__how_long_until_the_limit(void **state)
{
    struct recorded *recorded = *state;
    struct run_record record;

    an_hour_ago(recorded, &record);
    recorded_info(recorded, "used_memory:11048575\nmaxmemory:11048576\n");
    assert_result(recorded, "trend", FINDING_PASS); /* less than a MiB is noise */
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:500000000\ndb0:keys=9,expires=0\n");
    assert_result(recorded, "trend", FINDING_WARNING); /* 48 h at 10 MB an hour */
    assert_text(recorded_evidence(recorded, "keys_growth")->text, "+4");
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:100000000\n");
    assert_result(recorded, "trend", FINDING_CRITICAL);
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:9000000000\n");
    assert_result(recorded, "trend", FINDING_PASS);
}

static void trend__a_plateau_is_no_growth(void **state)
{
    struct recorded *recorded = *state;
    struct run_record record;

    an_hour_ago(recorded, &record);
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:100000000\nevicted_keys:1\n");
    assert_result(recorded, "trend", FINDING_PASS);
    record.evicted_keys = 1; /* that was before */
    assert_result(recorded, "trend", FINDING_CRITICAL);
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:20000000\nmaxmemory_policy:allkeys-lru\n");
    assert_result(recorded, "trend", FINDING_PASS); /* a cache may fill up */
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:20000000\nmaxmemory_policy:volatile-lru\n");
    assert_result(recorded, "trend", FINDING_CRITICAL);
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:0\n");
    assert_result(recorded, "trend", FINDING_PASS); /* what its host has is not known */
    recorded_ram(recorded, 1e8);
    assert_result(recorded, "trend", FINDING_CRITICAL);
}

/* A second is no trend, and neither is what fills it. */
static void trend__needs_an_hour_of_its_own_work(void **state)
{
    struct recorded *recorded = *state;
    struct run_record record;

    an_hour_ago(recorded, &record);
    recorded_info_before(recorded, "used_memory:1000\n");
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:20000000\n");
    record.at = 1700000000 - 3599;
    assert_result(recorded, "trend", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "at least 1 h ago");
    recorded->diagnosis.previous = NULL;
    assert_result(recorded, "trend", FINDING_UNKNOWN);
    an_hour_ago(recorded, &record);
    assert_result(recorded, "trend", FINDING_CRITICAL);
    recorded->diagnosis.redis.is_loading = true;
    assert_result(recorded, "trend", FINDING_PASS);
    assert_contains(recorded_evidence(recorded, "state")->text, "loading");
    recorded->diagnosis.redis.is_loading = false;
    recorded_info(recorded, "used_memory:20000000\nmaxmemory:20000000\nmaster_sync_in_progress:1\n");
    assert_result(recorded, "trend", FINDING_PASS);
}

static void empties_replicas__of_a_primary_that_saves_nothing(void **state)
{
    static const struct {
        const char *info, *config;
        enum finding_result result;
    } cases[] = {
        {"connected_slaves:1\ndb0:keys=10,expires=0\n", NOTHING_SAVES, FINDING_CRITICAL},
        {"connected_slaves:0\ndb0:keys=10,expires=0\n", NOTHING_SAVES, FINDING_PASS},
        {"connected_slaves:1\n", NOTHING_SAVES, FINDING_PASS}, /* no data */
        {"connected_slaves:1\ndb0:keys=10,expires=0\n", "save:3600 1\nappendonly:no\n", FINDING_PASS},
        {"connected_slaves:1\ndb0:keys=10,expires=0\n", "save:\nappendonly:yes\n", FINDING_PASS},
        {"connected_slaves:1\nmaxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=10,expires=0\n",
         NOTHING_SAVES, FINDING_WARNING}, /* a cache that is empty fills again */
    };
    struct recorded *recorded = *state;

    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        recorded_info(recorded, cases[i].info);
        recorded_config(recorded, cases[i].config);
        if (recorded_judge(recorded, "empties-replicas") != cases[i].result)
            fail_msg("%s: %s", cases[i].info, finding_result_name(recorded->verdict.result));
    }
    recorded_info(recorded, cases[0].info);
    recorded_config(recorded, NOTHING_SAVES);
    recorded->diagnosis.redis.is_replica = true; /* which gets it all again */
    assert_result(recorded, "empties-replicas", FINDING_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(single_copy__data_that_is_nowhere_else),
        recorded_test(mixed_roles__a_cache_and_data),
        recorded_test(trend__how_long_until_the_limit),
        recorded_test(trend__a_plateau_is_no_growth),
        recorded_test(trend__needs_an_hour_of_its_own_work),
        recorded_test(empties_replicas__of_a_primary_that_saves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
