/* SPDX-License-Identifier: MIT */
/* Journals are made by systemd-journal-remote; where it is not installed, what needs one is skipped. */
#include "diagnose/read-kernel-log.h"

#include <string.h>

#include "support.h"

#define REMOTE      "/lib/systemd/systemd-journal-remote"
#define THIS_BOOT   "11111111-1111-1111-1111-111111111111"
#define THIS_FIELD  "11111111111111111111111111111111"
#define OTHER_FIELD "22222222222222222222222222222222"
#define MACHINE     "33333333333333333333333333333333"
#define NOW         1795600000LL
#define KILLED      "Out of memory: Killed process 812 (redis-server) total-vm:4kB, anon-rss:2kB"

/* An entry as systemd-journal-remote reads it. */
static void entry(FILE *out, int number, long long at, const char *boot, const char *transport,
                  const char *message)
{
    fprintf(out,
            "__CURSOR=s=%s;i=%d;b=%s;m=%d;t=%d;x=0\n__REALTIME_TIMESTAMP=%lld000000\n"
            "__MONOTONIC_TIMESTAMP=%d000000\n_BOOT_ID=%s\n_MACHINE_ID=" MACHINE
            "\n_TRANSPORT=%s\nMESSAGE=%s\n\n",
            boot, number, boot, number, number, at, number, boot, transport, message);
}

/* The tree's journal of these entries. */
static void make_journal(const struct tree *tree, void (*fill)(FILE *out))
{
    char command[PATH_MAX + 100];
    FILE *pipe;

    tree_mkdir(tree, "/var/log/journal/" MACHINE);
    snprintf(command, sizeof(command), REMOTE " --split-mode=none -o %s - 2>/dev/null",
             tree_path(tree, "/var/log/journal/" MACHINE "/system.journal"));
    pipe = popen(command, "w"); /* NOLINT(cert-env33-c): a test's own command */
    assert_non_null(pipe);
    fill(pipe);
    assert_int_equal(pclose(pipe), 0);
}

static void fill_both_boots(FILE *out)
{
    entry(out, 1, NOW - 8 * 86400, OTHER_FIELD, "kernel", KILLED); /* too long ago */
    entry(out, 2, NOW - 2 * 86400, OTHER_FIELD, "kernel",
          "__vm_enough_memory: pid: 7, comm: redis-server, no enough memory for the allocation");
    entry(out, 3, NOW - 100, THIS_FIELD, "kernel", "eth0: link up");
    entry(out, 4, NOW - 90, THIS_FIELD, "syslog", KILLED); /* a program says so */
    entry(out, 5, NOW - 80, THIS_FIELD, "kernel",
          "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/a,task_memcg=/a/"
          "b,task=x,pid=812,uid=0");
    entry(out, 6, NOW - 80, THIS_FIELD, "kernel", KILLED);
}

static void fill_quiet(FILE *out)
{
    entry(out, 1, NOW - 100, THIS_FIELD, "kernel", "eth0: link up");
}

static void fill_without_kernel(FILE *out)
{
    entry(out, 1, NOW - 100, THIS_FIELD, "syslog", KILLED);
}

static void kernel_log_read__both_boots_of_a_journal(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_log_done) struct kernel_log log = {0};
    _cleanup_free_ char *reason = NULL;

    if (access(REMOTE, X_OK) < 0)
        skip();
    make_journal(tree, fill_both_boots);
    assert_int_equal(kernel_log_read(tree->root, THIS_BOOT, NOW, &log, &reason), 0);
    assert_text(log.source, "the journal");
    assert_int_equal(log.from, NOW - 7 * 86400);
    assert_true(log.has_earlier_boots);
    assert_int_equal(log.events_count, 2);
    assert_int_equal(log.events[0].kind, KERNEL_EVENT_REFUSED);
    assert_int_equal(log.events[0].at, NOW - 2 * 86400);
    assert_false(log.events[0].is_this_boot);
    assert_int_equal(log.events[1].kind, KERNEL_EVENT_OOM_KILL);
    assert_int_equal(log.events[1].at, NOW - 80);
    assert_true(log.events[1].is_this_boot);
    assert_int_equal(log.events[1].constraint, OOM_CGROUP);
    assert_text(log.events[1].limit_cgroup, "/a");
}

static void kernel_log_read__nothing_of_note_is_known_as_such(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_log_done) struct kernel_log log = {0};
    _cleanup_free_ char *reason = NULL;

    if (access(REMOTE, X_OK) < 0)
        skip();
    make_journal(tree, fill_quiet);
    assert_int_equal(kernel_log_read(tree->root, THIS_BOOT, NOW, &log, &reason), 0);
    assert_int_equal(log.events_count, 0);
    assert_false(log.has_earlier_boots);
}

static void kernel_log_read__journal_without_kernel_messages_is_unreadable(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_log_done) struct kernel_log log = {0};
    _cleanup_free_ char *reason = NULL;

    if (access(REMOTE, X_OK) < 0)
        skip();
    make_journal(tree, fill_without_kernel);
    assert_int_equal(kernel_log_read(tree->root, THIS_BOOT, NOW, &log, &reason), -EACCES);
    assert_contains(reason, "shows no kernel message: run as root");
}

static void kernel_log_read__no_journal(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_log_done) struct kernel_log log = {0};
    _cleanup_free_ char *reason = NULL;

    assert_int_equal(kernel_log_read(tree->root, THIS_BOOT, NOW, &log, &reason), -ENOENT);
    assert_contains(reason, "the journal cannot be read: No such file or directory");
    assert_null(log.source);
}

static void kernel_log_read__damaged_journal(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(kernel_log_done) struct kernel_log log = {0};
    _cleanup_free_ char *reason = NULL;

    tree_write(tree, "/var/log/journal/" MACHINE "/system.journal", "LPKSHHRH and then nothing");
    assert_int_equal(kernel_log_read(tree->root, THIS_BOOT, NOW, &log, &reason), -EACCES);
    assert_non_null(reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(kernel_log_read__both_boots_of_a_journal),
        tree_test(kernel_log_read__nothing_of_note_is_known_as_such),
        tree_test(kernel_log_read__journal_without_kernel_messages_is_unreadable),
        tree_test(kernel_log_read__no_journal),
        tree_test(kernel_log_read__damaged_journal),
    };

    return cmocka_run_group_tests_name("diagnose-read-kernel-log", tests, NULL, NULL);
}
