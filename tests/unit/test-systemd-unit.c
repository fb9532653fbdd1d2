/* SPDX-License-Identifier: MIT */
/* The syntax of unit files, checked against what `systemd-analyze verify` of systemd 252 makes of the same
 * bytes. */
#include "systemd/unit.h"

#include "support.h"

#define SHOWN "/etc/x.service"

/* What the bytes give: "KEY=VALUE@LINE KEY=…", or the error's message; static buffer. */
static const char *read_section_bytes(const char *section, const char *bytes, size_t size)
{
    static char shown[4096];
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL, *content = malloc(size + 1);
    char *out = shown;
    int error;

    assert_non_null(content);
    memcpy(content, bytes, size);
    content[size] = '\0';
    error = unit_parse(&unit, section, SHOWN, content, size, &message);
    *out = '\0';
    if (error < 0) {
        snprintf(shown, sizeof(shown), "%s%s",
                 error == -EBADMSG ? "" : "not -EBADMSG: ", TEXT_OR_NULL(message));
        return shown;
    }
    assert_null(message);
    for (size_t i = 0; i < unit.settings_count; i++) {
        const struct unit_setting *setting = &unit.settings[i];

        assert_text(setting->file, SHOWN);
        out += sprintf(out, "%s%s=%s@%u", i ? " " : "", setting->key, setting->value, setting->line);
    }
    return shown;
}

static const char *read_bytes(const char *bytes, size_t size)
{
    return read_section_bytes("Service", bytes, size);
}

static const char *read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

/* --- lines --- */

static void unit__has_the_assignments_of_its_section(void **state)
{
    (void)state;
    assert_text(read_text("[Unit]\nA=1\n[Service]\nB=2\n\n[Install]\nC=3\n[Service]\nB=4\n"), "B=2@4 B=4@9");
    assert_text(read_section_bytes("Manager", "[Manager]\nA=1\n[Service]\nB=2\n", 28), "A=1@2");
    assert_text(read_text(""), "");
    assert_text(read_text("\n \n\t\n"), "");
}

static void unit__outside_of_a_section_nothing_counts(void **state)
{
    (void)state;
    assert_text(read_text("A=1\n[Service]\nB=2\n"), "B=2@3");
}

static void unit__other_spellings_are_other_sections(void **state)
{
    static const char *const headers[] = {"[service]", "[Service ]", "[ Service]", "[X-Service]",
                                          "[]",        "[Services]", "[Servic]"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(headers); i++) {
        char text[64];

        snprintf(text, sizeof(text), "[Service]\n%s\nA=1\n", headers[i]);
        assert_text(read_text(text), "");
    }
}

static void unit__white_space_around_counts_for_nothing(void **state)
{
    (void)state;
    assert_text(read_text(" \t[Service] \n  Key = value  \n\tKey\t=\tv  v\t\nKey =value\n"),
                "Key=value@2 Key=v  v@3 Key=value@4");
}

static void unit__without_a_newline_at_the_end(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=1"), "A=1@2");
    assert_text(read_text("[Service]\n#A=1"), "");
}

static void unit__values_may_hold_anything(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=b=c # d ; e [f] \"g\n"), "A=b=c # d ; e [f] \"g@2");
    assert_text(read_text("[Service]\nA=%i ${B} \\x20 \xc3\xa4\n"), "A=%i ${B} \\x20 \xc3\xa4@2");
}

static void unit__an_empty_value_is_kept_as_a_reset(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=\nA= \t\n"), "A=@2 A=@3");
}

/* systemd complains of these and goes on. */
static void unit__a_line_without_equals_or_key_is_passed_over(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nnonsense\n=value\n = value\nA=1\n"), "A=1@5");
}

static void unit__comments_begin_with_hash_or_semicolon(void **state)
{
    (void)state;
    assert_text(read_text("# a\n; b\n[Service]\n #A=1\n\t;A=2\nA=3\n"), "A=3@6");
    assert_text(read_text("[Service]\n# not continued \\\nA=1\n"), "A=1@3");
}

/* --- continuation --- */

static void unit__a_backslash_at_the_end_continues_the_line(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=1 \\\n2\\\n3\nB=4\n"), "A=1  2 3@2 B=4@5");
    assert_text(read_text("[Service]\nA=\\\nB=1\n"), "A=B=1@2");
    assert_text(read_text("[Service]\nA=1 \\\n\nB=4\n"), "A=1@2 B=4@4");
    assert_text(read_text("[Ser\\\nvice]\nA=1\n"), "");
}

static void unit__white_space_of_a_continued_line_stays(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=\"b\\\n   c\"\n"), "A=\"b    c\"@2");
}

static void unit__a_comment_within_a_continued_line_counts_for_nothing(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=1 \\\n# comment\n  ; another \\\n2\nB=3\n"), "A=1  2@2 B=3@6");
}

