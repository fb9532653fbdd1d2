/* SPDX-License-Identifier: MIT */
/* The resolver: whatever a tree holds, nothing outside of it is reached. */
#include "support.h"

#include <sys/socket.h>
#include <sys/un.h>

/* Reads path below the root of the tree; static buffer, or "error N". */
static const char *read_below(const struct tree *tree, const char *path)
{
    static char shown[256];
    _cleanup_free_ char *content = NULL;
    int error = root_read_file(tree->root, path, 4096, &content, NULL);

    if (error < 0)
        snprintf(shown, sizeof(shown), "error %s", strerror(-error));
    else
        snprintf(shown, sizeof(shown), "%s", content);
    return shown;
}

#define assert_error(tree, path, error) assert_int_equal(read_error(tree, path), error)

static int read_error(const struct tree *tree, const char *path)
{
    _cleanup_free_ char *content = NULL;

    return root_read_file(tree->root, path, 4096, &content, NULL);
}

static void root_open__needs_a_directory(void **state)
{
    struct tree *tree = *state;
    struct root *root = (struct root *)tree;

    tree_write(tree, "file", "");
    assert_int_equal(root_open(tree_path(tree, "file"), &root), -ENOTDIR);
    assert_int_equal(root_open(tree_path(tree, "missing"), &root), -ENOENT);
    assert_ptr_equal(root, tree); /* not clobbered */
}

static void root_is_host__for_the_host_only(void **state)
{
    struct tree *tree = *state;
    _cleanup_root_ struct root *host = NULL, *roundabout = NULL;

    assert_int_equal(root_open("/", &host), 0);
    assert_int_equal(root_open("/tmp/..", &roundabout), 0);
    assert_true(root_is_host(host));
    assert_true(root_is_host(roundabout));
    assert_false(root_is_host(tree->root));
    assert_text(root_display(host, "/etc/x"), "/etc/x");
    assert_text(root_display(host, "etc/x"), "/etc/x");
}

static void root_display__puts_the_root_in_front(void **state)
{
    struct tree *tree = *state;
    _cleanup_root_ struct root *root = NULL;
    char expected[128], slashes[128];

    snprintf(slashes, sizeof(slashes), "%s//", tree->path);
    snprintf(expected, sizeof(expected), "%s/etc/x", tree->path);
    assert_int_equal(root_open(slashes, &root), 0);
    assert_text(root_display(root, "/etc/x"), expected);
    assert_text(root_display(root, "etc/x"), expected);
}

static void root_read_file__takes_paths_with_and_without_slash(void **state)
{
    struct tree *tree = *state;

    tree_write(tree, "etc/x", "content");
    assert_text(read_below(tree, "/etc/x"), "content");
    assert_text(read_below(tree, "etc/x"), "content");
    assert_text(read_below(tree, "//etc/.//x"), "content");
    assert_error(tree, "/etc/y", -ENOENT);
    assert_error(tree, "/none/x", -ENOENT);
    assert_error(tree, "/etc/x/y", -ENOTDIR);
    assert_error(tree, "/etc", -EISDIR);
    assert_error(tree, "/", -EISDIR);
}

static void links__absolute_ones_start_at_the_root(void **state)
{
    struct tree *tree = *state;

    tree_write(tree, "usr/share/x", "in the tree");
    tree_link(tree, "etc/absolute", "/usr/share/x");
    tree_link(tree, "etc/relative", "../usr/share/x");
    tree_link(tree, "etc/directory", "/usr/share");
    tree_link(tree, "etc/chain", "relative");
    assert_text(read_below(tree, "etc/absolute"), "in the tree");
    assert_text(read_below(tree, "etc/relative"), "in the tree");
    assert_text(read_below(tree, "etc/directory/x"), "in the tree");
    assert_text(read_below(tree, "etc/directory/../share/x"), "in the tree");
    assert_text(read_below(tree, "etc/chain"), "in the tree");
}

