/* SPDX-License-Identifier: MIT */
#include "util/escape.h"

#include "support.h"

static void escape__shows_what_a_terminal_would_obey(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"a\tb", "a\tb"},
        {"a\nb\rc", "a\\x0ab\\x0dc"},
        {"\x1b[31m", "\\x1b[31m"},
        {"\x01\x7f", "\\x01\\x7f"},
        {"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\u0080\\u009b\\u009f\xc2\xa0"},
        {"\xd8\x9c", "\\u061c"},
        {"\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f", "\xe2\x80\x8d\\u200e\\u200f"},
        {"\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9", "\xe2\x80\xa7\\u2028\\u2029"},
        {"\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae\xe2\x80\xaf",
         "\\u202a\\u202b\\u202c\\u202d\\u202e\xe2\x80\xaf"},
        {"\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9\xe2\x81\xaa",
         "\xe2\x81\xa5\\u2066\\u2067\\u2068\\u2069\xe2\x81\xaa"},
        {"\xff\x9b", "\\xff\\x9b"},                   /* no UTF-8; 0x9b is CSI to an 8-bit terminal */
        {"\xc3", "\\xc3"},                            /* cut off */
        {"\xe2\x82x", "\\xe2\\x82x"},                 /* cut off in the middle */
        {"\xc0\xaf\xc1\xbf", "\\xc0\\xaf\\xc1\\xbf"}, /* overlong */
        {"\xe0\x80\x9b", "\\xe0\\x80\\x9b"},          /* overlong CSI */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond Unicode */
        {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
        {"\\x1b \\u202e", "\\x1b \\u202e"}, /* escaped already */
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *escaped = text_escaped(rows[i][0], strlen(rows[i][0]));
        char *twice = strdup(escaped);

        assert_text(escaped, rows[i][1]);
        assert_int_equal(text_escape(&twice), 0);
        assert_text(twice, escaped);
        free(twice);
    }
}

static void escape__shows_a_nul_within_a_text(void **state)
{
    char line[16];

    (void)state;
    assert_int_equal(escape_line("a\0b", 3, line, sizeof(line)), 6);
    assert_text(line, "a\\x00b");
}

static void escape__cuts_neither_a_letter_nor_an_escape(void **state)
{
    char line[8];

    (void)state;
    assert_int_equal(escape_line("ab\x1b\x1b", 4, line, sizeof(line)), 6);
    assert_text(line, "ab\\x1b");
    assert_int_equal(escape_line("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 9, line, sizeof(line)), 6);
    assert_text(line, "\xe2\x82\xac\xe2\x82\xac");
    assert_int_equal(escape_line("\xe2\x80\xae", 3, line, 6), 0);
    assert_text(line, "");
    assert_int_equal(escape_line("abc", 3, line, 1), 0);
    assert_text(line, "");
}

static void escape__takes_null(void **state)
{
    char *text = NULL;

    (void)state;
    assert_int_equal(text_escape(&text), 0);
    assert_null(text);
}

static void character__is_cut_only_where_more_could_complete_it(void **state)
{
    static const struct {
        const char *text;
        bool is_cut;
    } rows[] = {
        {"\xc3", true},  {"\xe2\x82", true}, {"\xf0\x9f\x98", true}, {"\xc3\xa4", false}, {"\x9b", false},
        {"\xc0", false}, {"\xff", false},    {"\xe2x", false},       {"a", false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_int_equal(character_is_cut(rows[i].text, strlen(rows[i].text)), rows[i].is_cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape__shows_what_a_terminal_would_obey),
        cmocka_unit_test(escape__shows_a_nul_within_a_text),
        cmocka_unit_test(escape__cuts_neither_a_letter_nor_an_escape),
        cmocka_unit_test(escape__takes_null),
        cmocka_unit_test(character__is_cut_only_where_more_could_complete_it),
    };

    return cmocka_run_group_tests_name("util-escape", tests, NULL, NULL);
}
