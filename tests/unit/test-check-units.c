/* SPDX-License-Identifier: MIT */
/* What a report says of units: Redis' that cannot be ordered, and our own where it failed. */
#include "check/report.h"

#include "support.h"

static void orders__early_is_a_problem_and_late_a_note(void **state)
{
    _cleanup_(check_report_done) struct check_report report = {0};
    struct redis_unit items[] = {
        {.name = (char *)"plain.service"},
        {.name = (char *)"early.service", .wrap.order = {.refused = (char *)"A (/f:2)", .is_early = true}},
        {.name = (char *)"late.service", .wrap.order = {.refused = (char *)"B (/f:3)"}},
        {.name = (char *)"broken.service", .problem = (char *)"x", .wrap.order = {.refused = (char *)"C"}},
        {.name = (char *)"t@a.service", .is_as_template = true, .wrap.order = {.refused = (char *)"D"}},
        {.name = (char *)"t@b.service",
         .shielded_because = (char *)"x",
         .wrap.order = {.refused = (char *)"E"}},
    };
    const struct redis_units units = {.items = items, .items_count = ELEMENTS(items)};

    (void)state;
    check_report_add_units(&report, &units);
    assert_int_equal(report.problems.count, 1);
    assert_text(report.problems.items[0].object, "early.service");
    assert_contains(report.problems.items[0].text, "A (/f:2)");
    assert_int_equal(report.notes.count, 1);
    assert_text(report.notes.items[0].object, "late.service");
    assert_contains(report.notes.items[0].text, "B (/f:3)");
}

static void units__are_noted_that_hand_over_or_had_a_lower_limit(void **state)
{
    _cleanup_(check_report_done) struct check_report report = {0};
    struct redis_unit items[] = {
        {.name = (char *)"a.service", .wrap = {.handed_over = (char *)"docker leaves it"}},
        {.name = (char *)"b.service",
         .wrap = {.limit_nofile = (char *)"65536",
                  .limit_from = (char *)"built in",
                  .limit_instead_of = (char *)"4096 (/etc/b.conf:2)"}},
    };
    const struct redis_units units = {.items = items, .items_count = ELEMENTS(items)};

    (void)state;
    check_report_add_units(&report, &units);
    assert_int_equal(report.problems.count, 0);
    assert_int_equal(report.notes.count, 2);
    assert_text(report.notes.items[0].text, "docker leaves it");
    assert_text(report.notes.items[1].text,
                "redis-hosttune raises LimitNOFILE=4096 (/etc/b.conf:2) to 65536 (built in): "
                "b.service.LimitNOFILE = leave, below [units] of redis-hosttune.conf, keeps it");
}

static void tuner__is_told_with_what_it_did_not_reach(void **state)
{
    struct plan_item items[] = {
        {.object = (char *)"vm.swappiness", .is_selected = true, .state = ITEM_IN_SYNC},
        {.object = (char *)"thp.defrag", .is_selected = true, .state = ITEM_CHANGE},
        {.object = (char *)"thp.enabled", .is_selected = true, .state = ITEM_CHANGE},
        {.object = (char *)"net.core.somaxconn", .is_selected = true, .state = ITEM_LEFT},
    };
    const struct plan plan = {.items = items, .items_count = ELEMENTS(items)};
    struct tuner_status tuner = {.result = "timeout", .status = 15};
    _cleanup_(check_report_done) struct check_report report = {0};

    (void)state;
    check_report_add_tuner(&report, &tuner, &plan);
    assert_int_equal(report.problems.count, 0);
    tuner.has_failed = true;
    check_report_add_tuner(&report, &tuner, &plan);
    assert_int_equal(report.problems.count, 1);
    assert_text(report.problems.items[0].object, "redis-hosttune.service");
    assert_contains(report.problems.items[0].text, "its time limit ended it half-way");
    assert_contains(report.problems.items[0].text,
                    "not set: thp.defrag, thp.enabled: sudo systemctl restart ");
    items[1].state = items[2].state = ITEM_IN_SYNC;
    check_report_add_tuner(&report, &tuner, &plan);
    assert_contains(report.problems.items[1].text, "; all values are set now: ");
}

static void tuner__has_words_for_each_end(void **state)
{
    static const struct {
        struct tuner_status status;
        const char *words;
    } cases[] = {
        {{true, "timeout", 9}, "its time limit ended it half-way (Result=timeout)"},
        {{true, "exit-code", 2}, "it failed with exit status 2"},
        {{true, "signal", 9}, "it was ended by signal 9 (Result=signal)"},
        {{true, "core-dump", 11}, "it was ended by signal 11 (Result=core-dump)"},
        {{true, "oom-kill", 9}, "it failed (Result=oom-kill)"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        _cleanup_free_ char *text = tuner_status_describe(&cases[i].status);

        assert_text(text, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders__early_is_a_problem_and_late_a_note),
        cmocka_unit_test(units__are_noted_that_hand_over_or_had_a_lower_limit),
        cmocka_unit_test(tuner__is_told_with_what_it_did_not_reach),
        cmocka_unit_test(tuner__has_words_for_each_end),
    };

    return cmocka_run_group_tests_name("check-units", tests, NULL, NULL);
}
