/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "util/json.h"

static void json_to_text__ends_with_a_newline(void **state)
{
    _cleanup_free_ char *text = NULL;

    (void)state;
    json_memory_begin();
    text = json_to_text(json_pack("{s:s, s:f}", "a", "b", "c", 0.1), JSON_REAL_PRECISION(12));
    assert_text(text, "{\n  \"a\": \"b\",\n  \"c\": 0.1\n}\n");
}

static void json_memory__is_jansson_s_own_behind_the_end(void **state)
{
    json_malloc_t allocate;
    json_free_t release;

    (void)state;
    json_memory_begin();
    json_get_alloc_funcs(&allocate, &release);
    assert_ptr_not_equal(allocate, malloc);
    json_decref(json_object());
    free(json_to_text(json_object(), 0));
    json_get_alloc_funcs(&allocate, &release);
    assert_ptr_equal(allocate, malloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_to_text__ends_with_a_newline),
        cmocka_unit_test(json_memory__is_jansson_s_own_behind_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
