/* SPDX-License-Identifier: MIT */
#include "util/start.h"

#include <signal.h>
#include <sys/resource.h>

#include "support.h"

/* In children: 0, or the number of what was wrong. */

static int hold_closed_streams(void *argument)
{
    unsigned closed = *(const unsigned *)argument;
    int other;

    for (int fd = 0; fd < 3; fd++)
        if (closed & 1U << fd)
            close(fd);
    start_hold_streams();
    for (int fd = 0; fd < 3; fd++) {
        bool is_held = fcntl(fd, F_GETFL) & O_PATH;

        if (is_held != ((closed & 1U << fd) != 0))
            return 1;
        if (is_held && (!(fcntl(fd, F_GETFD) & FD_CLOEXEC) || write(fd, "x", 1) >= 0 || errno != EBADF))
            return 2;
    }
    other = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return other > 2 ? 0 : 3;
}

static void start__holds_what_was_closed_and_nothing_else(void **state)
{
    (void)state;
    for (unsigned closed = 0; closed < 8; closed++)
        assert_int_equal(in_child(hold_closed_streams, &closed), 0);
}

static int make_under_a_mask(void *argument)
{
    const struct tree *tree = argument;
    struct stat status;

    umask(0777);
    start_program();
    if (start_umask() != 0777 || mkdir(tree_path(tree, "made"), 0755) < 0 ||
        stat(tree_path(tree, "made"), &status) < 0 || (status.st_mode & 07777) != 0755)
        return 1;
    start_give_back();
    return umask(0) == 0777 ? 0 : 2;
}

static void start__makes_directories_that_can_be_used(void **state)
{
    assert_int_equal(in_child(make_under_a_mask, *state), 0);
}

static int write_beyond_the_limit(void *argument)
{
    const struct tree *tree = argument;
    const struct rlimit limit = {.rlim_cur = 1, .rlim_max = 1};
    int fd = open(tree_path(tree, "file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    signal(SIGXFSZ, SIG_DFL);
    start_program();
    setrlimit(RLIMIT_FSIZE, &limit);
    if (fd < 0 || write(fd, "ab", 2) != 1 || write(fd, "b", 1) >= 0 || errno != EFBIG)
        return 1;
    start_give_back();
    return signal(SIGXFSZ, SIG_IGN) == SIG_DFL ? 0 : 2;
}

static void start__outlives_the_limit_to_files(void **state)
{
    assert_int_equal(in_child(write_beyond_the_limit, *state), 0);
}

static int give_back_an_ignored_signal(void *argument)
{
    (void)argument;
    signal(SIGXFSZ, SIG_IGN);
    start_program();
    start_give_back();
    return signal(SIGXFSZ, SIG_DFL) == SIG_IGN ? 0 : 1;
}

static void start__gives_back_what_was_ignored(void **state)
{
    (void)state;
    assert_int_equal(in_child(give_back_an_ignored_signal, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__holds_what_was_closed_and_nothing_else),
        tree_test(start__makes_directories_that_can_be_used),
        tree_test(start__outlives_the_limit_to_files),
        cmocka_unit_test(start__gives_back_what_was_ignored),
    };

    return cmocka_run_group_tests_name("util-start", tests, NULL, NULL);
}
