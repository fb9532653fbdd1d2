/* SPDX-License-Identifier: MIT */
/* The saved state on disk: its two places, and what is in the way of each. */
#include "privileged/state.h"

#include "support.h"

#include "privileged/state-text.h"

#define ID         "0123456789abcdef0123456789abcdef"
#define PERSISTENT "var/lib/redis-hosttune/state.json"
#define DAMAGED    PERSISTENT ".damaged-1"
#define OTHER      PERSISTENT ".other-1"
#define FILE_PATH  "/etc/sysctl.d/99-zz-redis-hosttune.conf"
#define VOLATILE   "run/redis-hosttune/state.json"

/* A state of the machine that remembers one original. */
static char *text_of(const char *machine_id, const char *original)
{
    _cleanup_(saved_state_done) struct saved_state saved = {0};
    char *text;

    assert_int_equal(text_replace(&saved_state_add_value(&saved, "vm.swappiness")->original, original), 0);
    assert_int_equal(text_replace(&saved_state_add_file(&saved, FILE_PATH)->original, original), 0);
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
    _cleanup_(saved_state_done) struct saved_state saved = {0};
    _cleanup_free_ char *warning = NULL, *message = NULL;
    struct state_found found;
    int error = state_load(tree->root, machine_id, &saved, &found, &warning, &message);
    const struct saved_value *value = saved_state_value(&saved, "vm.swappiness");

    assert_true((error < 0) == (message != NULL));
    snprintf(shown, sizeof(shown), "%s",
             error < 0 ? message
             : value   ? value->original
             : warning ? warning
                       : "none");
    assert_true(error < 0 || !value || saved.machine_id || warning);
    return shown;
}

static struct state_found find(const struct tree *tree, struct saved_state *ret)
{
    _cleanup_free_ char *warning = NULL, *message = NULL;
    struct state_found found;

