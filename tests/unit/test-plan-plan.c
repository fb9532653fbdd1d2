/* SPDX-License-Identifier: MIT */
/* What becomes of each object. Floors, files and restarts are in files of their own. */
#include "plan/plan.h"

#include "model.h"

#define ONLY(...)         \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

/* --- states --- */

static void plan__what_is_right_is_in_sync(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "1", 0);
    item = host_plan_item(host, "vm.swappiness");
    assert_state(item, ITEM_IN_SYNC);
    assert_text(item->current, "1");
    assert_text(item->wanted, "1");
    assert_text(item->persisted, "1"); /* for the next boot all the same */
    assert_text(item->wanted_from, "built in");
    assert_null(item->reason);
    assert_true(plan_is_in_sync(&host->plan));
}

static void plan__what_differs_is_a_change(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "60", 0);
    host_wants(host, "vm.swappiness", "10");
    item = host_plan_item(host, "vm.swappiness");
    assert_state(item, ITEM_CHANGE);
    assert_text(item->current, "60");
    assert_text(item->wanted, "10");
    assert_text(item->persisted, "10");
    assert_text(item->wanted_from, CONF ":1");
    assert_text(item->path, "proc/sys/vm/swappiness");
    assert_true(item->is_selected);
    assert_false(plan_is_in_sync(&host->plan));
}

static void plan__what_is_opted_out_is_left(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", "60", 0);
    host_wants(host, "vm.swappiness", "leave");
    item = host_plan_item(host, "vm.swappiness");
    assert_state(item, ITEM_LEFT);
    assert_null(item->wanted);
    assert_null(item->persisted);
    assert_null(item->reason);
    assert_text(item->current, "60");
    assert_text(item->wanted_from, CONF ":1");
    assert_true(item->is_selected);
    assert_true(plan_is_in_sync(&host->plan));
}

static void plan__a_left_row_does_not_end_the_plan(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_wants(host, "vm.swappiness", "leave");
    assert_state(host_plan_item(host, "vm.overcommit_memory"), ITEM_CHANGE);
}

static void plan__what_follows_a_left_row_is_left_with_it(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "thp.hugepages-64kB", "always", 0);
    host_wants(host, "thp.enabled", "leave");
    item = host_plan_item(host, "thp.hugepages-64kB");
    assert_state(item, ITEM_LEFT);
    assert_text(item->reason, "thp.enabled is left");
    assert_text(item->wanted_from, CONF ":1");
}

static void plan__what_the_kernel_lacks_is_absent(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "thp.enabled", NULL, -ENOENT);
    item = host_plan_item(host, "thp.enabled");
    assert_state(item, ITEM_ABSENT);
    assert_null(item->current);
    assert_null(item->persisted); /* no line for a knob that is not there */
    assert_null(item->set_by);
    assert_text(item->reason, "this kernel has no such knob");
    assert_true(plan_is_in_sync(&host->plan)); /* said, not failed */
}

static void plan__what_cannot_be_read_is_unknown(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "vm.swappiness", NULL, -EACCES);
    host_has(host, "thp.hugepages-64kB", NULL, -EINVAL);
    item = host_plan_item(host, "vm.swappiness");
    assert_state(item, ITEM_UNKNOWN);
    assert_contains(item->reason, "/proc/sys/vm/swappiness");
    assert_contains(item->reason, strerror(EACCES));
    assert_text(item->persisted, "1");
    /* what to persist for one of several objects depends on the value that it has */
    assert_null(host_item(host, "thp.hugepages-64kB")->persisted);
    assert_state(host_item(host, "thp.hugepages-64kB"), ITEM_UNKNOWN);
}

static void plan__an_image_gets_its_files_only(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host->is_other_root = true;
    host->observation.facts.is_running = false;
    host_has(host, "vm.swappiness", NULL, -ENOENT);
    host_has(host, "net.core.somaxconn", NULL, -ENOENT);
    item = host_plan_item(host, "vm.swappiness");
    assert_state(item, ITEM_UNKNOWN);
    assert_text(item->persisted, "1");
    assert_contains(item->reason, "not a running system");
    assert_text(host_item(host, "net.core.somaxconn")->persisted, "65535");
}

