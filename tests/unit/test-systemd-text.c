/* SPDX-License-Identifier: MIT */
#include "systemd/text.h"

#include "support.h"

/* "[a][b]" with the number of the last line behind it; static buffer. */
static const char *lines_of(const char *content, size_t size)
{
    static char shown[256];
    struct systemd_lines lines = systemd_lines_of(content, size);
    const char *start;
    size_t length;

    shown[0] = '\0';
    while (systemd_lines_next(&lines, &start, &length))
        snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "[%.*s]", (int)length, start);
    snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), " %u%s", lines.number,
             lines.is_too_long ? " cut" : "");
    return shown;
}

#define LINES(content) lines_of(content, sizeof(content) - 1)

static void systemd_text__lines_end_in_several_ways(void **state)
{
    (void)state;
    assert_text(LINES(""), " 0");
    assert_text(LINES("a"), "[a] 1");
    assert_text(LINES("a\nb\n"), "[a][b] 2");
    assert_text(LINES("a\n\nb"), "[a][][b] 3");
    assert_text(LINES("a\r\nb\n\rc"), "[a][b][c] 3"); /* one end each */
    assert_text(LINES("a\rb\r\rc"), "[a][b][][c] 4");
    assert_text(LINES("a\0b\0\0c"), "[a][b][][c] 4");
    assert_text(LINES("a\n\0b\0\nc"), "[a][b][][c] 4"); /* a NUL is the last of an end */
    assert_text(LINES(" \t a b \t\n"), "[a b] 1");
    assert_text(LINES("\va\f"), "[\va\f] 1");
}

static void systemd_text__a_line_of_1_mib_ends_the_reading(void **state)
{
    size_t size = SYSTEMD_LINE_MAX + 8;
    _cleanup_free_ char *content = malloc(size);

    (void)state;
    assert_non_null(content);
    memset(content, 'x', size);
    memcpy(content, "a\n", 2);
    memcpy(content + 2 + SYSTEMD_LINE_MAX, "\nb\n", 3);
    assert_text(lines_of(content, size), "[a] 2 cut");
    content[2] = '\n'; /* one byte less is a line as any other */
    struct systemd_lines lines = systemd_lines_of(content, size);
    const char *start;
    size_t length, longest = 0;

    while (systemd_lines_next(&lines, &start, &length))
        longest = length > longest ? length : longest;
    assert_false(lines.is_too_long);
    assert_int_equal(longest, SYSTEMD_LINE_MAX - 1);
}

static void assert_word(const char *text, bool unescapes, const char *word, const char *rest)
{
    _cleanup_free_ char *found = NULL;
    const char *at = text;

    assert_int_equal(systemd_extract_word(&at, unescapes, &found), 1);
    assert_text(found, word);
    assert_text(at, rest);
}

static void systemd_text__words_lose_their_quotes(void **state)
{
    (void)state;
    assert_word("a b", false, "a", "b");
    assert_word("  a\t", false, "a", NULL);
    assert_word("\"a b\" c", false, "a b", "c");
    assert_word("x'a \"b'y c", false, "xa \"by", "c");
    assert_word("'' c", false, "", "c");
    assert_word("a\\ b c", false, "a b", "c");
    assert_word("a\\x62", false, "ax62", NULL); /* as systemd 252 */
    assert_word("a\\x62", true, "ab", NULL);    /* as 257 */
}

static void systemd_text__what_is_no_word(void **state)
{
    static const struct {
        const char *text;
        bool unescapes;
        int result;
    } rows[] = {
        {"", false, 0},           {"  ", false, 0},        {"\"a", false, -EINVAL},
        {"'a\"", false, -EINVAL}, {"a\\", false, -EINVAL}, {"a\\q", true, -EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        const char *at = rows[i].text;
        char *word = NULL;

        assert_int_equal(systemd_extract_word(&at, rows[i].unescapes, &word), rows[i].result);
        assert_null(word);
    }
}

static void systemd_text__escapes(void **state)
{
    static const char *const rows[][2] = {
        {"plain", "plain"},
        {"\\x6eever", "never"},
        {"n\\145ver", "never"},
        {"\\u006e\\U0000006e", "nn"},
        {"\\u00e4", "\xc3\xa4"},
        {"\\u20ac", "\xe2\x82\xac"},
        {"\\U0001f600", "\xf0\x9f\x98\x80"},
        {"\\a\\b\\f\\n\\r\\t\\v", "\a\b\f\n\r\t\v"},
        {"\\\\\\\"\\'\\s", "\\\"' "},
    };
    static const char *const wrong[] = {"\\",    "\\q",   "\\x",  "\\x6",   "\\xzz",       "\\x00",
                                        "\\000", "\\777", "\\14", "\\u006", "\\U00110000", "\\U0000d800"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *text = NULL;

        assert_int_equal(systemd_unescape(rows[i][0], &text), 0);
        assert_text(text, rows[i][1]);
    }
    for (size_t i = 0; i < ELEMENTS(wrong); i++) {
        char *text = NULL;

        assert_int_equal(systemd_unescape(wrong[i], &text), -EINVAL);
        assert_null(text);
    }
}

static void systemd_text__base64(void **state)
{
    static const char *const rows[][2] = {
        {"", ""}, {"bmV2ZXI=", "never"}, {"YQ==", "a"}, {"YWJj", "abc"}, {" Y Q\t==", "a"}};
    static const char *const wrong[] = {
        "a", "YQ", "YQ=", "YQ===", "Y===", "=", "YR==", "bmV2ZXJ=", "YQ==YQ==", "Y!=="};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *text = NULL;
        size_t size;

        assert_int_equal(systemd_decode_base64(rows[i][0], &text, &size), 0);
        assert_text(text, rows[i][1]);
        assert_int_equal(size, strlen(rows[i][1]));
    }
    for (size_t i = 0; i < ELEMENTS(wrong); i++) {
        char *text = NULL;
        size_t size;

        assert_int_equal(systemd_decode_base64(wrong[i], &text, &size), -EINVAL);
        assert_null(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(systemd_text__lines_end_in_several_ways),
        cmocka_unit_test(systemd_text__a_line_of_1_mib_ends_the_reading),
        cmocka_unit_test(systemd_text__words_lose_their_quotes),
        cmocka_unit_test(systemd_text__what_is_no_word),
        cmocka_unit_test(systemd_text__escapes),
        cmocka_unit_test(systemd_text__base64),
    };

    return cmocka_run_group_tests_name("systemd-text", tests, NULL, NULL);
}
