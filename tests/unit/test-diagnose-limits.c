/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

struct judged {
    const char *info;
    enum finding_result result;
};

static void assert_judged(struct recorded *recorded, const char *id, const struct judged *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        recorded_info(recorded, cases[i].info);
        if (recorded_judge(recorded, id) != cases[i].result)
            fail_msg("%s: %s is %s instead of %s", id, cases[i].info,
                     finding_result_name(recorded->verdict.result), finding_result_name(cases[i].result));
    }
}

#define ASSERT_JUDGED(recorded, id, ...)                       \
    do {                                                       \
        const struct judged cases_[] = {__VA_ARGS__};          \
        assert_judged(recorded, id, cases_, ELEMENTS(cases_)); \
    } while (0)

static void maxmemory_unset__is_critical_once_half_of_ram_is_used(void **state)
{
    struct recorded *recorded = *state;

    recorded_ram(recorded, 1000);
    ASSERT_JUDGED(recorded, "maxmemory-unset", {"maxmemory:900\nused_memory_rss:990\n", FINDING_PASS},
                  {"maxmemory:0\nused_memory_rss:500\n", FINDING_WARNING},
                  {"maxmemory:0\nused_memory_rss:501\n", FINDING_CRITICAL},
                  {"used_memory_rss:501\n", FINDING_UNKNOWN});
    assert_contains(recorded->verdict.unknown_reason, "3.2");
}

static void maxmemory_unset__warns_even_where_the_ram_is_not_known(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "maxmemory:0\nused_memory_rss:500\n");
    assert_result(recorded, "maxmemory-unset", FINDING_WARNING);
}

static void maxmemory_over_ram__against_ram(void **state)
{
    struct recorded *recorded = *state;

    recorded_ram(recorded, 1000);
    ASSERT_JUDGED(recorded, "maxmemory-over-ram", {"maxmemory:0\n", FINDING_PASS},
                  {"maxmemory:750\n", FINDING_PASS}, {"maxmemory:751\n", FINDING_WARNING},
                  {"maxmemory:1001\n", FINDING_CRITICAL});
    recorded->diagnosis.memory = NULL;
    ASSERT_JUDGED(recorded, "maxmemory-over-ram", {"maxmemory:751\n", FINDING_UNKNOWN},
                  {"maxmemory:751\ntotal_system_memory:700\n", FINDING_CRITICAL});
}

static void maxmemory_near__is_critical_where_writes_would_be_refused(void **state)
{
    struct recorded *recorded = *state;

    ASSERT_JUDGED(
        recorded, "maxmemory-near",
        {"used_memory:700\nmaxmemory:1000\nmaxmemory_policy:noeviction\n", FINDING_PASS},
        {"used_memory:701\nmaxmemory:1000\nmaxmemory_policy:noeviction\n", FINDING_WARNING},
        {"used_memory:951\nmaxmemory:1000\nmaxmemory_policy:noeviction\n", FINDING_CRITICAL},
        /* a full cache is at work, and a file says that it is none */
        {"used_memory:951\nmaxmemory:1000\nmaxmemory_policy:allkeys-lru\n", FINDING_NOTE},
        {"used_memory:951\nmaxmemory:1000\nmaxmemory_policy:allkeys-lru\naof_enabled:1\n", FINDING_WARNING},
        /* a policy that has nothing to evict is as noeviction */
        {"used_memory:951\nmaxmemory:1000\nmaxmemory_policy:volatile-lru\ndb0:keys=9,expires=0\n",
         FINDING_CRITICAL},
        {"used_memory:951\nmaxmemory:1000\nmaxmemory_policy:volatile-lru\ndb0:keys=9,expires=1\n",
         FINDING_WARNING},
        {"used_memory:951\nmaxmemory:1000\nmaxmemory_policy:volatile-lru\ndb0:keys=900,expires=1\n",
         FINDING_CRITICAL},
        {"used_memory:951\nmaxmemory:0\nmaxmemory_policy:noeviction\n", FINDING_PASS},
        /* what replicas and the append-only file wait for does not count */
        {"used_memory:951\nmem_not_counted_for_evict:300\nmaxmemory:1000\n", FINDING_PASS});
}

