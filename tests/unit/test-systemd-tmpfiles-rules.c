/* SPDX-License-Identifier: MIT */
/* Which line writes, as systemd-tmpfiles has it; tests/differential holds it to the program itself. */
#include "systemd/tmpfiles-rules.h"

#include "support.h"

#define PATH "/sys/x/enabled"

static const char *const credentials[][2] = {
    {"tmpfiles.word", "never"}, {"tmpfiles.coded", "bmV2ZXI="}, {NULL, NULL}};

/* "VALUE FILE:LINE" for each line, those that are written behind a "|", for the file at PATH; static buffer.
 */
static const char *written(bool is_newer, const char *const *contents)
{
    static char shown[512];
    const struct tmpfiles_context context = {
        .specifiers = {['v'] = "6.1", ['t'] = "/run"},
        .is_newer = is_newer,
        .credentials = credentials,
    };
    struct tmpfiles_rules rules = {.context = &context};
    _cleanup_free_ struct tmpfiles_match *matches = NULL;
    size_t count;
    bool is_written = false;

    for (unsigned i = 0; contents[i]; i++) {
        char file[24];

        snprintf(file, sizeof(file), "%u0.conf", i + 1);
        tmpfiles_rules_parse(&rules, file, contents[i], strlen(contents[i]));
    }
    tmpfiles_rules_match(&rules, PATH, &matches, &count);
    shown[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (matches[i].is_written && !is_written)
            strcat(shown, "|");
        is_written = matches[i].is_written;
        snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s %s:%u ",
                 matches[i].rule->argument ? matches[i].rule->argument : "(none)", matches[i].rule->file,
                 matches[i].rule->line);
    }
    tmpfiles_rules_done(&rules);
    return shown;
}

#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OLD(...)   written(false, FILES(__VA_ARGS__))
#define NEW(...)   written(true, FILES(__VA_ARGS__))

static void tmpfiles__the_first_line_for_a_path_counts(void **state)
{
    (void)state;
    assert_text(OLD("w " PATH " - - - - never\n"), "|never 10.conf:1 ");
    assert_text(OLD("w " PATH " - - - - never\n", "w " PATH " - - - - always\n"),
                "always 20.conf:1 |never 10.conf:1 ");
    assert_text(OLD("w " PATH " - - - - a\nw " PATH " - - - - a\n"), "|a 10.conf:1 a 10.conf:2 ");
    assert_text(OLD("w " PATH " - - - - a\nw " PATH " 0644 - - - a\n"), "a 10.conf:2 |a 10.conf:1 ");
    assert_text(OLD("x " PATH "\nw " PATH " - - - - a\n"), "a 10.conf:2 ");
    assert_text(OLD("z " PATH "\nw " PATH " - - - - a\n"), "|a 10.conf:2 ");
}

static void tmpfiles__only_plus_and_plus_may_follow(void **state)
{
    (void)state;
    assert_text(OLD("w+ " PATH " - - - - a\nw+ " PATH " - - - - b\n"), "|a 10.conf:1 b 10.conf:2 ");
    assert_text(OLD("w " PATH " - - - - a\nw+ " PATH " - - - - b\n"), "b 10.conf:2 |a 10.conf:1 ");
    assert_text(OLD("w+ " PATH " - - - - a\nw " PATH " - - - - b\n"), "b 10.conf:2 |a 10.conf:1 ");
    assert_text(OLD("w+ " PATH " - - - - a\nw+ " PATH " - - - - b\nw " PATH " - - - - a\n"),
                "a 10.conf:3 |a 10.conf:1 b 10.conf:2 ");
}

static void tmpfiles__other_spellings_are_carried_out_in_order(void **state)
{
    (void)state;
    assert_text(OLD("w /sys/*/enabled - - - - a\nw " PATH " - - - - b\n"), "|a 10.conf:1 b 10.conf:2 ");
    assert_text(OLD("w " PATH " - - - - b\nw /sys/x/enable? - - - - a\n"), "|b 10.conf:1 a 10.conf:2 ");
    assert_text(OLD("w /sys/x/{enabled,y} - - - - a\n"), "|a 10.conf:1 ");
    assert_text(OLD("w /sys//x/./enabled/ - - - - a\nw " PATH " - - - - b\n"), "b 10.conf:2 |a 10.conf:1 ");
    assert_text(OLD("w \"" PATH "\" - - - - a\n"), "|a 10.conf:1 ");
    assert_text(OLD("w /sys/x/other - - - - a\nw x/enabled - - - - a\n"), "");
}

