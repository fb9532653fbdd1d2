/* SPDX-License-Identifier: MIT */
#include "support.h"

static void parse_integer__takes_what_the_kernel_prints(void **state)
{
    static const struct {
        const char *text;
        long long value;
    } rows[] = {
        {"0", 0},
        {"60\n", 60},
        {" 7 ", 7},
        {"-1\n", -1},
        {"007", 7},
        {"65535", 65535},
        {"\t1\r\n", 1},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        long long value = 12345;

        errno = ERANGE; /* of an earlier call */
        if (parse_integer(rows[i].text, &value) != 0 || value != rows[i].value)
            fail_msg("\"%s\" became %lld", rows[i].text, value);
    }
}

static void parse_integer__refuses_the_rest_and_keeps_the_target(void **state)
{
    static const char *const texts[] = {
        "", " ", "\n", "-", "--1", "- 1", "+1", "x", "1x", "1 2", "0x10", "1.5", "1,000", "1e3", "\xb2", "1-",
    };
    long long value = 12345;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        if (parse_integer(texts[i], &value) != -EINVAL || value != 12345)
            fail_msg("\"%s\" was taken as %lld", texts[i], value);
}

static void parse_integer__says_out_of_range(void **state)
{
    long long value = 12345;

    (void)state;
    assert_int_equal(parse_integer("9223372036854775808", &value), -ERANGE);
    assert_int_equal(parse_integer("-9223372036854775809", &value), -ERANGE);
    assert_int_equal(value, 12345);
}

static void text_trim__cuts_both_ends(void **state)
{
    char padded[] = " \t a b\r\n", blank[] = " \n\t", empty[] = "", bare[] = "x";

    (void)state;
    assert_text(text_trim(padded), "a b");
    assert_text(text_trim(blank), "");
    assert_text(text_trim(empty), "");
    assert_text(text_trim(bare), "x");
}

static void text_equal__null_equals_null_only(void **state)
{
    (void)state;
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_false(text_equal("", NULL));
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", "ab"));
}

static void text_has_prefix_and_suffix(void **state)
{
    (void)state;
    assert_true(text_has_prefix("redis-server", "redis"));
    assert_true(text_has_prefix("redis", ""));
    assert_false(text_has_prefix("red", "redis"));
    assert_true(text_has_suffix("a.service", ".service"));
    assert_true(text_has_suffix(".service", ".service"));
    assert_true(text_has_suffix("x", ""));
    assert_false(text_has_suffix("service", ".service"));
    assert_false(text_has_suffix("a.service.d", ".service"));
}