static void policy_never_evicts__volatile_without_a_ttl(void **state)
{
    struct recorded *recorded = *state;

    ASSERT_JUDGED(
        recorded, "policy-never-evicts",
        {"used_memory:9\nmaxmemory:10\nmaxmemory_policy:volatile-lru\ndb0:keys=5,expires=1\n", FINDING_PASS},
        {"used_memory:9\nmaxmemory:10\nmaxmemory_policy:allkeys-lru\ndb0:keys=5,expires=0\n", FINDING_PASS},
        {"used_memory:9\nmaxmemory:10\nmaxmemory_policy:volatile-lru\n", FINDING_PASS},
        {"used_memory:9\nmaxmemory:0\nmaxmemory_policy:volatile-lru\ndb0:keys=5,expires=0\n", FINDING_PASS},
        {"used_memory:9\nmaxmemory:10\nmaxmemory_policy:volatile-ttl\ndb0:keys=5,expires=0\n",
         FINDING_WARNING},
        {"used_memory:9\nmaxmemory:10\nmaxmemory_policy:volatile-ttl\ndb0:keys=100,expires=5\n",
         FINDING_WARNING}, /* a few hide nothing */
        {"used_memory:91\nmaxmemory:100\nmaxmemory_policy:volatile-ttl\ndb0:keys=5,expires=0\n",
         FINDING_CRITICAL},
        {"used_memory:91\nmaxmemory:100\ndb0:keys=5,expires=0\n", FINDING_UNKNOWN});
}

static void cache_without_eviction__by_its_ttls(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, "save:\nappendonly:no\n");
    ASSERT_JUDGED(
        recorded, "cache-without-eviction",
        {"used_memory:1\nmaxmemory_policy:noeviction\ndb0:keys=1000,expires=899\n", FINDING_PASS},
        {"used_memory:1\nmaxmemory_policy:noeviction\ndb0:keys=1000,expires=900\n", FINDING_WARNING},
        {"used_memory:1\nmaxmemory_policy:noeviction\ndb0:keys=99,expires=99\n", FINDING_PASS},
        {"used_memory:1\nmaxmemory_policy:allkeys-lru\ndb0:keys=1000,expires=900\n", FINDING_PASS},
        {"used_memory:1\ndb0:keys=1000,expires=900\n", FINDING_UNKNOWN});
    /* a package comes with save points */
    recorded_config(recorded, "save:3600 1\nappendonly:no\n");
    ASSERT_JUDGED(
        recorded, "cache-without-eviction",
        {"used_memory:1\nmaxmemory_policy:noeviction\ndb0:keys=1000,expires=1000\n", FINDING_WARNING},
        {"used_memory:1\naof_enabled:1\nmaxmemory_policy:noeviction\ndb0:keys=1000,expires=1000\n",
         FINDING_PASS});
}

static void evictions__of_a_store_by_the_share_of_a_minute(void **state)
{
    struct recorded *recorded = *state;

    recorded_info_before(recorded, "evicted_keys:1000\n");
    ASSERT_JUDGED(
        recorded, "evictions", {"evicted_keys:1000\ndb0:keys=59990,expires=0\n", FINDING_PASS},
        {"evicted_keys:1010\ndb0:keys=59990,expires=0\n", FINDING_WARNING},  /* 60 of 60,000 */
        {"evicted_keys:1110\ndb0:keys=59890,expires=0\n", FINDING_CRITICAL}, /* 660 */
        {"evicted_keys:5\ndb0:keys=1000000,expires=0\n", FINDING_WARNING});  /* it was reset meanwhile */
}

#define CACHE "maxmemory:9\nmaxmemory_policy:allkeys-lru\ndb0:keys=59890,expires=0\n"

static void evictions__of_a_cache_are_its_work(void **state)
{
    struct recorded *recorded = *state;

    recorded_info_before(recorded, "evicted_keys:1000\nkeyspace_hits:9000\nkeyspace_misses:1000\n");
    ASSERT_JUDGED(
        recorded, "evictions",
        {"evicted_keys:1110\nkeyspace_hits:9000\nkeyspace_misses:1000\n" CACHE, FINDING_NOTE},
        {"evicted_keys:1110\nkeyspace_hits:9800\nkeyspace_misses:1200\n" CACHE, FINDING_NOTE},
        {"evicted_keys:1110\nkeyspace_hits:9700\nkeyspace_misses:1300\n" CACHE, FINDING_WARNING},
        {"evicted_keys:1110\nkeyspace_hits:9000\nkeyspace_misses:1999\n" CACHE, FINDING_NOTE}, /* too few */
        {"evicted_keys:1110\nkeyspace_hits:9700\nkeyspace_misses:1300\naof_enabled:1\n" CACHE,
         FINDING_CRITICAL}); /* data that was to stay */
    /* what it is used for, not what it lacks */
    recorded_info_before(recorded, "evicted_keys:1000\nkeyspace_hits:4000\nkeyspace_misses:6000\n");
    ASSERT_JUDGED(recorded, "hit-rate-low",
                  {"evicted_keys:1110\nkeyspace_hits:4400\nkeyspace_misses:6600\n" CACHE, FINDING_NOTE},
                  {"evicted_keys:1110\nkeyspace_hits:4200\nkeyspace_misses:6800\n" CACHE, FINDING_CRITICAL},
                  {"evicted_keys:0\nkeyspace_hits:4400\nkeyspace_misses:6600\n" CACHE, FINDING_CRITICAL});
}

