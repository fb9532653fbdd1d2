/* SPDX-License-Identifier: MIT */
/* Which line counts, as systemd-sysctl has it. test-systemd-read-sysctl-d.c has the order of the files. */
#include "systemd/sysctl-rules.h"

#include "support.h"

/* What the files (later ones last, NULL-terminated) make of the key; static buffer "VALUE from FILE:LINE", or
 * "none". */
static const char *found(const char *key, const char *const *contents)
{
    static char shown[256];
    struct sysctl_rules rules = {0};
    const struct sysctl_rule *rule;

    for (unsigned i = 0; contents[i]; i++) {
        char file[24];

        snprintf(file, sizeof(file), "%u0.conf", i + 1);
        sysctl_rules_parse(&rules, file, contents[i], strlen(contents[i]));
    }
    rule = sysctl_rules_find(&rules, key);
    snprintf(shown, sizeof(shown), "none");
    if (rule)
        snprintf(shown, sizeof(shown), "%s from %s:%u", rule->value, rule->file, rule->line);
    sysctl_rules_done(&rules);
    return shown;
}

#define FILES(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define KEY "net.core.somaxconn"

static void rules__the_last_assignment_counts(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES(KEY " = 1001\n")), "1001 from 10.conf:1");
    assert_text(found(KEY, FILES(KEY " = 1001\n" KEY " = 1002\n")), "1002 from 10.conf:2");
    assert_text(found(KEY, FILES(KEY " = 1001\n", KEY " = 1002\n")), "1002 from 20.conf:1");
    assert_text(found(KEY, FILES("vm.swappiness = 1\n")), "none");
    assert_text(found(KEY, FILES("")), "none");
}

static void rules__lines_without_an_assignment_are_passed_over(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("# " KEY " = 1\n; " KEY " = 2\n\n \t\n" KEY " = 3")), "3 from 10.conf:5");
    assert_text(found(KEY, FILES("#" KEY " = 1\n")), "none");
    assert_text(found(KEY, FILES(";" KEY " = 1\n")), "none");
    assert_text(found(KEY, FILES("   # " KEY " = 1\n")), "none");
    assert_text(found(KEY, FILES(KEY "\n" KEY " 5\n")), "none");
    assert_text(found(KEY, FILES("= 5\n-\n-=\n" KEY " = 6\n")), "6 from 10.conf:4");
}

static void rules__white_space_does_not_matter(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES(KEY "=7")), "7 from 10.conf:1");
    assert_text(found(KEY, FILES("  " KEY "\t=\t7  \r\n")), "7 from 10.conf:1");
    assert_text(found("kernel.x", FILES("kernel.x =  a b  c \n")), "a b  c from 10.conf:1");
    assert_text(found(KEY, FILES(KEY " = 7 # no comment\n")), "7 # no comment from 10.conf:1");
    assert_text(found("kernel.x", FILES("kernel.x = a=b\n")), "a=b from 10.conf:1");
    assert_text(found(KEY, FILES(KEY " =\n")), " from 10.conf:1");
}

static void rules__a_minus_ignores_errors_only(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("-" KEY " = 1001\n")), "1001 from 10.conf:1");
    assert_text(found(KEY, FILES(KEY " = 1001\n-" KEY " = 1002\n")), "1002 from 10.conf:2");
    assert_text(found(KEY, FILES(" - " KEY " = 1001\n")), "1001 from 10.conf:1"); /* stripped once more */
}

static void rules__a_minus_without_a_value_takes_back(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES(KEY " = 1001\n", "-" KEY "\n")), "none");
    assert_text(found(KEY, FILES("-" KEY "\n", KEY " = 1001\n")), "1001 from 20.conf:1");
    /* and shields the key from globs, before and behind it */
    assert_text(found(KEY, FILES("net.core.* = 1003\n", "-" KEY "\n")), "none");
    assert_text(found(KEY, FILES("-" KEY "\n", "net.core.* = 1003\n")), "none");
    assert_text(found("net.core.other", FILES("-" KEY "\n", "net.core.* = 1003\n")), "1003 from 20.conf:1");
}

