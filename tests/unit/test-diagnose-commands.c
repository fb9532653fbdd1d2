/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

/* One entry of the slow log, age seconds before now. */
static void slow(struct recorded *recorded, const char *command, long long age, long long usec)
{
    struct redis_facts *redis = &recorded->diagnosis.redis;
    struct slow_command *entry;

    assert_int_equal(array_grow(&redis->slowlog, redis->slowlog_count, sizeof(*redis->slowlog)), 0);
    entry = &redis->slowlog[redis->slowlog_count++];
    snprintf(entry->command, sizeof(entry->command), "%s", command);
    entry->at = recorded->diagnosis.now - age;
    entry->duration_usec = usec;
    recorded_has(recorded, FACT_SLOWLOG);
}

static void event(struct recorded *recorded, const char *name, long long max_ms)
{
    struct redis_facts *redis = &recorded->diagnosis.redis;
    struct latency_event *entry;

    assert_int_equal(array_grow(&redis->latency, redis->latency_count, sizeof(*redis->latency)), 0);
    entry = &redis->latency[redis->latency_count++];
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    entry->max_ms = entry->latest_ms = max_ms;
    entry->at = recorded->diagnosis.now - 60;
}

static void slow_commands__of_the_last_hour(void **state)
{
    struct recorded *recorded = *state;

    recorded_config(recorded, "slowlog-log-slower-than:10000\nslowlog-max-len:128\n");
    slow(recorded, "KEYS", 3601, 5000000);
    slow(recorded, "GET", 10, 100000);
    assert_result(recorded, "slow-commands", FINDING_PASS);
    slow(recorded, "SMEMBERS", 10, 100001);
    assert_result(recorded, "slow-commands", FINDING_WARNING);
    assert_text(recorded->verdict.remedy, "instead of SMEMBERS: SSCAN");
    slow(recorded, "DEBUG SLEEP", 10, 200000);
    assert_result(recorded, "slow-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "instead of DEBUG SLEEP: nothing");
    slow(recorded, "keys", 3599, 1000001);
    assert_result(recorded, "slow-commands", FINDING_CRITICAL);
    assert_int_equal(strncmp(recorded->verdict.remedy, "instead of keys: SCAN", 21),
                     0); /* the slowest first */
}

static void slow_commands__by_the_servers_clock(void **state)
{
    struct recorded *recorded = *state;

    slow(recorded, "GET", 7200, 200000);
    recorded_info(recorded, "server_time_usec:1699992900000000\n"); /* 7100 s behind ours */
    assert_result(recorded, "slow-commands", FINDING_WARNING);
    recorded_info(recorded, "used_memory:1\n");
    assert_result(recorded, "slow-commands", FINDING_PASS);
}

static void slow_commands__are_grouped(void **state)
{
    struct recorded *recorded = *state;
    char name[16];

    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "CMD%d", i % 40);
        slow(recorded, name, 1, 20000 + i);
    }
    assert_result(recorded, "slow-commands", FINDING_PASS);
    assert_contains(recorded_evidence(recorded, "CMD30")->text, "5 in the log");
}

static void slow_commands__a_log_that_is_off_clears_nobody(void **state)
{
    static const char *const configs[] = {
        "slowlog-log-slower-than:-1\nslowlog-max-len:128\n",
        "slowlog-log-slower-than:10000\nslowlog-max-len:0\n",
        "slowlog-log-slower-than:200000\nslowlog-max-len:128\n",
    };
    struct recorded *recorded = *state;

    recorded_has(recorded, FACT_SLOWLOG);
    for (size_t i = 0; i < ELEMENTS(configs); i++) {
        recorded_config(recorded, configs[i]);
        assert_result(recorded, "slow-commands", FINDING_UNKNOWN);
    }
    slow(recorded, "GET", 1, 200000);
    assert_result(recorded, "slow-commands", FINDING_WARNING);
}

