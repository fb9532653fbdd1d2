/* SPDX-License-Identifier: MIT */
#include "privileged/file-writer.h"

#include <signal.h>
#include <sys/resource.h>

#include "support.h"

#include "privileged/capabilities.h"

#define PATH      "/etc/sysctl.d/x.conf"
#define TEMPORARY "/etc/sysctl.d/.x.conf.new"

/* What a check in a child found; 0 is success. */
enum {
    CHILD_SETUP_FAILED = 10,
    CHILD_WRONG_ERROR,
    CHILD_WRONG_MESSAGE,
    CHILD_FILE_CHANGED,
    CHILD_TEMPORARY_LEFT,
};

/* --- what it does --- */

static void write__creates_the_file_and_its_directory(void **state)
{
    const struct tree *tree = *state;
    mode_t mask = umask(077);
    struct stat status;

    tree_mkdir(tree, "etc");
    assert_int_equal(file_write(tree->root, PATH, "content\n", NULL), 0);
    umask(mask);
    assert_file(tree, PATH, "content\n");
    assert_int_equal(stat(tree_path(tree, PATH), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644); /* systemd-sysctl may read it whatever our umask is */
    assert_int_equal(tree_count(tree, "etc/sysctl.d"), 1);
}

static void write__with_permissions(void **state)
{
    const struct tree *tree = *state;
    struct stat status;

    tree_mkdir(tree, "etc/sysctl.d");
    assert_int_equal(file_write_with_mode(tree->root, PATH, "content\n", 0640, NULL), 0);
    assert_int_equal(stat(tree_path(tree, PATH), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
}

static void write__replaces_as_a_whole(void **state)
{
    const struct tree *tree = *state;
    _cleanup_close_ int fd = -1;
    char old_content[16] = "";

    tree_write(tree, PATH, "the old one\n");
    fd = open(tree_path(tree, PATH), O_RDONLY | O_CLOEXEC);
    assert_int_equal(file_write(tree->root, PATH, "new\n", NULL), 0);
    assert_file(tree, PATH, "new\n");
    assert_int_equal(read(fd, old_content, sizeof(old_content)), 12);
    assert_text(old_content, "the old one\n"); /* who reads it meanwhile has all of the old one */
    assert_int_equal(tree_count(tree, "etc/sysctl.d"), 1);
}

static void write__takes_empty_content(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, PATH, "the old one\n");
    assert_int_equal(file_write(tree->root, PATH, "", NULL), 0);
    assert_file(tree, PATH, "");
}

static void write__replaces_a_link_and_not_its_target(void **state)
{
    const struct tree *tree = *state;
    struct stat status;

    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, PATH, "../passwd");
    assert_int_equal(file_write(tree->root, PATH, "new\n", NULL), 0);
    assert_file(tree, "etc/passwd", "root\n");
    assert_file(tree, PATH, "new\n");
    assert_int_equal(lstat(tree_path(tree, PATH), &status), 0);
    assert_true(S_ISREG(status.st_mode));
}

static void write__takes_the_place_of_a_leftover(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, TEMPORARY, "half of it");
    assert_int_equal(file_write(tree->root, PATH, "new\n", NULL), 0);
    assert_file(tree, PATH, "new\n");
    assert_int_equal(tree_count(tree, "etc/sysctl.d"), 1);
}

static void write__does_not_follow_a_planted_leftover(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, TEMPORARY, "../passwd");
    assert_int_equal(file_write(tree->root, PATH, "new\n", NULL), 0);
    assert_file(tree, "etc/passwd", "root\n");
    assert_file(tree, PATH, "new\n");
}

static void remove_leftover__removes_only_that(void **state)
{
    const struct tree *tree = *state;

    file_remove_leftover(tree->root, PATH); /* nothing there, no directory */
    tree_write(tree, TEMPORARY, "half of it");
    tree_write(tree, PATH, "whole\n");
    file_remove_leftover(tree->root, PATH);
    assert_file(tree, PATH, "whole\n");
    assert_int_equal(tree_count(tree, "etc/sysctl.d"), 1);
}

static void remove__removes_what_is_there(void **state)
{
    const struct tree *tree = *state;

    assert_int_equal(file_remove(tree->root, PATH, NULL), 0); /* not even the directory */
    tree_write(tree, PATH, "x");
    assert_int_equal(file_remove(tree->root, PATH, NULL), 0);
    assert_file(tree, PATH, NULL);
    assert_int_equal(file_remove(tree->root, PATH, NULL), 0);
}

static void remove__removes_a_link_and_not_its_target(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, PATH, "../passwd");
    assert_int_equal(file_remove(tree->root, PATH, NULL), 0);
    assert_file(tree, "etc/passwd", "root\n");
    assert_int_equal(tree_count(tree, "etc/sysctl.d"), 0);
}

static void rename__within_the_directory(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;

    tree_write(tree, PATH, "x");
    tree_write(tree, "etc/sysctl.d/y", "y");
    assert_int_equal(file_rename(tree->root, PATH, "y", NULL), 0);
    assert_file(tree, PATH, NULL);
    assert_file(tree, "etc/sysctl.d/y", "x");
    assert_int_equal(file_rename(tree->root, PATH, "y", &message), -ENOENT);
    assert_contains(message, "cannot rename");
    assert_int_equal(file_rename(tree->root, "/none/x", "y", NULL), -ENOENT);
}

/* --- what is in the way --- */

