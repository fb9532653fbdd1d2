/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "support.h"

#define assert_next(plan, position, expected)                               \
    do {                                                                    \
        struct plan_item *next_ = plan_next_to_write(&(plan), &(position)); \
        assert_text(next_ ? next_->object : NULL, (expected));              \
    } while (0)

/* Cut off at any point, what could only be mended by a restart of Redis is done. */
static void writes__begin_with_what_redis_takes_at_its_start(void **state)
{
    static const char *const rows[] = {
        "vm.overcommit_memory", "vm.swappiness", "net.core.somaxconn", "net.ipv4.tcp_max_syn_backlog",
        "thp.enabled",          "thp.defrag",    "thp.hugepages-*kB",
    };
    struct plan_item items[ELEMENTS(rows)] = {0};
    const struct plan plan = {.items = items, .items_count = ELEMENTS(items)};
    size_t position = 0;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        items[i] = (struct plan_item){.tunable = tunable_find(rows[i]), .object = (char *)rows[i]};
    assert_next(plan, position, "vm.overcommit_memory");
    assert_next(plan, position, "net.core.somaxconn");
    assert_next(plan, position, "thp.enabled");
    assert_next(plan, position, "thp.hugepages-*kB");
    assert_next(plan, position, "vm.swappiness");
    assert_next(plan, position, "net.ipv4.tcp_max_syn_backlog");
    assert_next(plan, position, "thp.defrag");
    assert_next(plan, position, NULL);
    assert_next(plan, position, NULL);
}

static void writes__of_an_empty_plan_are_none(void **state)
{
    const struct plan plan = {0};
    size_t position = 0;

    (void)state;
    assert_next(plan, position, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes__begin_with_what_redis_takes_at_its_start),
        cmocka_unit_test(writes__of_an_empty_plan_are_none),
    };

    return cmocka_run_group_tests_name("plan-writes", tests, NULL, NULL);
}
