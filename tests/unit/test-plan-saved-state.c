/* SPDX-License-Identifier: MIT */
#include "plan/saved-state.h"

#include "support.h"

static void add__finds_or_makes(void **state)
{
    struct saved_state saved = {0};
    struct saved_value *value;

    (void)state;
    assert_null(saved_state_value(&saved, "a"));
    assert_null(saved_state_file(&saved, "/a"));
    value = saved_state_add_value(&saved, "a");
    assert_non_null(value);
    assert_text(value->object, "a");
    assert_null(value->original);
    assert_null(value->written);
    assert_ptr_equal(saved_state_add_value(&saved, "a"), value);
    assert_ptr_equal(saved_state_value(&saved, "a"), value);
    assert_int_equal(saved.values_count, 1);
    assert_non_null(saved_state_add_file(&saved, "/a"));
    assert_non_null(saved_state_add_file(&saved, "/a"));
    assert_non_null(saved_state_add_file(&saved, "/b"));
    assert_int_equal(saved.files_count, 2);
    saved_state_done(&saved);
}

static void remove__takes_one_and_keeps_the_others(void **state)
{
    struct saved_state saved = {0};

    (void)state;
    for (const char *const *name = (const char *const[]){"a", "b", "c", NULL}; *name; name++) {
        assert_non_null(saved_state_add_value(&saved, *name));
        assert_non_null(saved_state_add_file(&saved, *name));
    }
    saved_state_remove_value(&saved, "a");
    saved_state_remove_value(&saved, "none");
    assert_int_equal(saved.values_count, 2);
    assert_null(saved_state_value(&saved, "a"));
    assert_non_null(saved_state_value(&saved, "b"));
    assert_non_null(saved_state_value(&saved, "c"));
    saved_state_remove_file(&saved, "c");
    saved_state_remove_file(&saved, "none");
    assert_int_equal(saved.files_count, 2);
    assert_null(saved_state_file(&saved, "c"));
    saved_state_remove_value(&saved, "b");
    saved_state_remove_value(&saved, "c");
    assert_int_equal(saved.values_count, 0);
    saved_state_done(&saved);
}

static void set_written__remembers_what_it_replaced(void **state)
{
    struct saved_state saved = {0};
    struct saved_value *value = saved_state_add_value(&saved, "a");

    (void)state;
    assert_int_equal(saved_value_set_written(value, "1", "boot-1", 10), 0);
    assert_text(value->written, "1");
    assert_null(value->written_before);
    assert_text(value->boot_id, "boot-1");
    assert_int_equal(value->written_usec, 10);
    assert_int_equal(saved_value_set_written(value, "2", "boot-1", 20), 0);
    assert_text(value->written, "2");
    assert_text(value->written_before, "1");
    /* the same again, at another boot: what it replaced stays */
    assert_int_equal(saved_value_set_written(value, "2", "boot-2", 30), 0);
    assert_text(value->written, "2");
    assert_text(value->written_before, "1");
    assert_text(value->boot_id, "boot-2");
    assert_int_equal(value->written_usec, 30);
    saved_state_done(&saved);
}

static void is_ours__what_was_written_or_was_to_be(void **state)
{
    struct saved_state saved = {0};
    struct saved_value *value = saved_state_add_value(&saved, "a");

    (void)state;
    assert_false(saved_value_is_ours(value, "1")); /* nothing was written */
    assert_int_equal(saved_value_set_written(value, "1", NULL, 0), 0);
    assert_true(saved_value_is_ours(value, "1"));
    assert_false(saved_value_is_ours(value, "2"));
    assert_int_equal(saved_value_set_written(value, "2", NULL, 0), 0);
    assert_true(saved_value_is_ours(value, "2"));
    assert_true(saved_value_is_ours(value, "1")); /* an apply that was cut off before the write */
    assert_false(saved_value_is_ours(value, "3"));
    saved_state_done(&saved);
}

static void done__empties(void **state)
{
    struct saved_state saved = {.machine_id = strdup("id")};
    struct saved_file *file = saved_state_add_file(&saved, "/a");

    (void)state;
    assert_int_equal(text_replace(&file->original, "o"), 0);
    assert_int_equal(text_replace(&file->written, "w"), 0);
    assert_int_equal(text_replace(&file->written_before, "b"), 0);
    saved_state_done(&saved);
    assert_null(saved.machine_id);
    assert_null(saved.values);
    assert_int_equal(saved.files_count, 0);
    saved_state_done(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add__finds_or_makes),
        cmocka_unit_test(remove__takes_one_and_keeps_the_others),
        cmocka_unit_test(set_written__remembers_what_it_replaced),
        cmocka_unit_test(is_ours__what_was_written_or_was_to_be),
        cmocka_unit_test(done__empties),
    };

    return cmocka_run_group_tests_name("plan-saved-state", tests, NULL, NULL);
}
