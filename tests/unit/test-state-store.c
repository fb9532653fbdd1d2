/* SPDX-License-Identifier: MIT */
/* The saved state on disk: its two places, and what is in the way of each. */
#include "privileged/state.h"

#include "support.h"

#define ID         "0123456789abcdef0123456789abcdef"
#define PERSISTENT "var/lib/redis-hosttune/state.json"
#define DAMAGED    "var/lib/redis-hosttune/state.json.damaged"
#define VOLATILE   "run/redis-hosttune/state.json"

/* A state of the machine that remembers one original. */
static char *text_of(const char *machine_id, const char *original)
{
    _cleanup_(saved_state_done) struct saved_state saved = {0};
    char *text;

    assert_int_equal(text_replace(&saved_state_add_value(&saved, "vm.swappiness")->original, original), 0);
    assert_int_equal(state_serialize(&saved, machine_id, &text), 0);
    return text;
}

static void put(const struct tree *tree, const char *path, const char *machine_id, const char *original)
{
    _cleanup_free_ char *text = text_of(machine_id, original);

    tree_write(tree, path, text);
}

/* Loads: "original", "none", or the warning or error; static buffer. */
static const char *loaded(const struct tree *tree, const char *machine_id)
{
    static char shown[1024];
    _cleanup_(saved_state_done) struct saved_state saved = {.values_count = 77};
    _cleanup_free_ char *warning = NULL, *message = NULL;
    int error = state_load(tree->root, machine_id, &saved, &warning, &message);
    const struct saved_value *value = saved_state_value(&saved, "vm.swappiness");

    assert_true((error < 0) == (message != NULL));
    snprintf(shown, sizeof(shown), "%s",
             error < 0 ? message
             : value   ? value->original
             : warning ? warning
                       : "none");
    assert_true(!value || saved.machine_id);
    return shown;
}

static enum state_place store(const struct tree *tree, const char *text, char **ret_error)
{
    enum state_place place = text ? STATE_NOWHERE : STATE_VOLATILE;

    assert_int_equal(state_store(tree->root, text, &place, ret_error), 0);
    return place;
}

/* --- loading --- */

static void load__nothing_is_an_empty_state(void **state)
{
    assert_text(loaded(*state, ID), "none");
    tree_mkdir(*state, "var/lib/redis-hosttune");
    assert_text(loaded(*state, ID), "none");
}

static void load__what_was_stored(void **state)
{
    put(*state, PERSISTENT, ID, "60");
    assert_text(loaded(*state, ID), "60");
}

static void load__of_another_machine_is_not_used(void **state)
{
    put(*state, PERSISTENT, "ffffffffffffffffffffffffffffffff", "60");
    assert_contains(loaded(*state, ID), tree_path(*state, PERSISTENT));
    assert_contains(loaded(*state, ID), "another machine's");
    assert_text(loaded(*state, ""), "60"); /* which machine this is cannot be told */
}

static void load__a_damaged_one_is_said(void **state)
{
    tree_write(*state, PERSISTENT, "{\"version\":1,");
    assert_contains(loaded(*state, ID), tree_path(*state, PERSISTENT));
    assert_contains(loaded(*state, ID), "is damaged");
    tree_write(*state, PERSISTENT, "");
    assert_contains(loaded(*state, ID), "is damaged");
}

static void load__one_that_is_too_large_is_damaged(void **state)
{
    _cleanup_free_ char *data = malloc(5 * 1024 * 1024);

    memset(data, ' ', 5 * 1024 * 1024);
    tree_write_bytes(*state, PERSISTENT, data, 5 * 1024 * 1024);
    assert_contains(loaded(*state, ID), "is damaged");
}

static void load__what_cannot_be_read_is_an_error(void **state)
{
    tree_mkdir(*state, PERSISTENT);
    assert_contains(loaded(*state, ID), "cannot read");
    assert_contains(loaded(*state, ID), strerror(EISDIR));
}

static void load__of_a_newer_version_is_an_error(void **state)
{
    tree_write(*state, PERSISTENT, "{\"version\":2}");
    assert_contains(loaded(*state, ID), tree_path(*state, PERSISTENT));
    assert_contains(loaded(*state, ID), "newer redis-hosttune");
}

/* The volatile one is there only while the other could not be written. */
static void load__the_volatile_one_comes_first(void **state)
{
    put(*state, PERSISTENT, ID, "60");
    put(*state, VOLATILE, ID, "30");
    assert_text(loaded(*state, ID), "30");
    tree_write(*state, VOLATILE, "{");
    assert_text(loaded(*state, ID), "60");
    put(*state, VOLATILE, "ffffffffffffffffffffffffffffffff", "30");
    assert_text(loaded(*state, ID), "60");
}

/* --- storing --- */

