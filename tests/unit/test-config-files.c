/* SPDX-License-Identifier: MIT */
/* Which configuration files are read, in which order, and what is in the way of reading them. */
#include "config/keys.h"
#include "config/read-file.h"

#include "support.h"

#include "privileged/capabilities.h"

#define MAIN "etc/redis-hosttune/redis-hosttune.conf"
#define ETC  "etc/redis-hosttune/redis-hosttune.conf.d/"
#define RUN  "run/redis-hosttune/redis-hosttune.conf.d/"
#define USR  "usr/lib/redis-hosttune/redis-hosttune.conf.d/"

#define SWAPPINESS(value) "[tunables]\nvm.swappiness = " value "\n"

/* The values of all settings in order, each with the end of its file's name; static buffer. */
static const char *read_all(const struct tree *tree)
{
    static char shown[1024];
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;
    char *out = shown;

    if (config_file_read(tree->root, config_host_sections, &policy, &message) < 0) {
        assert_int_equal(policy.settings_count, 0); /* nothing of it */
        snprintf(shown, sizeof(shown), "%s", TEXT_OR_NULL(message));
        return shown;
    }
    *out = '\0';
    for (size_t i = 0; i < policy.settings_count; i++)
        out += sprintf(out, "%s%s@%s", i ? " " : "", policy.settings[i].value,
                       strrchr(policy.settings[i].file, '/') + 1);
    return shown;
}

static void files__none_is_an_empty_policy(void **state)
{
    assert_text(read_all(*state), "");
}

static void files__the_main_file_is_the_first_that_exists(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "usr/lib/redis-hosttune/redis-hosttune.conf", SWAPPINESS("3"));
    assert_text(read_all(tree), "3@redis-hosttune.conf");
    tree_write(tree, "run/redis-hosttune/redis-hosttune.conf", SWAPPINESS("2"));
    assert_text(read_all(tree), "2@redis-hosttune.conf");
    tree_write(tree, MAIN, SWAPPINESS("1"));
    assert_text(read_all(tree), "1@redis-hosttune.conf");
    tree_write(tree, MAIN, "");
    assert_text(read_all(tree), "");
}

static void files__drop_ins_follow_in_order_of_their_names(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, MAIN, SWAPPINESS("1"));
    tree_write(tree, USR "50-b.conf", SWAPPINESS("3"));
    tree_write(tree, RUN "10-a.conf", SWAPPINESS("2"));
    tree_write(tree, ETC "90-c.conf", SWAPPINESS("4"));
    tree_write(tree, ETC "95-d.conf.bak", "garbage");
    assert_text(read_all(tree), "1@redis-hosttune.conf 2@10-a.conf 3@50-b.conf 4@90-c.conf");
}

static void files__a_drop_in_overrides_the_same_name_elsewhere(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, USR "50-a.conf", SWAPPINESS("3"));
    tree_write(tree, ETC "50-a.conf", SWAPPINESS("4"));
    assert_text(read_all(tree), "4@50-a.conf");
}

static void files__a_mask_hides(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, USR "50-a.conf", "garbage");
    tree_write(tree, USR "60-b.conf", "garbage");
    tree_link(tree, ETC "50-a.conf", "/dev/null");
    tree_write(tree, ETC "60-b.conf", "");
    assert_text(read_all(tree), "");
}

static void files__a_name_may_come_again_in_another_file(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, MAIN, SWAPPINESS("1"));
    tree_write(tree, ETC "50-a.conf", SWAPPINESS("5"));
    assert_text(read_all(tree), "1@redis-hosttune.conf 5@50-a.conf");
}

static void files__an_error_names_the_file_below_the_root(void **state)
{
    const struct tree *tree = *state;
    char expected[PATH_MAX];

    tree_write(tree, MAIN, SWAPPINESS("1"));
    tree_write(tree, ETC "50-a.conf", "[tunables]\n\nvm.swappiness = many\n");
    snprintf(expected, sizeof(expected), "%s:3: ", tree_path(tree, ETC "50-a.conf"));
    assert_true(text_has_prefix(read_all(tree), expected));
}

