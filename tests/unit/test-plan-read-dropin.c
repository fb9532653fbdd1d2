/* SPDX-License-Identifier: MIT */
#include "plan/read-dropin.h"

#include "support.h"

#include "privileged/capabilities.h"

#define PATH "/etc/sysctl.d/99-zz-redis-hosttune.conf"

/* What stands in the way, or the content behind "content: ", or "nothing"; static buffer. */
static const char *look(const struct tree *tree)
{
    static char shown[1024];
    _cleanup_free_ char *content = NULL, *reason = NULL;

    dropin_file_read(tree->root, PATH, &content, &reason);
    assert_false(content && reason);
    if (reason)
        assert_contains(reason, tree_path(tree, PATH));
    snprintf(shown, sizeof(shown), "%s%s", content ? "content: " : "",
             reason    ? reason
             : content ? content
                       : "nothing");
    return shown;
}

static void dropin_file__nothing_there(void **state)
{
    assert_text(look(*state), "nothing");
    tree_mkdir(*state, "etc/sysctl.d");
    assert_text(look(*state), "nothing");
}

static void dropin_file__its_content(void **state)
{
    tree_write(*state, PATH, "# a\nvm.swappiness = 1\n");
    assert_text(look(*state), "content: # a\nvm.swappiness = 1\n");
    tree_write(*state, PATH, "");
    assert_text(look(*state), "content: ");
}

static void look__its_permissions(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(dropin_seen_done) struct dropin_seen seen = {0};

    dropin_file_look(tree->root, PATH, &seen);
    assert_int_equal(seen.mode, 0);
    tree_write(tree, PATH, "");
    assert_int_equal(chmod(tree_path(tree, PATH), 0640), 0);
    dropin_file_look(tree->root, PATH, &seen);
    assert_int_equal(seen.mode, 0640);
    assert_text(seen.content, "");
    assert_false(seen.has_kept);
    assert_int_equal(seen.moved_free, 1);
    assert_int_equal(seen.changed_free, 1);
}

static void look__what_is_kept_beside_it(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(dropin_seen_done) struct dropin_seen seen = {0};

    tree_write(tree, PATH, "ours\n");
    tree_write(tree, PATH ".before-redis-hosttune", "theirs\n");
    tree_write(tree, PATH ".before-redis-hosttune-1", "older\n");
    tree_link(tree, PATH ".changed-redis-hosttune-1", "nowhere");
    assert_int_equal(chmod(tree_path(tree, PATH ".before-redis-hosttune"), 0600), 0);
    dropin_file_look(tree->root, PATH, &seen);
    assert_true(seen.has_kept);
    assert_false(seen.is_kept_itself);
    assert_text(seen.kept, "theirs\n");
    assert_int_equal(seen.kept_mode, 0600);
    assert_int_equal(seen.moved_free, 2);
    assert_int_equal(seen.changed_free, 2);
}

/* As a call leaves it that was cut off behind the link: a second name of this file is taken again. */
static void look__two_names_of_one_file(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(dropin_seen_done) struct dropin_seen seen = {0};
    _cleanup_free_ char *path = NULL;

    tree_write(tree, PATH, "theirs\n");
    path = strdup(tree_path(tree, PATH));
    assert_int_equal(link(path, tree_path(tree, PATH ".before-redis-hosttune")), 0);
    assert_int_equal(link(path, tree_path(tree, PATH ".changed-redis-hosttune-1")), 0);
    dropin_file_look(tree->root, PATH, &seen);
    assert_true(seen.has_kept);
    assert_true(seen.is_kept_itself);
    assert_int_equal(seen.changed_free, 1);
}

static void look__nine_names_are_enough(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(dropin_seen_done) struct dropin_seen seen = {0};

    for (unsigned i = 1; i <= 9; i++) {
        char path[128];

        snprintf(path, sizeof(path), PATH ".before-redis-hosttune-%u", i);
        tree_write(tree, path, "older\n");
    }
    dropin_file_look(tree->root, PATH, &seen);
    assert_int_equal(seen.moved_free, -EEXIST);
    assert_int_equal(seen.changed_free, 1);
}

