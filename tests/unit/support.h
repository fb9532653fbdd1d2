/* SPDX-License-Identifier: MIT */
/* What every unit test needs: cmocka, comparisons of texts, a tree that stands for a host, and children.
 * Only what cmocka 1.1 and 2.0 have alike is used, so the tests build with both. A test that fails leaves its
 * function at once; what must be taken back all the same belongs into a teardown. */
#pragma once

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/cleanup.h"
#include "util/root.h"
#include "util/text.h"

/* --- texts --- */

#define TEXT_OR_NULL(text) ((text) ? (text) : "(null)")

/* Either may be NULL. */
#define assert_text(actual, expected)                                                             \
    do {                                                                                          \
        const char *actual_ = (actual), *expected_ = (expected);                                  \
        if (!text_equal(actual_, expected_))                                                      \
            fail_msg("\"%s\" instead of \"%s\"", TEXT_OR_NULL(actual_), TEXT_OR_NULL(expected_)); \
    } while (0)

#define assert_contains(text, part)                                                 \
    do {                                                                            \
        const char *text_ = (text), *part_ = (part);                                \
        if (!text_ || !strstr(text_, part_))                                        \
            fail_msg("\"%s\" does not contain \"%s\"", TEXT_OR_NULL(text_), part_); \
    } while (0)

#define assert_lacks(text, part)                                            \
    do {                                                                    \
        const char *text_ = (text), *part_ = (part);                        \
        if (!text_ || strstr(text_, part_))                                 \
            fail_msg("\"%s\" contains \"%s\"", TEXT_OR_NULL(text_), part_); \
    } while (0)

/* --- a tree in a temporary directory --- */

struct tree {
    char path[64];
    struct root *root;
};

/* cmocka_unit_test for a test whose state is a new, empty tree. */
#define tree_test(function) cmocka_unit_test_setup_teardown(function, tree_setup, tree_teardown)

static inline int tree_setup(void **state)
{
    struct tree *tree = calloc(1, sizeof(*tree));

    assert_non_null(tree);
    strcpy(tree->path, "/tmp/hosttune-unit-XXXXXX");
    assert_non_null(mkdtemp(tree->path));
    assert_int_equal(root_open(tree->path, &tree->root), 0);
    *state = tree;
    return 0;
}