static void files__ten_megabytes_are_refused(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *data = malloc(10 * 1024 * 1024);

    memset(data, '#', 10 * 1024 * 1024);
    tree_write_bytes(tree, MAIN, data, 10 * 1024 * 1024);
    assert_contains(read_all(tree), tree_path(tree, MAIN));
    assert_contains(read_all(tree), "larger than");
}

static void files__sixty_kilobytes_are_taken(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *data = malloc(60 * 1024);

    memset(data, '\n', 60 * 1024);
    tree_write_bytes(tree, MAIN, data, 60 * 1024);
    assert_text(read_all(tree), "");
}

static void files__binary_is_refused(void **state)
{
    const struct tree *tree = *state;

    tree_write_bytes(tree, ETC "50-a.conf",
                     "\x7f"
                     "ELF\0\0",
                     6);
    assert_contains(read_all(tree), tree_path(tree, ETC "50-a.conf"));
    assert_contains(read_all(tree), "not a text file");
}

static void files__what_is_no_file_is_refused(void **state)
{
    const struct tree *tree = *state;

    tree_mkdir(tree, MAIN);
    assert_contains(read_all(tree), strerror(EISDIR));
    assert_int_equal(rmdir(tree_path(tree, MAIN)), 0);
    assert_int_equal(mkfifo(tree_path(tree, MAIN), 0600), 0);
    assert_contains(read_all(tree), "no regular file");
    assert_int_equal(unlink(tree_path(tree, MAIN)), 0);
    tree_link(tree, MAIN, "redis-hosttune.conf");
    assert_contains(read_all(tree), strerror(ELOOP));
}

/* A link that leads nowhere: what its author wanted cannot be had. */
static void files__a_dangling_drop_in_is_refused(void **state)
{
    const struct tree *tree = *state;

    tree_link(tree, ETC "50-a.conf", "nowhere");
    assert_contains(read_all(tree), tree_path(tree, ETC "50-a.conf"));
}

/* Without capabilities uid 0 reads no more than its file modes say, so this is the same for all users. */
static int read_without_capabilities(void *argument)
{
    const struct tree *tree = argument;
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;

    if (capabilities_drop_all() < 0)
        return 1;
    if (config_file_read(tree->root, config_host_sections, &policy, &message) != -EACCES)
        return 2;
    return message && strstr(message, "redis-hosttune.conf") && strstr(message, strerror(EACCES)) ? 0 : 3;
}

static void files__unreadable_ones_are_refused(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, MAIN, SWAPPINESS("1"));
    assert_int_equal(chmod(tree_path(tree, MAIN), 0), 0);
    assert_int_equal(in_child(read_without_capabilities, *state), 0);
    assert_int_equal(unlink(tree_path(tree, MAIN)), 0);
    tree_write(tree, ETC "50-a.conf", SWAPPINESS("1"));
    assert_int_equal(chmod(tree_path(tree, ETC "50-a.conf"), 0), 0);
    assert_int_equal(in_child(read_without_capabilities, *state), 0);
}

static void files__an_unreadable_directory_is_refused(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, ETC "50-a.conf", SWAPPINESS("1"));
    assert_int_equal(chmod(tree_path(tree, ETC), 0), 0);
    assert_int_equal(in_child(read_without_capabilities, *state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(files__none_is_an_empty_policy),
        tree_test(files__the_main_file_is_the_first_that_exists),
        tree_test(files__drop_ins_follow_in_order_of_their_names),
        tree_test(files__a_drop_in_overrides_the_same_name_elsewhere),
        tree_test(files__a_mask_hides),
        tree_test(files__a_name_may_come_again_in_another_file),
        tree_test(files__an_error_names_the_file_below_the_root),
        tree_test(files__ten_megabytes_are_refused),
        tree_test(files__sixty_kilobytes_are_taken),
        tree_test(files__binary_is_refused),
        tree_test(files__what_is_no_file_is_refused),
        tree_test(files__a_dangling_drop_in_is_refused),
        tree_test(files__unreadable_ones_are_refused),
        tree_test(files__an_unreadable_directory_is_refused),
    };

    return cmocka_run_group_tests_name("config-files", tests, NULL, NULL);
}