/* What has the kept name and is no regular file was not kept by us. */
static void look__what_was_planted_is_not_kept(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(dropin_seen_done) struct dropin_seen seen = {0};

    tree_write(tree, PATH, "ours\n");
    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, PATH ".before-redis-hosttune", "/etc/passwd");
    dropin_file_look(tree->root, PATH, &seen);
    assert_false(seen.has_kept);
    assert_null(seen.kept);
}

static void dropin_file__a_link_is_not_followed(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/target", "vm.swappiness = 1\n");
    tree_link(tree, PATH, "/etc/target");
    assert_contains(look(tree), "symbolic link to /etc/target");
    assert_contains(look(tree), "rm ");
    assert_int_equal(unlink(tree_path(tree, PATH)), 0);
    tree_link(tree, PATH, "/dev/null"); /* a mask */
    assert_contains(look(tree), "symbolic link to /dev/null");
    assert_int_equal(unlink(tree_path(tree, PATH)), 0);
    tree_link(tree, PATH, "nowhere");
    assert_contains(look(tree), "symbolic link to nowhere");
}

static void dropin_file__a_directory_is_in_the_way(void **state)
{
    tree_mkdir(*state, PATH);
    assert_contains(look(*state), "is a directory");
}

static void dropin_file__a_fifo_is_in_the_way(void **state)
{
    tree_mkdir(*state, "etc/sysctl.d");
    assert_int_equal(mkfifo(tree_path(*state, PATH), 0600), 0);
    assert_contains(look(*state), "no regular file");
}

static void dropin_file__one_that_is_too_large_is_in_the_way(void **state)
{
    _cleanup_free_ char *data = malloc(65537);

    memset(data, '#', 65537);
    tree_write_bytes(*state, PATH, data, 65537);
    assert_contains(look(*state), "larger than any drop-in");
    tree_write_bytes(*state, PATH, data, 65536);
    assert_true(text_has_prefix(look(*state), "content: "));
}

/* It could not be put back from the state, which is text. */
static void dropin_file__a_binary_one_is_in_the_way(void **state)
{
    tree_write_bytes(*state, PATH, "a\0b", 3);
    assert_contains(look(*state), "not a text file");
    tree_write(*state, PATH, "caf\xe9\n");
    assert_contains(look(*state), "not a text file");
}

static int look_without_capabilities(void *argument)
{
    const struct tree *tree = argument;
    _cleanup_free_ char *content = NULL, *reason = NULL;

    if (capabilities_drop_all() < 0)
        return 1;
    dropin_file_read(tree->root, PATH, &content, &reason);
    return !content && reason && strstr(reason, strerror(EACCES)) ? 0 : 2;
}

static void dropin_file__one_that_cannot_be_read_is_in_the_way(void **state)
{
    tree_write(*state, PATH, "# a\n");
    assert_int_equal(chmod(tree_path(*state, PATH), 0), 0);
    assert_int_equal(in_child(look_without_capabilities, *state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(dropin_file__nothing_there),
        tree_test(dropin_file__its_content),
        tree_test(look__its_permissions),
        tree_test(look__what_is_kept_beside_it),
        tree_test(look__two_names_of_one_file),
        tree_test(look__nine_names_are_enough),
        tree_test(look__what_was_planted_is_not_kept),
        tree_test(dropin_file__a_link_is_not_followed),
        tree_test(dropin_file__a_directory_is_in_the_way),
        tree_test(dropin_file__a_fifo_is_in_the_way),
        tree_test(dropin_file__one_that_is_too_large_is_in_the_way),
        tree_test(dropin_file__a_binary_one_is_in_the_way),
        tree_test(dropin_file__one_that_cannot_be_read_is_in_the_way),
    };

    return cmocka_run_group_tests_name("plan-read-dropin", tests, NULL, NULL);
}