/* Removes what stands at name, directories with all in them. */
static inline void remove_below(int parent, const char *name)
{
    DIR *dir;

    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return;
    if (fchmodat(parent, name, 0700, 0) < 0) /* a test may have made it unreadable */
        return;
    dir = fdopendir(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_below(dirfd(dir), entry->d_name);
    if (dir)
        closedir(dir);
    unlinkat(parent, name, AT_REMOVEDIR);
}

static inline int tree_teardown(void **state)
{
    struct tree *tree = *state;

    root_free(tree->root);
    remove_below(AT_FDCWD, tree->path);
    free(tree);
    return 0;
}

/* The path outside of the tree; static buffers, four of them in turn. */
static inline const char *tree_path(const struct tree *tree, const char *path)
{
    static char paths[4][PATH_MAX];
    static unsigned turn;
    char *full = paths[turn++ % 4];

    snprintf(full, PATH_MAX, "%s/%s", tree->path, path + strspn(path, "/"));
    return full;
}

/* Makes the directory and those above it. */
static inline void tree_mkdir(const struct tree *tree, const char *path)
{
    char full[PATH_MAX];

    snprintf(full, sizeof(full), "%s", tree_path(tree, path));
    for (char *slash = full + strlen(tree->path) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
        *slash = '/';
    }
    assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
}

static inline void tree_mkdir_for(const struct tree *tree, const char *path)
{
    const char *slash = strrchr(path, '/');
    char directory[PATH_MAX];

    snprintf(directory, sizeof(directory), "%.*s", (int)(slash ? slash - path : 0), path);
    if (*directory)
        tree_mkdir(tree, directory);
}

static inline void tree_write_bytes(const struct tree *tree, const char *path, const void *data, size_t size)
{
    FILE *file;

    tree_mkdir_for(tree, path);
    file = fopen(tree_path(tree, path), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void tree_write(const struct tree *tree, const char *path, const char *content)
{
    tree_write_bytes(tree, path, content, strlen(content));
}

static inline void tree_link(const struct tree *tree, const char *path, const char *target)
{
    tree_mkdir_for(tree, path);
    assert_int_equal(symlink(target, tree_path(tree, path)), 0);
}

/* What the file holds, read without the resolver under test; owned by the caller, NULL: no such file. */
static inline char *tree_read(const struct tree *tree, const char *path)
{
    _cleanup_fclose_ FILE *file = fopen(tree_path(tree, path), "re");
    char *content = NULL;
    size_t size = 0;

    if (!file)
        return NULL;
    if (getdelim(&content, &size, '\0', file) < 0) /* empty */
        content[0] = '\0';
    return content;
}

/* expected NULL: there must be no such file. */
#define assert_file(tree, path, expected)                      \
    do {                                                       \
        _cleanup_free_ char *content_ = tree_read(tree, path); \
        assert_text(content_, expected);                       \
    } while (0)

/* Root of a user namespace of its own has no other user to become or to give files to. */
static inline bool may_be_others(void)
{
    char map[64] = "";
    FILE *file = fopen("/proc/self/uid_map", "re");
    unsigned inside = 1, outside, count = 0;

    if (file && fgets(map, sizeof(map), file))
        (void)!sscanf(map, "%u %u %u", &inside, &outside, &count);
    if (file)
        fclose(file);
    return geteuid() == 0 && inside == 0 && count > 65535;
}

/* How many names the directory has. */
static inline size_t tree_count(const struct tree *tree, const char *path)
{
    _cleanup_closedir_ DIR *dir = opendir(tree_path(tree, path));
    size_t n = 0;

    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    return n;
}

/* --- children --- */

/* Runs function(argument) in a child: what it returned, or 128 and the signal. It must not assert, for a
 * failed assertion would go on with the tests in the child. */
static inline int in_child(int (*function)(void *argument), void *argument)
{
    int status;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0)
        exit(function(argument));
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum { CHILD_IMPOSSIBLE = 77 }; /* what the child needs, a namespace or a mount, cannot be had */

/* The child returns 0; the test is skipped where it returns CHILD_IMPOSSIBLE. */
static inline void assert_child_passes(int (*function)(void *argument), void *argument)
{
    int status = in_child(function, argument);

    if (status == CHILD_IMPOSSIBLE)
        skip();
    assert_int_equal(status, 0);
}

static inline bool write_text(const char *path, const char *text)
{
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

    return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* For a child: mounts are its own from now on; who is not root becomes the root of a user namespace for it.
 */
static inline bool child_unshare_mounts(void)
{
    char user[64], group[64];

    snprintf(user, sizeof(user), "%u %u 1\n", geteuid(), geteuid());
    snprintf(group, sizeof(group), "%u %u 1\n", getegid(), getegid());
    if (unshare(CLONE_NEWNS) < 0 &&
        (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 || !write_text("/proc/self/setgroups", "deny") ||
         !write_text("/proc/self/gid_map", group) || !write_text("/proc/self/uid_map", user)))
        return false;
    return mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
}

/* For a child: a tmpfs of its own at the tree's directory, where the system lets it; false where not. */
static inline bool child_mount(struct tree *tree, const char *directory, const char *options)
{
    if (!child_unshare_mounts())
        return false;
    root_free(tree->root); /* that one sees the mounts of before */
    return mount("none", tree_path(tree, directory), "tmpfs", 0, options) == 0 &&
           root_open(tree->path, &tree->root) == 0;
}

static inline bool child_remount_read_only(const struct tree *tree, const char *directory)
{
    return mount("none", tree_path(tree, directory), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0;
}