static void write__a_directory_in_the_way_stays(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL, *second = NULL;

    tree_write(tree, PATH "/inside", "x");
    assert_int_equal(file_write(tree->root, PATH, "new\n", &message), -EISDIR);
    assert_contains(message, tree_path(tree, PATH));
    assert_contains(message, "a directory is in the way");
    assert_file(tree, PATH "/inside", "x");
    assert_int_equal(tree_count(tree, "etc/sysctl.d"), 1);
    assert_int_equal(file_remove(tree->root, PATH, &second), -EISDIR);
    assert_contains(second, "cannot remove");
    assert_contains(second, "a directory is in the way");
}

static void write__without_a_parent_directory(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL, *second = NULL;

    assert_int_equal(file_write(tree->root, PATH, "new\n", &message), -ENOENT);
    assert_contains(message, "cannot open the directory ");
    assert_contains(message, tree_path(tree, "etc/sysctl.d"));
    assert_int_equal(tree_count(tree, ""), 0);
    tree_write(tree, "etc/sysctl.d", "a file");
    assert_int_equal(file_write(tree->root, PATH, "new\n", &second), -ENOTDIR);
    assert_contains(second, "cannot open the directory ");
    assert_contains(second, tree_path(tree, "etc/sysctl.d"));
    assert_file(tree, "etc/sysctl.d", "a file");
}

static void write__a_directory_in_place_of_the_temporary_file(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;

    tree_write(tree, PATH, "old\n");
    tree_mkdir(tree, TEMPORARY);
    assert_int_equal(file_write(tree->root, PATH, "new\n", &message), -EISDIR);
    assert_contains(message, tree_path(tree, TEMPORARY)); /* that one is to be removed */
    assert_file(tree, PATH, "old\n");
}

static void write__a_name_without_room_for_a_temporary_one(void **state)
{
    const struct tree *tree = *state;
    char path[NAME_MAX + 8] = "/etc/";

    tree_mkdir(tree, "etc");
    memset(path + 5, 'n', NAME_MAX - 2);
    assert_int_equal(file_write(tree->root, path, "new\n", NULL), -ENAMETOOLONG);
    assert_int_equal(tree_count(tree, "etc"), 0);
}

/* Writes in a child; the file must stay "old\n", alone, and the error be one of two. */
static int write_and_look(const struct tree *tree, const char *content, int error, const char *remedy)
{
    _cleanup_free_ char *message = NULL, *left = NULL;

    if (file_write(tree->root, PATH, content, &message) != error)
        return CHILD_WRONG_ERROR;
    if (!message || !strstr(message, tree_path(tree, PATH)) || !strstr(message, strerror(-error)) ||
        !strstr(message, remedy))
        return CHILD_WRONG_MESSAGE;
    left = tree_read(tree, PATH);
    if (!text_equal(left, "old\n"))
        return CHILD_FILE_CHANGED;
    return tree_count(tree, "etc/sysctl.d") == 1 ? 0 : CHILD_TEMPORARY_LEFT;
}

static int write_without_capabilities(void *argument)
{
    const struct tree *tree = argument;
    const char *remedy = geteuid() != 0 ? "sudo" : "must belong to root";

    if (chmod(tree_path(tree, "etc/sysctl.d"), 0555) < 0 || capabilities_drop_all() < 0)
        return CHILD_SETUP_FAILED;
    return write_and_look(tree, "new\n", -EACCES, remedy);
}

static void write__to_a_directory_without_permission(void **state)
{
    tree_write(*state, PATH, "old\n");
    assert_int_equal(in_child(write_without_capabilities, *state), 0);
}

/* A file system without room; where none may be mounted, a limit on the size of files does as well. */
static int write_without_room(void *argument)
{
    static char content[64 * 1024];
    struct tree *tree = argument;
    struct rlimit limit, before;
    int result;

    memset(content, '#', sizeof(content) - 1);
    if (child_mount(tree, "etc/sysctl.d", "size=16k")) {
        tree_write(tree, PATH, "old\n");
        return write_and_look(tree, content, -ENOSPC, "free some space");
    }
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    result = write_and_look(tree, content, -EFBIG, "");
    setrlimit(RLIMIT_FSIZE, &before);
    return result;
}

static void write__without_room(void **state)
{
    tree_write(*state, PATH, "old\n");
    assert_int_equal(in_child(write_without_room, *state), 0);
}

static int write_read_only(void *argument)
{
    struct tree *tree = argument;

    if (!child_mount(tree, "etc", ""))
        return CHILD_IMPOSSIBLE;
    tree_write(tree, PATH, "old\n");
    if (!child_remount_read_only(tree, "etc"))
        return CHILD_IMPOSSIBLE;
    return write_and_look(tree, "new\n", -EROFS, "remount it writable");
}

static void write__to_a_read_only_file_system(void **state)
{
    tree_mkdir(*state, "etc");
    assert_child_passes(write_read_only, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(write__creates_the_file_and_its_directory),
        tree_test(write__with_permissions),
        tree_test(write__replaces_as_a_whole),
        tree_test(write__takes_empty_content),
        tree_test(write__replaces_a_link_and_not_its_target),
        tree_test(write__takes_the_place_of_a_leftover),
        tree_test(write__does_not_follow_a_planted_leftover),
        tree_test(remove_leftover__removes_only_that),
        tree_test(remove__removes_what_is_there),
        tree_test(remove__removes_a_link_and_not_its_target),
        tree_test(rename__within_the_directory),
        tree_test(write__a_directory_in_the_way_stays),
        tree_test(write__without_a_parent_directory),
        tree_test(write__a_directory_in_place_of_the_temporary_file),
        tree_test(write__a_name_without_room_for_a_temporary_one),
        tree_test(write__to_a_directory_without_permission),
        tree_test(write__without_room),
        tree_test(write__to_a_read_only_file_system),
    };

    return cmocka_run_group_tests_name("privileged-file-writer", tests, NULL, NULL);
}