/* One sample says nothing of now. */
static void evictions__are_unknown_without_an_interval(void **state)
{
    struct recorded *recorded = *state;

    ASSERT_JUDGED(recorded, "evictions", {"evicted_keys:1000\n", FINDING_UNKNOWN},
                  {"evicted_keys:0\n", FINDING_PASS});
}

static void hit_rate_low__of_the_interval_where_it_has_enough(void **state)
{
    struct recorded *recorded = *state;

    ASSERT_JUDGED(recorded, "hit-rate-low", {"keyspace_hits:1\nkeyspace_misses:998\n", FINDING_UNKNOWN},
                  {"keyspace_hits:800\nkeyspace_misses:200\n", FINDING_PASS},
                  {"keyspace_hits:799\nkeyspace_misses:201\n", FINDING_WARNING},
                  {"keyspace_hits:499\nkeyspace_misses:501\n", FINDING_CRITICAL});
    recorded_info_before(recorded, "keyspace_hits:0\nkeyspace_misses:5000\n");
    ASSERT_JUDGED(recorded, "hit-rate-low",
                  {"keyspace_hits:900\nkeyspace_misses:5100\n", FINDING_PASS}, /* 90 % of the last 1,000 */
                  {"keyspace_hits:899\nkeyspace_misses:5100\n", FINDING_CRITICAL}); /* too few: 15 % of all */
}

static void big_instance__above_25_gib(void **state)
{
    struct recorded *recorded = *state;

    ASSERT_JUDGED(recorded, "big-instance", {"used_memory:26843545600\nlatest_fork_usec:5\n", FINDING_PASS},
                  {"used_memory:26843545601\nlatest_fork_usec:5\n", FINDING_WARNING});
    policy_add_threshold(&recorded->policy, "big-instance", "warning", 1000, "a.conf", 1);
    ASSERT_JUDGED(recorded, "big-instance", {"used_memory:1001\nlatest_fork_usec:5\n", FINDING_WARNING});
}

/* Its primary decides what goes. */
static void replica__ignores_its_maxmemory(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.is_replica = true;
    assert_int_equal(text_replace(&recorded->diagnosis.redis.version, "7.0.15"), 0);
    ASSERT_JUDGED(recorded, "maxmemory-near",
                  {"used_memory:1500\nmaxmemory:1000\nmaxmemory_policy:noeviction\n", FINDING_NOTE});
    assert_contains(recorded->verdict.harm, "ignores its maxmemory");
    ASSERT_JUDGED(recorded, "maxmemory-unset", {"maxmemory:0\nused_memory_rss:500\n", FINDING_NOTE});
    recorded_config(recorded, "replica-ignore-maxmemory:no\n");
    ASSERT_JUDGED(recorded, "maxmemory-near",
                  {"used_memory:1500\nmaxmemory:1000\nmaxmemory_policy:noeviction\n", FINDING_CRITICAL});
    recorded_config(recorded, "");
    assert_int_equal(text_replace(&recorded->diagnosis.redis.version, "4.0.14"), 0);
    ASSERT_JUDGED(recorded, "maxmemory-near",
                  {"used_memory:1500\nmaxmemory:1000\nmaxmemory_policy:noeviction\n", FINDING_CRITICAL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(maxmemory_unset__is_critical_once_half_of_ram_is_used),
        recorded_test(maxmemory_unset__warns_even_where_the_ram_is_not_known),
        recorded_test(maxmemory_over_ram__against_ram),
        recorded_test(maxmemory_near__is_critical_where_writes_would_be_refused),
        recorded_test(replica__ignores_its_maxmemory),
        recorded_test(policy_never_evicts__volatile_without_a_ttl),
        recorded_test(cache_without_eviction__by_its_ttls),
        recorded_test(evictions__of_a_store_by_the_share_of_a_minute),
        recorded_test(evictions__of_a_cache_are_its_work),
        recorded_test(evictions__are_unknown_without_an_interval),
        recorded_test(hit_rate_low__of_the_interval_where_it_has_enough),
        recorded_test(big_instance__above_25_gib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
