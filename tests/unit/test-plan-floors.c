/* SPDX-License-Identifier: MIT */
/* "At least": an administrator's higher value is never lowered, and what we wrote ourselves is nobody's wish.
 */
#include "model.h"

#define FLOOR "net.core.somaxconn"

#define assert_plan(item, expected_state, expected_wanted, expected_persisted) \
    do {                                                                       \
        const struct plan_item *item_ = (item);                                \
        assert_state(item_, expected_state);                                   \
        assert_text(item_->wanted, expected_wanted);                           \
        assert_text(item_->persisted, expected_persisted);                     \
    } while (0)

static void plan__at_least_raises_what_is_too_low(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "4096", 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_CHANGE, "65535", "65535");
}

static void plan__at_least_keeps_higher_value(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "262144", 0);
    /* the floor file keeps the policy's own value: the higher one is somebody else's to keep */
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "262144", "65535");
    assert_text(host_item(host, FLOOR)->wanted_from, "built in");
}

static void plan__at_least_keeps_higher_value_than_configured(void **state)
{
    struct host *host = *state;

    host_wants(host, FLOOR, "1024");
    host_has(host, FLOOR, "4096", 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "4096", "1024");
}

static void plan__at_least_lifts_to_what_a_drop_in_sets(void **state)
{
    struct host *host = *state;

    host_has_elsewhere(host, FLOOR, "4096", "262144");
    assert_plan(host_plan_item(host, FLOOR), ITEM_CHANGE, "262144", "65535");
    assert_text(host_item(host, FLOOR)->wanted_from, "/etc/sysctl.d/60-admin.conf:3"); /* not by us */
}

static void plan__at_least_lifts_above_a_drop_in_that_is_too_low(void **state)
{
    struct host *host = *state;

    host_has_elsewhere(host, FLOOR, "1024", "1024");
    assert_plan(host_plan_item(host, FLOOR), ITEM_CHANGE, "65535", "65535");
    assert_text(host_item(host, FLOOR)->wanted_from, "built in");
}

static void plan__at_least_agrees_with_a_drop_in(void **state)
{
    struct host *host = *state;

    host_has_elsewhere(host, FLOOR, "4096", "65535");
    assert_plan(host_plan_item(host, FLOOR), ITEM_CHANGE, "65535", "65535");
    assert_text(host_item(host, FLOOR)->wanted_from, "built in");
}

static void plan__at_least_is_in_sync_with_what_was_written(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "65535", 0);
    host_wrote(host, FLOOR, "4096", "65535", 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "65535", "65535");
}

/* A value of ours that the policy has withdrawn is kept by nobody: the next boot starts without it. */
static void plan__at_least_does_not_pin_what_we_wrote(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "1000000", 0);
    host_wrote(host, FLOOR, "4096", "1000000", 0); /* when the configuration still said so */
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "65535", "65535");
}

/* After the next boot the kernel has its own value again, and only the policy's is wanted. */
static void plan__at_least_forgets_a_withdrawn_value_at_boot(void **state)
{
    struct host *host = *state;
    struct saved_value *value;

    host_has(host, FLOOR, "65535", 0); /* from the floor file */
    value = host_wrote(host, FLOOR, "4096", "1000000", 0);
    assert_int_equal(text_replace(&value->boot_id, "an earlier boot"), 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "65535", "65535");
}

/* Set by hand to 262144, lifted by us to 1000000, and the configuration that said so withdrawn. */
static void plan__at_least_remembers_a_higher_original_of_this_boot(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "1000000", 0);
    host_wrote(host, FLOOR, "262144", "1000000", 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "262144", "65535");
}

/* The same a boot later: what was set by hand did not outlive it, and is not brought back for ever. */
static void plan__at_least_does_not_bring_back_an_original_of_another_boot(void **state)
{
    struct host *host = *state;
    struct saved_value *value;

    host_has(host, FLOOR, "65535", 0);
    value = host_wrote(host, FLOOR, "262144", "65535", 0);
    assert_int_equal(text_replace(&value->boot_id, "an earlier boot"), 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "65535", "65535");
}

static void plan__at_least_keeps_what_somebody_raised_after_us(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "300000", 0);
    host_wrote(host, FLOOR, "4096", "65535", 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_IN_SYNC, "300000", "65535");
}

static void plan__at_least_lifts_what_somebody_lowered_after_us(void **state)
{
    struct host *host = *state;

    host_has(host, FLOOR, "128", 0);
    host_wrote(host, FLOOR, "4096", "65535", 0);
    assert_plan(host_plan_item(host, FLOOR), ITEM_CHANGE, "65535", "65535");
}

static void plan__at_least_without_a_current_value(void **state)
{
    struct host *host = *state;
    struct observed *observed;

    host->observation.facts.is_running = false;
    observed = host_has(host, FLOOR, NULL, -ENOENT);
    observed->elsewhere = strdup("262144");
    observed->elsewhere_from = strdup("/etc/sysctl.d/60-admin.conf:3");
    assert_plan(host_plan_item(host, FLOOR), ITEM_UNKNOWN, "262144", "65535");
    host_wrote(host, FLOOR, "500000", "65535", 0); /* what was there before does not matter then */
    assert_plan(host_plan_item(host, FLOOR), ITEM_UNKNOWN, "262144", "65535");
}

/* An exact row has none of this. */
static void plan__equal_lowers_and_raises(void **state)
{
    struct host *host = *state;

    host_has_elsewhere(host, "vm.swappiness", "60", "100");
    assert_plan(host_plan_item(host, "vm.swappiness"), ITEM_CHANGE, "1", "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(plan__at_least_raises_what_is_too_low),
        host_test(plan__at_least_keeps_higher_value),
        host_test(plan__at_least_keeps_higher_value_than_configured),
        host_test(plan__at_least_lifts_to_what_a_drop_in_sets),
        host_test(plan__at_least_lifts_above_a_drop_in_that_is_too_low),
        host_test(plan__at_least_agrees_with_a_drop_in),
        host_test(plan__at_least_is_in_sync_with_what_was_written),
        host_test(plan__at_least_does_not_pin_what_we_wrote),
        host_test(plan__at_least_forgets_a_withdrawn_value_at_boot),
        host_test(plan__at_least_remembers_a_higher_original_of_this_boot),
        host_test(plan__at_least_does_not_bring_back_an_original_of_another_boot),
        host_test(plan__at_least_keeps_what_somebody_raised_after_us),
        host_test(plan__at_least_lifts_what_somebody_lowered_after_us),
        host_test(plan__at_least_without_a_current_value),
        host_test(plan__equal_lowers_and_raises),
    };

    return cmocka_run_group_tests_name("plan-floors", tests, NULL, NULL);
}
