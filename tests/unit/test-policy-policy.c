/* SPDX-License-Identifier: MIT */
#include "policy/policy.h"

#include "model.h"

static struct wish wish_of(const struct host *host, const char *object)
{
    return policy_wish(&host->policy, tunable_find(object), object, &host->observation.facts);
}

static void wish__is_built_in_without_a_setting(void **state)
{
    struct host *host = *state;
    struct wish wish = wish_of(host, "vm.swappiness");
    _cleanup_free_ char *from = wish_describe(&wish);

    assert_text(wish.value, "1");
    assert_null(wish.setting);
    assert_null(wish.left_because_of);
    assert_text(from, "built in");
}

static void wish__comes_from_the_setting(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *from = NULL;
    struct wish wish;

    host_wants(host, "thp.enabled", "madvise");
    host_wants(host, "vm.swappiness", "10");
    wish = wish_of(host, "vm.swappiness");
    from = wish_describe(&wish);
    assert_text(wish.value, "10");
    assert_text(from, CONF ":2");
}

static void wish__the_later_setting_wins(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *from = NULL;
    struct wish wish;

    host_wants(host, "vm.swappiness", "10");
    policy_add(&host->policy, "vm.swappiness", "5", "/etc/drop-in.conf", 7);
    wish = wish_of(host, "vm.swappiness");
    from = wish_describe(&wish);
    assert_text(wish.value, "5");
    assert_text(from, "/etc/drop-in.conf:7");
}

static void wish__the_objects_setting_before_its_rows(void **state)
{
    struct host *host = *state;

    host_wants(host, "thp.hugepages-64kB", "madvise");
    host_wants(host, "thp.hugepages-*kB", "never"); /* later, and less exact */
    assert_text(wish_of(host, "thp.hugepages-64kB").value, "madvise");
    assert_text(wish_of(host, "thp.hugepages-128kB").value, "never");
    assert_text(wish_of(host, "thp.hugepages-2048kB").value, "never"); /* before the object's default */
}

static void wish__the_default_may_depend_on_the_object(void **state)
{
    struct host *host = *state;

    assert_text(wish_of(host, "thp.hugepages-2048kB").value, "inherit");
    assert_text(wish_of(host, "thp.hugepages-64kB").value, "never");
    host->observation.facts.pmd_size_kib = 64;
    assert_text(wish_of(host, "thp.hugepages-64kB").value, "inherit");
}

static void wish__a_row_is_left_with_the_one_it_follows(void **state)
{
    struct host *host = *state;
    _cleanup_free_ char *from = NULL;
    struct wish wish;

    host_wants(host, "thp.enabled", "leave");
    wish = wish_of(host, "thp.hugepages-64kB");
    from = wish_describe(&wish);
    assert_text(wish.value, "leave");
    assert_text(wish.left_because_of, "thp.enabled");
    assert_text(from, CONF ":1");
    assert_text(wish_of(host, "thp.defrag").value, "never"); /* follows nothing */
}

static void wish__a_setting_of_its_own_ends_following(void **state)
{
    struct host *host = *state;
    struct wish wish;

    host_wants(host, "thp.enabled", "leave");
    host_wants(host, "thp.hugepages-*kB", "never");
    wish = wish_of(host, "thp.hugepages-64kB");
    assert_text(wish.value, "never");
    assert_null(wish.left_because_of);
}

static void wish__a_leave_that_was_taken_back_leaves_nothing(void **state)
{
    struct host *host = *state;

    host_wants(host, "thp.enabled", "leave");
    host_wants(host, "thp.enabled", "never");
    assert_text(wish_of(host, "thp.enabled").value, "never");
    assert_text(wish_of(host, "thp.hugepages-64kB").value, "never");
    assert_null(wish_of(host, "thp.hugepages-64kB").left_because_of);
}

static void policy_add__takes_copies(void **state)
{
    struct host *host = *state;
    char name[] = "vm.swappiness", value[] = "10", file[] = "/a";

    policy_add(&host->policy, name, value, file, 1);
    name[0] = value[0] = file[0] = 'x';
    assert_text(host->policy.settings[0].name, "vm.swappiness");
    assert_text(host->policy.settings[0].value, "10");
    assert_text(host->policy.settings[0].file, "/a");
}

static void policy_done__empties(void **state)
{
    struct host *host = *state;

    host_wants(host, "vm.swappiness", "10");
    policy_done(&host->policy);
    assert_int_equal(host->policy.settings_count, 0);
    assert_text(wish_of(host, "vm.swappiness").value, "1");
    policy_done(&host->policy);
}

