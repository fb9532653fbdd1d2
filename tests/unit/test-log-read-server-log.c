/* SPDX-License-Identifier: MIT */
#include "log/read-server-log.h"

#include <math.h>
#include <sys/stat.h>

#include "support.h"

#define LINE(pid, role, text) pid ":" role " 25 Nov 2026 13:00:00.000 # " text "\n"
#define SLOW                  "Asynchronous AOF fsync is taking too long (disk is busy?)."
#define OVERCOMMIT            "WARNING Memory overcommit must be enabled!"

static struct server_facts process;
static struct budget_share share;

static struct server_log_query query_of(const char *logfile, const char *directory)
{
    process = (struct server_facts){.process = {.pid = 812}};
    share = (struct budget_share){.amount = 64 << 20, .until = INFINITY};
    return (struct server_log_query){
        .process = &process, .logfile = logfile, .directory = directory, .own_pid = 812};
}

static void server_log_read__of_keydb(void **state)
{
    const struct tree *tree = *state;
    struct server_log_query query = query_of("keydb.log", "/var/lib/keydb");
    _cleanup_(log_summary_done) struct log_summary log = {0};
    _cleanup_free_ char *reason = NULL;

    tree_write(tree, "/var/lib/keydb/keydb.log",
               LINE("100:100", "M", OVERCOMMIT) LINE("812:812", "M", "Running mode=standalone")
                   LINE("812:815", "M", SLOW));
    assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), 0);
    assert_int_equal(log.seen_count, 1);
    assert_text(log.seen[0].kind->id, "fsync-slow");
}

static void server_log_read__since_this_start(void **state)
{
    const struct tree *tree = *state;
    struct server_log_query query = query_of("redis.log", "/var/lib/redis");
    _cleanup_(log_summary_done) struct log_summary log = {0};
    _cleanup_free_ char *reason = NULL;

    tree_write(tree, "/var/lib/redis/redis.log",
               LINE("7", "M", SLOW) LINE("7", "M", "Redis is now ready to exit, bye bye...")
                   LINE("811", "C", OVERCOMMIT) LINE("812", "M", "Server initialized") LINE("812", "M", SLOW)
                       LINE("900", "C", SLOW));
    assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), 0);
    assert_int_equal(log.seen_count, 2);
    assert_text(log.seen[0].kind->id, "overcommit-is-not-1");
    assert_text(log.seen[1].kind->id, "fsync-slow");
    assert_int_equal(log.seen[1].count, 2); /* not the one of the process before */
    assert_int_equal(log.seen[1].last_line, 6);
}

static void server_log_read__long_log_from_its_end(void **state)
{
    enum { LENGTH = 5 * 1024 * 1024 };
    const struct tree *tree = *state;
    struct server_log_query query = query_of("/redis.log", NULL);
    _cleanup_(log_summary_done) struct log_summary log = {0};
    _cleanup_free_ char *reason = NULL, *text = malloc(LENGTH);

    assert_non_null(text);
    memset(text, '\n', LENGTH);
    memcpy(text, LINE("812", "M", OVERCOMMIT), strlen(LINE("812", "M", OVERCOMMIT)));
    memcpy(text + LENGTH - 200, LINE("812", "M", SLOW), strlen(LINE("812", "M", SLOW)));
    tree_write_bytes(tree, "/redis.log", text, LENGTH);
    assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), 0);
    assert_int_equal(log.seen_count, 1);
    assert_text(log.seen[0].kind->id, "fsync-slow");
}

static void server_log_read__what_the_share_does_not_suffice_for_is_said(void **state)
{
    const struct tree *tree = *state;
    struct server_log_query query = query_of("/redis.log", NULL);
    _cleanup_(log_summary_done) struct log_summary log = {0};
    _cleanup_free_ char *reason = NULL;

    tree_write(tree, "/redis.log", LINE("812", "M", SLOW));
    share.amount = 10;
    assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), -ENOBUFS);
    assert_contains(reason, "more than what this run reads of logs");
    query = query_of("/redis.log", NULL);
    share.until = 0;
    assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), -ETIME);
    assert_contains(reason, "the time of this run is used up");
    assert_int_equal(log.seen_count, 0);
}

static void server_log_read__in_a_container(void **state)
{
    const struct tree *tree = *state;
    struct server_log_query query = query_of("/data/redis.log", NULL);
    _cleanup_(log_summary_done) struct log_summary log = {0};
    _cleanup_free_ char *reason = NULL;

    tree_write(tree, "/proc/812/root/data/redis.log", LINE("1", "M", SLOW));
    query.own_pid = 1;
    process.process.container = (char *)"docker 0123456789ab";
    assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), 0);
    assert_int_equal(log.seen_count, 1);
}

static void server_log_read__unreadable_is_said(void **state)
{
    static const struct {
        const char *logfile, *reason;
        int error;
    } cases[] = {
        {NULL, "where it logs to is not known", -ENODATA},
        {"", "its standard output, which nobody keeps", -ENODATA},
        {"/missing.log", "its log cannot be read: /missing.log: No such file or directory", -ENOENT},
        {"/directory", "its log cannot be read: /directory: ", -EISDIR},
        {"/fifo", "its log cannot be read: /fifo: ", -ENODEV},
    };
    const struct tree *tree = *state;

    tree_mkdir(tree, "/directory");
    assert_int_equal(mkfifo(tree_path(tree, "/fifo"), 0600), 0);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct server_log_query query = query_of(cases[i].logfile, "/");
        _cleanup_(log_summary_done) struct log_summary log = {0};
        _cleanup_free_ char *reason = NULL;

        assert_int_equal(server_log_read(tree->root, &query, &share, &log, &reason), cases[i].error);
        assert_contains(reason, cases[i].reason);
        assert_null(log.seen);
    }
}

/* Reading /proc/kmsg would take the kernel's messages away from whom they are for. */
static void server_log_read__not_what_the_kernel_makes_up(void **state)
{
    struct server_log_query query = query_of("/proc/self/status", NULL);
    _cleanup_(log_summary_done) struct log_summary log = {0};
    _cleanup_free_ char *reason = NULL;
    _cleanup_root_ struct root *root = NULL;

    (void)state;
    assert_int_equal(root_open("/", &root), 0);
    assert_int_equal(server_log_read(root, &query, &share, &log, &reason), -ENODEV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(server_log_read__since_this_start),
        tree_test(server_log_read__of_keydb),
        tree_test(server_log_read__long_log_from_its_end),
        tree_test(server_log_read__what_the_share_does_not_suffice_for_is_said),
        tree_test(server_log_read__in_a_container),
        tree_test(server_log_read__unreadable_is_said),
        cmocka_unit_test(server_log_read__not_what_the_kernel_makes_up),
    };

    return cmocka_run_group_tests_name("log-read-server-log", tests, NULL, NULL);
}
