/* SPDX-License-Identifier: MIT */
/* What becomes of the drop-ins, ours and those of the units. */
#include "model.h"

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

static void plan_add_file__finds_the_action(void **state)
{
    static const struct {
        const char *old_content, *new_content, *reason;
        enum file_action action;
        bool differs;
    } rows[] = {
        {"a", "a", NULL, FILE_KEEP, false},   {NULL, NULL, NULL, FILE_KEEP, false},
        {NULL, "a", NULL, FILE_CREATE, true}, {"a", "b", NULL, FILE_REPLACE, true},
        {"a", NULL, NULL, FILE_REMOVE, true}, {NULL, "a", "a directory", FILE_REFUSED, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct plan plan = {0};

        plan_add_file(&plan, "/etc/x", copy(rows[i].old_content), copy(rows[i].new_content),
                      copy(rows[i].reason));
        assert_text(file_action_name(plan.files[0].action), file_action_name(rows[i].action));
        assert_int_equal(plan_file_differs(&plan.files[0]), rows[i].differs);
        assert_true(plan_has_file_in(&plan, rows[i].action));
        assert_false(plan_has_file_in(&plan, FILE_WRITTEN));
        assert_int_equal(plan_is_in_sync(&plan), rows[i].action == FILE_KEEP);
        plan_done(&plan);
    }
}

static void plan_add_file__a_reason_wins_over_equal_contents(void **state)
{
    struct host *host = *state;

    plan_add_file(&host->plan, "/etc/x", strdup("a"), strdup("a"), strdup("a link"));
    assert_text(file_action_name(host->plan.files[0].action), "refused");
    assert_text(host->plan.files[0].reason, "a link");
    assert_int_equal(host->plan.files[0].old_mode, 0);
}

static void add_unit(struct host *host, const char *old_content, const char *new_content)
{
    plan_add_unit(&host->plan, "redis@.service", "/run/systemd/generator", copy(old_content),
                  copy(new_content));
}

static void plan_add_unit__names_the_drop_in(void **state)
{
    struct host *host = *state;
    const struct plan_unit *unit;

    add_unit(host, "a", "b");
    unit = &host->plan.units[0];
    assert_text(unit->name, "redis@.service");
    assert_text(unit->path, "/run/systemd/generator/redis@.service.d/zz-redis-hosttune.conf");
    assert_text(unit->old_content, "a");
    assert_text(unit->new_content, "b");
}

static void units__need_a_reload_where_it_would_change_them(void **state)
{
    struct host *host = *state;

    host->plan.has_live_units = true;
    add_unit(host, "a", "a");
    add_unit(host, NULL, NULL);
    assert_false(plan_needs_reload(&host->plan));
    assert_true(plan_is_in_sync(&host->plan));
    add_unit(host, NULL, "a");
    assert_true(plan_unit_differs(&host->plan.units[2]));
    assert_true(plan_needs_reload(&host->plan));
    assert_false(plan_is_in_sync(&host->plan));
    host->plan.has_live_units = false; /* an image: its own boot generates them */
    assert_false(plan_needs_reload(&host->plan));
    assert_true(plan_is_in_sync(&host->plan));
}

static void units__that_lose_their_drop_in_differ(void **state)
{
    struct host *host = *state;

    add_unit(host, "a", NULL);
    add_unit(host, "a", "b");
    assert_true(plan_unit_differs(&host->plan.units[0]));
    assert_true(plan_unit_differs(&host->plan.units[1]));
}

static void names__are_those_of_the_json(void **state)
{
    static const char *const states[] = {"in-sync", "change",  "left",    "absent",
                                         "refused", "unknown", "applied", "failed"};
    static const char *const actions[] = {"keep",    "create", "replace", "remove",
                                          "refused", "left",   "written", "failed"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(states); i++)
        assert_text(item_state_name((enum item_state)i), states[i]);
    for (size_t i = 0; i < ELEMENTS(actions); i++)
        assert_text(file_action_name((enum file_action)i), actions[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(plan_add_file__finds_the_action),
        host_test(plan_add_file__a_reason_wins_over_equal_contents),
        host_test(plan_add_unit__names_the_drop_in),
        host_test(units__need_a_reload_where_it_would_change_them),
        host_test(units__that_lose_their_drop_in_differ),
        host_test(names__are_those_of_the_json),
    };

    return cmocka_run_group_tests_name("plan-files", tests, NULL, NULL);
}