static void links__never_lead_out_of_the_root(void **state)
{
    struct tree *tree = *state;
    const char *outside = "../../../../../../../../../../proc/version";

    tree_link(tree, "a/relative", outside);
    tree_link(tree, "a/absolute", "/proc/version");
    tree_link(tree, "a/up", "../../..");
    tree_link(tree, "a/top", "/");
    assert_error(tree, "a/relative", -ENOENT);
    assert_error(tree, "a/absolute", -ENOENT);
    assert_error(tree, "a/up/proc/version", -ENOENT);
    assert_error(tree, "a/top/proc/version", -ENOENT);
    assert_error(tree, outside, -ENOENT);
    /* with the same path in the tree, that one is found */
    tree_write(tree, "proc/version", "the tree's");
    assert_text(read_below(tree, "a/relative"), "the tree's");
    assert_text(read_below(tree, "a/absolute"), "the tree's");
    assert_text(read_below(tree, "a/up/proc/version"), "the tree's");
    assert_text(read_below(tree, "a/top/proc/version"), "the tree's");
    assert_text(read_below(tree, outside), "the tree's");
}

static void links__dot_dot_behind_a_link_is_its_targets_parent(void **state)
{
    struct tree *tree = *state;

    tree_write(tree, "deep/er/x", "deeper");
    tree_write(tree, "deep/x", "of the target's parent");
    tree_write(tree, "etc/x", "of the link's directory");
    tree_link(tree, "etc/link", "/deep/er");
    assert_text(read_below(tree, "etc/link/../x"), "of the target's parent");
}

static void links__loops_end(void **state)
{
    struct tree *tree = *state;

    tree_link(tree, "self", "self");
    tree_link(tree, "a", "b");
    tree_link(tree, "b", "/a");
    tree_link(tree, "growing", "growing/x");
    assert_error(tree, "self", -ELOOP);
    assert_error(tree, "a", -ELOOP);
    assert_error(tree, "a/x", -ELOOP);
    assert_int_equal(read_error(tree, "growing") < 0, 1);
}

static void links__forty_are_followed_and_not_more(void **state)
{
    struct tree *tree = *state;

    tree_write(tree, "0", "end");
    for (int i = 1; i <= 41; i++) {
        char name[16], target[16];

        snprintf(name, sizeof(name), "%d", i);
        snprintf(target, sizeof(target), "%d", i - 1);
        tree_link(tree, name, target);
    }
    assert_text(read_below(tree, "40"), "end");
    assert_error(tree, "41", -ELOOP);
}

static void links__dangling_ones_are_absent(void **state)
{
    struct tree *tree = *state;

    tree_link(tree, "etc/dangling", "nowhere");
    assert_error(tree, "etc/dangling", -ENOENT);
    assert_false(root_exists(tree->root, "etc/dangling"));
}