static void rules__an_explicit_key_beats_a_glob(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES(KEY " = 1001\n", "net.core.* = 1003\n")), "1001 from 10.conf:1");
    assert_text(found(KEY, FILES("net.core.* = 1003\n", KEY " = 1001\n")), "1001 from 20.conf:1");
    assert_text(found(KEY, FILES("net.core.* = 1003\n")), "1003 from 10.conf:1");
    assert_text(found(KEY, FILES("net.core.somax* = 1\nnet.core.* = 2\n")), "2 from 10.conf:2");
    assert_text(found(KEY, FILES("net.core.* = 2\nnet.core.somax* = 1\n")), "1 from 10.conf:2");
}

static void rules__globs_stay_within_one_component(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("net.*.somaxconn = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("net.* = 5\n")), "none");
    assert_text(found(KEY, FILES("*.somaxconn = 5\n")), "none");
    assert_text(found(KEY, FILES("net.core.somaxcon? = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("net.core.somaxcon[mno] = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("net.core.somaxcon[abc] = 5\n")), "none");
}

/* systemd keeps the place (and with it the line) of a key that comes again with the same value. */
static void rules__the_same_value_keeps_its_place(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES(KEY " = 1001\n", KEY " = 1001\n")), "1001 from 10.conf:1");
    assert_text(found("a.b", FILES("a.* = 1\na.? = 2\n", "a.* = 1\n")), "2 from 10.conf:2");
    assert_text(found("a.b", FILES("a.* = 1\na.? = 2\n", "a.* = 3\n")), "3 from 20.conf:1");
    assert_text(found(KEY, FILES("-" KEY "\n-" KEY "\n")), "none");
}

