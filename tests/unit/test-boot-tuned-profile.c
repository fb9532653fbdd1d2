/* SPDX-License-Identifier: MIT */
#include "boot/tuned-profile.h"

#include "support.h"

static void merge(struct tuned_profile *profile, const char *file, const char *content)
{
    assert_int_equal(tuned_profile_merge(profile, file, content), 0);
}

static void assert_option(const struct tuned_option *option, const char *value, const char *file,
                          unsigned line)
{
    if (!value) {
        assert_null(option);
        return;
    }
    assert_non_null(option);
    assert_text(option->value, value);
    assert_text(option->file, file);
    assert_int_equal(option->line, line);
}

static void tuned_profile__a_later_one_lies_over_an_earlier(void **state)
{
    struct tuned_profile profile = {0};

    (void)state;
    merge(&profile, "a",
          "[main]\nsummary=x\n[sysctl]\nvm.swappiness=10 # as written\nvm.overcommit_memory = 1\n");
    merge(&profile, "b", "[sysctl]\n; no\nvm.swappiness=30\n[vm]\ntransparent_hugepage=always\n");
    assert_option(tuned_profile_find_sysctl(&profile, "vm.swappiness"), "30", "b", 3);
    assert_option(tuned_profile_find_sysctl(&profile, "vm.overcommit_memory"), "1", "a", 5);
    assert_option(tuned_profile_find_sysctl(&profile, "net.core.somaxconn"), NULL, NULL, 0);
    assert_option(tuned_profile_find_vm(&profile, "transparent_hugepages"), "always", "b", 5);
    assert_true(tuned_profile_has_sysctl(&profile));
    tuned_profile_done(&profile);
}

static void tuned_profile__replace_drop_and_disable(void **state)
{
    struct tuned_profile profile = {0};

    (void)state;
    merge(&profile, "a", "[sysctl]\na=1\nb=2\n[mine]\ntype=sysctl\nc=3\n[vm]\ntransparent_hugepages=never\n");
    assert_option(tuned_profile_find_sysctl(&profile, "c"), "3", "a", 6);
    merge(&profile, "b", "[sysctl]\nd=4\ndrop=b\n[mine]\nenabled=0\ntype=sysctl\n[vm]\nreplace=1\n");
    assert_option(tuned_profile_find_sysctl(&profile, "a"), "1", "a", 2);
    assert_option(tuned_profile_find_sysctl(&profile, "b"), NULL, NULL, 0);
    assert_option(tuned_profile_find_sysctl(&profile, "c"), NULL, NULL, 0);
    assert_option(tuned_profile_find_sysctl(&profile, "d"), "4", "b", 2);
    assert_option(tuned_profile_find_vm(&profile, "transparent_hugepages"), NULL, NULL, 0);
    tuned_profile_done(&profile);
}

static void tuned_profile__for_some_machines_only_is_not_judged(void **state)
{
    struct tuned_profile profile = {0};

    (void)state;
    merge(&profile, "a", "[vm.thunderx]\ntype=vm\nuname_regex=aarch64\ntransparent_hugepages=never\n");
    assert_option(tuned_profile_find_vm(&profile, "transparent_hugepages"), NULL, NULL, 0);
    tuned_profile_done(&profile);
}

static void tuned_profile__what_tuned_refuses(void **state)
{
    static const char *const contents[] = {"a=1\n", "[x\n", "[x]\nno value\n", "[x]\n=1\n"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(contents); i++) {
        struct tuned_profile profile = {0};

        assert_int_equal(tuned_profile_merge(&profile, "a", contents[i]), -EINVAL);
        tuned_profile_done(&profile);
    }
}

static void tuned_profile__includes(void **state)
{
    _cleanup_free_ char *include = NULL, *none = NULL;

    (void)state;
    assert_int_equal(tuned_profile_includes("[main]\ninclude = a, b\n[x]\ninclude=c\n", &include), 0);
    assert_text(include, "a, b");
    assert_int_equal(tuned_profile_includes("[sysctl]\na=1\n  continued\n", &none), 0);
    assert_null(none);
}

static void tuned_profile__values(void **state)
{
    static const struct {
        const char *value, *current, *result;
        bool is_known;
    } rows[] = {
        {"10", "60", "10", true},       {"\"10\"", "60", "10", true}, {">2048", "4096", NULL, true},
        {">2048", "128", "2048", true}, {"<10", "60", "10", true},    {"<100", "60", NULL, true},
        {">2048", NULL, NULL, false},   {"${x}", "60", NULL, false},  {">", "60", ">", true},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const struct tuned_option option = {.value = (char *)rows[i].value};
        _cleanup_free_ char *result = NULL;
        bool is_known;

        tuned_option_apply(&option, rows[i].current, &result, &is_known);
        assert_text(result, rows[i].result);
        assert_int_equal(is_known, rows[i].is_known);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tuned_profile__a_later_one_lies_over_an_earlier),
        cmocka_unit_test(tuned_profile__replace_drop_and_disable),
        cmocka_unit_test(tuned_profile__for_some_machines_only_is_not_judged),
        cmocka_unit_test(tuned_profile__what_tuned_refuses),
        cmocka_unit_test(tuned_profile__includes),
        cmocka_unit_test(tuned_profile__values),
    };

    return cmocka_run_group_tests_name("boot-tuned-profile", tests, NULL, NULL);
}
