/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"

static void table__rows_are_whole(void **state)
{
    const struct finding *finding = NULL, *before = NULL;

    (void)state;
    for (; (finding = finding_next(finding)); before = finding) {
        assert_int_equal(strspn(finding->id, "abcdefghijklmnopqrstuvwxyz-"), strlen(finding->id));
        assert_ptr_equal(finding_find(finding->id), finding); /* no id twice */
        assert_true(finding_section(finding) < SECTION_COUNT);
        assert_true(!before || finding_section(before) <= finding_section(finding));
        assert_non_null(finding->summary);
        assert_true(strlen(finding->summary) <= 70);
        assert_non_null(finding->harm);
        assert_non_null(finding->evaluate);
        assert_true(finding->note_when || finding->warning_when || finding->critical_when);
    }
}

/* {NAME} in the words must be a threshold, and each threshold must stand in them. */
static void table__thresholds_stand_in_the_words(void **state)
{
    const struct finding *finding = NULL;

    (void)state;
    while ((finding = finding_next(finding))) {
        char words[2048], placeholder[64];

        snprintf(words, sizeof(words), "%s %s %s", finding->note_when ? finding->note_when : "",
                 finding->warning_when ? finding->warning_when : "",
                 finding->critical_when ? finding->critical_when : "");
        for (size_t t = 0; t < FINDING_THRESHOLDS_MAX && finding->thresholds[t].name; t++) {
            snprintf(placeholder, sizeof(placeholder), "{%s}", finding->thresholds[t].name);
            if (!strstr(words, placeholder))
                fail_msg("%s: %s does not stand in the words", finding->id, placeholder);
        }
        for (const char *open = strchr(words, '{'); open; open = strchr(open + 1, '{')) {
            snprintf(placeholder, sizeof(placeholder), "%.*s", (int)strcspn(open + 1, "}"), open + 1);
            if (!finding_threshold(finding, placeholder))
                fail_msg("%s: {%s} is no threshold", finding->id, placeholder);
        }
    }
}

/* Without any fact nothing passes. */
static void judge__nothing_known_is_never_a_pass(void **state)
{
    struct recorded *recorded = *state;
    const struct finding *finding = NULL;

    while ((finding = finding_next(finding))) {
        assert_result(recorded, finding->id, FINDING_UNKNOWN);
        assert_non_null(recorded->verdict.unknown_reason);
        assert_null(recorded->verdict.harm);
        assert_null(recorded->verdict.remedy);
    }
}

/* An INFO without a single field, an empty CONFIG and no client: no rule may crash on it. */
static void judge__empty_groups_crash_no_rule(void **state)
{
    struct recorded *recorded = *state;
    const struct finding *finding = NULL;

    recorded_info(recorded, "");
    recorded_info_before(recorded, "");
    recorded_config(recorded, "");
    for (enum fact fact = 0; fact < FACT_REDIS_COUNT; fact++)
        recorded_has(recorded, fact);
    while ((finding = finding_next(finding)))
        recorded_judge(recorded, finding->id);
}

static void judge__a_missing_field_is_named(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "used_memory:1\r\n");
    assert_result(recorded, "connections-rejected", FINDING_UNKNOWN);
    assert_text(recorded->verdict.unknown_reason, "INFO does not report rejected_connections");
    recorded_info(recorded, "rejected_connections:lots\r\n");
    assert_result(recorded, "connections-rejected", FINDING_UNKNOWN);
    assert_text(recorded->verdict.unknown_reason, "INFO has no number for rejected_connections");
}

static void judge__a_missing_group_gives_its_reason(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "connected_clients:9\r\n");
    assert_int_equal(text_replace(&recorded->diagnosis.redis.unknown[FACT_CONFIG], "CONFIG is renamed"), 0);
    assert_result(recorded, "clients-near-max", FINDING_UNKNOWN);
    assert_text(recorded->verdict.unknown_reason, "CONFIG is renamed");
}

static void judge__uses_the_configured_threshold(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "connected_clients:50\r\n");
    recorded_config(recorded, "maxclients:100\r\n");
    assert_result(recorded, "clients-near-max", FINDING_PASS);
    assert_null(recorded->verdict.remedy);
    policy_add_threshold(&recorded->policy, "clients-near-max", "warning", 0.4, "/etc/hosttune.conf", 3);
    assert_result(recorded, "clients-near-max", FINDING_WARNING);
    assert_non_null(recorded->verdict.harm);
    assert_true(recorded_evidence(recorded, "share")->number == 0.5);
}

