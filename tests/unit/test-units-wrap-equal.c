/* SPDX-License-Identifier: MIT */
#include "units/wrap.h"

#include "support.h"

static void wrap_equal__compares_what_is_written(void **state)
{
    char *one[] = {(char *)"/a", NULL}, *other[] = {(char *)"/b", NULL},
         *both[] = {(char *)"/a", (char *)"/b", NULL};
    const struct unit_wrap wrap = {
        .placement = PLACEMENT_EXEC, .reason = (char *)"x", .exec_starts = one, .limit_nofile = (char *)"1"};
    struct unit_wrap changed[8];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(changed); i++)
        changed[i] = wrap;
    changed[0].reason = (char *)"another";
    assert_true(unit_wrap_equal(&wrap, &changed[0]));
    changed[0].placement = PLACEMENT_OFF;
    changed[1].needs_system_calls = true;
    changed[2].needs_exec_path = true;
    changed[3].limit_nofile = NULL;
    changed[4].exec_starts = other;
    changed[5].exec_starts = both;
    changed[6].exec_starts = NULL;
    changed[7].order.refused = (char *)"Before=tuned.service";
    for (size_t i = 0; i < ELEMENTS(changed); i++) {
        assert_false(unit_wrap_equal(&wrap, &changed[i]));
        assert_false(unit_wrap_equal(&changed[i], &wrap));
    }
    assert_true(unit_wrap_equal(&changed[6], &changed[6]));
}

static void placement__has_names(void **state)
{
    enum placement placement;

    (void)state;
    for (enum placement i = PLACEMENT_EXEC; i <= PLACEMENT_OFF; i++) {
        assert_int_equal(placement_parse(placement_name(i), &placement), 0);
        assert_int_equal(placement, i);
    }
    assert_int_equal(placement_parse("Exec", &placement), -EINVAL);
    assert_int_equal(placement_parse("", &placement), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrap_equal__compares_what_is_written),
        cmocka_unit_test(placement__has_names),
    };

    return cmocka_run_group_tests_name("units-wrap-equal", tests, NULL, NULL);
}
