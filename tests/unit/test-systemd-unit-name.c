/* SPDX-License-Identifier: MIT */
#include "systemd/unit.h"

#include "support.h"

static void unit_name__template_of_an_instance(void **state)
{
    static const struct {
        const char *name, *template; /* NULL: no instance */
    } rows[] = {
        {"redis-server@a.service", "redis-server@.service"},
        {"redis@a.b.service", "redis@.service"},
        {"redis@.b.service", "redis@.service"},
        {"redis@a@b.service", "redis@.service"},
        {"redis@.service", NULL},
        {"redis.service", NULL},
        {"redis@a", NULL},
        {"redis", NULL},
    };
    char template[UNIT_NAME_SIZE], small[10];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        bool is_instance = unit_name_template(rows[i].name, template, sizeof(template));

        assert_text(is_instance ? template : NULL, rows[i].template);
    }
    assert_false(unit_name_template("redis-server@a.service", small, sizeof(small)));
}

static void unit_name__is_template_without_an_instance(void **state)
{
    (void)state;
    assert_true(unit_name_is_template("redis@.service"));
    assert_false(unit_name_is_template("redis@a.service"));
    assert_false(unit_name_is_template("redis@.b.service"));
    assert_false(unit_name_is_template("redis.service"));
}

static void unit_name__instance_of_another_template(void **state)
{
    char name[UNIT_NAME_SIZE];

    (void)state;
    assert_true(unit_name_of_instance("valkey@.service", "redis@a.b.service", name, sizeof(name)));
    assert_text(name, "valkey@a.b.service");
    assert_false(unit_name_of_instance("valkey.service", "redis@a.service", name, sizeof(name)));
    assert_false(unit_name_of_instance("valkey@.service", "redis@.service", name, sizeof(name)));
    assert_false(unit_name_of_instance("valkey@.service", "redis.service", name, sizeof(name)));
    assert_false(unit_name_of_instance("valkey@.service", "redis@a.service", name, 8));
}

static void unit_name__may_alias_what_is_of_its_kind(void **state)
{
    static const struct {
        const char *name, *target;
        bool may;
    } rows[] = {
        {"redis.service", "valkey.service", true},      {"redis.service", "valkey@.service", false},
        {"redis.service", "valkey@a.service", false},   {"redis@.service", "valkey@.service", true},
        {"redis@.service", "valkey.service", false},    {"redis@.service", "valkey@a.service", false},
        {"redis@a.service", "valkey@.service", true},   {"redis@a.service", "valkey@a.service", true},
        {"redis@a.service", "valkey@b.service", false}, {"redis@a.service", "valkey.service", false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        if (unit_name_may_alias(rows[i].name, rows[i].target) != rows[i].may)
            fail_msg("%s -> %s", rows[i].name, rows[i].target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit_name__template_of_an_instance),
        cmocka_unit_test(unit_name__is_template_without_an_instance),
        cmocka_unit_test(unit_name__instance_of_another_template),
        cmocka_unit_test(unit_name__may_alias_what_is_of_its_kind),
    };

    return cmocka_run_group_tests_name("systemd-unit-name", tests, NULL, NULL);
}