static void judge__a_suppressed_finding_keeps_its_result(void **state)
{
    struct recorded *recorded = *state;

    recorded_info(recorded, "connected_clients:99\r\n");
    recorded_config(recorded, "maxclients:100\r\n");
    policy_add_suppression(&recorded->policy, "clients-near-max", "known, ticket 12");
    assert_result(recorded, "clients-near-max", FINDING_CRITICAL);
    assert_text(recorded->verdict.suppressed_reason, "known, ticket 12");
}

static void judge__a_full_server_is_seen_although_it_cannot_be_asked(void **state)
{
    struct recorded *recorded = *state;

    recorded->diagnosis.redis.is_full = true;
    assert_result(recorded, "clients-near-max", FINDING_CRITICAL);
    assert_result(recorded, "connections-rejected", FINDING_UNKNOWN);
}

static void verdict__raises_and_never_lowers(void **state)
{
    struct verdict verdict = {.result = FINDING_PASS};

    (void)state;
    verdict_raise(&verdict, FINDING_CRITICAL);
    verdict_raise(&verdict, FINDING_WARNING);
    assert_int_equal(verdict.result, FINDING_CRITICAL);
    verdict_unknown(&verdict, "too late");
    assert_int_equal(verdict.result, FINDING_CRITICAL);
    verdict_done(&verdict);
    verdict_unknown(&verdict, "at first");
    verdict_raise(&verdict, FINDING_WARNING);
    assert_int_equal(verdict.result, FINDING_WARNING);
    assert_null(verdict.unknown_reason);
    verdict_done(&verdict);
}

static void verdict__texts_can_be_printed(void **state)
{
    struct verdict verdict = {0};

    (void)state;
    evidence_text(&verdict, "client\n",
                  "a\x1b[31mb\xff"
                  "c\xc2\x9b"
                  "d\xc3\xa9");
    assert_text(verdict.evidence[0].name, "client\\x0a");
    assert_text(verdict.evidence[0].text, "a\\x1b[31mb\\xffc\\u009bd\xc3\xa9");
    verdict_done(&verdict);
}

static void counter__a_reset_one_is_all_new(void **state)
{
    struct recorded *recorded = *state;
    struct counter counter;

    recorded_info_before(recorded, "a:100\r\n");
    recorded_info(recorded, "a:30\r\nb:5\r\n");
    assert_true(diagnosis_counter(&recorded->diagnosis, "a", &counter));
    assert_true(counter.total == 30 && counter.growth == 30 && counter.per_second == 3);
    assert_true(diagnosis_counter(&recorded->diagnosis, "b", &counter)); /* it began at 0 */
    assert_true(counter.growth == 5);
    assert_false(diagnosis_counter(&recorded->diagnosis, "c", &counter));
}

static void counter__one_sample_shows_no_growth(void **state)
{
    struct recorded *recorded = *state;
    struct counter counter;

    recorded_info(recorded, "cmdstat_keys:calls=7,usec=1\r\n");
    assert_true(diagnosis_counter_part(&recorded->diagnosis, "cmdstat_keys", "calls", &counter));
    assert_true(counter.total == 7 && counter.growth == 0);
    assert_true(diagnosis_counter_part(&recorded->diagnosis, "cmdstat_flushall", "calls", &counter));
    assert_true(counter.total == 0);
}

static void keyspace__sums_all_databases(void **state)
{
    struct recorded *recorded = *state;
    struct keyspace keyspace;

    recorded_info(recorded, "db0:keys=10,expires=4,avg_ttl=0\r\ndb3:keys=5,expires=5\r\ndbx:nonsense\r\n");
    keyspace = diagnosis_keyspace(&recorded->diagnosis);
    assert_true(keyspace.keys == 15 && keyspace.expires == 9 && keyspace.databases == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__rows_are_whole),
        cmocka_unit_test(table__thresholds_stand_in_the_words),
        recorded_test(judge__nothing_known_is_never_a_pass),
        recorded_test(judge__empty_groups_crash_no_rule),
        recorded_test(judge__a_missing_field_is_named),
        recorded_test(judge__a_missing_group_gives_its_reason),
        recorded_test(judge__uses_the_configured_threshold),
        recorded_test(judge__a_suppressed_finding_keeps_its_result),
        recorded_test(judge__a_full_server_is_seen_although_it_cannot_be_asked),
        cmocka_unit_test(verdict__raises_and_never_lowers),
        cmocka_unit_test(verdict__texts_can_be_printed),
        recorded_test(counter__a_reset_one_is_all_new),
        recorded_test(counter__one_sample_shows_no_growth),
        recorded_test(keyspace__sums_all_databases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