static void unit__only_an_odd_number_of_backslashes_continues(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=1\\\\\nB=2\n"), "A=1\\\\@2 B=2@3");
    assert_text(read_text("[Service]\nA=1\\\\\\\nB=2\n"), "A=1\\\\ B=2@2");
    /* the blank is what is escaped */
    assert_text(read_text("[Service]\nA=1\\ \nB=2\n"), "A=1\\@2 B=2@3");
}

static void unit__a_continuation_at_the_end_of_the_file(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\nA=1\\"), "A=1@2");
    assert_text(read_text("[Service]\nA=1\\\n"), "A=1@2");
    assert_text(read_text("[Service]\nA=1\\\n# comment"), "A=1@2");
}

/* --- ends of lines, marks --- */

static void unit__lines_end_with_newline_carriage_return_or_both(void **state)
{
    static const char *const ends[] = {"\n", "\r\n", "\n\r", "\r"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(ends); i++) {
        const char *end = ends[i];
        char text[128];

        snprintf(text, sizeof(text), "[Service]%sA=1 \\%s# c%s 2%s%sB=3%s", end, end, end, end, end, end);
        assert_text(read_text(text), "A=1   2@2 B=3@6");
    }
}

static void unit__a_byte_order_mark_counts_for_nothing(void **state)
{
    (void)state;
    assert_text(read_text("\xef\xbb\xbf[Service]\nA=1\n"), "A=1@2");
    /* the first one, wherever it is: two files put together */
    assert_text(read_text("[Unit]\n\xef\xbb\xbf[Service]\nA=1\n"), "A=1@3");
    assert_text(read_text("\xef\xbb\xbf[Service]\n\xef\xbb\xbf[Unit]\nA=1\n"), "A=1@3");
}

/* --- what is refused --- */

static void unit__a_broken_header_is_refused_with_its_line(void **state)
{
    static const char *const headers[] = {"[Service", "[", "[Service] # no", "[Install]x"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(headers); i++) {
        char text[64];

        snprintf(text, sizeof(text), "[Unit]\n\n%s\n", headers[i]);
        assert_text(read_text(text), SHOWN ":3: broken section header");
    }
}

static void unit__a_nul_byte_is_refused(void **state)
{
    (void)state;
    assert_text(read_bytes("[Service]\nA=1\0\nB=2\n", 19), SHOWN ": not a text file");
    assert_text(read_bytes("[Service]\n# \0\n", 14), SHOWN ": not a text file");
}

static void unit__what_is_no_text_is_refused_with_its_line(void **state)
{
    static const char *const lines[] = {"A=\xe4",    "A=\xff\xfe", "A=\xc3", "A=\xed\xa0\x80",
                                        "A=\x1b[0m", "A=\x7f",     "\x01"};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++) {
        char text[64];

        snprintf(text, sizeof(text), "[Service]\n%s\n", lines[i]);
        assert_text(read_text(text), SHOWN ":2: not a line of text in UTF-8");
    }
    assert_text(read_text("[Service]\nA=1 \\\n\xe4\n"), SHOWN ":2: not a line of text in UTF-8");
}

static void unit__a_comment_may_hold_anything(void **state)
{
    (void)state;
    assert_text(read_text("[Service]\n# f\xfcr \x1b[1mRedis\nA=1\n"), "A=1@3");
}

static void unit__too_many_settings_are_refused(void **state)
{
    const char line[] = "A=1\n";
    size_t length = strlen(line), count = UNIT_SETTINGS_MAX;
    _cleanup_free_ char *text = malloc(10 + length * (count + 1) + 1);

    (void)state;
    assert_non_null(text);
    strcpy(text, "[Service]\n");
    for (size_t i = 0; i <= count; i++)
        strcpy(text + 10 + i * length, line);
    assert_text(read_text(text), "not -EBADMSG: " SHOWN ": more settings than any unit has");
}

/* Half a million lines of one continued line: their number must not count twice. */
static void unit__a_long_continued_line_takes_no_time(void **state)
{
    enum { LINES = 500000 };
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL, *text = malloc(10 + 2 + 2 * LINES + 1);

    (void)state;
    assert_non_null(text);
    strcpy(text, "[Service]\nA=");
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + 12 + 2 * i, "\\\n", 3);
    alarm(20);
    assert_int_equal(unit_parse(&unit, "Service", SHOWN, text, strlen(text), &message), 0);
    alarm(0);
    assert_int_equal(unit.settings_count, 1);
    assert_text(unit.settings[0].value, "");
}

/* --- looking up --- */

static void parse(struct unit *unit, const char *text)
{
    _cleanup_free_ char *content = strdup(text), *message = NULL;

    assert_non_null(content);
    assert_int_equal(unit_parse(unit, "Service", SHOWN, content, strlen(content), &message), 0);
}