static void keyspace_commands__called_and_calling(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "used_memory:1\n"); /* as a Sentinel answers */
    assert_result(recorded, "keyspace-commands", FINDING_UNKNOWN);
    recorded_info(recorded, "cmdstat_get:calls=5\n");
    assert_result(recorded, "keyspace-commands", FINDING_PASS);
    /* DEBUG is refused by default since 7.0, which is no call */
    recorded_info(recorded, "cmdstat_debug:calls=0,usec=0,rejected_calls=1\n");
    assert_result(recorded, "keyspace-commands", FINDING_PASS);
    recorded_info(recorded, "cmdstat_keys:calls=2,usec=9\n");
    assert_result(recorded, "keyspace-commands", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "instead of KEYS: SCAN");
    assert_lacks(recorded->verdict.remedy, "FLUSH");
    recorded_info_before(recorded, "cmdstat_keys:calls=2,usec=9\n");
    assert_result(recorded, "keyspace-commands", FINDING_WARNING);
    recorded_info(recorded, "cmdstat_keys:calls=2,usec=9\ncmdstat_flushall:calls=1,usec=4\n");
    assert_result(recorded, "keyspace-commands", FINDING_CRITICAL);
    recorded_info(recorded, "cmdstat_keys:usec=9\n");
    assert_result(recorded, "keyspace-commands", FINDING_UNKNOWN);
}

static void latency_events__each_with_its_cause(void **state)
{
    struct recorded *recorded = *state;

    recorded_has(recorded, FACT_LATENCY);
    recorded_config(recorded, "latency-monitor-threshold:0\n");
    assert_result(recorded, "latency-events", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "latency-monitor-threshold 100 turns it on");
    recorded_config(recorded, "latency-monitor-threshold:500\n");
    assert_result(recorded, "latency-events", FINDING_UNKNOWN); /* blind between 100 and 500 ms */
    recorded_config(recorded, "latency-monitor-threshold:10\n");
    assert_result(recorded, "latency-events", FINDING_PASS);
    event(recorded, "command", 100);
    assert_result(recorded, "latency-events", FINDING_PASS);
    event(recorded, "fork", 101);
    assert_result(recorded, "latency-events", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "page tables");
    event(recorded, "something-new", 1001);
    assert_result(recorded, "latency-events", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "something-new: LATENCY DOCTOR");
}

/* A replica takes no writes. */
static void slow_commands__offers_a_replica_for_what_reads(void **state)
{
    struct recorded *recorded = *state;

    recorded_has(recorded, FACT_SLOWLOG);
    slow(recorded, "SET", 60, 2000000);
    slow(recorded, "ZUNIONSTORE", 60, 2000000);
    assert_result(recorded, "slow-commands", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "SET: smaller arguments or smaller keys\n");
    assert_contains(recorded->verdict.remedy, "ZUNION of a replica");
}

/* The longest has no date, so it may be over: only the latest is judged. */
static void latency_events__are_dated(void **state)
{
    struct recorded *recorded = *state;
    struct latency_event *entry;

    recorded_has(recorded, FACT_LATENCY);
    recorded_config(recorded, "latency-monitor-threshold:10\n");
    event(recorded, "fork", 1250);
    entry = recorded->diagnosis.redis.latency;
    assert_result(recorded, "latency-events", FINDING_CRITICAL);
    assert_text(recorded_evidence(recorded, "fork")->text,
                "the latest lasted 1.25 s, at 2023-11-14 22:12:20 UTC (1 min ago); the longest since "
                "LATENCY RESET "
                "1.25 s");
    entry->latest_ms = 20;
    assert_result(recorded, "latency-events", FINDING_NOTE);
    entry->latest_ms = 1250;
    entry->at -= 3600;
    assert_result(recorded, "latency-events", FINDING_NOTE);
    assert_lacks(recorded->verdict.remedy, "RESET");
    entry->max_ms = 50;
    assert_result(recorded, "latency-events", FINDING_PASS);
}

static void latency_events__without_config(void **state)
{
    struct recorded *recorded = *state;

    recorded_has(recorded, FACT_LATENCY);
    assert_result(recorded, "latency-events", FINDING_UNKNOWN);
    event(recorded, "command", 20);
    assert_result(recorded, "latency-events", FINDING_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(slow_commands__of_the_last_hour),
        recorded_test(slow_commands__by_the_servers_clock),
        recorded_test(slow_commands__are_grouped),
        recorded_test(slow_commands__a_log_that_is_off_clears_nobody),
        recorded_test(keyspace_commands__called_and_calling),
        recorded_test(latency_events__each_with_its_cause),
        recorded_test(slow_commands__offers_a_replica_for_what_reads),
        recorded_test(latency_events__are_dated),
        recorded_test(latency_events__without_config),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
