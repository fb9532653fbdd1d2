/* SPDX-License-Identifier: MIT */
#include "plan/revert.h"

#include "model.h"
#include "plan/dropin.h"

#define PATH "/etc/sysctl.d/99-zz-redis-hosttune.conf"

static struct plan_item *revert_only(struct host *host, const char *object, const char *const *only)
{
    struct plan_input input = host_input(host, only);

    plan_done(&host->plan);
    plan_build_revert(&input, &host->plan);
    return host->plan.items_count > 0 ? host_item(host, object) : NULL;
}

static struct plan_item *revert(struct host *host, const char *object)
{
    return revert_only(host, object, NULL);
}

/* --- values --- */

static void revert__brings_the_original_back(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    item = revert(host, "vm.swappiness");
    assert_state(item, ITEM_CHANGE);
    assert_text(item->current, "1");
    assert_text(item->wanted, "60");
    assert_text(item->wanted_from, "before the first apply");
    assert_text(item->path, "proc/sys/vm/swappiness");
    assert_true(item->is_selected);
    assert_null(item->persisted);
}

static void revert__goes_over_any_number_of_applies(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "10", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "5", 0);
    host_wrote(host, "vm.swappiness", "60", "10", 0);
    assert_text(revert(host, "vm.swappiness")->wanted, "60");
}

static void revert__leaves_what_somebody_else_changed(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "30", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    item = revert(host, "vm.swappiness");
    assert_state(item, ITEM_LEFT);
    assert_text(item->wanted, "30");
    assert_contains(item->reason, "30");
    assert_contains(item->reason, "redis-hosttune wrote 1");
}

/* The state was saved, and the write did not happen any more. */
static void revert__after_an_apply_that_was_cut_off(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "10", 0);
    assert_state(revert(host, "vm.swappiness"), ITEM_CHANGE);
    assert_text(host_item(host, "vm.swappiness")->wanted, "60");
}

static void revert__nothing_to_do_where_it_is_back_or_never_was_ours(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    assert_int_equal(
        text_replace(&saved_state_add_value(&host->state, "vm.overcommit_memory")->original, "1"), 0);
    assert_state(revert(host, "vm.swappiness"), ITEM_IN_SYNC);
    assert_state(host_item(host, "vm.overcommit_memory"), ITEM_IN_SYNC);
}

static void revert__an_unknown_original_is_never_guessed(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", NULL, "1", 0);
    item = revert(host, "vm.swappiness");
    assert_state(item, ITEM_LEFT);
    assert_contains(item->reason, "not known");
    assert_text(item->wanted, "1");
}

static void revert__knobs_that_are_gone_or_unreadable(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", NULL, -ENOENT);
    host_has(host, "vm.swappiness", NULL, -EACCES);
    host_wrote(host, "thp.enabled", "always", "never", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "thp.hugepages-64kB", "always", "never", 0); /* not seen at all */
    assert_state(revert(host, "thp.enabled"), ITEM_ABSENT);
    assert_state(host_item(host, "thp.hugepages-64kB"), ITEM_ABSENT);
    assert_state(host_item(host, "vm.swappiness"), ITEM_UNKNOWN);
}

static void revert__passes_rows_of_other_versions_over(void **state)
{
    struct host *host = *state;

    host_wrote(host, "vm.future", "60", "1", 0);
    assert_null(revert(host, "vm.future"));
}

static void revert__only_what_was_asked_for(void **state)
{
    const char *const row[] = {"thp.hugepages-*kB", NULL}, *const object[] = {"thp.hugepages-64kB", NULL};
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    host_has(host, "thp.hugepages-64kB", "never", 0);
    host_has(host, "thp.hugepages-128kB", "never", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "thp.hugepages-64kB", "always", "never", 0);
    host_wrote(host, "thp.hugepages-128kB", "always", "never", 0);
    assert_non_null(revert_only(host, "thp.hugepages-64kB", row));
    assert_int_equal(host->plan.items_count, 2);
    assert_non_null(revert_only(host, "thp.hugepages-64kB", object));
    assert_int_equal(host->plan.items_count, 1);
}

