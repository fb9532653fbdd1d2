/* SPDX-License-Identifier: MIT */
/* What is decided for a unit. Open files are in test-units-nofile.c, the list of safe settings in
 * test-units-safe.c, NoExecPaths= in test-units-sandbox.c. */
#include "units/wrap.h"

#include "support.h"

#define W     UNIT_WRAPPER
#define START "ExecStart=/usr/bin/redis-server /etc/redis.conf\n"

static const struct wrap_input two_nodes = {.asked = PLACEMENT_EXEC,
                                            .asked_from = "built in",
                                            .nofile = 65536,
                                            .nofile_from = "n",
                                            .memory_nodes = 2};

/* "PLACEMENT [calls] [path]: ExecStart | ExecStart: reason"; static buffer. */
static const char *decide(const struct wrap_input *input, const char *settings)
{
    static char shown[2048];
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
    _cleanup_free_ char *message = NULL, *content = NULL;
    char *out = shown;

    assert_true(asprintf(&content, "[Service]\n%s", settings) > 0);
    assert_int_equal(unit_parse(&unit, "Service", "/x", content, strlen(content), &message), 0);
    unit_wrap_decide(&unit, input, &wrap);
    out += sprintf(out, "%s%s%s", placement_name(wrap.placement), wrap.needs_system_calls ? " calls" : "",
                   wrap.needs_exec_path ? " path" : "");
    for (char **line = wrap.exec_starts; line && *line; line++)
        out += sprintf(out, "%s%s", line == wrap.exec_starts ? ": " : " | ", *line);
    sprintf(out, ": %s", wrap.reason);
    return shown;
}

static const char *decide_exec(const char *settings)
{
    return decide(&two_nodes, settings);
}

/* --- the wrapper --- */

static void wrap__stands_in_front_of_the_start_line(void **state)
{
    (void)state;
    assert_text(decide_exec(START), "exec: " W " -- /usr/bin/redis-server /etc/redis.conf: built in");
}

static void wrap__every_start_line_that_counts(void **state)
{
    (void)state;
    assert_text(decide_exec("Type=oneshot\nExecStart=/a\nExecStart=-/b c\n"),
                "exec: " W " -- /a | -" W " -- /b c: built in");
    assert_text(decide_exec("ExecStart=/a\nExecStart=\nExecStart=/b\n"), "exec: " W " -- /b: built in");
}

static void wrap__only_the_start_line(void **state)
{
    (void)state;
    assert_text(decide_exec("ExecStartPre=/bin/sh -c 'a; b'\nExecStop=stop\n" START),
                "exec: " W " -- /usr/bin/redis-server /etc/redis.conf: built in");
}

static void wrap__asks_for_calls_only_where_calls_are_filtered(void **state)
{
    (void)state;
    assert_text(
        decide_exec("ExecStart=/a\nSystemCallFilter=@system-service\nSystemCallFilter=~ @resources\n"),
        "exec calls: " W " -- /a: built in");
    assert_text(decide_exec("ExecStart=/a\nSystemCallFilter=~@resources\n"),
                "exec calls: " W " -- /a: built in");
    assert_text(decide_exec("ExecStart=/a\nSystemCallFilter=@system-service\nSystemCallFilter=\n"),
                "exec: " W " -- /a: built in");
    assert_text(decide_exec("ExecStart=/a\nSystemCallFilter=\nSystemCallFilter=~ @clock\n"),
                "exec calls: " W " -- /a: built in");
    assert_text(decide_exec("ExecStart=/a\nSystemCallArchitectures=native\nSystemCallErrorNumber=EPERM\n"),
                "exec: " W " -- /a: built in");
}

static void wrap__asks_for_its_path_only_where_that_is_forbidden(void **state)
{
    (void)state;
    assert_text(decide_exec("ExecStart=/a\nNoExecPaths=/\nExecPaths=/usr/bin\n"),
                "exec path: " W " -- /a: built in");
    assert_text(decide_exec("ExecStart=/a\nNoExecPaths=/\nExecPaths=/a /usr/lib /lib\n"),
                "exec: " W " -- /a: built in");
}

/* --- off --- */

