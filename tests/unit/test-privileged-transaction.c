/* SPDX-License-Identifier: MIT */
/* All or nothing, for values and for files. */
#include "privileged/transaction.h"

#include <sys/prctl.h>

#include "support.h"

#include "privileged/capabilities.h"

#define A "proc/sys/a"
#define B "proc/sys/b"
#define C "proc/sys/c"
#define D "proc/sys/d"

static const struct tunable any_integer = {
    .name = "any.integer", .syntax = SYNTAX_INTEGER, .minimum = INT64_MIN, .maximum = INT64_MAX};

/* A change from one number to another; owned by the plan. */
static struct plan_item *add_item(struct plan *plan, const char *path, const char *current,
                                  const char *wanted)
{
    struct plan_item *item;

    assert_int_equal(array_grow(&plan->items, plan->items_count, sizeof(*plan->items)), 0);
    item = &plan->items[plan->items_count++];
    *item = (struct plan_item){.tunable = &any_integer,
                               .object = strdup(path),
                               .path = strdup(path),
                               .current = strdup(current),
                               .wanted = strdup(wanted),
                               .wanted_from = strdup("built in"),
                               .is_selected = true,
                               .state = ITEM_CHANGE};
    return item;
}

/* Four knobs from 1 to 11, 2 to 22, 3 to 33 and 4 to 44. */
static void add_four(const struct tree *tree, struct plan *plan)
{
    tree_write(tree, A, "1\n");
    tree_write(tree, B, "2\n");
    tree_write(tree, C, "3\n");
    tree_write(tree, D, "4\n");
    add_item(plan, A, "1", "11");
    add_item(plan, B, "2", "22");
    add_item(plan, C, "3", "33");
    add_item(plan, D, "4", "44");
}

#define assert_item(plan, i, expected) \
    assert_text(item_state_name((plan)->items[i].state), item_state_name(expected))
#define assert_action(plan, i, expected) \
    assert_text(file_action_name((plan)->files[i].action), file_action_name(expected))

/* --- values --- */

static void values__all_are_written(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_four(tree, &plan);
    plan.items[1].is_selected = false;
    plan.items[2].state = ITEM_IN_SYNC;
    assert_int_equal(transaction_write_values(tree->root, &plan, &is_undone, &message), 0);
    assert_null(message);
    assert_file(tree, A, "11\n");
    assert_file(tree, B, "2\n"); /* not asked for */
    assert_file(tree, C, "3\n"); /* in sync */
    assert_file(tree, D, "44\n");
    assert_item(&plan, 0, ITEM_APPLIED);
    assert_item(&plan, 1, ITEM_CHANGE);
    assert_item(&plan, 2, ITEM_IN_SYNC);
    assert_item(&plan, 3, ITEM_APPLIED);
}

static void values__when_the_third_fails_the_first_two_are_back(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_four(tree, &plan);
    assert_int_equal(unlink(tree_path(tree, C)), 0);
    tree_link(tree, C, "d");
    assert_int_equal(transaction_write_values(tree->root, &plan, &is_undone, &message), -ELOOP);
    assert_file(tree, A, "1\n");
    assert_file(tree, B, "2\n");
    assert_file(tree, D, "4\n");
    assert_item(&plan, 0, ITEM_CHANGE);
    assert_item(&plan, 1, ITEM_CHANGE);
    assert_item(&plan, 2, ITEM_FAILED);
    assert_item(&plan, 3, ITEM_CHANGE);
    assert_contains(message, C ": cannot write 33 to ");
    assert_contains(message, strerror(ELOOP));
    assert_text(plan.items[2].reason, message);
    assert_true(is_undone);
}

static void values__that_were_not_written_are_not_undone(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_four(tree, &plan);
    plan.items[0].is_selected = false;
    plan.items[1].state = ITEM_IN_SYNC;
    tree_write(tree, B, "somebody's\n"); /* meanwhile */
    assert_int_equal(unlink(tree_path(tree, C)), 0);
    assert_int_equal(transaction_write_values(tree->root, &plan, &is_undone, &message), -ENOENT);
    assert_file(tree, A, "1\n");
    assert_file(tree, B, "somebody's\n");
    assert_file(tree, C, NULL); /* and nothing is created */
    assert_item(&plan, 0, ITEM_CHANGE);
    assert_item(&plan, 1, ITEM_IN_SYNC);
    assert_item(&plan, 2, ITEM_FAILED);
}