/* What creates comes before what globs; and of "/a/?" and "/a/?/b" the first comes before the second. */
static void tmpfiles__turns(void **state)
{
    (void)state;
    assert_text(OLD("w " PATH " - - - - a\nf+ " PATH " - - - - b\n"), "|b 10.conf:2 a 10.conf:1 ");
    assert_text(OLD("f " PATH " - - - - b\nF /sys/x/enable? - - - - b\n"), "");
    assert_text(OLD("z /sys/x/* - - -\nw " PATH " - - - - a\nw /sys/x/* - - - - b\n"),
                "|b 10.conf:3 a 10.conf:2 ");
    assert_text(OLD("w /sys/x/*/y - - - - z\nw " PATH " - - - - a\nw /sys/x/* - - - - b\n"),
                "|b 10.conf:3 a 10.conf:2 ");
}

static void tmpfiles__modifiers(void **state)
{
    (void)state;
    assert_text(OLD("w!-= " PATH " - - - - a\n"), "|a 10.conf:1 ");
    assert_text(OLD("w~ " PATH " - - - - bmV2ZXI=\n"), "|never 10.conf:1 ");
    assert_text(OLD("w^ " PATH " - - - - tmpfiles.word\n"), "|never 10.conf:1 ");
    assert_text(OLD("w^~ " PATH " - - - - tmpfiles.coded\n"), "|never 10.conf:1 ");
    assert_text(OLD("w^ " PATH " - - - - tmpfiles.none\n"), "");
    assert_text(OLD("w!! " PATH " - - - - a\nw% " PATH " - - - - a\nww " PATH " - - - - a\n"), "");
    assert_text(OLD("w$ " PATH " - - - - a\n"), "");
    assert_text(NEW("w$ " PATH " - - - - a\n"), "|a 10.conf:1 ");
    assert_text(NEW("w? " PATH " - - - - a\n"), "");
}

static void tmpfiles__arguments(void **state)
{
    (void)state;
    assert_text(OLD("w " PATH " - - - - \"never\"\n"), "|\"never\" 10.conf:1 "); /* not unquoted */
    assert_text(OLD("w " PATH " - - - -   a b  \r\n"), "|a b 10.conf:1 ");
    assert_text(OLD("w " PATH " - - - - \\x6eever\n"), "|never 10.conf:1 ");
    assert_text(OLD("w " PATH " - - - - 50%% %v %t %! %\n"), "|50% 6.1 /run %! % 10.conf:1 ");
}

static void tmpfiles__lines_that_systemd_drops(void **state)
{
    static const char *const lines[] = {
        "w " PATH,
        "w " PATH " never",
        "w " PATH " - - - -",
        "w " PATH " - - - - -",
        "w " PATH " 999 - - - a",
        "w " PATH " x - - - a",
        "w " PATH " - - - - %q",
        "w " PATH " - - - - \\q",
        "w \"" PATH " - - - - a",
        "w~ " PATH " - - - - ?",
        "y " PATH " - - - - a",
        "# w " PATH " - - - - a",
        "\"\" " PATH " - - - - a",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_text(OLD(lines[i]), "");
    assert_text(OLD("w /sys/x/enab\\x6ced - - - - a\n"), "");
    assert_text(NEW("w /sys/x/enab\\x6ced - - - - a\n"), "|a 10.conf:1 ");
}

static void tmpfiles__keeps_only_what_is_wanted(void **state)
{
    static const char *const wanted[] = {PATH, NULL};
    const struct tmpfiles_context context = {.wanted = wanted};
    static const char content[] = "d /run/x\nw /sys/x/other - - - - a\nw /sys/*/enabled - - - - a\nw " PATH
                                  " - - - - a\nw /*/x/* - - - - a\nw /sys/x/*/y - - - - a\n";
    struct tmpfiles_rules rules = {.context = &context};

    (void)state;
    tmpfiles_rules_parse(&rules, "x.conf", content, sizeof(content) - 1);
    assert_int_equal(rules.items_count, 4);
    tmpfiles_rules_done(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tmpfiles__the_first_line_for_a_path_counts),
        cmocka_unit_test(tmpfiles__only_plus_and_plus_may_follow),
        cmocka_unit_test(tmpfiles__other_spellings_are_carried_out_in_order),
        cmocka_unit_test(tmpfiles__turns),
        cmocka_unit_test(tmpfiles__modifiers),
        cmocka_unit_test(tmpfiles__arguments),
        cmocka_unit_test(tmpfiles__lines_that_systemd_drops),
        cmocka_unit_test(tmpfiles__keeps_only_what_is_wanted),
    };

    return cmocka_run_group_tests_name("systemd-tmpfiles-rules", tests, NULL, NULL);
}