static void plan__what_makes_no_sense_is_unknown(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", NULL, -EINVAL)->printed = strdup("[sometimes] never");
    assert_state(host_plan_item(host, "thp.enabled"), ITEM_UNKNOWN);
    assert_contains(host_item(host, "thp.enabled")->reason, "\"[sometimes] never\"");
}

/* A row whose objects this kernel has none of, and an object that was named and is not there. */
static void plan__what_has_no_object_is_absent(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.enabled", "never", 0);
    assert_state(host_plan_item(host, "thp.hugepages-*kB"), ITEM_ABSENT);
    assert_null(host_item(host, "thp.hugepages-*kB")->persisted);
    host_has(host, "thp.hugepages-64kB", "never", 0);
    assert_int_equal(host_plan(host, NULL)->items_count, 2); /* one is there: no word on the row */
    host_wants(host, "thp.hugepages-16kB", "inherit");
    assert_state(host_plan_item(host, "thp.hugepages-16kB"), ITEM_ABSENT);
    assert_int_equal(host->plan.items_count, 3);
    host_plan(host, ONLY("thp.hugepages-32kB"));
    assert_int_equal(host->plan.items_count, 1);
    assert_state(host_item(host, "thp.hugepages-32kB"), ITEM_ABSENT);
}

/* --- rows that are content with one of several values --- */

static void plan__one_of_keeps_what_satisfies(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "thp.hugepages-64kB", "inherit", 0);
    host_has(host, "thp.hugepages-2048kB", "never", 0);
    item = host_plan_item(host, "thp.hugepages-64kB");
    assert_state(item, ITEM_IN_SYNC);
    assert_text(item->wanted, "inherit");
    assert_text(item->persisted, "inherit");
    assert_state(host_item(host, "thp.hugepages-2048kB"), ITEM_IN_SYNC);
    assert_text(host_item(host, "thp.hugepages-2048kB")->persisted, "never");
}

static void plan__one_of_changes_what_does_not(void **state)
{
    struct host *host = *state;

    host_has(host, "thp.hugepages-64kB", "always", 0);
    host_has(host, "thp.hugepages-2048kB", "madvise", 0);
    host_plan(host, NULL);
    assert_state(host_item(host, "thp.hugepages-64kB"), ITEM_CHANGE);
    assert_text(host_item(host, "thp.hugepages-64kB")->wanted, "never");
    assert_state(host_item(host, "thp.hugepages-2048kB"), ITEM_CHANGE);
    assert_text(host_item(host, "thp.hugepages-2048kB")->wanted, "inherit");
}

static void plan__one_of_is_exact_where_configured(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_wants(host, "thp.hugepages-64kB", "never");
    host_has(host, "thp.hugepages-64kB", "inherit", 0);
    item = host_plan_item(host, "thp.hugepages-64kB");
    assert_state(item, ITEM_CHANGE);
    assert_text(item->wanted, "never");
    assert_text(item->persisted, "never");
}

/* --- containers --- */

static void plan__in_a_container_the_hosts_rows_are_refused(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host->observation.facts.container = "docker";
    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "thp.enabled", "never", 0);
    host_has(host, "net.core.somaxconn", "128", 0);
    item = host_plan_item(host, "vm.swappiness");
    assert_state(item, ITEM_REFUSED);
    assert_contains(item->reason, "docker");
    assert_contains(item->reason, "on the host");
    assert_null(item->persisted);
    assert_state(host_item(host, "thp.enabled"), ITEM_IN_SYNC);
    assert_null(host_item(host, "thp.enabled")->persisted); /* no line either */
    assert_state(host_item(host, "net.core.somaxconn"), ITEM_CHANGE);
    assert_text(host_item(host, "net.core.somaxconn")->persisted, "65535");
    assert_false(plan_is_in_sync(&host->plan));
}

static void plan__in_a_container_another_tree_is_no_container(void **state)
{
    struct host *host = *state;

    host->observation.facts.container = "docker";
    host->is_other_root = true;
    host_has(host, "vm.swappiness", "60", 0);
    assert_state(host_plan_item(host, "vm.swappiness"), ITEM_CHANGE);
    assert_text(host_item(host, "vm.swappiness")->persisted, "1");
}

