/* SPDX-License-Identifier: MIT */
#include "log/summary.h"

#include <string.h>

#include "support.h"

#define FRAME(time) "7:M 25 Nov 2026 " time " # "
#define FILES(time) FRAME(time) "Your current 'ulimit -n' of 20 is not enough for the server to start.\n"
#define SLOW(time) \
    FRAME(time) "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer\n"

static const struct log_host no_host = {.overcommit_memory = -1, .somaxconn = -1};

/* Feeds the text in steps of so many bytes. */
static void feed(struct log_summary *summary, const char *text, size_t step)
{
    for (size_t size = strlen(text); size > 0; size -= step, text += step) {
        step = step < size ? step : size;
        log_summary_feed(summary, text, step);
    }
    log_summary_finish(summary, &no_host);
}

static void log_summary__tells_each_message_once_however_it_is_cut(void **state)
{
    static const char log[] = SLOW("13:00:00.001") FILES("13:00:00.002")
        FRAME("13:00:00.003") "Server initialized\n" SLOW("13:00:00.004") SLOW("13:00:00.005") "\n";

    (void)state;
    for (size_t step = 1; step < sizeof(log); step++) {
        _cleanup_(log_summary_done) struct log_summary summary = {0};

        feed(&summary, log, step);
        assert_int_equal(summary.lines, 6);
        assert_int_equal(summary.lines_too_long, 0);
        assert_int_equal(summary.seen_count, 2);
        assert_text(summary.seen[0].kind->id, "fsync-slow");
        assert_int_equal(summary.seen[0].count, 3);
        assert_text(summary.seen[0].first, "25 Nov 2026 13:00:00.001");
        assert_text(summary.seen[0].last, "25 Nov 2026 13:00:00.005");
        assert_null(summary.seen[0].now_reason);
        assert_text(summary.seen[1].kind->id, "open-files-too-few");
        assert_int_equal(summary.seen[1].count, 1);
        assert_text(summary.seen[1].message,
                    "Your current 'ulimit -n' of 20 is not enough for the server to start.");
        assert_int_equal(summary.seen[1].now, TRAIT_UNKNOWN);
        assert_non_null(summary.seen[1].now_reason);
    }
}

static void log_summary__last_line_needs_no_end(void **state)
{
    _cleanup_(log_summary_done) struct log_summary summary = {0};
    _cleanup_free_ char *log = strdup(SLOW("13:00:00.001"));

    (void)state;
    log[strlen(log) - 1] = '\0';
    feed(&summary, log, SIZE_MAX);
    assert_int_equal(summary.lines, 1);
    assert_int_equal(summary.seen_count, 1);
}

static void log_summary__line_of_any_length_is_cut(void **state)
{
    enum { LENGTH = 1 << 20 };
    _cleanup_(log_summary_done) struct log_summary summary = {0};
    _cleanup_free_ char *log = malloc(LENGTH + 1);

    (void)state;
    assert_non_null(log);
    memset(log, 'x', LENGTH);
    log[LENGTH] = '\0';
    memcpy(log, FRAME("13:00:00.001"), strlen(FRAME("13:00:00.001")));
    memcpy(log + LENGTH - 200, "\n" FILES("13:00:00.001"), strlen("\n" FILES("13:00:00.001")));
    memcpy(log + LENGTH - 1, "\n", 1);
    feed(&summary, log, 1000);
    assert_int_equal(summary.lines_too_long, 1);
    assert_int_equal(summary.seen_count, 1);
    assert_text(summary.seen[0].kind->id, "open-files-too-few");
}

#define STATUS "Jan 01 00:00:00 host redis-server[812]: 812:M 01 Jan 2024 00:00:00.000 # "