static void revert__forced_over_somebody_elses_change(void **state)
{
    const char *const forced[] = {"vm.swappiness", NULL};
    struct host *host = *state;
    struct plan_input input = host_input(host, NULL);

    host_has(host, "vm.swappiness", "30", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_has(host, "vm.overcommit_memory", "2", 0);
    host_wrote(host, "vm.overcommit_memory", "0", "1", 0);
    input.forced = forced;
    plan_build_revert(&input, &host->plan);
    assert_state(host_item(host, "vm.swappiness"), ITEM_CHANGE);
    assert_text(host_item(host, "vm.swappiness")->wanted, "60");
    assert_state(host_item(host, "vm.overcommit_memory"), ITEM_LEFT);
}

static void revert__forgotten_ones_take_no_part(void **state)
{
    const char *const forgotten[] = {"vm.swappiness", NULL};
    struct host *host = *state;
    struct plan_input input = host_input(host, NULL);

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    input.forgotten = forgotten;
    plan_build_revert(&input, &host->plan);
    assert_int_equal(host->plan.items_count, 0);
}

/* --- what leaves the state --- */

static void settle__what_is_back_goes_and_nothing_else(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);          /* ours */
    host_has(host, "vm.overcommit_memory", "0", 0);   /* back already */
    host_has(host, "net.core.somaxconn", "4096", 0);  /* somebody else's */
    host_has(host, "thp.enabled", NULL, -EIO);        /* not to be seen */
    host_has(host, "thp.defrag", NULL, -ENOENT);      /* gone from the kernel */
    host_has(host, "thp.hugepages-64kB", "never", 0); /* ours, and from what is not known */
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    host_wrote(host, "vm.overcommit_memory", "0", "1", 0);
    host_wrote(host, "net.core.somaxconn", "128", "65535", 0);
    host_wrote(host, "thp.enabled", "always", "never", 0);
    host_wrote(host, "thp.defrag", "madvise", "never", 0);
    host_wrote(host, "thp.hugepages-64kB", NULL, "never", 0);
    assert_int_equal(text_replace(&saved_state_add_value(&host->state, "vm.future")->original, "7"), 0);
    revert(host, "vm.swappiness");
    host_item(host, "vm.swappiness")->state = ITEM_APPLIED;
    plan_settle_revert(&host->plan, &host->state);
    assert_null(saved_state_value(&host->state, "vm.swappiness"));
    assert_null(saved_state_value(&host->state, "vm.overcommit_memory"));
    assert_true(saved_state_value(&host->state, "net.core.somaxconn")->is_left);
    assert_text(saved_state_value(&host->state, "thp.enabled")->original, "always");
    assert_false(saved_state_value(&host->state, "thp.enabled")->is_left);
    assert_null(saved_state_value(&host->state, "thp.defrag"));
    assert_false(saved_state_value(&host->state, "thp.hugepages-64kB")->is_left); /* it is ours */
    assert_text(saved_state_value(&host->state, "vm.future")->original, "7");
    assert_int_equal(host->state.values_count, 4);
}

static void settle__a_write_that_failed_stays(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    host_wrote(host, "vm.swappiness", "60", "1", 0);
    revert(host, "vm.swappiness")->state = ITEM_FAILED;
    plan_settle_revert(&host->plan, &host->state);
    assert_text(saved_state_value(&host->state, "vm.swappiness")->original, "60");
    host_item(host, "vm.swappiness")->state = ITEM_CHANGE;
    plan_settle_revert(&host->plan, &host->state);
    assert_int_equal(host->state.values_count, 1);
}

static void settle_file(struct host *host, enum file_action action, bool is_ours, bool is_unreadable)
{
    plan_done(&host->plan);
    plan_add_file(&host->plan, PATH, NULL, NULL, NULL);
    host->plan.files[0].action = action;
    host->plan.files[0].is_ours = is_ours;
    host->plan.files[0].is_unreadable = is_unreadable;
    saved_state_add_file(&host->state, PATH)->is_left = false;
    plan_settle_revert(&host->plan, &host->state);
}

static void settle__files(void **state)
{
    struct host *host = *state;

    settle_file(host, FILE_WRITTEN, true, false); /* --only: less of ours stands there */
    assert_int_equal(host->state.files_count, 1);
    settle_file(host, FILE_LEFT, false, false);
    assert_true(host->state.files[0].is_left);
    settle_file(host, FILE_LEFT, false, true);
    assert_false(host->state.files[0].is_left);
    settle_file(host, FILE_FAILED, false, false);
    assert_int_equal(host->state.files_count, 1);
    settle_file(host, FILE_WRITTEN, false, false);
    assert_int_equal(host->state.files_count, 0);
    settle_file(host, FILE_KEEP, false, false);
    assert_int_equal(host->state.files_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(revert__brings_the_original_back),
        host_test(revert__goes_over_any_number_of_applies),
        host_test(revert__leaves_what_somebody_else_changed),
        host_test(revert__after_an_apply_that_was_cut_off),
        host_test(revert__nothing_to_do_where_it_is_back_or_never_was_ours),
        host_test(revert__an_unknown_original_is_never_guessed),
        host_test(revert__knobs_that_are_gone_or_unreadable),
        host_test(revert__passes_rows_of_other_versions_over),
        host_test(revert__only_what_was_asked_for),
        host_test(revert__forced_over_somebody_elses_change),
        host_test(revert__forgotten_ones_take_no_part),
        host_test(settle__what_is_back_goes_and_nothing_else),
        host_test(settle__a_write_that_failed_stays),
        host_test(settle__files),
    };

    return cmocka_run_group_tests_name("plan-revert", tests, NULL, NULL);
}
