/* SPDX-License-Identifier: MIT */
#include "policy/value.h"

#include "support.h"

/* Parses for the named row; static buffer, or "EINVAL" or "ERANGE". */
static const char *parsed(const char *name, const char *printed)
{
    static char shown[64];
    _cleanup_free_ char *canonical = NULL;
    int error = value_parse(tunable_find(name), printed, &canonical);

    if (error < 0)
        return error == -EINVAL ? "EINVAL" : error == -ERANGE ? "ERANGE" : "another error";
    snprintf(shown, sizeof(shown), "%s", canonical);
    return shown;
}

static void value_parse__integers(void **state)
{
    (void)state;
    assert_text(parsed("vm.swappiness", "60\n"), "60");
    assert_text(parsed("vm.swappiness", " 007 "), "7");
    assert_text(parsed("vm.swappiness", "-1"), "-1"); /* what the kernel prints is taken as it is */
    assert_text(parsed("vm.swappiness", ""), "EINVAL");
    assert_text(parsed("vm.swappiness", "never"), "EINVAL");
    assert_text(parsed("vm.swappiness", "60 # as before"), "EINVAL");
    assert_text(parsed("net.core.somaxconn", "4096\t8192"), "EINVAL");
    assert_text(parsed("net.core.somaxconn", "99999999999999999999"), "ERANGE");
}

static void value_parse__choices_as_the_kernel_prints_them(void **state)
{
    (void)state;
    assert_text(parsed("thp.enabled", "[always] madvise never\n"), "always");
    assert_text(parsed("thp.enabled", "always [madvise] never\n"), "madvise");
    assert_text(parsed("thp.enabled", "always madvise [never]\n"), "never");
    assert_text(parsed("thp.defrag", "always defer [defer+madvise] madvise never\n"), "defer+madvise");
    assert_text(parsed("thp.hugepages-64kB", "always [inherit] madvise never\n"), "inherit");
    assert_text(parsed("thp.enabled", "never\n"), "never"); /* as it stands in a captured tree */
}

static void value_parse__refuses_other_words(void **state)
{
    (void)state;
    assert_text(parsed("thp.enabled", ""), "EINVAL");
    assert_text(parsed("thp.enabled", "always madvise never"), "EINVAL");
    assert_text(parsed("thp.enabled", "[inherit] never"), "EINVAL"); /* a choice of another row */
    assert_text(parsed("thp.enabled", "[] never"), "EINVAL");
    assert_text(parsed("thp.enabled", "[never"), "EINVAL");
    assert_text(parsed("thp.enabled", "never]"), "EINVAL");
    assert_text(parsed("thp.enabled", "]never["), "EINVAL");
    assert_text(parsed("thp.enabled", "Never"), "EINVAL");
    assert_text(parsed("thp.enabled", "0"), "EINVAL");
}

static void value_parse__leaves_the_target_alone_on_error(void **state)
{
    char *target = (char *)"untouched";

    (void)state;
    assert_int_equal(value_parse(tunable_find("vm.swappiness"), "x", &target), -EINVAL);
    assert_int_equal(value_parse(tunable_find("thp.enabled"), "x", &target), -EINVAL);
    assert_text(target, "untouched");
}

