/* SPDX-License-Identifier: MIT */
/* The saved state as text. Where it is kept is in test-state-store.c. */
#include "privileged/state-text.h"

#include "support.h"

#define ID "0123456789abcdef0123456789abcdef"

#define VALUE                                                                                      \
    "{\"object\":\"vm.swappiness\",\"original\":\"60\",\"written\":\"1\",\"written_before\":null," \
    "\"boot_id\":\"b\",\"written_usec\":7,\"persisted\":true}"
#define FILE_ENTRY "{\"path\":\"/etc/x\",\"original\":null,\"written\":\"new\\n\",\"written_before\":null}"
#define STATE(values, files) \
    "{\"version\":1,\"machine_id\":\"" ID "\",\"values\":[" values "],\"files\":[" files "]}"

/* A state with everything that may stand in one. */
static void fill(struct saved_state *saved)
{
    struct saved_value *value = saved_state_add_value(saved, "vm.swappiness");
    struct saved_file *file;

    assert_int_equal(text_replace(&value->original, "60"), 0);
    assert_int_equal(saved_value_set_written(value, "1", "boot-1", 5), 0);
    assert_int_equal(saved_value_set_written(value, "10", "boot-2", 9007199254740993ULL), 0);
    value->is_persisted = true;
    assert_non_null(saved_state_add_value(saved, "thp.enabled")); /* nothing known of it */
    file = saved_state_add_file(saved, "/etc/sysctl.d/x.conf");
    assert_int_equal(text_replace(&file->original, "# \"quoted\" \\ \xc3\xa9\n\tx\r\n"), 0);
    assert_int_equal(text_replace(&file->written, ""), 0);
    file->original_mode = 0640;
    file = saved_state_add_file(saved, "/etc/y");
    assert_int_equal(text_replace(&file->written, "new\n"), 0);
    assert_int_equal(text_replace(&file->written_before, "older\n"), 0);
}

static void assert_same_value(const struct saved_value *a, const struct saved_value *b)
{
    assert_text(a->object, b->object);
    assert_text(a->original, b->original);
    assert_text(a->written, b->written);
    assert_text(a->written_before, b->written_before);
    assert_text(a->boot_id, b->boot_id);
    assert_true(a->written_usec == b->written_usec);
    assert_int_equal(a->is_persisted, b->is_persisted);
}

static void state__is_the_same_after_a_round_trip(void **state)
{
    _cleanup_(saved_state_done) struct saved_state before = {0}, after = {0};
    _cleanup_free_ char *text = NULL, *again = NULL;

    (void)state;
    fill(&before);
    assert_int_equal(state_serialize(&before, ID, &text), 0);
    assert_int_equal(state_parse(text, &after), 0);
    assert_text(after.machine_id, ID);
    assert_int_equal(after.values_count, before.values_count);
    assert_int_equal(after.files_count, before.files_count);
    for (size_t i = 0; i < before.values_count; i++)
        assert_same_value(&after.values[i], &before.values[i]);
    for (size_t i = 0; i < before.files_count; i++) {
        assert_text(after.files[i].path, before.files[i].path);
        assert_text(after.files[i].original, before.files[i].original);
        assert_text(after.files[i].written, before.files[i].written);
        assert_text(after.files[i].written_before, before.files[i].written_before);
        assert_int_equal(after.files[i].original_mode, before.files[i].original_mode);
    }
    assert_int_equal(state_serialize(&after, ID, &again), 0);
    assert_text(again, text);
}

static void state__empty_ones_too(void **state)
{
    _cleanup_(saved_state_done) struct saved_state before = {0}, after = {0};
    _cleanup_free_ char *text = NULL;

    (void)state;
    assert_int_equal(state_serialize(&before, "", &text), 0);
    assert_int_equal(state_parse(text, &after), 0);
    assert_text(after.machine_id, "");
    assert_int_equal(after.values_count + after.files_count, 0);
}

static void state__cut_short_at_any_byte_is_damaged(void **state)
{
    _cleanup_(saved_state_done) struct saved_state before = {0};
    _cleanup_free_ char *text = NULL;

    (void)state;
    fill(&before);
    assert_int_equal(state_serialize(&before, ID, &text), 0);
    for (size_t length = 0; length < strlen(text); length++) {
        struct saved_state after = {.values_count = 77};
        char *cut = strndup(text, length); /* of its own size: reading on would be seen */

        assert_int_equal(state_parse(cut, &after), -EINVAL);
        assert_int_equal(after.values_count, 77); /* not clobbered */
        free(cut);
    }
}