static void unit_find__is_the_last(void **state)
{
    _cleanup_(unit_done) struct unit unit = {0};

    (void)state;
    parse(&unit, "[Service]\nA=1\nB=2\nA=3\n");
    parse(&unit, "[Service]\nB=4\n");
    assert_text(unit_find(&unit, "A")->value, "3");
    assert_text(unit_find(&unit, "B")->value, "4");
    assert_null(unit_find(&unit, "a"));
    assert_null(unit_find(&unit, "AB"));
}

static void unit_list__begins_behind_its_last_reset(void **state)
{
    _cleanup_(unit_done) struct unit unit = {0};

    (void)state;
    assert_int_equal(unit_list_begin(&unit, "A"), 0);
    parse(&unit, "[Service]\nA=1\nB=2\nA=\nB=3\n");
    assert_int_equal(unit_list_begin(&unit, "A"), unit.settings_count);
    parse(&unit, "[Service]\nA=4\nB=\nA=5\n");
    assert_int_equal(unit_list_begin(&unit, "A"), 4);
    assert_int_equal(unit_list_begin(&unit, "B"), unit.settings_count);
    assert_int_equal(unit_list_begin(&unit, "C"), unit.settings_count);
}

static void unit_next__goes_through_a_list(void **state)
{
    _cleanup_(unit_done) struct unit unit = {0};
    size_t position;

    (void)state;
    parse(&unit, "[Service]\nA=1\nA=\nA=2\nB=3\nA=4\n");
    position = unit_list_begin(&unit, "A");
    assert_text(unit_next(&unit, "A", &position)->value, "2");
    assert_text(unit_next(&unit, "A", &position)->value, "4");
    assert_null(unit_next(&unit, "A", &position));
}

static void unit_done__empties(void **state)
{
    struct unit unit = {0};

    (void)state;
    parse(&unit, "[Service]\nA=1\n");
    unit_done(&unit);
    unit_done(&unit);
    assert_int_equal(unit.settings_count, 0);
    assert_null(unit.settings);
}

static void unit_name__is_one_of_a_service(void **state)
{
    static const char *const names[] = {
        "a.service", "my-cache_2.service", "other@.service", "other@a:b.service", "a\\x2db.service",
    };
    static const char *const others[] = {
        "",          ".service",    "a", "a.socket", "a.service ", "a b.service", "a/b.service",
        "@.service", "a%i.service",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (!unit_name_is_service(names[i]))
            fail_msg("\"%s\" was refused", names[i]);
    for (size_t i = 0; i < ELEMENTS(others); i++)
        if (unit_name_is_service(others[i]))
            fail_msg("\"%s\" was taken", others[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit__has_the_assignments_of_its_section),
        cmocka_unit_test(unit__outside_of_a_section_nothing_counts),
        cmocka_unit_test(unit__other_spellings_are_other_sections),
        cmocka_unit_test(unit__white_space_around_counts_for_nothing),
        cmocka_unit_test(unit__without_a_newline_at_the_end),
        cmocka_unit_test(unit__values_may_hold_anything),
        cmocka_unit_test(unit__an_empty_value_is_kept_as_a_reset),
        cmocka_unit_test(unit__a_line_without_equals_or_key_is_passed_over),
        cmocka_unit_test(unit__comments_begin_with_hash_or_semicolon),
        cmocka_unit_test(unit__a_backslash_at_the_end_continues_the_line),
        cmocka_unit_test(unit__white_space_of_a_continued_line_stays),
        cmocka_unit_test(unit__a_comment_within_a_continued_line_counts_for_nothing),
        cmocka_unit_test(unit__only_an_odd_number_of_backslashes_continues),
        cmocka_unit_test(unit__a_continuation_at_the_end_of_the_file),
        cmocka_unit_test(unit__lines_end_with_newline_carriage_return_or_both),
        cmocka_unit_test(unit__a_byte_order_mark_counts_for_nothing),
        cmocka_unit_test(unit__a_broken_header_is_refused_with_its_line),
        cmocka_unit_test(unit__a_nul_byte_is_refused),
        cmocka_unit_test(unit__what_is_no_text_is_refused_with_its_line),
        cmocka_unit_test(unit__a_comment_may_hold_anything),
        cmocka_unit_test(unit__too_many_settings_are_refused),
        cmocka_unit_test(unit__a_long_continued_line_takes_no_time),
        cmocka_unit_test(unit_find__is_the_last),
        cmocka_unit_test(unit_list__begins_behind_its_last_reset),
        cmocka_unit_test(unit_next__goes_through_a_list),
        cmocka_unit_test(unit_done__empties),
        cmocka_unit_test(unit_name__is_one_of_a_service),
    };

    return cmocka_run_group_tests_name("systemd-unit", tests, NULL, NULL);
}
