/* SPDX-License-Identifier: MIT */
#include "privileged/lock.h"

#include "support.h"

#define LOCK "run/redis-hosttune/lock"

/* 0: taken, 1: refused as it must be, else something else. */
static int take_in_child(void *argument)
{
    const struct tree *tree = argument;
    _cleanup_free_ char *message = NULL;
    int fd = lock_take(tree->root, &message);

    if (fd >= 0)
        return 0;
    if (fd != -EBUSY || !message || !strstr(message, tree_path(tree, LOCK)) || !strstr(message, "try again"))
        return 2;
    return 1;
}

static void lock__a_second_taker_is_refused_until_the_first_ends(void **state)
{
    const struct tree *tree = *state;
    int fd;

    tree_mkdir(tree, "run");
    fd = lock_take(tree->root, NULL);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(in_child(take_in_child, *state), 1);
    assert_int_equal(take_in_child(*state), 1); /* nor a second time by ourselves */
    close(fd);
    assert_int_equal(in_child(take_in_child, *state), 0);
    assert_int_equal(in_child(take_in_child, *state), 0); /* the end of a process frees it */
}

static void lock__is_made_where_there_is_no_run(void **state)
{
    const struct tree *tree = *state;
    _cleanup_close_ int fd = lock_take(tree->root, NULL);

    assert_true(fd >= 0);
    assert_file(tree, LOCK, "");
}

static void lock__follows_no_planted_link(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL, *second = NULL;

    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, LOCK, "/etc/passwd");
    assert_int_equal(lock_take(tree->root, &message), -ELOOP);
    assert_contains(message, tree_path(tree, LOCK));
    assert_int_equal(unlink(tree_path(tree, LOCK)), 0);
    assert_int_equal(rmdir(tree_path(tree, "run/redis-hosttune")), 0);
    tree_mkdir(tree, "elsewhere");
    tree_link(tree, "run/redis-hosttune", "/elsewhere");
    assert_int_equal(lock_take(tree->root, &second), -ENOTDIR);
    assert_int_equal(tree_count(tree, "elsewhere"), 0);
    assert_file(tree, "etc/passwd", "root\n");
}

static void lock__says_what_is_in_the_way(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;

    tree_write(tree, "run", "a file");
    assert_int_equal(lock_take(tree->root, &message), -ENOTDIR);
    assert_contains(message, "cannot lock");
    assert_contains(message, strerror(ENOTDIR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(lock__a_second_taker_is_refused_until_the_first_ends),
        tree_test(lock__is_made_where_there_is_no_run),
        tree_test(lock__follows_no_planted_link),
        tree_test(lock__says_what_is_in_the_way),
    };

    return cmocka_run_group_tests_name("privileged-lock", tests, NULL, NULL);
}