static void wrap__off_for_a_sentinel(void **state)
{
    struct wrap_input input = two_nodes;

    (void)state;
    input.is_sentinel = true;
    assert_text(decide(&input, START), "off: a sentinel holds no data");
}

static void wrap__off_where_asked_for(void **state)
{
    const struct wrap_input input = {.asked = PLACEMENT_OFF,
                                     .asked_from = "/etc/c:3",
                                     .nofile = 65536,
                                     .nofile_from = "n",
                                     .memory_nodes = 2};

    (void)state;
    assert_text(decide(&input, START), "off: /etc/c:3");
}

static void wrap__off_with_less_than_two_nodes(void **state)
{
    static const enum placement asked[] = {PLACEMENT_EXEC, PLACEMENT_SYSTEMD};
    struct wrap_input input = two_nodes;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(asked); i++) {
        input.asked = asked[i];
        input.memory_nodes = 1;
        assert_text(decide(&input, START), "off: this host has one memory node: nothing to interleave over");
        input.memory_nodes = 0;
        assert_text(decide(&input, START), "off: this host does not tell its memory nodes");
    }
}

static void wrap__off_where_memory_is_placed_already(void **state)
{
    static const struct {
        const char *settings, *decision;
    } rows[] = {
        {START "NUMAPolicy=bind\nNUMAMask=0\n",
         "off: NUMAPolicy=bind (/x:3): its memory is placed already: left"},
        {START "NUMAPolicy=default\n", "off: NUMAPolicy=default (/x:3): its memory is placed already: left"},
        /* to systemd a mask without a policy means "preferred" */
        {START "NUMAMask=0\n", "off: NUMAMask=0 (/x:3): its memory is placed already: left"},
        {"ExecStart=/usr/bin/numactl --interleave=all /usr/bin/redis-server\n",
         "off: ExecStart=/usr/bin/numactl --interleave=all /usr/bin/redis-server (/x:2): "
         "its memory is placed already: left"},
        {"ExecStart=-numactl -i all /a\n",
         "off: ExecStart=-numactl -i all /a (/x:2): its memory is placed already: left"},
        {"ExecStart=" W " -- /a\n", "off: ExecStart=" W " -- /a (/x:2): its memory is placed already: left"},
        {"ExecStart=/usr/bin/redis-hosttune exec -- /a\n",
         "off: ExecStart=/usr/bin/redis-hosttune exec -- /a (/x:2): its memory is placed already: left"},
        {"RootDirectory=/srv\nExecStart=redis\nExecStart=/bin/numactl -i all /a\n",
         "off: ExecStart=/bin/numactl -i all /a (/x:4): its memory is placed already: left"},
    };
    struct wrap_input input = two_nodes;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        input.asked = PLACEMENT_EXEC;
        assert_text(decide(&input, rows[i].settings), rows[i].decision);
        input.asked = PLACEMENT_SYSTEMD;
        assert_text(decide(&input, rows[i].settings), rows[i].decision);
    }
}

static void wrap__a_placement_that_was_reset_is_none(void **state)
{
    (void)state;
    assert_text(decide_exec("ExecStart=/a\nNUMAPolicy=bind\nNUMAMask=0\nNUMAPolicy=\nNUMAMask=\n"),
                "exec: " W " -- /a: built in");
    assert_text(decide_exec("ExecStart=/usr/bin/numactl /a\nExecStart=\nExecStart=/a\n"),
                "exec: " W " -- /a: built in");
}

static void wrap__off_without_a_start_line(void **state)
{
    struct wrap_input input = two_nodes;

    (void)state;
    assert_text(decide(&input, "User=redis\n"), "off: the unit has no ExecStart=");
    assert_text(decide(&input, "ExecStart=/a\nExecStart=\n"), "off: the unit has no ExecStart=");
    input.asked = PLACEMENT_SYSTEMD;
    assert_text(decide(&input, "User=redis\n"), "off: the unit has no ExecStart=");
}

/* --- systemd's own policy --- */

static void wrap__systemd_where_asked_for(void **state)
{
    const struct wrap_input input = {.asked = PLACEMENT_SYSTEMD,
                                     .asked_from = "/etc/c:3",
                                     .nofile = 65536,
                                     .nofile_from = "n",
                                     .memory_nodes = 2};

    (void)state;
    assert_text(decide(&input, START), "systemd: /etc/c:3");
    assert_text(decide(&input, START "NoExecPaths=/\nSystemCallFilter=@system-service\n"),
                "systemd: /etc/c:3");
}