/* The last one is, so it is tried first, and the others are as they were when it fails. */
static void values__that_redis_takes_at_its_start_are_written_first(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    struct tunable at_start = any_integer;
    bool is_undone;

    at_start.is_taken_at_start = true;
    add_four(tree, &plan);
    plan.items[3].tunable = &at_start;
    tree_write(tree, A, "as it was\n");
    assert_int_equal(unlink(tree_path(tree, D)), 0);
    assert_int_equal(transaction_write_values(tree->root, &plan, &is_undone, &message), -ENOENT);
    assert_file(tree, A, "as it was\n");
    assert_item(&plan, 0, ITEM_CHANGE);
    assert_item(&plan, 3, ITEM_FAILED);
    assert_true(is_undone);
}

static void values__that_cannot_be_undone_are_named(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;
    char too_long[300];

    add_four(tree, &plan);
    memset(too_long, '1', sizeof(too_long));
    too_long[sizeof(too_long) - 1] = '\0';
    assert_int_equal(text_replace(&plan.items[1].current, too_long), 0);
    assert_int_equal(unlink(tree_path(tree, C)), 0);
    assert_int_equal(transaction_write_values(tree->root, &plan, &is_undone, &message), -ENOENT);
    assert_contains(message, C ": cannot write 33");
    assert_contains(message, "could not be undone: " B ": ");
    assert_file(tree, A, "1\n"); /* the others all the same */
    assert_item(&plan, 0, ITEM_CHANGE);
    assert_item(&plan, 1, ITEM_APPLIED); /* so that the saved state keeps it */
    assert_false(is_undone);
    assert_item(&plan, 2, ITEM_FAILED);
}

/* The default of this one is set by 0, so what the kernel then has is neither the old nor the new value. */
static void values__that_the_kernel_did_not_keep_are_put_back(void **state)
{
    unsigned long slack = (unsigned long)prctl(PR_GET_TIMERSLACK);
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;
    _cleanup_root_ struct root *host = NULL;

    (void)state;
    assert_int_equal(root_open("/", &host), 0);
    prctl(PR_SET_TIMERSLACK, 12345);
    add_item(&plan, "proc/self/timerslack_ns", "12345", "0");
    assert_int_equal(transaction_write_values(host, &plan, &is_undone, &message), -EIO);
    assert_int_equal(prctl(PR_GET_TIMERSLACK), 12345);
    assert_item(&plan, 0, ITEM_FAILED);
    assert_contains(message, "the kernel kept ");
    prctl(PR_SET_TIMERSLACK, slack);
}

/* Written, and then it cannot be told what the kernel made of it. */
static int write_unreadable(void *argument)
{
    const struct tree *tree = argument;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL, *left = NULL;
    bool is_undone;

    add_item(&plan, A, "1", "11");
    if (chmod(tree_path(tree, A), 0200) < 0 || capabilities_drop_all() < 0)
        return 1;
    if (transaction_write_values(tree->root, &plan, &is_undone, &message) >= 0)
        return 2;
    if (chmod(tree_path(tree, A), 0600) < 0)
        return 3;
    left = tree_read(tree, A);
    return text_equal(left, "1\n") ? 0 : 4;
}

static void values__that_cannot_be_read_back_are_put_back(void **state)
{
    tree_write(*state, A, "1\n");
    assert_int_equal(in_child(write_unreadable, *state), 0);
}

/* --- files --- */

static void add_file(struct plan *plan, const char *path, const char *old_content, const char *new_content)
{
    plan_add_file(plan, path, old_content ? strdup(old_content) : NULL,
                  new_content ? strdup(new_content) : NULL, NULL);
}

/* One to create, one to replace, one to remove, one to keep. */
static void add_files(const struct tree *tree, struct plan *plan)
{
    tree_mkdir(tree, "etc/d");
    tree_write(tree, "etc/d/replaced", "old\n");
    tree_write(tree, "etc/d/removed", "old\n");
    tree_write(tree, "etc/d/kept", "same\n");
    add_file(plan, "/etc/d/created", NULL, "new\n");
    add_file(plan, "/etc/d/replaced", "old\n", "new\n");
    add_file(plan, "/etc/d/removed", "old\n", NULL);
    add_file(plan, "/etc/d/kept", "same\n", "same\n");
}

static void files__all_are_written(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_files(tree, &plan);
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_null(message);
    assert_file(tree, "etc/d/created", "new\n");
    assert_file(tree, "etc/d/replaced", "new\n");
    assert_file(tree, "etc/d/removed", NULL);
    for (size_t i = 0; i < 3; i++)
        assert_action(&plan, i, FILE_WRITTEN);
    assert_action(&plan, 3, FILE_KEEP);
}