    assert_int_equal(state_load(tree->root, ID, ret, &found, &warning, &message), 0);
    return found;
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

/* A cloned disk: the values are that machine's, the files came along. */
static void load__the_files_of_another_machine_are_true(void **state)
{
    _cleanup_(saved_state_done) struct saved_state saved = {0};

    put(*state, PERSISTENT, "ffffffffffffffffffffffffffffffff", "60");
    assert_int_equal(find(*state, &saved).persistent, STATE_OF_ANOTHER_MACHINE);
    assert_null(saved_state_value(&saved, "vm.swappiness"));
    assert_text(saved_state_file(&saved, FILE_PATH)->original, "60");
    assert_null(saved.machine_id);
}

/* Cut at every byte: what is whole is used, and what is not is nothing. */
static void load__what_a_damaged_one_still_tells(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60");
    size_t size = strlen(text), with_value = 0, with_file = 0;

    for (size_t n = 0; n < size; n++) {
        _cleanup_(saved_state_done) struct saved_state saved = {0};

        tree_write_bytes(*state, PERSISTENT, text, n);
        assert_int_equal(find(*state, &saved).persistent, STATE_DAMAGED);
        assert_null(saved.machine_id);
        assert_true(saved.values_count <= 1 && saved.files_count <= 1);
        for (size_t i = 0; i < saved.values_count; i++, with_value++)
            assert_text(saved.values[i].original, "60");
        for (size_t i = 0; i < saved.files_count; i++, with_file++)
            assert_text(saved.files[i].original, "60");
    }
    assert_true(with_value > with_file && with_file > 0);
}

static void load__one_byte_is_wrong(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60");
    _cleanup_(saved_state_done) struct saved_state saved = {0};

    *strstr(text, "\"version\"") = '\001';
    tree_write(*state, PERSISTENT, text);
    assert_int_equal(find(*state, &saved).persistent, STATE_DAMAGED);
    assert_text(saved_state_value(&saved, "vm.swappiness")->original, "60");
    assert_text(saved_state_file(&saved, FILE_PATH)->original, "60");
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
    assert_contains(loaded(*state, ID), "larger than any state");
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
        return CHILD_IMPOSSIBLE;
    memset(filler, 'x', sizeof(filler));
    tree_mkdir(tree, "var/lib/redis-hosttune");
    tree_write_bytes(tree, "var/filler", filler, 12 * 1024);
    if (store(tree, text, &message) != STATE_VOLATILE || !strstr(message, strerror(ENOSPC)))
        return 1;
    return tree_count(tree, "var/lib/redis-hosttune") == 0 && strcmp(loaded(tree, ID), "60") == 0 ? 0 : 2;
}

static void store__where_var_is_full_goes_to_run(void **state)
{
    tree_mkdir(*state, "var");
    tree_mkdir(*state, "run");
    assert_child_passes(store_without_room, *state);
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

/* Loads, sets aside and stores, as a command does. */
static int store_anew(const struct tree *tree, const char *text)
{
    _cleanup_(saved_state_done) struct saved_state saved = {0};
    _cleanup_free_ char *message = NULL;
    struct state_found found = find(tree, &saved);
    int error = state_set_aside(tree->root, &found, &message);

    if (error < 0)
        return error;
    store(tree, text, &message);
    return 0;
}

static void aside__nothing_unusable_is_written_over(void **state)
{
    _cleanup_free_ char *text = text_of(ID, "60");

    tree_write(*state, PERSISTENT, "{\"version\":1,");
    assert_int_equal(store_anew(*state, text), 0);
    assert_file(*state, DAMAGED, "{\"version\":1,");
    assert_file(*state, PERSISTENT, text);
    assert_int_equal(store_anew(*state, text), 0); /* a good one is not set aside */
    assert_file(*state, PERSISTENT ".damaged-2", NULL);
    tree_write(*state, PERSISTENT, "");
    assert_int_equal(store_anew(*state, NULL), 0);
    assert_file(*state, PERSISTENT ".damaged-2", "");
    assert_file(*state, DAMAGED, "{\"version\":1,");
    assert_file(*state, PERSISTENT, NULL);
}

static void aside__another_machines_and_the_volatile_one(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *text = text_of(ID, "60"), *other = text_of("ffffffffffffffffffffffffffffffff", "30");

    tree_write(tree, PERSISTENT, other);
    tree_write(tree, VOLATILE, "{");
    assert_int_equal(store_anew(tree, text), 0);
    assert_file(tree, OTHER, other);
    assert_file(tree, VOLATILE ".damaged-1", "{");
    assert_file(tree, PERSISTENT, text);
}

static void aside__nine_are_enough(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *text = text_of(ID, "60");

    for (int i = 1; i <= 9; i++) {
        char content[16];

        snprintf(content, sizeof(content), "damaged %d", i);
        tree_write(tree, PERSISTENT, content);
        assert_int_equal(store_anew(tree, text), 0);
    }
    tree_write(tree, PERSISTENT, "the tenth");
    assert_int_equal(store_anew(tree, text), -EEXIST);
    assert_file(tree, PERSISTENT, "the tenth");
    assert_file(tree, PERSISTENT ".damaged-1", "damaged 1");
    assert_file(tree, PERSISTENT ".damaged-9", "damaged 9");
}

/* Only what can be read back is a way back. */
static void store__refuses_what_is_no_state(void **state)
{
    const struct tree *tree = *state;
    _cleanup_free_ char *text = text_of(ID, "60"), *message = NULL;
    enum state_place place;

    tree_mkdir(tree, "var/lib");
    store(tree, text, &message);
    assert_int_equal(state_store(tree->root, "{\"version\":1,", &place, &message), -EINVAL);
    assert_contains(message, "cannot be read back");
    assert_file(tree, PERSISTENT, text);
}

static void leftovers__go(void **state)
{
    const struct tree *tree = *state;

    tree_write(tree, "var/lib/redis-hosttune/.state.json.new", "half");
    tree_write(tree, "run/redis-hosttune/.state.json.new", "half");
    state_remove_leftovers(tree->root);
    assert_int_equal(tree_count(tree, "var/lib/redis-hosttune"), 0);
    assert_int_equal(tree_count(tree, "run/redis-hosttune"), 0);
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
        tree_test(load__the_files_of_another_machine_are_true),
        tree_test(load__what_a_damaged_one_still_tells),
        tree_test(load__one_byte_is_wrong),
        tree_test(aside__nothing_unusable_is_written_over),
        tree_test(aside__another_machines_and_the_volatile_one),
        tree_test(aside__nine_are_enough),
        tree_test(store__refuses_what_is_no_state),
        tree_test(leftovers__go),
        tree_test(store__follows_no_planted_link),
    };

    return cmocka_run_group_tests_name("privileged-state", tests, NULL, NULL);
}