static void wrap__systemd_under_selinux(void **state)
{
    struct wrap_input input = two_nodes;

    (void)state;
    input.selinux_enforcing = true;
    assert_text(decide(&input, START),
                "systemd: SELinux is enforcing, and Redis would lose its domain behind a wrapper");
}

static void wrap__systemd_under_each_setting_that_is_not_known_to_be_safe(void **state)
{
    static const char *const settings[] = {
        "RootDirectory=/srv/redis",
        "RootImage=/srv/redis.raw",
        "RootHash=abc",
        "MountImages=/a:/b",
        "ExtensionImages=/a",
        "ExtensionDirectories=/a",
        "BindPaths=/a:/usr",
        "BindReadOnlyPaths=/a:/usr",
        "TemporaryFileSystem=/usr",
        "InaccessiblePaths=-/usr/lib",
        "InaccessibleDirectories=/usr/lib",
        "AppArmorProfile=redis",
        "SELinuxContext=system_u:system_r:redis_t:s0",
        "SmackProcessLabel=x",
        "AmbientCapabilities=CAP_SYS_NICE",
        "MountAPIVFS=yes",
        "MountFlags=slave",
        "ProcSubset=pid",
        "NetworkNamespacePath=/run/netns/a",
        "RestrictFileSystems=ext4",
        "PrivatePIDs=yes",
        "SomethingNew=1",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(settings); i++) {
        char text[128], expected[256];

        snprintf(text, sizeof(text), START "%s\n", settings[i]);
        snprintf(expected, sizeof(expected),
                 "systemd: %s (/x:3): a wrapper may not be found or not be allowed under it", settings[i]);
        assert_text(decide_exec(text), expected);
    }
}

static void wrap__an_unsafe_setting_that_was_taken_back_counts_for_nothing(void **state)
{
    static const char *const settings[] = {
        "RootDirectory=/srv\nRootDirectory=\n",
        "InaccessiblePaths=/a\nInaccessiblePaths=/b\nInaccessiblePaths=\n",
        "MountAPIVFS=yes\nMountAPIVFS=no\n",
        "MountAPIVFS=False\n",
        "SomethingNew=off\n",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(settings); i++) {
        char text[128];

        snprintf(text, sizeof(text), "ExecStart=/a\n%s", settings[i]);
        assert_text(decide_exec(text), "exec: " W " -- /a: built in");
    }
    assert_contains(decide_exec(START "BindPaths=/a\nBindPaths=\nBindPaths=/b\n"),
                    "systemd: BindPaths=/b (/x:5)");
}

static void wrap__systemd_where_the_line_cannot_be_wrapped(void **state)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        {"redis-server /etc/redis.conf", "its program has no absolute path"},
        {"/a ; /b", "several commands in one line, or a variable for a program"},
        {"/opt/${VERSION}/redis-server", "several commands in one line, or a variable for a program"},
        {"/a \"b", "its program cannot be told"},
        {"@/a", "its program cannot be told"},
        {">/a", "its program has no absolute path"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        char text[128], expected[256];

        snprintf(text, sizeof(text), "ExecStart=/ok\nExecStart=%s\n", rows[i].line);
        snprintf(expected, sizeof(expected), "systemd: ExecStart=%s (/x:3): %s", rows[i].line, rows[i].why);
        assert_text(decide_exec(text), expected);
    }
}

static void wrap__systemd_where_the_wrapper_is_forbidden_by_name(void **state)
{
    (void)state;
    assert_text(decide_exec(START "NoExecPaths=" W "\n"),
                "systemd: NoExecPaths=" W " (/x:3): it forbids the wrapper by name");
}

/* systemd takes no line above 1 MiB, and stops reading the drop-in there: behind the reset. */
static void wrap__systemd_for_a_line_that_is_too_long(void **state)
{
    _cleanup_free_ char *text = malloc(100 * 1024);
    const char *shown;

    (void)state;
    assert_non_null(text);
    strcpy(text, "ExecStart=/a ");
    memset(text + strlen(text), 'b', 70 * 1024);
    strcpy(text + 70 * 1024, "\n");
    shown = decide_exec(text);
    assert_contains(shown, "systemd: ExecStart=/a bbb");
    assert_contains(shown, "b... (/x:2): it is too long");
    assert_true(strlen(shown) < 300);
}

