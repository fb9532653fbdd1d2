/* SPDX-License-Identifier: MIT */
/* Command lines, checked against what `systemd-analyze verify` of systemd 252 makes of the wrapped ones. */
#include "systemd/exec-line.h"

#include "support.h"

#define WRAPPER "/w"

/* The line with the wrapper in it; "refused", "no path" or "compound" where it cannot be; static buffer. */
static const char *wrap(const char *value)
{
    static char shown[512];
    struct exec_line line;
    _cleanup_free_ char *text = NULL;

    if (exec_line_parse(value, &line) < 0)
        return "refused";
    if (!exec_line_has_path(&line))
        return "no path";
    if (line.is_compound)
        return "compound";
    text = exec_line_wrap(&line, WRAPPER);
    assert_non_null(text);
    snprintf(shown, sizeof(shown), "%s", text);
    return shown;
}

static void exec_line__the_wrapper_goes_in_front_of_the_program(void **state)
{
    (void)state;
    assert_text(wrap("/usr/bin/redis-server"), "/w -- /usr/bin/redis-server");
    assert_text(wrap("/usr/bin/redis-server /etc/redis.conf --supervised systemd"),
                "/w -- /usr/bin/redis-server /etc/redis.conf --supervised systemd");
}

static void exec_line__prefixes_go_in_front_of_the_wrapper(void **state)
{
    static const char *const prefixes[] = {"-", ":", "+", "!", "!!", "-:", "+-", ":!!-", "|"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(prefixes); i++) {
        char value[32], expected[32];

        snprintf(value, sizeof(value), "%s/a b", prefixes[i]);
        snprintf(expected, sizeof(expected), "%s/w -- /a b", prefixes[i]);
        assert_text(wrap(value), expected);
    }
}

static void exec_line__the_name_after_at_goes_through_the_wrapper(void **state)
{
    (void)state;
    assert_text(wrap("@/a name b c"), "/w --argv0 name -- /a b c");
    assert_text(wrap("-@:/a \t name"), "-:/w --argv0 name -- /a");
    assert_text(wrap("@/a \"two words\" b"), "/w --argv0 \"two words\" -- /a b");
    assert_text(wrap("@/a -x b"), "/w --argv0 -x -- /a b");
}

static void exec_line__at_without_a_name_is_refused(void **state)
{
    (void)state;
    assert_text(wrap("@/a"), "refused");
    assert_text(wrap("@/a  "), "refused");
    assert_text(wrap("@/a ; /b"), "compound");
}

static void exec_line__quotes_and_escapes_stay(void **state)
{
    static const char *const lines[] = {
        "\"/a b\" c", "'/a b' \"c d\"", "/a\\x20b", "/a \"b ; c\"", "/a \"\\\"\" ' '", "\"/a b\"c d",
        "/a \\; b",   "/a '\"' b",      "/a \"'\"", "/a b\"c\"d",   "/a \\\\",         "/a \"\\\\\" b",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++) {
        char expected[64];

        snprintf(expected, sizeof(expected), "/w -- %s", lines[i]);
        assert_text(wrap(lines[i]), expected);
    }
    /* an escaped quote does not end what it is in */
    assert_text(wrap("/a 'b\\' ; c'"), "/w -- /a 'b\\' ; c'");
}

static void exec_line__specifiers_and_variables_of_arguments_stay(void **state)
{
    (void)state;
    assert_text(wrap("/a %i %% $B ${C} $$D"), "/w -- /a %i %% $B ${C} $$D");
    assert_text(wrap("%h/a/%n b"), "/w -- %h/a/%n b");
}

static void exec_line__a_variable_for_a_program_or_a_name_is_compound(void **state)
{
    (void)state;
    assert_text(wrap("/usr/bin/${A} b"), "compound");
    assert_text(wrap("/a$B"), "compound");
    assert_text(wrap("@/a $NAME b"), "compound");
    assert_text(wrap("$A b"), "no path");
}

static void exec_line__a_semicolon_of_its_own_is_compound(void **state)
{
    (void)state;
    assert_text(wrap("/a b ; /c"), "compound");
    assert_text(wrap("/a ;"), "compound");
    assert_text(wrap("/a b; c"), "/w -- /a b; c");
    assert_text(wrap("/a ;b"), "/w -- /a ;b");
    assert_text(wrap("/a \";\""), "/w -- /a \";\"");
}

static void exec_line__without_a_program_is_refused(void **state)
{
    static const char *const lines[] = {"", "-", "@", "- /a", ":@", "+ "};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_text(wrap(lines[i]), "refused");
}

/* systemd refuses them too; as a last line of a drop-in they would swallow what follows. */
static void exec_line__what_is_left_open_is_refused(void **state)
{
    static const char *const lines[] = {"/a \"b", "/a 'b", "\"/a",       "/a b\\",
                                        "/a \\",  "/a\\",  "/a \"b\\\"", "@/a 'b"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_text(wrap(lines[i]), "refused");
}

static void exec_line__a_program_needs_an_absolute_path(void **state)
{
    static const char *const lines[] = {"redis-server b", "./a",   "\"a\"", "\"-/a\"", ">/a", "~/a", ";",
                                        "/usr/bin/",      "'/a/'", "\\x2fa"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_text(wrap(lines[i]), "no path");
    assert_text(wrap("\"\""), "no path");
    assert_text(wrap("\"/\""), "no path");
}

static void exec_line__runs_by_file_name(void **state)
{
    static const struct {
        const char *value;
        bool runs;
    } rows[] = {
        {"/usr/bin/numactl --interleave=all redis", true},
        {"-/usr/bin/numactl", true},
        {"\"/usr/bin/numactl\" x", true},
        {"'/usr/local/bin/numactl'", true},
        {"numactl x", true},
        {"\"numactl\" x", true},
        {"@/usr/bin/numactl n x", true},
        {"/usr/bin/xnumactl", false},
        {"/usr/bin/numactl2", false},
        {"/usr/bin/redis-server numactl", false},
        {"/numactl/x", false},
        {"/x", false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct exec_line line;

        assert_int_equal(exec_line_parse(rows[i].value, &line), 0);
        if (exec_line_runs(&line, "numactl") != rows[i].runs)
            fail_msg("%s", rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exec_line__the_wrapper_goes_in_front_of_the_program),
        cmocka_unit_test(exec_line__prefixes_go_in_front_of_the_wrapper),
        cmocka_unit_test(exec_line__the_name_after_at_goes_through_the_wrapper),
        cmocka_unit_test(exec_line__at_without_a_name_is_refused),
        cmocka_unit_test(exec_line__quotes_and_escapes_stay),
        cmocka_unit_test(exec_line__specifiers_and_variables_of_arguments_stay),
        cmocka_unit_test(exec_line__a_variable_for_a_program_or_a_name_is_compound),
        cmocka_unit_test(exec_line__a_semicolon_of_its_own_is_compound),
        cmocka_unit_test(exec_line__without_a_program_is_refused),
        cmocka_unit_test(exec_line__what_is_left_open_is_refused),
        cmocka_unit_test(exec_line__a_program_needs_an_absolute_path),
        cmocka_unit_test(exec_line__runs_by_file_name),
    };

    return cmocka_run_group_tests_name("systemd-exec-line", tests, NULL, NULL);
}
