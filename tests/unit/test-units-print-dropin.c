/* SPDX-License-Identifier: MIT */
#include "units/print-dropin.h"

#include "support.h"

#define HEAD  "# Written by redis-hosttune-generator at each boot and daemon-reload.\n"
#define ORDER "[Unit]\nAfter=redis-hosttune.service\n"

#define assert_rendered(wrap, expected)                          \
    do {                                                         \
        _cleanup_free_ char *text_ = unit_dropin_render((wrap)); \
        assert_text(text_, expected);                            \
    } while (0)

static void unit_dropin__has_all_that_the_wrapper_needs(void **state)
{
    char *lines[] = {(char *)"-/w -- /a", (char *)"/w -- /b", NULL};
    struct unit_wrap wrap = {
        .placement = PLACEMENT_EXEC,
        .reason = (char *)"built in",
        .exec_starts = lines,
        .needs_system_calls = true,
        .needs_exec_path = true,
        .limit_nofile = (char *)"65536",
    };

    (void)state;
    assert_rendered(&wrap, HEAD "# Placement exec: built in\n" ORDER "\n[Service]\n"
                                "ExecStart=\nExecStart=-/w -- /a\nExecStart=/w -- /b\n"
                                "SystemCallFilter=set_mempolicy get_mempolicy\n"
                                "ExecPaths=" UNIT_WRAPPER "\n"
                                "LimitNOFILE=65536\n");
    wrap.needs_system_calls = wrap.needs_exec_path = false;
    wrap.limit_nofile = NULL;
    lines[1] = NULL;
    assert_rendered(&wrap, HEAD "# Placement exec: built in\n" ORDER "\n[Service]\n"
                                "ExecStart=\nExecStart=-/w -- /a\n");
}

static void unit_dropin__systemd_sets_policy_and_mask(void **state)
{
    const struct unit_wrap wrap = {.placement = PLACEMENT_SYSTEMD, .reason = (char *)"/etc/c:3"};

    (void)state;
    assert_rendered(&wrap, HEAD "# Placement systemd: /etc/c:3\n" ORDER
                                "\n[Service]\nNUMAPolicy=interleave\nNUMAMask=all\n");
}

static void unit_dropin__says_why_there_is_no_order(void **state)
{
    struct unit_wrap wrap = {.placement = PLACEMENT_OFF,
                             .reason = (char *)"built in",
                             .limit_nofile = (char *)"65536",
                             .order = {.refused = (char *)"Before=tuned.service (/etc/a\nb:3): x"}};

    (void)state;
    assert_rendered(&wrap,
                    HEAD "# Placement off: built in\n# Order off: Before=tuned.service (/etc/a?b:3): x\n"
                         "\n[Service]\nLimitNOFILE=65536\n");
    wrap.limit_nofile = NULL;
    assert_rendered(&wrap,
                    HEAD "# Placement off: built in\n# Order off: Before=tuned.service (/etc/a?b:3): x\n");
}

static void unit_dropin__off_orders_and_lifts_the_limit(void **state)
{
    struct unit_wrap wrap = {
        .placement = PLACEMENT_OFF, .reason = (char *)"one", .limit_nofile = (char *)"65536:9"};

    (void)state;
    assert_rendered(&wrap, HEAD "# Placement off: one\n" ORDER "\n[Service]\nLimitNOFILE=65536:9\n");
    wrap.limit_nofile = NULL;
    assert_rendered(&wrap, HEAD "# Placement off: one\n" ORDER);
}

/* It may name a file, and a file's name may hold a newline. */
static void unit_dropin__a_reason_stays_one_line(void **state)
{
    const struct unit_wrap wrap = {.placement = PLACEMENT_OFF,
                                   .reason = (char *)"\xc3\xa4\n[Service]\rExecStart=/evil\t\x7f\\"};

    (void)state;
    assert_rendered(&wrap, HEAD "# Placement off: \xc3\xa4?[Service]?ExecStart=/evil??\\\n" ORDER);
}

/* The path of the host itself, not that of a tree it is looked at in. */
static void unit_dropin__has_the_reason_as_the_host_says_it(void **state)
{
    const struct unit_wrap wrap = {
        .placement = PLACEMENT_OFF, .reason = (char *)"/tree/etc/c:3", .recorded_reason = (char *)"/etc/c:3"};

    (void)state;
    assert_rendered(&wrap, HEAD "# Placement off: /etc/c:3\n" ORDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit_dropin__has_all_that_the_wrapper_needs),
        cmocka_unit_test(unit_dropin__systemd_sets_policy_and_mask),
        cmocka_unit_test(unit_dropin__says_why_there_is_no_order),
        cmocka_unit_test(unit_dropin__off_orders_and_lifts_the_limit),
        cmocka_unit_test(unit_dropin__a_reason_stays_one_line),
        cmocka_unit_test(unit_dropin__has_the_reason_as_the_host_says_it),
    };

    return cmocka_run_group_tests_name("units-print-dropin", tests, NULL, NULL);
}
