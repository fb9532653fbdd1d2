/* SPDX-License-Identifier: MIT */
#include "systemd/read-conf-dirs.h"

#include "support.h"

static const char *const directories[] = {"/etc/d", "/run/d", "/usr/lib/d", NULL};

/* The paths that count, in order, with blanks between them; static buffer. */
static const char *listed(const struct tree *tree)
{
    static char shown[1024];
    _cleanup_strings_ char **paths = NULL;
    _cleanup_free_ char *message = NULL;

    assert_int_equal(conf_dirs_list(tree->root, directories, &paths, &message), 0);
    assert_null(message);
    shown[0] = '\0';
    for (char **path = paths; *path; path++)
        strcat(strcat(shown, *shown ? " " : ""), *path);
    return shown;
}

static void conf_dirs__nothing_is_an_empty_list(void **state)
{
    const struct tree *tree = *state;

    assert_text(listed(tree), "");
    tree_mkdir(tree, "etc/d");
    assert_text(listed(tree), "");
}

static void conf_dirs__order_is_by_name_over_all_directories(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/d/50-b.conf", "x");
    tree_write(tree, "usr/lib/d/10-a.conf", "x");
    tree_write(tree, "run/d/90-c.conf", "x");
    assert_text(listed(tree), "/usr/lib/d/10-a.conf /etc/d/50-b.conf /run/d/90-c.conf");
}

static void conf_dirs__order_is_by_byte(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/d/99-aa.conf", "x");
    tree_write(tree, "etc/d/99-ZZ.conf", "x");
    tree_write(tree, "etc/d/9.conf", "x");
    tree_write(tree, "etc/d/\xc3\xa4.conf", "x");
    assert_text(listed(tree), "/etc/d/9.conf /etc/d/99-ZZ.conf /etc/d/99-aa.conf /etc/d/\xc3\xa4.conf");
}

static void conf_dirs__the_first_directory_has_the_name(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "usr/lib/d/50-a.conf", "x");
    assert_text(listed(tree), "/usr/lib/d/50-a.conf");
    tree_write(tree, "run/d/50-a.conf", "x");
    assert_text(listed(tree), "/run/d/50-a.conf");
    tree_write(tree, "etc/d/50-a.conf", "x");
    assert_text(listed(tree), "/etc/d/50-a.conf");
}

static void conf_dirs__other_names_do_not_count(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/d/50-a.conf.dpkg-old", "x");
    tree_write(tree, "etc/d/50-a", "x");
    tree_write(tree, "etc/d/.50-a.conf.new", "x");
    tree_write(tree, "etc/d/50-a.CONF", "x");
    assert_text(listed(tree), "");
}

static void conf_dirs__a_link_to_dev_null_masks(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "usr/lib/d/50-a.conf", "x");
    tree_write(tree, "usr/lib/d/60-b.conf", "x");
    tree_link(tree, "etc/d/50-a.conf", "/dev/null");
    assert_text(listed(tree), "/usr/lib/d/60-b.conf");
}

static void conf_dirs__an_empty_file_masks(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "usr/lib/d/50-a.conf", "x");
    tree_write(tree, "run/d/50-a.conf", "");
    assert_text(listed(tree), "");
    tree_write(tree, "etc/d/50-a.conf", "x"); /* before the mask */
    assert_text(listed(tree), "/etc/d/50-a.conf");
}

/* systemd asks what a link leads to, not how: a relative one, and one over another link, mask as well. */
static void conf_dirs__any_link_to_dev_null_masks(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "usr/lib/d/50-a.conf", "x");
    tree_write(tree, "usr/lib/d/60-b.conf", "x");
    tree_link(tree, "etc/d/50-a.conf", "../../dev/null");
    tree_link(tree, "etc/d/60-b.conf", "/etc/none");
    tree_link(tree, "etc/none", "/dev/null");
    tree_link(tree, "etc/d/70-c.conf", "beside");
    tree_link(tree, "etc/d/beside", "/dev/null");
    assert_text(listed(tree), "");
}

static void conf_dirs__links_to_files_count(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/sysctl.conf", "x");
    tree_write(tree, "etc/empty", "");
    tree_link(tree, "etc/d/99-sysctl.conf", "../sysctl.conf");
    tree_link(tree, "etc/d/50-empty.conf", "/etc/empty");
    tree_link(tree, "etc/d/60-dangling.conf", "/etc/none"); /* reading it will say so */
    assert_text(listed(tree), "/etc/d/60-dangling.conf /etc/d/99-sysctl.conf");
}

static void conf_dirs__what_is_no_directory_is_an_error(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *message = NULL;
    char **paths = NULL;

    tree_write(tree, "run/d", "a file");
    assert_int_equal(conf_dirs_list(tree->root, directories, &paths, &message), -ENOTDIR);
    assert_null(paths);
    assert_contains(message, tree_path(tree, "run/d"));
}

/* All of one name, in the order of the directories; a directory that cannot be read is told and passed over.
 */
static void conf_dirs__collects_what_is_shadowed_too(void **state)
{
    const struct tree *tree = *state;
    struct conf_listing listing;
    int errors[CONF_DIRECTORIES_MAX];

    tree_write(tree, "usr/lib/d/50-a.conf", "x");
    tree_write(tree, "etc/d/50-a.conf", "x");
    tree_write(tree, "etc/d/10-b.conf", "x");
    tree_write(tree, "run/d", "a file");
    conf_dirs_collect(tree->root, directories, errors, &listing);
    assert_int_equal(listing.entries_count, 3);
    assert_text(listing.entries[0].path, "/etc/d/10-b.conf");
    assert_text(listing.entries[1].path, "/etc/d/50-a.conf");
    assert_text(listing.entries[2].path, "/usr/lib/d/50-a.conf");
    assert_true(conf_listing_is_first(&listing, 1));
    assert_false(conf_listing_is_first(&listing, 2));
    assert_int_equal(errors[0], 0);
    assert_int_equal(errors[1], -ENOTDIR);
    assert_int_equal(errors[2], 0);
    conf_listing_done(&listing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(conf_dirs__nothing_is_an_empty_list),
        tree_test(conf_dirs__order_is_by_name_over_all_directories),
        tree_test(conf_dirs__order_is_by_byte),
        tree_test(conf_dirs__the_first_directory_has_the_name),
        tree_test(conf_dirs__other_names_do_not_count),
        tree_test(conf_dirs__a_link_to_dev_null_masks),
        tree_test(conf_dirs__an_empty_file_masks),
        tree_test(conf_dirs__any_link_to_dev_null_masks),
        tree_test(conf_dirs__links_to_files_count),
        tree_test(conf_dirs__what_is_no_directory_is_an_error),
        tree_test(conf_dirs__collects_what_is_shadowed_too),
    };

    return cmocka_run_group_tests_name("systemd-read-conf-dirs", tests, NULL, NULL);
}
