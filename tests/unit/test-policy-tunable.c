/* SPDX-License-Identifier: MIT */
#include "policy/tunable.h"

#include "support.h"

static void tunable_find__by_its_own_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < tunables_count; i++)
        assert_ptr_equal(tunable_find(tunables[i].name), &tunables[i]);
}

static void tunable_find__by_an_objects_name(void **state)
{
    const struct tunable *sizes = tunable_find("thp.hugepages-*kB");

    (void)state;
    assert_non_null(sizes);
    assert_ptr_equal(tunable_find("thp.hugepages-64kB"), sizes);
    assert_ptr_equal(tunable_find("thp.hugepages-1048576kB"), sizes);
}

static void tunable_find__refuses_the_rest(void **state)
{
    static const char *const names[] = {
        "",
        "vm",
        "vm.swappiness ",
        "vm.swappines",
        "vm.swappiness2",
        "VM.swappiness",
        "vm/swappiness",
        "thp.hugepages-kB",
        "thp.hugepages-64MB",
        "thp.hugepages-64kBx",
        "thp.hugepages-6 4kB",
        "thp.hugepages-../64kB",
        "thp.hugepages-**kB",
        "thp.hugepages",
        "thp.hugepages-",
        "thp.",
        "leave",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (tunable_find(names[i]))
            fail_msg("\"%s\" was taken for %s", names[i], tunable_find(names[i])->name);
}

static void tunable_has_objects__where_the_path_has_a_star(void **state)
{
    (void)state;
    assert_true(tunable_has_objects(tunable_find("thp.hugepages-*kB")));
    assert_false(tunable_has_objects(tunable_find("thp.enabled")));
    assert_false(tunable_has_objects(tunable_find("vm.swappiness")));
}

static void tunable_expand__fills_the_star_in(void **state)
{
    _cleanup_free_ char *name = tunable_expand("thp.hugepages-*kB", "64");
    _cleanup_free_ char *path = tunable_expand("sys/hugepages-*kB/enabled", "2048");
    _cleanup_free_ char *plain = tunable_expand("vm.swappiness", "64");

    (void)state;
    assert_text(name, "thp.hugepages-64kB");
    assert_text(path, "sys/hugepages-2048kB/enabled");
    assert_text(plain, "vm.swappiness");
}

static void tunable_names__has_all_in_order(void **state)
{
    _cleanup_free_ char *names = tunable_names();
    const char *at = names;

    (void)state;
    assert_true(text_has_prefix(names, tunables[0].name));
    for (size_t i = 0; i < tunables_count; i++) {
        at = strstr(at, tunables[i].name);
        assert_non_null(at);
        at += strlen(tunables[i].name);
    }
    assert_text(at, "");
}

static void scope_name__as_the_output_has_it(void **state)
{
    (void)state;
    assert_text(scope_name(SCOPE_HOST), "host");
    assert_text(scope_name(SCOPE_NETWORK_NAMESPACE), "network-namespace");
}

static void kernel_version__unknown_is_neither_old_nor_new(void **state)
{
    const struct host_facts unknown = {0}, five_eight = {.kernel_major = 5, .kernel_minor = 8};

    (void)state;
    assert_false(kernel_is_at_least(&unknown, 2, 6));
    assert_false(kernel_is_before(&unknown, 9, 0));
    assert_true(kernel_is_at_least(&five_eight, 5, 8));
    assert_true(kernel_is_at_least(&five_eight, 4, 19));
    assert_false(kernel_is_at_least(&five_eight, 5, 9));
    assert_false(kernel_is_at_least(&five_eight, 6, 0));
    assert_true(kernel_is_before(&five_eight, 5, 10)); /* 8 is before 10 */
    assert_false(kernel_is_before(&five_eight, 5, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tunable_find__by_its_own_name),
        cmocka_unit_test(tunable_find__by_an_objects_name),
        cmocka_unit_test(tunable_find__refuses_the_rest),
        cmocka_unit_test(tunable_has_objects__where_the_path_has_a_star),
        cmocka_unit_test(tunable_expand__fills_the_star_in),
        cmocka_unit_test(tunable_names__has_all_in_order),
        cmocka_unit_test(scope_name__as_the_output_has_it),
        cmocka_unit_test(kernel_version__unknown_is_neither_old_nor_new),
    };

    return cmocka_run_group_tests_name("policy-tunable", tests, NULL, NULL);
}