static void log_summary__a_line_that_is_cut_is_known_by_what_is_there(void **state)
{
    static const struct {
        const char *line, *id;
        bool is_cut, is_unclear; /* not without a word */
    } cases[] = {
        {STATUS "WARNING: The TCP backlog setting of 511 cannot be enforced because…\n", "backlog-truncated",
         true},
        {STATUS "Current maximum open files is 4096. maxclients has been reduced to…\n", "maxclients-reduced",
         true},
        {STATUS "Current maximum open files is 4096. maxclients has been reduced to...\n",
         "maxclients-reduced", true},
        {STATUS "Current maximum open files is 4096. maxclients has been reduced to>\n", "maxclients-reduced",
         true},
        {STATUS "Current maximum open files is 4096. maxclients has been reduced to$\n", "maxclients-reduced",
         true},
        {STATUS "Current maximum open files is 4096. maxclients has be\n", "maxclients-reduced", true},
        {STATUS "WARNING overcommit_memory is set to 0! Background save may fail u…\n", "overcommit-is-0",
         false},
        {STATUS "Can't save in background: fork: Cannot allo…\n", "fork-no-memory", true},
        {STATUS "Can't save in background: fork: Ca…\n", "fork-no-memory", true},
        {STATUS "Can't save in background: fo…\n", "(none)", false, true}, /* which of them? */
        {STATUS "Write error saving DB on disk: No space le…\n", "save-no-space", true},
        {STATUS "Write error saving DB on disk: Input/output er…\n", "save-failed", true},
        {STATUS "Background saving te…\n", "(none)", false, true}, /* with success? */
        {STATUS "Background saving terminated w…\n", "(none)", false},
        {STATUS "WARNING…\n", "(none)", false, true},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        _cleanup_(log_summary_done) struct log_summary summary = {0};

        feed(&summary, cases[i].line, SIZE_MAX);
        assert_int_equal(summary.lines, 1);
        assert_text(summary.seen_count > 0 ? summary.seen[0].kind->id : "(none)", cases[i].id);
        assert_int_equal(summary.seen_count > 0 && summary.seen[0].match.is_cut, cases[i].is_cut);
        assert_int_equal(summary.lines_unclear, cases[i].is_unclear);
    }
}

/* Each line of the terminal has so many columns, and these begin like this. */
static char *wrapped(const char *line, size_t columns, const char *indent)
{
    char *text = calloc(2 + strlen(indent), strlen(line) + 2), *end = text;

    assert_non_null(text);
    for (size_t i = 0; line[i]; i++) {
        if (i > 0 && i % columns == 0) {
            *end++ = '\n';
            end = stpcpy(end, indent);
        }
        *end++ = line[i];
    }
    return text;
}

static void log_summary__a_line_that_a_terminal_has_wrapped_is_whole(void **state)
{
    static const char line[] = STATUS "WARNING: The TCP backlog setting of 511 cannot be enforced because "
                                      "/proc/sys/net/core/somaxconn is set to the lower value of 128.";

    (void)state;
    for (size_t columns = 74; columns < 200; columns++) { /* from the end of the frame on */
        _cleanup_(log_summary_done) struct log_summary summary = {0};
        _cleanup_free_ char *text = wrapped(line, columns, columns % 2 ? "    " : ""), *log = NULL;

        assert_true(asprintf(&log, "%s\n" SLOW("13:00:00.001") "%s\n", text, text) > 0);
        feed(&summary, log, 7);
        assert_int_equal(summary.seen_count, 2);
        assert_text(summary.seen[0].kind->id, "backlog-truncated");
        assert_int_equal(summary.seen[0].count, 2);
        assert_false(summary.seen[0].match.is_cut);
        assert_int_equal(log_match_number(&summary.seen[0].match, 0), 511);
    }
}

static void log_summary__a_long_line_is_wrapped_more_than_once(void **state)
{
    static const char log[] =
        FRAME("13:00:00.001") "Client id=5 addr=127.0.0.1:60000 fd=8 name= age=0 qbuf=0 obl=0\n"
                              "    oll=4097 omem=84000000 events=rw cmd=get sched\n"
                              "    uled to be closed ASAP for overcoming\n"
                              "    of output buffer limits.\n" SLOW("13:00:00.002");
    _cleanup_(log_summary_done) struct log_summary summary = {0};

    (void)state;
    feed(&summary, log, SIZE_MAX);
    assert_int_equal(summary.seen_count, 2);
    assert_text(summary.seen[0].kind->id, "output-buffer-exceeded");
    assert_int_equal(summary.seen[0].last_line, 1);
}

