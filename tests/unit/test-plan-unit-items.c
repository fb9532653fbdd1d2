/* SPDX-License-Identifier: MIT */
/* What the units of Redis get, as items of a plan. */
#include "model.h"

static struct redis_unit units[2];

static const struct plan_item *find(const struct host *host, const char *row, const char *object)
{
    for (size_t i = 0; i < host->plan.unit_items_count; i++)
        if (strcmp(host->plan.unit_items[i].tunable->name, row) == 0 &&
            strcmp(host->plan.unit_items[i].object, object) == 0)
            return &host->plan.unit_items[i];
    fail_msg("no item of %s and %s", row, object);
    return NULL;
}

static void add_units(struct host *host, size_t count)
{
    const struct redis_units list = {.items = units, .items_count = count};
    const struct plan_input input = host_input(host, NULL);

    plan_add_unit_items(&host->plan, &list, &input);
}

/* A wrapped unit with a raised limit, and one that is not understood. */
static void some_units(void)
{
    units[0] = (struct redis_unit){.name = (char *)"a.service",
                                   .wrap = {.placement = PLACEMENT_EXEC,
                                            .reason = (char *)"built in",
                                            .nofile = 65536,
                                            .limit_nofile = (char *)"65536:524288",
                                            .limit_from = (char *)"the unit has 1024"}};
    units[1] =
        (struct redis_unit){.name = (char *)"b.service", .problem = (char *)"it has several ExecStart="};
}

static void unit_items__one_of_each_row_and_unit(void **state)
{
    struct host *host = *state;
    const struct plan_item *item;

    some_units();
    add_units(host, 2);
    assert_int_equal(host->plan.unit_items_count, 4);
    assert_true(host->plan.has_unit_items);
    item = find(host, TUNABLE_PLACEMENT, "a.service");
    assert_state(item, ITEM_IN_SYNC);
    assert_text(item->wanted, "exec");
    assert_text(item->persisted, "exec");
    item = find(host, TUNABLE_OPEN_FILES, "a.service");
    assert_text(item->wanted, "65536");
    assert_text(item->persisted, "65536:524288");
    assert_text(item->wanted_from, "the unit has 1024");
    item = find(host, TUNABLE_OPEN_FILES, "b.service");
    assert_state(item, ITEM_UNKNOWN);
    assert_text(item->reason, "it has several ExecStart=");
}

static void unit_items__nothing_is_persisted_of_what_is_off_or_left(void **state)
{
    struct host *host = *state;

    some_units();
    units[0].wrap.placement = PLACEMENT_OFF;
    units[0].wrap.limit_nofile = NULL;
    units[0].wrap.nofile = 0;
    add_units(host, 1);
    assert_text(find(host, TUNABLE_PLACEMENT, "a.service")->wanted, "off");
    assert_null(find(host, TUNABLE_PLACEMENT, "a.service")->persisted);
    assert_state(find(host, TUNABLE_OPEN_FILES, "a.service"), ITEM_LEFT);
    assert_null(find(host, TUNABLE_OPEN_FILES, "a.service")->wanted);
}

static void unit_items__change_with_the_drop_in(void **state)
{
    struct host *host = *state;

    some_units();
    plan_add_unit(&host->plan, "a.service", "/run/systemd/generator", NULL, strdup("[Service]\n"));
    add_units(host, 1);
    assert_state(find(host, TUNABLE_PLACEMENT, "a.service"), ITEM_CHANGE);
    assert_false(plan_has_item_in(&host->plan, ITEM_CHANGE)); /* of the kernel's there is none */
}

static void unit_items__follow_the_kernels_by_position(void **state)
{
    struct host *host = *state;

    host_has(host, "vm.swappiness", "1", 0);
    host_plan(host, NULL);
    some_units();
    add_units(host, 1);
    assert_text(plan_item_at(&host->plan, 0)->object, "vm.swappiness");
    assert_text(plan_item_at(&host->plan, host->plan.items_count)->object, "a.service");
    assert_null(plan_item_at(&host->plan, host->plan.items_count + 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(unit_items__one_of_each_row_and_unit),
        host_test(unit_items__nothing_is_persisted_of_what_is_off_or_left),
        host_test(unit_items__change_with_the_drop_in),
        host_test(unit_items__follow_the_kernels_by_position),
    };

    return cmocka_run_group_tests_name("plan-unit-items", tests, NULL, NULL);
}