static void files__when_one_fails_those_before_it_are_back(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_files(tree, &plan);
    tree_mkdir(tree, "etc/d/directory");
    add_file(&plan, "/etc/d/directory", NULL, "new\n");
    add_file(&plan, "/etc/d/behind", NULL, "new\n");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), -EISDIR);
    assert_file(tree, "etc/d/created", NULL);
    assert_file(tree, "etc/d/replaced", "old\n");
    assert_file(tree, "etc/d/removed", "old\n");
    assert_file(tree, "etc/d/behind", NULL);
    assert_action(&plan, 0, FILE_CREATE);
    assert_action(&plan, 1, FILE_REPLACE);
    assert_action(&plan, 2, FILE_REMOVE);
    assert_action(&plan, 3, FILE_KEEP);
    assert_action(&plan, 4, FILE_FAILED);
    assert_action(&plan, 5, FILE_CREATE);
    assert_text(plan.files[4].reason, message);
    assert_contains(message, tree_path(tree, "etc/d/directory"));
    assert_int_equal(tree_count(tree, "etc/d"), 4);
}

static unsigned mode_of(const struct tree *tree, const char *path)
{
    struct stat status;

    assert_int_equal(stat(tree_path(tree, path), &status), 0);
    return status.st_mode & 07777;
}

static void files__have_the_permissions_of_the_plan(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_files(tree, &plan);
    plan.files[1].new_mode = 0600;
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_int_equal(mode_of(tree, "etc/d/created"), 0644);
    assert_int_equal(mode_of(tree, "etc/d/replaced"), 0600);
}

static void files__that_are_put_back_have_their_permissions_again(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_files(tree, &plan);
    plan.files[1].old_mode = 0640;
    tree_mkdir(tree, "etc/d/directory");
    add_file(&plan, "/etc/d/directory", NULL, "new\n");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), -EISDIR);
    assert_file(tree, "etc/d/replaced", "old\n");
    assert_int_equal(mode_of(tree, "etc/d/replaced"), 0640);
}

static void files__a_refused_one_stops_all_before_the_first_write(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_files(tree, &plan);
    plan_add_file(&plan, "/etc/d/x", NULL, strdup("new\n"), strdup("x is a directory"));
    assert_true(transaction_write_files(tree->root, &plan, &is_undone, &message) < 0);
    assert_contains(message, "x is a directory");
    assert_file(tree, "etc/d/created", NULL);
    assert_file(tree, "etc/d/replaced", "old\n");
    assert_action(&plan, 0, FILE_CREATE);
}

/* A call that was cut off may have left one; the next one takes it away, whatever it does else. */
static void leftovers__go(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "etc/sysctl.d/.99-zz-redis-hosttune.conf.new", "half of it");
    tree_write(tree, "etc/sysctl.d/99-zz-redis-hosttune.conf", "same\n");
    transaction_remove_leftovers(tree->root);
    assert_file(tree, "etc/sysctl.d/.99-zz-redis-hosttune.conf.new", NULL);
    assert_file(tree, "etc/sysctl.d/99-zz-redis-hosttune.conf", "same\n");
}

/* --- somebody's files --- */

#define F       "etc/d/f"
#define KEPT    F ".before-redis-hosttune"
#define MOVED   F ".before-redis-hosttune-1"
#define CHANGED F ".changed-redis-hosttune-1"

static unsigned long inode_of(const struct tree *tree, const char *path)
{
    struct stat status;

    assert_int_equal(lstat(tree_path(tree, path), &status), 0);
    return (unsigned long)status.st_ino;
}

/* Somebody's F, 0600, for which ours is to stand. */
static struct plan_file *add_kept(const struct tree *tree, struct plan *plan)
{
    tree_mkdir(tree, "etc/d");
    tree_write(tree, F, "theirs\n");
    assert_int_equal(chmod(tree_path(tree, F), 0600), 0);
    add_file(plan, "/" F, "theirs\n", "ours\n");
    plan->files[0].keeps_original = true;
    plan->files[0].old_mode = 0600;
    return &plan->files[0];
}

static void somebodys__is_kept_itself_and_comes_back_itself(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0}, back = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;
    unsigned long inode;

    add_kept(tree, &plan);
    inode = inode_of(tree, F);
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_file(tree, F, "ours\n");
    assert_file(tree, KEPT, "theirs\n");
    assert_int_equal(inode_of(tree, KEPT), inode);
    add_file(&back, "/" F, "ours\n", "theirs\n");
    back.files[0].restores_kept = true;
    assert_int_equal(transaction_write_files(tree->root, &back, &is_undone, &message), 0);
    assert_int_equal(inode_of(tree, F), inode);
    assert_int_equal(mode_of(tree, F), 0600);
    assert_file(tree, KEPT, NULL);
    assert_int_equal(tree_count(tree, "etc/d"), 1);
}

