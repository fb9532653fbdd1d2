/* SPDX-License-Identifier: MIT */
/* A server made of recorded facts, for the tests of the rules: what it says in INFO and CONFIG, and the
 * verdict that follows. Groups that a test does not give are unknown. */
#pragma once

#include "support.h"

#include "diagnose/finding.h"
#include "policy/policy.h"

struct recorded {
    struct diagnosis diagnosis;
    struct host_memory memory;
    struct policy policy;
    struct verdict verdict;
};

#define recorded_test(function) cmocka_unit_test_setup_teardown(function, recorded_setup, recorded_teardown)

static inline int recorded_setup(void **state)
{
    struct recorded *recorded = calloc(1, sizeof(*recorded));

    assert_non_null(recorded);
    for (enum fact fact = 0; fact < FACT_REDIS_COUNT; fact++)
        assert_int_equal(text_replace(&recorded->diagnosis.redis.unknown[fact], "not recorded"), 0);
    assert_int_equal(text_replace(&recorded->diagnosis.redis.cli, "redis-cli -s /run/test.sock"), 0);
    recorded->diagnosis.now = 1700000000;
    *state = recorded;
    return 0;
}

static inline int recorded_teardown(void **state)
{
    struct recorded *recorded = *state;

    verdict_done(&recorded->verdict);
    diagnosis_done(&recorded->diagnosis);
    policy_done(&recorded->policy);
    free(recorded);
    return 0;
}

/* The group is there. */
static inline void recorded_has(struct recorded *recorded, enum fact fact)
{
    free(recorded->diagnosis.redis.unknown[fact]);
    recorded->diagnosis.redis.unknown[fact] = NULL;
}

/* INFO now: lines of "name:value". */
static inline void recorded_info(struct recorded *recorded, const char *text)
{
    redis_fields_done(&recorded->diagnosis.redis.now);
    assert_int_equal(redis_info_parse(text, strlen(text), &recorded->diagnosis.redis.now), 0);
    recorded_has(recorded, FACT_INFO);
}

/* INFO ten seconds before. */
static inline void recorded_info_before(struct recorded *recorded, const char *text)
{
    redis_fields_done(&recorded->diagnosis.redis.before);
    assert_int_equal(redis_info_parse(text, strlen(text), &recorded->diagnosis.redis.before), 0);
    recorded->diagnosis.redis.interval = 10;
    recorded_has(recorded, FACT_INFO_BEFORE);
}

/* CONFIG GET: lines of "name:value" too. */
static inline void recorded_config(struct recorded *recorded, const char *text)
{
    redis_fields_done(&recorded->diagnosis.redis.config);
    assert_int_equal(redis_info_parse(text, strlen(text), &recorded->diagnosis.redis.config), 0);
    recorded_has(recorded, FACT_CONFIG);
}

/* CLIENT LIST as the server sends it. */
static inline void recorded_clients(struct recorded *recorded, const char *text)
{
    client_list_parse(text, strlen(text), &recorded->diagnosis.redis.clients);
    recorded_has(recorded, FACT_CLIENTS);
}

/* ACL LIST, a line each. */
static inline void recorded_acl(struct recorded *recorded, const char *text)
{
    _cleanup_free_ char *copy = strdup(text);
    char *rest = copy, *line;

    assert_non_null(copy);
    acl_users_done(&recorded->diagnosis.redis.users);
    while ((line = strsep(&rest, "\n")))
        acl_users_add(&recorded->diagnosis.redis.users, line);
    recorded_has(recorded, FACT_ACL);
}

/* The host's RAM; what of it is available is not known. */
static inline void recorded_ram(struct recorded *recorded, double bytes)
{
    recorded->memory = (struct host_memory){.total = (long long)bytes, .available = -1};
    recorded->diagnosis.memory = &recorded->memory;
}

/* The row's result for these facts. */
static inline enum finding_result recorded_judge(struct recorded *recorded, const char *id)
{
    const struct finding *finding = finding_find(id);

    assert_non_null(finding);
    verdict_done(&recorded->verdict);
    finding_judge(finding, &recorded->diagnosis, &recorded->policy, &recorded->verdict);
    return recorded->verdict.result;
}

static inline void assert_result(struct recorded *recorded, const char *id, enum finding_result expected)
{
    assert_text(finding_result_name(recorded_judge(recorded, id)), finding_result_name(expected));
}

/* The evidence of that name in the last verdict; a missing one fails. */
static inline const struct evidence *recorded_evidence(const struct recorded *recorded, const char *name)
{
    for (size_t i = 0; i < recorded->verdict.evidence_count; i++)
        if (strcmp(recorded->verdict.evidence[i].name, name) == 0)
            return &recorded->verdict.evidence[i];
    fail_msg("no evidence named %s", name);
    return NULL;
}