static void rules__slashes_and_dots(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("net/core/somaxconn = 5\n")), "5 from 10.conf:1");
    assert_text(found("net/core/somaxconn", FILES(KEY " = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES(KEY " = 5\n", "net/core/somaxconn = 6\n")), "6 from 20.conf:1");
    /* behind a first slash dots are dots: an interface with a dot in its name */
    assert_text(found("net.ipv4.conf.eth0/1.forwarding", FILES("net/ipv4/conf/eth0.1/forwarding = 5\n")),
                "5 from 10.conf:1");
    assert_text(found("net.ipv4.conf.eth0.1.forwarding", FILES("net/ipv4/conf/eth0.1/forwarding = 5\n")),
                "none");
    assert_text(found("plain", FILES("plain = 5\n")), "5 from 10.conf:1");
}

/* sysctl_normalize() of systemd 252: path_simplify(), then the leading slash goes. */
static void rules__slashes_too_many_do_not_matter(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("/net/core/somaxconn = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("net//core/somaxconn = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("net/core/somaxconn/ = 5\n")), "5 from 10.conf:1");
}

static void rules__globs_have_braces(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("net.core.{x,som}*conn = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("net.core.{x,som} = 5\n")), "none"); /* no glob without one of "*?[" */
}

static void rules__a_component_of_a_dot_does_not_count(void **state)
{
    (void)state;
    assert_text(found(KEY, FILES("net/./core/somaxconn = 5\n")), "5 from 10.conf:1");
    assert_text(found(KEY, FILES("/./net/core/./somaxconn/. = 5\n")), "5 from 10.conf:1");
}

static void rules__a_line_too_long_ends_its_file(void **state)
{
    static const char first[] = KEY " = 1\n", last[] = "\n" KEY " = 2\n";
    size_t length = 1024 * 1024, size = sizeof(first) - 1 + length + sizeof(last) - 1;
    _cleanup_free_ char *content = malloc(size);
    struct sysctl_rules rules = {0};
    const struct sysctl_rule *rule;

    (void)state;
    assert_non_null(content);
    memset(content, '#', size);
    memcpy(content, first, sizeof(first) - 1);
    memcpy(content + size - (sizeof(last) - 1), last, sizeof(last) - 1);
    sysctl_rules_parse(&rules, "x.conf", content, size);
    sysctl_rules_parse(&rules, "y.conf", "a = 1\n", 6);
    rule = sysctl_rules_find(&rules, KEY);
    assert_text(rule->value, "1");
    assert_text(rules.cut_off, "x.conf:2");
    assert_int_equal(rules.items_count, 2);
    sysctl_rules_done(&rules);
}

static void rules__keeps_only_what_is_wanted(void **state)
{
    static const char *const wanted[] = {"net/core/somaxconn", NULL};
    static const char content[] = "vm.x = 1\n" KEY " = 1\nnet.core.* = 2\nvm.* = 3\n-" KEY "\n";
    struct sysctl_rules rules = {.wanted = wanted};

    (void)state;
    sysctl_rules_parse(&rules, "x.conf", content, sizeof(content) - 1);
    assert_int_equal(rules.items_count, 3);
    sysctl_rules_done(&rules);
}

/* "VALUE/FATE" of each line; static buffer. */
static const char *fates(bool is_procps, const char *content)
{
    static const char *const names[] = {
        [SYSCTL_WRITTEN] = "written",   [SYSCTL_OVERRIDDEN] = "overridden",
        [SYSCTL_BEATEN] = "beaten",     [SYSCTL_TAKEN_BACK] = "taken-back",
        [SYSCTL_REPEATED] = "repeated", [SYSCTL_TAKES_BACK] = "takes-back",
    };
    static char shown[512];
    struct sysctl_rules rules = {0};
    _cleanup_free_ struct sysctl_match *matches = NULL;
    size_t count;

    (is_procps ? sysctl_rules_parse_procps : sysctl_rules_parse)(&rules, "x", content, strlen(content));
    (is_procps ? sysctl_rules_match_procps : sysctl_rules_match)(&rules, KEY, &matches, &count);
    shown[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s%s/%s", i ? " " : "",
                 matches[i].rule->value ? matches[i].rule->value : "", names[matches[i].fate]);
    sysctl_rules_done(&rules);
    return shown;
}

static void rules__tell_the_losers(void **state)
{
    (void)state;
    assert_text(fates(false, KEY " = 1\n" KEY " = 2\n" KEY " = 2\nnet.* = 9\nnet.core.* = 3\n"),
                "1/overridden 2/repeated 3/beaten 2/written");
    assert_text(fates(false, KEY " = 1\n-" KEY "\nnet.core.* = 3\n"), "1/taken-back /takes-back 3/beaten");
    assert_text(fates(false, "net.core.* = 3\nnet.*.somaxconn = 4\n"), "3/written 4/written");
}

/* sysctl --system writes every line, one behind the other, and "-key" only shields from globs. */
static void rules__as_procps_has_them(void **state)
{
    (void)state;
    assert_text(fates(true, KEY " = 1\n-" KEY "\n" KEY " = 2\nnet.core.* = 3\n"),
                "/takes-back 3/beaten 1/written 2/written");
    assert_text(fates(true, "net.core.* = 3\nnet.core.{som}* = 4\n"), "3/written");    /* no braces */
    assert_text(fates(true, "net//core/* = 3\n" KEY " = 1\n"), "3/written 1/written"); /* not shielded */
    assert_text(fates(true, "net//core/* = 3\nnet//core/somaxconn = 1\n"), "3/beaten 1/written");
    assert_text(fates(true, "net/core/somaxconn/ = 3\n--" KEY " = 4\n" KEY " = 5\r\n"),
                "4/written 5/written");
}

static void rules__done_takes_empty_ones(void **state)
{
    struct sysctl_rules rules = {0};
    const struct sysctl_rule *rule;

    (void)state;
    sysctl_rules_done(&rules);
    rule = sysctl_rules_find(&rules, KEY);
    assert_null(rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules__the_last_assignment_counts),
        cmocka_unit_test(rules__lines_without_an_assignment_are_passed_over),
        cmocka_unit_test(rules__white_space_does_not_matter),
        cmocka_unit_test(rules__a_minus_ignores_errors_only),
        cmocka_unit_test(rules__a_minus_without_a_value_takes_back),
        cmocka_unit_test(rules__an_explicit_key_beats_a_glob),
        cmocka_unit_test(rules__globs_stay_within_one_component),
        cmocka_unit_test(rules__the_same_value_keeps_its_place),
        cmocka_unit_test(rules__slashes_and_dots),
        cmocka_unit_test(rules__slashes_too_many_do_not_matter),
        cmocka_unit_test(rules__globs_have_braces),
        cmocka_unit_test(rules__a_component_of_a_dot_does_not_count),
        cmocka_unit_test(rules__a_line_too_long_ends_its_file),
        cmocka_unit_test(rules__keeps_only_what_is_wanted),
        cmocka_unit_test(rules__tell_the_losers),
        cmocka_unit_test(rules__as_procps_has_them),
        cmocka_unit_test(rules__done_takes_empty_ones),
    };

    return cmocka_run_group_tests_name("systemd-sysctl-rules", tests, NULL, NULL);
}
