/* SPDX-License-Identifier: MIT */
#include "units/sandbox.h"

#include "support.h"
#include "units/wrap.h"

/* "needs", "forbids" or "covered". */
static const char *judge(const char *settings)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *content = NULL, *message = NULL;

    assert_true(asprintf(&content, "[Service]\n%s", settings) > 0);
    assert_int_equal(unit_parse(&unit, "Service", "/x", content, strlen(content), &message), 0);
    if (unit_sandbox_forbids_wrapper(&unit))
        return "forbids";
    return unit_sandbox_needs_exec_path(&unit) ? "needs" : "covered";
}

struct row {
    const char *settings, *verdict;
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(judge(rows[i].settings), rows[i].verdict) != 0)
            fail_msg("%s: %s", rows[i].settings, judge(rows[i].settings));
}

static void sandbox__only_what_covers_the_wrapper_matters(void **state)
{
    static const struct row rows[] = {
        {"", "covered"},
        {"ExecPaths=/usr/bin\n", "covered"},
        {"NoExecPaths=/tmp /home\n", "covered"},
        {"NoExecPaths=/usr/libx /usr/li /usr/lib/redis\n", "covered"},
        {"NoExecPaths=/\n", "needs"},
        {"NoExecPaths=/usr\n", "needs"},
        {"NoExecPaths=/usr/lib/\n", "needs"},
        {"NoExecPaths=/tmp /usr/lib/redis-hosttune\n", "needs"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

static void sandbox__the_more_specific_path_counts(void **state)
{
    static const struct row rows[] = {
        {"NoExecPaths=/\nExecPaths=/usr/bin/redis-server /usr/lib /lib\n", "covered"},
        {"NoExecPaths=/\nExecPaths=/usr/bin/redis-server\n", "needs"},
        {"NoExecPaths=/ /usr/lib\nExecPaths=/usr\n", "needs"},
        {"NoExecPaths=/ /usr\nExecPaths=/usr/lib\n", "covered"},
        {"NoExecPaths=/\nExecPaths=" UNIT_WRAPPER "\n", "covered"},
        {"NoExecPaths=/usr/lib/redis-hosttune\nExecPaths=" UNIT_WRAPPER "\n", "covered"},
        {"ExecPaths=/usr\nNoExecPaths=/\n", "covered"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

/* With the same path in both, NoExecPaths= wins. */
static void sandbox__of_equal_paths_the_forbidding_one_counts(void **state)
{
    static const struct row rows[] = {
        {"NoExecPaths=/\nExecPaths=/\n", "needs"},
        {"NoExecPaths=/usr\nExecPaths=/usr\n", "needs"},
        {"NoExecPaths=" UNIT_WRAPPER "\n", "forbids"},
        {"NoExecPaths=/\nNoExecPaths=-" UNIT_WRAPPER "\nExecPaths=" UNIT_WRAPPER "\n", "forbids"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

static void sandbox__prefixes_and_resets(void **state)
{
    static const struct row rows[] = {
        {"NoExecPaths=-/\nExecPaths=-+/usr/lib\n", "covered"},
        {"NoExecPaths=+/usr\n", "needs"},
        {"NoExecPaths=-\n", "covered"},
        {"NoExecPaths=/\nNoExecPaths=\n", "covered"},
        {"NoExecPaths=/\nExecPaths=/usr/lib\nExecPaths=\n", "needs"},
        {"NoExecPaths=/\nExecPaths=\nExecPaths=/usr/lib\n", "covered"},
        {"NoExecPaths=" UNIT_WRAPPER "\nNoExecPaths=\n", "covered"},
        {"NoExecPaths= \t / \t\n", "needs"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

/* systemd resolves it; where /lib is a directory of its own the ExecPaths= is not needed and does no harm. */
static void sandbox__lib_is_a_link_to_usr_lib(void **state)
{
    static const struct row rows[] = {
        {"NoExecPaths=/lib\n", "needs"},
        {"NoExecPaths=/lib/redis-hosttune\n", "needs"},
        {"NoExecPaths=/lib\nExecPaths=/usr\n", "needs"},
        {"NoExecPaths=/lib\nExecPaths=/usr/lib/redis-hosttune\n", "covered"},
        {"NoExecPaths=/lib64 /lib/redis\n", "covered"},
        {"NoExecPaths=/\nExecPaths=/lib\n", "needs"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

static void sandbox__what_is_not_clear_forbids_and_allows_nothing(void **state)
{
    static const struct row rows[] = {
        {"NoExecPaths=\"/\"\n", "needs"},
        {"NoExecPaths='/usr'\n", "needs"},
        {"NoExecPaths=\\x2f\n", "needs"},
        {"NoExecPaths=/%i\n", "needs"},
        {"NoExecPaths=//usr//lib\n", "needs"},
        {"NoExecPaths=/./usr\n", "needs"},
        {"NoExecPaths=\"/\"\nExecPaths=/usr/lib\n", "needs"},
        {"NoExecPaths=/%i\nExecPaths=/usr/lib/redis-hosttune\n", "needs"},
        {"NoExecPaths=/\nExecPaths=\"/usr/lib\"\n", "needs"},
        {"NoExecPaths=/\nExecPaths=/usr//lib\n", "needs"},
    };

    (void)state;
    check(rows, ELEMENTS(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sandbox__only_what_covers_the_wrapper_matters),
        cmocka_unit_test(sandbox__the_more_specific_path_counts),
        cmocka_unit_test(sandbox__of_equal_paths_the_forbidding_one_counts),
        cmocka_unit_test(sandbox__prefixes_and_resets),
        cmocka_unit_test(sandbox__lib_is_a_link_to_usr_lib),
        cmocka_unit_test(sandbox__what_is_not_clear_forbids_and_allows_nothing),
    };

    return cmocka_run_group_tests_name("units-sandbox", tests, NULL, NULL);
}
