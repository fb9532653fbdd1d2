/* SPDX-License-Identifier: MIT */
/* What three real servers answered, in tests/unit/fixtures: the same situation on each, so the same verdicts.
 * 500 keys and 200 with a TTL under volatile-lru, a MONITOR, a subscriber, a BLPOP, a user who may do all,
 * and a FLUSHDB between the two samples of INFO. */
#include "diagnose/finding.h"

#include "recorded.h"

static const struct {
    const char *id;
    enum finding_result result;
} expected[] = {
    {"dataset-over-half", FINDING_PASS},
    {"fragmentation-high", FINDING_PASS},
    {"allocator-fragmentation", FINDING_PASS},
    {"client-buffers", FINDING_PASS},
    {"buffers-unlimited", FINDING_WARNING},
    {"monitor-session", FINDING_WARNING},
    {"redis-oom-errors", FINDING_PASS},
    {"repl-backlog-small", FINDING_PASS},
    {"maxmemory-unset", FINDING_PASS},
    {"maxmemory-over-ram", FINDING_PASS},
    {"maxmemory-near", FINDING_PASS},
    {"policy-never-evicts", FINDING_PASS},
    {"cache-without-eviction", FINDING_PASS},
    {"evictions", FINDING_PASS},
    {"hit-rate-low", FINDING_UNKNOWN}, /* too few look-ups */
    {"big-instance", FINDING_PASS},
    {"connections-rejected", FINDING_PASS},
    {"clients-near-max", FINDING_PASS},
    {"connection-churn", FINDING_PASS},
    {"blocked-clients", FINDING_PASS},
    {"keyspace-commands", FINDING_CRITICAL},
    {"replication-lag", FINDING_PASS},
    {"single-copy", FINDING_PASS},
    {"mixed-roles", FINDING_WARNING},
    {"trend", FINDING_UNKNOWN}, /* one run is none */
    {"default-user-all", FINDING_WARNING},
    {"dangerous-commands", FINDING_WARNING},
};

/* A file of the fixture; the caller frees it. */
static char *fixture(const char *server, const char *name)
{
    _cleanup_free_ char *path = NULL;
    _cleanup_fclose_ FILE *file = NULL;
    char *text = calloc(1, 65536);

    assert_non_null(text);
    assert_true(asprintf(&path, "tests/unit/fixtures/%s/%s", server, name) > 0);
    file = fopen(path, "r");
    if (!file)
        fail_msg("%s: %s", path, strerror(errno));
    assert_true(fread(text, 1, 65535, file) > 0);
    return text;
}

static void load(struct recorded *recorded, const char *server)
{
    const struct {
        const char *name;
        void (*take)(struct recorded *recorded, const char *text);
    } parts[] = {
        {"info-before", recorded_info_before}, {"info", recorded_info},    {"config", recorded_config},
        {"client-list", recorded_clients},     {"acl-list", recorded_acl},
    };

    for (size_t i = 0; i < ELEMENTS(parts); i++) {
        _cleanup_free_ char *text = fixture(server, parts[i].name);

        parts[i].take(recorded, text);
    }
}

static void assert_as_expected(struct recorded *recorded, const char *server)
{
    load(recorded, server);
    for (size_t i = 0; i < ELEMENTS(expected); i++)
        if (recorded_judge(recorded, expected[i].id) != expected[i].result)
            fail_msg("%s: %s is %s (%s)", server, expected[i].id,
                     finding_result_name(recorded->verdict.result),
                     TEXT_OR_NULL(recorded->verdict.unknown_reason));
    recorded_judge(recorded, "client-buffers");
    assert_true(recorded_evidence(recorded, "clients")->number == 3);
    recorded_judge(recorded, "mixed-roles");
    assert_true(recorded_evidence(recorded, "keys")->number == 700);
    recorded_judge(recorded, "dangerous-commands");
    assert_text(
        recorded_evidence(recorded, "user worker")->text,
        "may call FLUSHALL, FLUSHDB, CONFIG SET, DEBUG, KEYS, SHUTDOWN, REPLICAOF, SLAVEOF, FAILOVER, "
        "ACL SETUSER");
}

static void recorded__redis_7_0(void **state)
{
    assert_as_expected(*state, "redis-7.0");
}

static void recorded__redis_8_0(void **state)
{
    assert_as_expected(*state, "redis-8.0");
}

static void recorded__valkey_8_1(void **state)
{
    assert_as_expected(*state, "valkey-8.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(recorded__redis_7_0),
        recorded_test(recorded__redis_8_0),
        recorded_test(recorded__valkey_8_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