static void path__deep_and_long_ones_are_bounded(void **state)
{
    struct tree *tree = *state;
    char path[PATH_MAX + 16] = "", name[NAME_MAX + 2];

    for (int i = 0; i < 64; i++)
        strcat(path, "d/");
    tree_mkdir(tree, path);
    strcat(path, "x");
    tree_write(tree, path, "deep");
    assert_text(read_below(tree, path), "deep");
    path[strlen(path) - 1] = '\0';
    strcat(path, "d/x");
    tree_write(tree, path, "too deep");
    assert_error(tree, path, -ENAMETOOLONG);
    memset(name, 'n', sizeof(name));
    name[NAME_MAX + 1] = '\0';
    assert_error(tree, name, -ENAMETOOLONG);
    memset(path, '/', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    assert_error(tree, path, -ENAMETOOLONG);
}

static void root_open_path__does_not_follow_with_nofollow(void **state)
{
    struct tree *tree = *state;
    _cleanup_close_ int fd = -1, directory = -1;

    tree_write(tree, "x", "content");
    tree_write(tree, "real/x", "content");
    tree_link(tree, "link", "x");
    tree_link(tree, "way", "real");
    assert_int_equal(root_open_path(tree->root, "link", O_RDONLY | O_NOFOLLOW), -ELOOP);
    directory = root_open_path(tree->root, "way/x", O_RDONLY | O_NOFOLLOW); /* only the last one matters */
    assert_true(directory >= 0);
    fd = root_open_path(tree->root, "link", O_RDONLY);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void root_open_parent__names_what_it_does_not_touch(void **state)
{
    struct tree *tree = *state;
    const char *name;
    int fd;

    tree_link(tree, "etc/planted", "/tmp");
    fd = root_open_parent(tree->root, "/etc/planted", &name);
    assert_true(fd >= 0);
    assert_text(name, "planted");
    assert_int_equal(faccessat(fd, "planted", F_OK, AT_SYMLINK_NOFOLLOW), 0);
    close(fd);
    fd = root_open_parent(tree->root, "/top", &name);
    assert_true(fd >= 0);
    assert_text(name, "top");
    close(fd);
    assert_int_equal(root_open_parent(tree->root, "/none/x", &name), -ENOENT);
}

static void root_read_file__refuses_what_is_no_file(void **state)
{
    struct tree *tree = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(mkfifo(tree_path(tree, "fifo"), 0600), 0); /* nobody writes to it: must not wait */
    assert_error(tree, "fifo", -ENODEV);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", tree_path(tree, "socket"));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_error(tree, "socket", -ENODEV);
}

static void root_read_file__keeps_its_limit(void **state)
{
    struct tree *tree = *state;
    _cleanup_free_ char *data = malloc(100000), *content = NULL, *too_much = NULL;
    size_t size = 7;

    memset(data, 'x', 100000);
    tree_write_bytes(tree, "x", data, 100000);
    assert_int_equal(root_read_file(tree->root, "x", 99999, &too_much, &size), -EFBIG);
    assert_null(too_much);
    assert_int_equal(size, 7);
    assert_int_equal(root_read_file(tree->root, "x", 100000, &content, &size), 0);
    assert_int_equal(size, 100000);
    assert_memory_equal(content, data, size);
    assert_int_equal(content[size], '\0');
}

static void root_read_file__keeps_nul_bytes(void **state)
{
    struct tree *tree = *state;
    _cleanup_free_ char *content = NULL;
    size_t size;

    tree_write_bytes(tree, "x", "a\0b", 3);
    assert_int_equal(root_read_file(tree->root, "x", 100, &content, &size), 0);
    assert_int_equal(size, 3);
    assert_memory_equal(content, "a\0b\0", 4);
}

static void root_read_link__gives_the_target(void **state)
{
    struct tree *tree = *state;
    _cleanup_free_ char *target = NULL;

    tree_write(tree, "etc/file", "");
    tree_link(tree, "etc/masked", "/dev/null");
    assert_int_equal(root_read_link(tree->root, "etc/masked", &target), 0);
    assert_text(target, "/dev/null");
    assert_int_equal(root_read_link(tree->root, "etc/file", &target), -EINVAL);
    assert_int_equal(root_read_link(tree->root, "etc/none", &target), -ENOENT);
    assert_text(target, "/dev/null");
}

static void root_list__sorts_by_byte_and_matches(void **state)
{
    struct tree *tree = *state;
    _cleanup_strings_ char **names = NULL, **none = NULL, **all = NULL;

    tree_write(tree, "d/b.conf", "");
    tree_write(tree, "d/B.conf", "");
    tree_write(tree, "d/a.conf", "");
    tree_write(tree, "d/.hidden.conf", "");
    tree_write(tree, "d/a.conf.bak", "");
    tree_link(tree, "way", "/d");
    assert_int_equal(root_list(tree->root, "way", "*.conf", &names), 0);
    assert_text(names[0], ".hidden.conf");
    assert_text(names[1], "B.conf");
    assert_text(names[2], "a.conf");
    assert_text(names[3], "b.conf");
    assert_null(names[4]);
    assert_int_equal(root_list(tree->root, "d", "*.none", &none), 0);
    assert_null(none[0]);
    assert_int_equal(root_list(tree->root, "", "*", &all), 0);
    assert_text(all[0], "d"); /* neither "." nor ".." */
    assert_text(all[1], "way");
    assert_null(all[2]);
    assert_int_equal(root_list(tree->root, "none", "*", &none), -ENOENT);
    assert_int_equal(root_list(tree->root, "d/a.conf", "*", &none), -ENOTDIR);
}

static void root_is_same_file__knows_a_file_by_any_name(void **state)
{
    struct tree *tree = *state;
    char from[PATH_MAX], to[PATH_MAX];

    tree_write(tree, "a", "same");
    tree_write(tree, "b", "same");
    snprintf(from, sizeof(from), "%s/a", tree->path);
    snprintf(to, sizeof(to), "%s/c", tree->path);
    assert_int_equal(link(from, to), 0);
    assert_int_equal(root_is_same_file(tree->root, "a", "/c", O_NOFOLLOW), 1);
    assert_int_equal(root_is_same_file(tree->root, "a", "b", O_NOFOLLOW), 0);
    assert_int_equal(root_is_same_file(tree->root, "none", "a", 0), -ENOENT);
    assert_int_equal(root_is_same_file(tree->root, "a", "a/b", 0), -ENOTDIR);
}

static void root_is_same_file__follows_links_when_asked(void **state)
{
    struct tree *tree = *state;

    tree_write(tree, "a", "");
    tree_link(tree, "link", "/a");
    tree_link(tree, "loop", "loop");
    assert_int_equal(root_is_same_file(tree->root, "a", "link", 0), 1);
    assert_int_equal(root_is_same_file(tree->root, "a", "link", O_NOFOLLOW), 0);
    assert_int_equal(root_is_same_file(tree->root, "a", "loop", 0), -ELOOP);
    assert_int_equal(root_is_same_file(tree->root, "loop", "loop", O_NOFOLLOW), 1);
}

/* The number that the next descriptor will have. */
static int next_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    close(fd);
    return fd;
}

static void resolver__leaks_no_descriptor(void **state)
{
    struct tree *tree = *state;
    int before = next_descriptor();

    tree_write(tree, "a/b/x", "");
    tree_link(tree, "a/loop", "loop");
    tree_link(tree, "a/absolute", "/a/b/x");
    for (int i = 0; i < 3; i++) {
        (void)read_error(tree, "a/b/x");
        (void)read_error(tree, "a/loop/x");
        (void)read_error(tree, "a/absolute");
        (void)read_error(tree, "a/b/none/x");
        (void)root_exists(tree->root, "a/b/x");
    }
    assert_int_equal(next_descriptor(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(root_open__needs_a_directory),
        tree_test(root_is_host__for_the_host_only),
        tree_test(root_display__puts_the_root_in_front),
        tree_test(root_read_file__takes_paths_with_and_without_slash),
        tree_test(links__absolute_ones_start_at_the_root),
        tree_test(links__never_lead_out_of_the_root),
        tree_test(links__dot_dot_behind_a_link_is_its_targets_parent),
        tree_test(links__loops_end),
        tree_test(links__forty_are_followed_and_not_more),
        tree_test(links__dangling_ones_are_absent),
        tree_test(path__deep_and_long_ones_are_bounded),
        tree_test(root_open_path__does_not_follow_with_nofollow),
        tree_test(root_open_parent__names_what_it_does_not_touch),
        tree_test(root_read_file__refuses_what_is_no_file),
        tree_test(root_read_file__keeps_its_limit),
        tree_test(root_read_file__keeps_nul_bytes),
        tree_test(root_read_link__gives_the_target),
        tree_test(root_list__sorts_by_byte_and_matches),
        tree_test(root_is_same_file__knows_a_file_by_any_name),
        tree_test(root_is_same_file__follows_links_when_asked),
        tree_test(resolver__leaks_no_descriptor),
    };

    return cmocka_run_group_tests_name("util-root", tests, NULL, NULL);
}