static void plan__in_a_container_leave_is_left(void **state)
{
    struct host *host = *state;

    host->observation.facts.container = "docker";
    host_wants(host, "vm.swappiness", "leave");
    host_has(host, "vm.swappiness", "60", 0);
    assert_state(host_plan_item(host, "vm.swappiness"), ITEM_LEFT);
}

/* --- a selection --- */

static void plan__only_takes_rows_and_objects_by_name(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "thp.hugepages-64kB", "always", 0);
    host_has(host, "thp.hugepages-128kB", "always", 0);
    assert_int_equal(host_plan(host, ONLY("vm.swappiness"))->items_count, 1);
    assert_int_equal(host_plan(host, ONLY("thp.hugepages-64kB"))->items_count, 1);
    assert_int_equal(host_plan(host, ONLY("thp.hugepages-*kB"))->items_count, 2);
    assert_int_equal(host_plan(host, ONLY("thp.hugepages-64kB", "vm.swappiness"))->items_count, 2);
    assert_int_equal(host_plan(host, ONLY("thp.enabled"))->items_count, 0);
    assert_int_equal(host_plan(host, NULL)->items_count, 3);
}

/* What was not asked for is neither shown nor changed, but does not lose its line in the drop-in. */
static void plan__only_keeps_the_lines_of_the_others(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "60", 0);
    host_has(host, "vm.overcommit_memory", "0", 0);
    host_wrote(host, "vm.swappiness", "30", "1", 0);
    host_plan(host, ONLY("vm.overcommit_memory"));
    assert_int_equal(host->plan.items_count, 2);
    assert_false(host_item(host, "vm.swappiness")->is_selected);
    assert_text(host_item(host, "vm.swappiness")->persisted, "1");
    assert_true(host_item(host, "vm.overcommit_memory")->is_selected);
    host_item(host, "vm.overcommit_memory")->state = ITEM_IN_SYNC;
    assert_false(plan_has_item_in(&host->plan, ITEM_CHANGE)); /* that of vm.swappiness does not count */
    assert_true(plan_is_in_sync(&host->plan));
}

/* Sizes whose list could not be read keep the line that they have, and all is unknown. */
static void plan__keeps_the_lines_of_what_could_not_be_listed(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    host_has(host, "thp.enabled", "never", 0);
    host_has(host, "thp.hugepages-*kB", NULL, -EIO);
    host_wrote(host, "thp.hugepages-64kB", "always", "never", 0);
    host->state.values[0].is_persisted = true;
    host_wrote(host, "thp.hugepages-128kB", "always", "never", 0);
    host->state.values[1].is_persisted = false;
    host_plan(host, NULL);
    item = host_item(host, "thp.hugepages-64kB");
    assert_state(item, ITEM_UNKNOWN);
    assert_text(item->persisted, "never");
    assert_state(host_item(host, "thp.hugepages-*kB"), ITEM_UNKNOWN);
    assert_null(host_item(host, "thp.hugepages-*kB")->persisted);
    for (size_t i = 0; i < host->plan.items_count; i++)
        assert_string_not_equal(host->plan.items[i].object, "thp.hugepages-128kB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(plan__what_is_right_is_in_sync),
        host_test(plan__what_differs_is_a_change),
        host_test(plan__what_is_opted_out_is_left),
        host_test(plan__a_left_row_does_not_end_the_plan),
        host_test(plan__what_follows_a_left_row_is_left_with_it),
        host_test(plan__what_the_kernel_lacks_is_absent),
        host_test(plan__what_cannot_be_read_is_unknown),
        host_test(plan__what_makes_no_sense_is_unknown),
        host_test(plan__what_has_no_object_is_absent),
        host_test(plan__an_image_gets_its_files_only),
        host_test(plan__one_of_keeps_what_satisfies),
        host_test(plan__one_of_changes_what_does_not),
        host_test(plan__one_of_is_exact_where_configured),
        host_test(plan__in_a_container_the_hosts_rows_are_refused),
        host_test(plan__in_a_container_another_tree_is_no_container),
        host_test(plan__in_a_container_leave_is_left),
        host_test(plan__only_takes_rows_and_objects_by_name),
        host_test(plan__only_keeps_the_lines_of_the_others),
        host_test(plan__keeps_the_lines_of_what_could_not_be_listed),
    };

    return cmocka_run_group_tests_name("plan-plan", tests, NULL, NULL);
}