static void wrap__a_reason_is_cut_between_characters(void **state)
{
    char text[600] = "ExecStart=/a\nRootDirectory=/";

    (void)state;
    for (size_t i = 0; i < 200; i++)
        strcat(text, "\xc3\xa4");
    assert_true(text_is_printable(decide_exec(text), strlen(decide_exec(text))));
    assert_contains(decide_exec(text), "\xc3\xa4... (/x:3)");
}

/* --- the rest --- */

static void wrap__lifts_open_files_whatever_the_placement(void **state)
{
    static const enum placement asked[] = {PLACEMENT_EXEC, PLACEMENT_SYSTEMD, PLACEMENT_OFF};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(asked); i++) {
        _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
        const struct wrap_input input = {
            .asked = asked[i], .asked_from = "x", .nofile = 65536, .nofile_from = "n", .memory_nodes = 2};
        const struct unit unit = {0};

        unit_wrap_decide(&unit, &input, &wrap);
        assert_text(wrap.limit_nofile, "65536:524288");
    }
}

static void wrap__orders_a_sentinel_only(void **state)
{
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
    const struct wrap_input input = {
        .asked_from = "x", .nofile = 65536, .nofile_from = "n", .memory_nodes = 2, .is_sentinel = true};
    const struct unit unit = {0};

    (void)state;
    unit_wrap_decide(&unit, &input, &wrap);
    assert_null(wrap.limit_nofile);
}

static void wrap__takes_the_managers_default_of_open_files(void **state)
{
    _cleanup_(unit_wrap_done) struct unit_wrap wrap = {0};
    struct unit_setting setting = {.key = (char *)"DefaultLimitNOFILE", .value = (char *)"1048576"};
    const struct unit manager = {.settings = &setting, .settings_count = 1}, unit = {0};
    const struct wrap_input input = {
        .asked_from = "x", .nofile = 65536, .nofile_from = "n", .memory_nodes = 2, .manager = &manager};

    (void)state;
    unit_wrap_decide(&unit, &input, &wrap);
    assert_null(wrap.limit_nofile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrap__stands_in_front_of_the_start_line),
        cmocka_unit_test(wrap__every_start_line_that_counts),
        cmocka_unit_test(wrap__only_the_start_line),
        cmocka_unit_test(wrap__asks_for_calls_only_where_calls_are_filtered),
        cmocka_unit_test(wrap__asks_for_its_path_only_where_that_is_forbidden),
        cmocka_unit_test(wrap__off_for_a_sentinel),
        cmocka_unit_test(wrap__off_where_asked_for),
        cmocka_unit_test(wrap__off_with_less_than_two_nodes),
        cmocka_unit_test(wrap__off_where_memory_is_placed_already),
        cmocka_unit_test(wrap__a_placement_that_was_reset_is_none),
        cmocka_unit_test(wrap__off_without_a_start_line),
        cmocka_unit_test(wrap__systemd_where_asked_for),
        cmocka_unit_test(wrap__systemd_under_selinux),
        cmocka_unit_test(wrap__systemd_under_each_setting_that_is_not_known_to_be_safe),
        cmocka_unit_test(wrap__an_unsafe_setting_that_was_taken_back_counts_for_nothing),
        cmocka_unit_test(wrap__systemd_where_the_line_cannot_be_wrapped),
        cmocka_unit_test(wrap__systemd_where_the_wrapper_is_forbidden_by_name),
        cmocka_unit_test(wrap__systemd_for_a_line_that_is_too_long),
        cmocka_unit_test(wrap__a_reason_is_cut_between_characters),
        cmocka_unit_test(wrap__lifts_open_files_whatever_the_placement),
        cmocka_unit_test(wrap__orders_a_sentinel_only),
        cmocka_unit_test(wrap__takes_the_managers_default_of_open_files),
    };

    return cmocka_run_group_tests_name("units-wrap", tests, NULL, NULL);
}
