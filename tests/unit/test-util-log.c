/* SPDX-License-Identifier: MIT */
#include "util/log.h"

#include "support.h"

static struct {
    int kept, file; /* what stderr was, and the file that it is meanwhile */
} redirected;

static void redirect_stderr(const struct tree *tree)
{
    redirected.kept = dup(STDERR_FILENO);
    redirected.file = open(tree_path(tree, "stderr"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(redirected.kept >= 0 && redirected.file >= 0);
    fflush(stderr);
    dup2(redirected.file, STDERR_FILENO);
}

static void restore_stderr(void)
{
    fflush(stderr);
    dup2(redirected.kept, STDERR_FILENO);
    close(redirected.kept);
    close(redirected.file);
}

static void log__is_one_line_with_the_programs_name(void **state)
{
    unsetenv("JOURNAL_STREAM");
    redirect_stderr(*state);
    log_error("%s:%d: no", "file", 3);
    log_warning("careful");
    log_notice("by the way");
    restore_stderr();
    assert_file((struct tree *)*state, "stderr",
                "redis-hosttune: file:3: no\nredis-hosttune: careful\nredis-hosttune: by the way\n");
}

/* What stands in a message may come from a file that somebody else wrote. */
static void log__escapes_control_characters(void **state)
{
    unsetenv("JOURNAL_STREAM");
    redirect_stderr(*state);
    log_error("a\nb\tc\x1b[31md\x7f caf\xc3\xa9");
    restore_stderr();
    assert_file((struct tree *)*state, "stderr", "redis-hosttune: a\\x0ab\tc\\x1b[31md\\x7f caf\xc3\xa9\n");
}

static void log__has_a_priority_in_the_journal_only(void **state)
{
    const struct tree *tree = *state;
    struct stat status;
    char stream[64];

    redirect_stderr(tree);
    fstat(STDERR_FILENO, &status);
    snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    log_error("a");
    log_warning("b");
    log_notice("c");
    snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino + 1);
    setenv("JOURNAL_STREAM", stream, 1); /* somebody else's stream */
    log_error("d");
    setenv("JOURNAL_STREAM", "garbage", 1);
    log_error("e");
    unsetenv("JOURNAL_STREAM");
    restore_stderr();
    assert_file(tree, "stderr",
                "<3>redis-hosttune: a\n<4>redis-hosttune: b\n<5>redis-hosttune: c\n"
                "redis-hosttune: d\nredis-hosttune: e\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(log__is_one_line_with_the_programs_name),
        tree_test(log__escapes_control_characters),
        tree_test(log__has_a_priority_in_the_journal_only),
    };

    return cmocka_run_group_tests_name("util-log", tests, NULL, NULL);
}