/* Of two rows that begin alike the one that the whole line is. */
static void log_summary__a_line_that_is_wrapped_is_no_more_general_one(void **state)
{
    static const struct {
        const char *line, *id;
    } cases[] = {
        {"Failed opening the RDB file root (in server root dir /var/spool/cron) for saving: Permission "
         "denied",
         "written-elsewhere"},
        {"Failed opening the RDB file dump.rdb (in server root dir /var/lib/redis) for saving: No space left "
         "on "
         "device",
         "save-no-space"},
        {"Warning: Could not create server TCP listening socket 10.0.0.5:6379: bind: Cannot assign requested "
         "address",
         "bind-no-address"},
        {"MASTER aborted replication with an error: NOAUTH Authentication required.",
         "primary-wants-password"},
        {"WARNING you have Transparent Huge Pages (THP) support enabled in your kernel. This will create "
         "latency and memory usage issues with Redis. To fix this issue run the command 'echo never > "
         "/sys/kernel/mm/transparent_hugepage/enabled' as root, and add it to your /etc/rc.local in order to "
         "retain the setting after a reboot. Redis must be restarted after THP is disabled.",
         "thp-not-never"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        for (size_t columns = 40; columns < 120; columns++) {
            _cleanup_(log_summary_done) struct log_summary summary = {0};
            _cleanup_free_ char *line = NULL, *text = NULL, *log = NULL;

            assert_true(asprintf(&line, FRAME("13:00:00.001") "%s", cases[i].line) > 0);
            text = wrapped(line, columns, "");
            assert_true(asprintf(&log, "%s\nby another program\n" SLOW("13:00:00.002"), text) > 0);
            feed(&summary, log, SIZE_MAX);
            assert_int_equal(summary.seen_count, 2);
            assert_text(summary.seen[0].kind->id, cases[i].id);
            assert_int_equal(summary.seen[0].count, 1);
        }
}

/* What is whole waits for more, which does not come: nothing of the lines behind it is lost, or its. */
static void log_summary__a_whole_line_takes_no_other(void **state)
{
    static const char log[] =
        FRAME("13:00:00.001") "Failed opening the RDB file dump.rdb (in server root dir /data) for saving: "
                              "Permission denied\n"
                              "a line of another program\n"
                              "(error) NOAUTH Authentication required.\n";
    _cleanup_(log_summary_done) struct log_summary summary = {0};

    (void)state;
    feed(&summary, log, SIZE_MAX);
    assert_int_equal(summary.seen_count, 2);
    assert_text(summary.seen[0].kind->id, "save-failed");
    assert_null(strstr(summary.seen[0].message, "another"));
    assert_text(summary.seen[1].kind->id, "no-authentication");
    assert_int_equal(summary.seen[1].last_line, 3);
}

static void log_summary__the_other_half_is_of_no_other_line(void **state)
{
    static const char log[] = STATUS "Can't save in background: fork: Cannot allo\n" FILES("13:00:00.002")
        STATUS "Current maximum open files is 4096. maxclients has be\n"
               "Nov 25 13:27:43 web1 nginx[9]: en reduced to 4064 to compensate for low ulimit.\n";
    _cleanup_(log_summary_done) struct log_summary summary = {0};

    (void)state;
    feed(&summary, log, SIZE_MAX);
    assert_int_equal(summary.seen_count, 3);
    assert_text(summary.seen[0].kind->id, "fork-no-memory");
    assert_int_equal(summary.seen[0].last_line, 1);
    assert_text(summary.seen[1].kind->id, "open-files-too-few");
    assert_text(summary.seen[2].kind->id, "maxclients-reduced");
    assert_true(summary.seen[2].match.is_cut);
}

static void log_summary__hostile_bytes_are_not_passed_on(void **state)
{
    static const char log[] =
        "7:signal-handler (\033[2J) Background saving terminated by signal 9 \033]0;x\a\n";
    _cleanup_(log_summary_done) struct log_summary summary = {0};

    (void)state;
    feed(&summary, log, 7);
    assert_int_equal(summary.seen_count, 1);
    assert_text(summary.seen[0].last, "\\x1b[2J");
    assert_text(summary.seen[0].message, "Background saving terminated by signal 9 \\x1b]0;x\\x07");
}

static void log_summary__empty_log(void **state)
{
    _cleanup_(log_summary_done) struct log_summary summary = {0};

    (void)state;
    feed(&summary, "", 1);
    assert_int_equal(summary.lines, 0);
    assert_int_equal(summary.seen_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_summary__tells_each_message_once_however_it_is_cut),
        cmocka_unit_test(log_summary__last_line_needs_no_end),
        cmocka_unit_test(log_summary__line_of_any_length_is_cut),
        cmocka_unit_test(log_summary__a_line_that_is_cut_is_known_by_what_is_there),
        cmocka_unit_test(log_summary__a_line_that_a_terminal_has_wrapped_is_whole),
        cmocka_unit_test(log_summary__a_long_line_is_wrapped_more_than_once),
        cmocka_unit_test(log_summary__a_line_that_is_wrapped_is_no_more_general_one),
        cmocka_unit_test(log_summary__a_whole_line_takes_no_other),
        cmocka_unit_test(log_summary__the_other_half_is_of_no_other_line),
        cmocka_unit_test(log_summary__hostile_bytes_are_not_passed_on),
        cmocka_unit_test(log_summary__empty_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