/* Whatever one wrong byte does: an error or another state, never a crash. */
static void state__with_any_byte_wrong_does_no_harm(void **state)
{
    _cleanup_(saved_state_done) struct saved_state before = {0};
    _cleanup_free_ char *text = NULL;

    (void)state;
    fill(&before);
    assert_int_equal(state_serialize(&before, ID, &text), 0);
    for (char *byte = text; *byte; byte++) {
        char kept = *byte;

        for (const char *wrong = "\"\\{}[],:0nx\xff"; *wrong; wrong++) {
            struct saved_state after = {0};
            int error;

            *byte = *wrong;
            error = state_parse(text, &after);
            assert_true(error == 0 || error == -EINVAL);
            saved_state_done(&after);
        }
        *byte = kept;
    }
}

static void state__of_another_form_is_damaged(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "null",
        "[]",
        "{}",
        "1",
        "\"state\"",
        "{\"version\":1}",
        "{\"version\":1,\"machine_id\":\"" ID "\"}",
        "{\"version\":1,\"machine_id\":null,\"values\":[],\"files\":[]}",
        "{\"version\":1,\"machine_id\":7,\"values\":[],\"files\":[]}",
        "{\"version\":\"1\",\"machine_id\":\"" ID "\",\"values\":[],\"files\":[]}",
        "{\"version\":1,\"machine_id\":\"" ID "\",\"values\":{},\"files\":[]}",
        "{\"version\":1,\"machine_id\":\"" ID "\",\"values\":[],\"files\":null}",
        STATE("null", ""),
        STATE("[]", ""),
        STATE("\"vm.swappiness\"", ""),
        STATE("{}", ""),
        STATE("{\"object\":\"vm.swappiness\"}", ""),
        STATE(VALUE "," VALUE, ""),
        STATE("", FILE_ENTRY "," FILE_ENTRY),
        STATE("", "{\"path\":\"/etc/x\"}"),
        STATE("", "{\"path\":7,\"original\":null,\"written\":null,\"written_before\":null}"),
        STATE("", "{\"path\":\"/etc/x\",\"original\":7,\"written\":null,\"written_before\":null}"),
        STATE("", "{\"path\":\"/etc/x\",\"original\":null,\"written\":{},\"written_before\":null}"),
        STATE(VALUE, FILE_ENTRY) "x",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(texts); i++) {
        struct saved_state after = {0};

        if (state_parse(texts[i], &after) != -EINVAL)
            fail_msg("%s was taken", texts[i]);
    }
}

static void state__of_a_newer_version_is_not_damaged(void **state)
{
    struct saved_state after = {0};

    (void)state;
    assert_int_equal(
        state_parse("{\"version\":2,\"machine_id\":\"" ID "\",\"values\":[],\"files\":[]}", &after),
        -ENOTSUP);
}

/* A newer version may know more of each entry. */
static void state__with_more_fields_is_taken(void **state)
{
    _cleanup_(saved_state_done) struct saved_state after = {0};

    (void)state;
    assert_int_equal(state_parse("{\"version\":1,\"since\":[1],\"machine_id\":\"" ID "\",\"values\":[" VALUE
                                 "],\"files\":[" FILE_ENTRY "]}",
                                 &after),
                     0);
    assert_text(saved_state_value(&after, "vm.swappiness")->original, "60");
    assert_int_equal(after.values[0].written_usec, 7);
    assert_true(after.values[0].is_persisted);
    assert_null(after.values[0].written_before);
    assert_text(saved_state_file(&after, "/etc/x")->written, "new\n");
}

static void state__that_is_no_utf8_cannot_be_saved(void **state)
{
    _cleanup_(saved_state_done) struct saved_state saved = {0};
    char *text = NULL;

    (void)state;
    assert_int_equal(text_replace(&saved_state_add_file(&saved, "/etc/x")->original, "caf\xe9\n"), 0);
    assert_int_equal(state_serialize(&saved, ID, &text), -EILSEQ);
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state__is_the_same_after_a_round_trip),
        cmocka_unit_test(state__empty_ones_too),
        cmocka_unit_test(state__cut_short_at_any_byte_is_damaged),
        cmocka_unit_test(state__with_any_byte_wrong_does_no_harm),
        cmocka_unit_test(state__of_another_form_is_damaged),
        cmocka_unit_test(state__of_a_newer_version_is_not_damaged),
        cmocka_unit_test(state__with_more_fields_is_taken),
        cmocka_unit_test(state__that_is_no_utf8_cannot_be_saved),
    };

    return cmocka_run_group_tests_name("privileged-state-text", tests, NULL, NULL);
}