static void somebodys__older_one_is_moved_and_an_edited_one_is_kept_as_a_change(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_kept(tree, &plan)->moved_path = strdup("/" MOVED);
    tree_write(tree, KEPT, "older\n");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_file(tree, MOVED, "older\n");
    assert_file(tree, KEPT, "theirs\n");
    plan_done(&plan);
    tree_write(tree, F, "edited\n");
    add_file(&plan, "/" F, "edited\n", "ours\n");
    plan.files[0].changed_path = strdup("/" CHANGED);
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_file(tree, CHANGED, "edited\n");
    assert_file(tree, KEPT, "theirs\n");
    assert_file(tree, F, "ours\n");
}

/* The one behind it fails: each has its own name again, and nothing else is left. */
static void somebodys__are_back_after_a_failure(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;
    unsigned long inode;

    add_kept(tree, &plan)->moved_path = strdup("/" MOVED);
    tree_write(tree, KEPT, "older\n");
    inode = inode_of(tree, F);
    tree_mkdir(tree, "etc/d/directory");
    add_file(&plan, "/etc/d/directory", NULL, "new\n");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), -EISDIR);
    assert_true(is_undone);
    assert_int_equal(inode_of(tree, F), inode);
    assert_file(tree, F, "theirs\n");
    assert_file(tree, KEPT, "older\n");
    assert_file(tree, MOVED, NULL);
    assert_int_equal(tree_count(tree, "etc/d"), 3);
}

static void somebodys__forced_restore_is_undone_without_loss(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    tree_mkdir(tree, "etc/d/directory");
    tree_write(tree, F, "edited\n");
    tree_write(tree, KEPT, "theirs\n");
    add_file(&plan, "/" F, "edited\n", "theirs\n");
    plan.files[0].restores_kept = true;
    plan.files[0].changed_path = strdup("/" CHANGED);
    add_file(&plan, "/etc/d/directory", NULL, "new\n");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), -EISDIR);
    assert_true(is_undone);
    assert_file(tree, F, "edited\n");
    assert_file(tree, KEPT, "theirs\n");
    assert_file(tree, CHANGED, NULL);
}

/* A name that is taken by another file, between the look and the link: nothing is written, nothing lost. */
static void somebodys__name_that_is_taken_stops_it(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_kept(tree, &plan);
    tree_write(tree, KEPT, "planted\n");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), -EEXIST);
    assert_true(is_undone);
    assert_contains(message, tree_path(tree, F));
    assert_contains(message, "move it away");
    assert_file(tree, F, "theirs\n");
    assert_file(tree, KEPT, "planted\n");
}

/* As a call leaves it that was cut off between the link and the rename. */
static void somebodys__second_name_goes(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL, *path = NULL;
    bool is_undone;

    tree_write(tree, F, "theirs\n");
    path = strdup(tree_path(tree, F));
    assert_int_equal(link(path, tree_path(tree, KEPT)), 0);
    add_file(&plan, "/" F, "theirs\n", "theirs\n");
    plan.files[0].drops_kept = true;
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_file(tree, F, "theirs\n");
    assert_file(tree, KEPT, NULL);
}

/* A link that was planted between the look and the write is replaced, not followed. */
static void files__a_planted_link_is_not_followed(void **state)
{
    const struct tree *tree = *state;
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_free_ char *message = NULL;
    bool is_undone;

    add_files(tree, &plan);
    tree_write(tree, "etc/passwd", "root\n");
    tree_link(tree, "etc/d/created", "../passwd");
    assert_int_equal(transaction_write_files(tree->root, &plan, &is_undone, &message), 0);
    assert_file(tree, "etc/passwd", "root\n");
    assert_file(tree, "etc/d/created", "new\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(values__all_are_written),
        tree_test(values__when_the_third_fails_the_first_two_are_back),
        tree_test(values__that_were_not_written_are_not_undone),
        tree_test(values__that_redis_takes_at_its_start_are_written_first),
        tree_test(values__that_cannot_be_undone_are_named),
        tree_test(values__that_the_kernel_did_not_keep_are_put_back),
        tree_test(values__that_cannot_be_read_back_are_put_back),
        tree_test(files__all_are_written),
        tree_test(files__when_one_fails_those_before_it_are_back),
        tree_test(files__have_the_permissions_of_the_plan),
        tree_test(files__that_are_put_back_have_their_permissions_again),
        tree_test(files__a_refused_one_stops_all_before_the_first_write),
        tree_test(leftovers__go),
        tree_test(somebodys__is_kept_itself_and_comes_back_itself),
        tree_test(somebodys__older_one_is_moved_and_an_edited_one_is_kept_as_a_change),
        tree_test(somebodys__are_back_after_a_failure),
        tree_test(somebodys__forced_restore_is_undone_without_loss),
        tree_test(somebodys__name_that_is_taken_stops_it),
        tree_test(somebodys__second_name_goes),
        tree_test(files__a_planted_link_is_not_followed),
    };

    return cmocka_run_group_tests_name("privileged-transaction", tests, NULL, NULL);
}