static void text_is_printable__takes_utf8(void **state)
{
    static const char *const texts[] = {
        "",
        "plain ~\n",
        "tab\tand\r\n",
        "\xc3\xa9",         /* U+00E9 */
        "\xe2\x82\xac",     /* U+20AC */
        "\xe0\xa0\x80",     /* U+0800, the first of three bytes */
        "\xed\x9f\xbf",     /* U+D7FF, the last before the surrogates */
        "\xee\x80\x80",     /* U+E000, the first behind them */
        "\xf0\x90\x80\x80", /* U+10000 */
        "\xf1\x80\x80\x80",
        "\xf4\x8f\xbf\xbf", /* U+10FFFF */
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        if (!text_is_printable(texts[i], strlen(texts[i])))
            fail_msg("row %zu was refused", i);
}

static void text_is_printable__refuses_binary(void **state)
{
    static const char *const texts[] = {
        "\x01",
        "a\x1b[31m",
        "\x7f",
        "\x80",             /* a continuation alone */
        "\xc0\xaf",         /* overlong */
        "\xc1\xbf",         /* overlong */
        "\xe0\x9f\xbf",     /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* behind U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xff",
        "\xe2\x82", /* cut short */
        "\xc3x",
        "\xe2x",
        "\xe2\x82x",
        "\xf0\x90\x80",
        "\xc3",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        if (text_is_printable(texts[i], strlen(texts[i])))
            fail_msg("row %zu was taken", i);
    assert_false(text_is_printable("a\0b", 3));
}

static void error_make__stores_the_message_and_returns_the_code(void **state)
{
    char *message = NULL;

    (void)state;
    assert_int_equal(error_make(&message, -EINVAL, "%s:%d: no", "file", 3), -EINVAL);
    assert_text(message, "file:3: no");
    /* the older one may be part of the new one */
    assert_int_equal(error_make(&message, -EIO, "again: %s", message), -EIO);
    assert_text(message, "again: file:3: no");
    free(message);
    assert_int_equal(error_make(NULL, -ENOENT, "nobody listens"), -ENOENT);
}

static void text_replace__copies(void **state)
{
    char source[] = "new", *target = NULL;

    (void)state;
    assert_int_equal(text_replace(&target, "old"), 0);
    assert_int_equal(text_replace(&target, source), 0);
    source[0] = 'x';
    assert_text(target, "new");
    assert_int_equal(text_replace(&target, target), 0); /* by itself */
    assert_text(target, "new");
    assert_int_equal(text_replace(&target, NULL), 0);
    assert_null(target);
}

static void array_grow__zeroes_the_new_element(void **state)
{
    struct {
        char *name;
        int number;
    } *array = NULL;

    (void)state;
    for (size_t n = 0; n < 100; n++) {
        assert_int_equal(array_grow(&array, n, sizeof(*array)), 0);
        assert_null(array[n].name);
        assert_int_equal(array[n].number, 0);
        array[n].name = (char *)"set";
        array[n].number = (int)n;
    }
    for (int n = 0; n < 100; n++)
        assert_int_equal(array[n].number, n);
    free(array);
}

static void strings_free__takes_null_and_lists(void **state)
{
    char **list = calloc(3, sizeof(*list));

    (void)state;
    assert_non_null(list);
    list[0] = strdup("a");
    list[1] = strdup("b");
    strings_free(list);
    strings_free(NULL);
}

static void text__integers_in_any_base(void **state)
{
    static const struct {
        const char *text;
        int error;
        long long value;
    } rows[] = {
        {"12", 0, 12},      {"-12", 0, -12},
        {"0x1f", 0, 31},    {"010", 0, 8},
        {"", -EINVAL, 0},   {"x", -EINVAL, 0},
        {"+1", -EINVAL, 0}, {"1 ", -EINVAL, 0},
        {"0x", -EINVAL, 0}, {"99999999999999999999", -ERANGE, 0},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        long long value = 0;

        assert_int_equal(parse_integer_any_base(rows[i].text, &value), rows[i].error);
        assert_int_equal(value, rows[i].value);
    }
}

static void text_shell_quote__is_one_word_of_a_shell(void **state)
{
    static const char *const pairs[][2] = {
        {"app", "app"},
        {"10.0.0.1:6379", "10.0.0.1:6379"},
        {"", "''"},
        {"$(reboot)", "'$(reboot)'"},
        {"a;b", "'a;b'"},
        {"it's", "'it'\\''s'"},
        {"'", "''\\'''"},
        {"~a", "'~a'"},
        {"redis\\x2dodd.service", "'redis\\x2dodd.service'"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(pairs); i++) {
        _cleanup_free_ char *quoted = text_shell_quote(pairs[i][0]);

        assert_text(quoted, pairs[i][1]);
    }
}

static void text_builder__gives_its_text(void **state)
{
    struct text_builder builder = {0};
    _cleanup_free_ char *text = NULL;

    (void)state;
    text_builder_add(&builder, "%d %s", 1, "two");
    text_builder_add_text(&builder, ", three");
    text_builder_add_part(&builder, ", four, five", strlen(", four"));
    text = text_builder_take(&builder);
    assert_text(text, "1 two, three, four");
    free(text);
    for (int i = 0; i < 10000; i++)
        text_builder_add(&builder, "%04d", i);
    text = text_builder_take(&builder);
    assert_int_equal(strlen(text), 40000);
    assert_text(text + 40000 - 8, "99989999");
    free(text);
    text = text_builder_take(&builder);
    assert_text(text, "");
}

/* Its first room, and what is twice as large. */
static void text_builder__fits_to_the_byte(void **state)
{
    static char line[600];

    (void)state;
    memset(line, 'x', sizeof(line));
    for (size_t size = 250; size < sizeof(line); size++) {
        struct text_builder builder = {0};
        _cleanup_free_ char *text = NULL;

        text_builder_add_part(&builder, line, size - 2);
        text_builder_add(&builder, "%s", "yz");
        text = text_builder_take(&builder);
        assert_int_equal(strlen(text), size);
        assert_text(text + size - 3, "xyz");
    }
}

/* What comes behind is not put behind a gap. */
static void text_builder__remembers_what_failed(void **state)
{
    struct text_builder builder = {0};
    _cleanup_free_ char *text = NULL;

    (void)state;
    text_builder_add_text(&builder, "a");
    text_builder_add_part(&builder, "b", SIZE_MAX);
    text_builder_add(&builder, "%s", "c");
    assert_null(text_builder_take(&builder));
    text_builder_add_text(&builder, "d");
    text = text_builder_take(&builder);
    assert_text(text, "d");
}

static void text_file_name__is_what_stands_behind_the_last_slash(void **state)
{
    (void)state;
    assert_string_equal(text_file_name("/etc/sysctl.d/a.conf"), "a.conf");
    assert_string_equal(text_file_name("a.conf"), "a.conf");
    assert_string_equal(text_file_name("/"), "");
}

static void text_equals_part__looks_at_the_whole_text(void **state)
{
    (void)state;
    assert_true(text_equals_part("units", "units]", 5));
    assert_false(text_equals_part("units", "units]", 6));
    assert_false(text_equals_part("units", "unit", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_integer__takes_what_the_kernel_prints),
        cmocka_unit_test(parse_integer__refuses_the_rest_and_keeps_the_target),
        cmocka_unit_test(parse_integer__says_out_of_range),
        cmocka_unit_test(text_trim__cuts_both_ends),
        cmocka_unit_test(text_equal__null_equals_null_only),
        cmocka_unit_test(text_has_prefix_and_suffix),
        cmocka_unit_test(text_is_printable__takes_utf8),
        cmocka_unit_test(text_is_printable__refuses_binary),
        cmocka_unit_test(error_make__stores_the_message_and_returns_the_code),
        cmocka_unit_test(text_shell_quote__is_one_word_of_a_shell),
        cmocka_unit_test(text_builder__gives_its_text),
        cmocka_unit_test(text_builder__fits_to_the_byte),
        cmocka_unit_test(text_builder__remembers_what_failed),
        cmocka_unit_test(text_replace__copies),
        cmocka_unit_test(array_grow__zeroes_the_new_element),
        cmocka_unit_test(strings_free__takes_null_and_lists),
        cmocka_unit_test(text__integers_in_any_base),
        cmocka_unit_test(text_file_name__is_what_stands_behind_the_last_slash),
        cmocka_unit_test(text_equals_part__looks_at_the_whole_text),
    };

    return cmocka_run_group_tests_name("util-text", tests, NULL, NULL);
}