static void value_parse_configured__takes_the_range(void **state)
{
    static const struct {
        const char *name, *text, *canonical;
    } rows[] = {
        {"vm.overcommit_memory", "0", "0"},
        {"vm.overcommit_memory", "2", "2"},
        {"vm.swappiness", "200", "200"},
        {"vm.swappiness", "010", "10"},
        {"net.core.somaxconn", "1", "1"},
        {"net.core.somaxconn", "2147483647", "2147483647"},
        {"thp.enabled", "madvise", "madvise"},
        {"thp.hugepages-*kB", "inherit", "inherit"},
        {"thp.hugepages-64kB", "always", "always"},
        {"vm.swappiness", "leave", "leave"},
        {"thp.enabled", "leave", "leave"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *canonical = NULL, *message = NULL;

        assert_int_equal(
            value_parse_configured(tunable_find(rows[i].name), rows[i].text, &canonical, &message), 0);
        assert_text(canonical, rows[i].canonical);
        assert_null(message);
    }
}

static void value_parse_configured__says_what_is_allowed(void **state)
{
    static const struct {
        const char *name, *text, *allowed;
    } rows[] = {
        {"vm.overcommit_memory", "3", "0 to 2, or leave"},
        {"vm.overcommit_memory", "-1", "0 to 2, or leave"},
        {"vm.swappiness", "201", "0 to 200, or leave"},
        {"vm.swappiness", "1 %", "0 to 200, or leave"},
        {"vm.swappiness", "", "0 to 200, or leave"},
        {"vm.swappiness", "[1]", "0 to 200, or leave"},
        {"net.core.somaxconn", "0", "1 to 2147483647, or leave"},
        {"net.core.somaxconn", "2147483648", "1 to 2147483647, or leave"},
        {"net.core.somaxconn", "9223372036854775808", "1 to 2147483647, or leave"},
        {"thp.enabled", "off", "always, madvise or never, or leave"},
        {"thp.enabled", "[never]", "always, madvise or never, or leave"},
        {"thp.enabled", "Leave", "always, madvise or never, or leave"},
        {"thp.hugepages-*kB", "defer", "always, inherit, madvise or never, or leave"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *canonical = NULL, *message = NULL;

        assert_int_equal(
            value_parse_configured(tunable_find(rows[i].name), rows[i].text, &canonical, &message), -EINVAL);
        assert_null(canonical);
        assert_contains(message, rows[i].allowed);
        assert_contains(message, rows[i].text);
    }
}

static void value_satisfies__equal_means_equal(void **state)
{
    const struct tunable *swappiness = tunable_find("vm.swappiness");

    (void)state;
    assert_true(value_satisfies(swappiness, "1", "1", false));
    assert_false(value_satisfies(swappiness, "0", "1", false));
    assert_false(value_satisfies(swappiness, "2", "1", false));
    assert_false(value_satisfies(swappiness, "10", "1", false));
}

static void value_satisfies__at_least_compares_numbers(void **state)
{
    const struct tunable *somaxconn = tunable_find("net.core.somaxconn");

    (void)state;
    assert_true(value_satisfies(somaxconn, "65535", "65535", false));
    assert_true(value_satisfies(somaxconn, "262144", "65535", false));
    assert_true(value_satisfies(somaxconn, "262144", "65535", true));
    assert_false(value_satisfies(somaxconn, "65534", "65535", false));
    assert_false(value_satisfies(somaxconn, "9", "65535", false)); /* as text it would be the larger one */
    assert_false(value_satisfies(somaxconn, "garbage", "65535", false));
}

static void value_satisfies__one_of_unless_configured(void **state)
{
    const struct tunable *size = tunable_find("thp.hugepages-*kB");

    (void)state;
    assert_true(value_satisfies(size, "inherit", "never", false));
    assert_true(value_satisfies(size, "never", "inherit", false));
    assert_false(value_satisfies(size, "always", "never", false));
    assert_false(value_satisfies(size, "madvise", "never", false));
    assert_false(value_satisfies(size, "inherit", "never", true));
    assert_true(value_satisfies(size, "madvise", "madvise", true));
}

static void value_larger__takes_the_larger_number(void **state)
{
    (void)state;
    assert_text(value_larger("65535", "4096"), "65535");
    assert_text(value_larger("65535", "262144"), "262144");
    assert_text(value_larger("9", "65535"), "65535");
    assert_text(value_larger("65535", NULL), "65535");
    assert_text(value_larger("65535", "garbage"), "65535");
    assert_text(value_larger("garbage", "65535"), "65535");
}

static void value_allowed__lists(void **state)
{
    _cleanup_free_ char *range = value_allowed(tunable_find("vm.swappiness"));
    _cleanup_free_ char *choices = value_allowed(tunable_find("thp.enabled"));
    _cleanup_free_ char *many = value_allowed(tunable_find("thp.defrag"));

    (void)state;
    assert_text(range, "0 to 200");
    assert_text(choices, "always, madvise or never");
    assert_text(many, "always, defer, defer+madvise, madvise or never");
}

static void value__as_the_kernel_takes_it(void **state)
{
    static const struct {
        const char *name, *text, *value;
    } rows[] = {
        {"vm.swappiness", "10", "10"},
        {"vm.swappiness", "10 # x\n", "10"},
        {"vm.swappiness", "0x10", "16"},
        {"vm.swappiness", "010", "8"},
        {"vm.swappiness", "\t 7", "7"},
        {"vm.swappiness", "201", NULL},
        {"vm.swappiness", "+7", NULL},
        {"vm.swappiness", "7;", NULL},
        {"vm.swappiness", "", NULL},
        {"vm.swappiness", "-1", NULL},
        {"net.core.somaxconn", "99999999999", NULL},
        {"thp.enabled", "never", "never"},
        {"thp.enabled", "never\n", "never"},
        {"thp.enabled", " never", NULL},
        {"thp.enabled", "never\n\n", NULL},
        {"thp.enabled", "[never]", NULL},
        {"thp.enabled", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *value = NULL;
        int error = value_parse_written(tunable_find(rows[i].name), rows[i].text, &value);

        assert_text(value, rows[i].value);
        assert_int_equal(error, rows[i].value ? 0 : -EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_parse__integers),
        cmocka_unit_test(value_parse__choices_as_the_kernel_prints_them),
        cmocka_unit_test(value_parse__refuses_other_words),
        cmocka_unit_test(value_parse__leaves_the_target_alone_on_error),
        cmocka_unit_test(value_parse_configured__takes_the_range),
        cmocka_unit_test(value_parse_configured__says_what_is_allowed),
        cmocka_unit_test(value_satisfies__equal_means_equal),
        cmocka_unit_test(value_satisfies__at_least_compares_numbers),
        cmocka_unit_test(value_satisfies__one_of_unless_configured),
        cmocka_unit_test(value_larger__takes_the_larger_number),
        cmocka_unit_test(value_allowed__lists),
        cmocka_unit_test(value__as_the_kernel_takes_it),
    };

    return cmocka_run_group_tests_name("policy-value", tests, NULL, NULL);
}