/* --- units --- */

static void has_unit__built_in_or_added_an_instance_by_its_template(void **state)
{
    struct host *host = *state;

    assert_true(policy_has_unit(&host->policy, "redis-server.service"));
    assert_true(policy_has_unit(&host->policy, "redis@a.service"));
    assert_false(policy_has_unit(&host->policy, "cache.service"));
    assert_false(policy_has_unit(&host->policy, "cache@a.service"));
    policy_add_unit(&host->policy, "cache.service");
    policy_add_unit(&host->policy, "cache@.service");
    assert_true(policy_has_unit(&host->policy, "cache.service"));
    assert_true(policy_has_unit(&host->policy, "cache@a.service"));
    assert_text(host->policy.units_added[0], "cache.service");
    assert_text(host->policy.units_added[1], "cache@.service");
    assert_null(host->policy.units_added[2]);
}

static void sentinels__are_known_by_name_and_template(void **state)
{
    (void)state;
    assert_true(policy_is_sentinel("redis-sentinel.service"));
    assert_true(policy_is_sentinel("valkey-sentinel@a.service"));
    assert_false(policy_is_sentinel("redis-server.service"));
}

static void placement__its_own_then_its_templates_then_that_for_all(void **state)
{
    struct host *host = *state;
    struct policy *policy = &host->policy;

    assert_null(policy_unit_wish(policy, "redis@a.service", UNIT_WISH_PLACEMENT));
    policy_add_unit_wish(policy, "", UNIT_WISH_PLACEMENT, "off", CONF, 1);
    assert_int_equal(policy_unit_wish(policy, "redis@a.service", UNIT_WISH_PLACEMENT)->line, 1);
    policy_add_unit_wish(policy, "redis@.service", UNIT_WISH_PLACEMENT, "systemd", CONF, 2);
    assert_int_equal(policy_unit_wish(policy, "redis@a.service", UNIT_WISH_PLACEMENT)->line, 2);
    policy_add_unit_wish(policy, "redis@a.service", UNIT_WISH_PLACEMENT, "exec", CONF, 3);
    assert_int_equal(policy_unit_wish(policy, "redis@a.service", UNIT_WISH_PLACEMENT)->line, 3);
    assert_int_equal(policy_unit_wish(policy, "redis@b.service", UNIT_WISH_PLACEMENT)->line, 2);
    assert_int_equal(policy_unit_wish(policy, "redis.service", UNIT_WISH_PLACEMENT)->line, 1);
    policy_add_unit_wish(policy, "", UNIT_WISH_PLACEMENT, "exec", CONF, 4); /* the later one */
    assert_int_equal(policy_unit_wish(policy, "redis.service", UNIT_WISH_PLACEMENT)->line, 4);
}

static void open_files__of_a_unit_before_those_of_all(void **state)
{
    struct host *host = *state;
    struct policy *policy = &host->policy;

    assert_int_equal(policy_open_files(policy, NULL), 65536);
    policy_add(policy, TUNABLE_OPEN_FILES, "100000", CONF, 1);
    assert_int_equal(policy_open_files(policy, "redis@a.service"), 100000);
    policy_add_unit_wish(policy, "redis@.service", UNIT_WISH_OPEN_FILES, "200000", CONF, 2);
    assert_int_equal(policy_open_files(policy, "redis@a.service"), 200000);
    policy_add_unit_wish(policy, "redis@a.service", UNIT_WISH_OPEN_FILES, "leave", CONF, 3);
    assert_int_equal(policy_open_files(policy, "redis@a.service"), 0);
    assert_int_equal(policy_open_files(policy, "redis.service"), 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        host_test(wish__is_built_in_without_a_setting),
        host_test(wish__comes_from_the_setting),
        host_test(wish__the_later_setting_wins),
        host_test(wish__the_objects_setting_before_its_rows),
        host_test(wish__the_default_may_depend_on_the_object),
        host_test(wish__a_row_is_left_with_the_one_it_follows),
        host_test(wish__a_setting_of_its_own_ends_following),
        host_test(wish__a_leave_that_was_taken_back_leaves_nothing),
        host_test(policy_add__takes_copies),
        host_test(policy_done__empties),
        host_test(has_unit__built_in_or_added_an_instance_by_its_template),
        host_test(sentinels__are_known_by_name_and_template),
        host_test(open_files__of_a_unit_before_those_of_all),
        host_test(placement__its_own_then_its_templates_then_that_for_all),
    };

    return cmocka_run_group_tests_name("policy-policy", tests, NULL, NULL);
}
