/* SPDX-License-Identifier: MIT */
/* One knob: in a tree of regular files, and for refusals by real ones that anybody may try, /proc/self/… */
#include "privileged/kernel-writer.h"

#include <sys/prctl.h>

#include "support.h"

#include "privileged/capabilities.h"

static const struct tunable any_integer = {
    .name = "any.integer", .syntax = SYNTAX_INTEGER, .minimum = INT64_MIN, .maximum = INT64_MAX};

/* A knob that takes any number, at a path of our own. */
static int write_to(const struct root *root, const char *path, const char *value, char **ret_error)
{
    struct plan_item item = {.tunable = &any_integer, .object = (char *)"any.integer", .path = (char *)path};

    return kernel_write(root, &item, value, NULL, ret_error);
}

static int write_row(const struct tree *tree, const char *name, const char *value, char **ret_error)
{
    const struct tunable *tunable = tunable_find(name);
    struct plan_item item = {
        .tunable = tunable, .object = (char *)tunable->name, .path = (char *)tunable->path};

    return kernel_write(tree->root, &item, value, NULL, ret_error);
}

/* --- a tree of files --- */

static void write__the_value_and_a_newline(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;

    tree_write(tree, "proc/sys/vm/swappiness", "60\n");
    assert_int_equal(write_row(tree, "vm.swappiness", "1", &message), 0);
    assert_file(tree, "proc/sys/vm/swappiness", "1\n");
    assert_null(message);
}

static void write__leaves_nothing_of_a_longer_value(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    assert_int_equal(write_row(tree, "thp.enabled", "never", NULL), 0);
    assert_file(tree, "sys/kernel/mm/transparent_hugepage/enabled", "never\n");
}

static void write__never_creates_a_knob(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;

    tree_mkdir(tree, "proc/sys/vm");
    assert_int_equal(write_row(tree, "vm.swappiness", "1", &message), -ENOENT);
    assert_int_equal(tree_count(tree, "proc/sys/vm"), 0);
    assert_contains(message, "vm.swappiness: cannot write 1 to ");
    assert_contains(message, tree_path(tree, "proc/sys/vm/swappiness"));
    assert_contains(message, "has gone");
}

static void write__never_follows_a_link_in_place(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;

    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, "proc/sys/vm/swappiness", "/etc/passwd");
    assert_int_equal(write_row(tree, "vm.swappiness", "1", &message), -ELOOP);
    assert_file(tree, "etc/passwd", "root\n");
    assert_contains(message, "symbolic link");
}

static void write__a_value_too_long_for_any_knob(void **state)
{
    const struct tree *tree = *state;
    char value[300];

    memset(value, '1', sizeof(value));
    value[sizeof(value) - 1] = '\0';
    tree_write(tree, "proc/sys/vm/swappiness", "60\n");
    assert_int_equal(write_row(tree, "vm.swappiness", value, NULL), -EINVAL);
}

static int write_without_capabilities(void *argument)
{
    const struct tree *tree = argument;
    _cleanup_free_ char *message = NULL;

    if (capabilities_drop_all() < 0 || write_row(tree, "vm.swappiness", "1", &message) != -EACCES)
        return 1;
    return strstr(message, strerror(EACCES)) &&
                   strstr(message, geteuid() != 0 ? "run it with sudo" : "root may not write it here")
               ? 0
               : 2;
}

static void write__without_permission(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "proc/sys/vm/swappiness", "60\n");
    assert_int_equal(chmod(tree_path(tree, "proc/sys/vm/swappiness"), 0444), 0);
    assert_int_equal(in_child(write_without_capabilities, *state), 0);
    assert_file(tree, "proc/sys/vm/swappiness", "60\n");
}

static int write_read_only(void *argument)
{
    struct tree *tree = argument;
    _cleanup_free_ char *message = NULL;

    if (!child_mount(tree, "proc", ""))
        return CHILD_IMPOSSIBLE;
    tree_write(tree, "proc/sys/vm/swappiness", "60\n");
    if (!child_remount_read_only(tree, "proc"))
        return CHILD_IMPOSSIBLE;
    if (write_row(tree, "vm.swappiness", "1", &message) != -EROFS)
        return 1;
    return strstr(message, "read-only here, as in most containers") ? 0 : 2;
}

static void write__below_a_read_only_mount(void **state)
{
    tree_mkdir(*state, "proc");
    assert_child_passes(write_read_only, *state);
}

/* --- real files --- */

static int open_host(void **state)
{
    struct root *root;

    assert_int_equal(root_open("/", &root), 0);
    *state = root;
    return 0;
}

static int close_host(void **state)
{
    root_free(*state);
    return 0;
}

#define host_root_test(function) cmocka_unit_test_setup_teardown(function, open_host, close_host)

static void write__a_value_that_the_kernel_takes(void **state)
{
    unsigned long slack = (unsigned long)prctl(PR_GET_TIMERSLACK);

    assert_int_equal(write_to(*state, "proc/self/timerslack_ns", "54321", NULL), 0);
    assert_int_equal(prctl(PR_GET_TIMERSLACK), 54321);
    prctl(PR_SET_TIMERSLACK, slack);
}

static void write__a_value_that_the_kernel_refuses(void **state)
{
    _cleanup_free_ char *message = NULL;

    assert_int_equal(write_to(*state, "proc/self/oom_score_adj", "5000", &message), -EINVAL);
    assert_contains(message, "any.integer: cannot write 5000 to /proc/self/oom_score_adj: ");
    assert_contains(message, strerror(EINVAL));
    assert_contains(message, "the kernel refuses the value");
}

/* 0 means "the default" to this one: the write succeeds, and another value is there. */
static void write__a_value_that_the_kernel_did_not_keep(void **state)
{
    _cleanup_free_ char *message = NULL;

    assert_int_equal(write_to(*state, "proc/self/timerslack_ns", "0", &message), -EIO);
    assert_contains(message, "0 was written to /proc/self/timerslack_ns and the kernel kept ");
}

static void write__an_error_without_a_known_cause(void **state)
{
    _cleanup_free_ char *message = NULL;

    assert_int_equal(write_to(*state, "dev/full", "1", &message), -ENOSPC);
    assert_contains(message, strerror(ENOSPC));
    assert_contains(message, "set it to leave");
}

static void write__that_cannot_be_read_back(void **state)
{
    _cleanup_free_ char *message = NULL;

    assert_true(write_to(*state, "dev/null", "1", &message) < 0);
    assert_contains(message, "cannot be read back");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(write__the_value_and_a_newline),
        tree_test(write__leaves_nothing_of_a_longer_value),
        tree_test(write__never_creates_a_knob),
        tree_test(write__never_follows_a_link_in_place),
        tree_test(write__a_value_too_long_for_any_knob),
        tree_test(write__without_permission),
        tree_test(write__below_a_read_only_mount),
        host_root_test(write__a_value_that_the_kernel_takes),
        host_root_test(write__a_value_that_the_kernel_refuses),
        host_root_test(write__a_value_that_the_kernel_did_not_keep),
        host_root_test(write__an_error_without_a_known_cause),
        host_root_test(write__that_cannot_be_read_back),
    };

    return cmocka_run_group_tests_name("privileged-kernel-writer", tests, NULL, NULL);
}