static void store__replaces_and_can_be_loaded(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *text = text_of(ID, "60"), *second = text_of(ID, "30"), *message = NULL;

    tree_mkdir(tree, "var/lib");
    assert_int_equal(store(tree, text, &message), STATE_PERSISTENT);
    assert_file(tree, PERSISTENT, text);
    assert_int_equal(store(tree, second, &message), STATE_PERSISTENT);
    assert_null(message);
    assert_text(loaded(tree, ID), "30");
    assert_int_equal(tree_count(tree, "var/lib/redis-hosttune"), 1);
    assert_int_equal(tree_count(tree, "run"), 0);
}

static void store__in_the_first_place_removes_the_other(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;

    tree_mkdir(*state, "var/lib");
    put(*state, VOLATILE, ID, "30");
    assert_int_equal(store(*state, text, &message), STATE_PERSISTENT);
    assert_file(*state, VOLATILE, NULL);
    assert_text(loaded(*state, ID), "60");
}

static void store__where_var_cannot_be_written_goes_to_run(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;

    tree_write(*state, "var", "in the way");
    tree_mkdir(*state, "run");
    assert_int_equal(store(*state, text, &message), STATE_VOLATILE);
    assert_file(*state, VOLATILE, text);
    assert_contains(message, tree_path(*state, "var/lib/redis-hosttune")); /* why not there */
    assert_text(loaded(*state, ID), "60");
}

static int store_without_room(void *argument)
{
    struct tree *tree = argument;
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;
    char filler[16 * 1024];

    if (!child_mount(tree, "var", "size=12k"))
        return 77;
    memset(filler, 'x', sizeof(filler));
    tree_mkdir(tree, "var/lib/redis-hosttune");
    tree_write_bytes(tree, "var/filler", filler, 12 * 1024);
    if (store(tree, text, &message) != STATE_VOLATILE || !strstr(message, strerror(ENOSPC)))
        return 1;
    return tree_count(tree, "var/lib/redis-hosttune") == 0 && strcmp(loaded(tree, ID), "60") == 0 ? 0 : 2;
}

static void store__where_var_is_full_goes_to_run(void **state)
{
    int status;

    tree_mkdir(*state, "var");
    tree_mkdir(*state, "run");
    status = in_child(store_without_room, *state);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
}

static void store__nowhere_is_an_error(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;
    enum state_place place;

    tree_write(tree, "var", "in the way");
    tree_write(tree, "run", "in the way");
    assert_int_equal(state_store(tree->root, text, &place, &message), -ENOTDIR);
    assert_contains(message, tree_path(tree, "var/lib/redis-hosttune"));
}

static void store__nothing_removes_both(void **state)
{
    _cleanup_free_ char *message = NULL;

    put(*state, PERSISTENT, ID, "60");
    put(*state, VOLATILE, ID, "30");
    assert_int_equal(store(*state, NULL, &message), STATE_NOWHERE);
    assert_file(*state, PERSISTENT, NULL);
    assert_file(*state, VOLATILE, NULL);
    assert_text(loaded(*state, ID), "none");
    assert_int_equal(store(*state, NULL, &message), STATE_NOWHERE); /* nothing there */
}

static void store__keeps_a_damaged_one_beside(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;

    tree_write(*state, PERSISTENT, "{\"version\":1,");
    assert_int_equal(store(*state, text, &message), STATE_PERSISTENT);
    assert_file(*state, DAMAGED, "{\"version\":1,");
    assert_file(*state, PERSISTENT, text);
    assert_int_equal(store(*state, text, &message), STATE_PERSISTENT);
    assert_file(*state, DAMAGED, "{\"version\":1,"); /* a good one does not replace it */
}

static void store__follows_no_planted_link(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;

    tree_write(*state, "etc/passwd", "root\n");
    tree_link(*state, PERSISTENT, "/etc/passwd");
    assert_int_equal(store(*state, text, &message), STATE_PERSISTENT);
    assert_file(*state, "etc/passwd", "root\n");
    assert_file(*state, PERSISTENT, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(load__nothing_is_an_empty_state),
        tree_test(load__what_was_stored),
        tree_test(load__of_another_machine_is_not_used),
        tree_test(load__a_damaged_one_is_said),
        tree_test(load__one_that_is_too_large_is_damaged),
        tree_test(load__what_cannot_be_read_is_an_error),
        tree_test(load__of_a_newer_version_is_an_error),
        tree_test(load__the_volatile_one_comes_first),
        tree_test(store__replaces_and_can_be_loaded),
        tree_test(store__in_the_first_place_removes_the_other),
        tree_test(store__where_var_cannot_be_written_goes_to_run),
        tree_test(store__where_var_is_full_goes_to_run),
        tree_test(store__nowhere_is_an_error),
        tree_test(store__nothing_removes_both),
        tree_test(store__keeps_a_damaged_one_beside),
        tree_test(store__follows_no_planted_link),
    };

    return cmocka_run_group_tests_name("state-store", tests, NULL, NULL);
}
