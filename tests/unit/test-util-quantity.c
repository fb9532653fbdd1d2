/* SPDX-License-Identifier: MIT */
#include "util/quantity.h"

#include <limits.h>

#include "support.h"

static void assert_parses(enum quantity quantity, const char *text, double expected)
{
    double value = -1;

    assert_int_equal(quantity_parse(quantity, text, &value), 0);
    assert_true(value >= expected * 0.999999 && value < expected * 1.000001 + 1e-12);
}

static void parse__takes_each_unit(void **state)
{
    (void)state;
    assert_parses(QUANTITY_COUNT, "12", 12);
    assert_parses(QUANTITY_BYTES, "100MiB", 104857600);
    assert_parses(QUANTITY_BYTES, "1.5 GiB", 1610612736);
    assert_parses(QUANTITY_SECONDS, "500ms", 0.5);
    assert_parses(QUANTITY_SECONDS, "3d", 259200);
    assert_parses(QUANTITY_RATIO, "75%", 0.75);
    assert_parses(QUANTITY_FACTOR, "1.5", 1.5);
    assert_parses(QUANTITY_PER_SECOND, "100/s", 100);
    assert_parses(QUANTITY_SECONDS, "0", 0);
}

static void parse__refuses_what_is_no_such_number(void **state)
{
    static const struct {
        enum quantity quantity;
        const char *text;
    } rows[] = {
        {QUANTITY_COUNT, "1.5"},    {QUANTITY_COUNT, "-1"},
        {QUANTITY_COUNT, ""},       {QUANTITY_COUNT, "12 MiB"},
        {QUANTITY_BYTES, "100"},    {QUANTITY_BYTES, "100MB"},
        {QUANTITY_SECONDS, "500"},  {QUANTITY_RATIO, "0.5"},
        {QUANTITY_FACTOR, "inf"},   {QUANTITY_FACTOR, "0x10"},
        {QUANTITY_FACTOR, "1e9"},   {QUANTITY_FACTOR, "1."},
        {QUANTITY_FACTOR, "1.5 x"}, {QUANTITY_FACTOR, "9999999999999999999"},
    };
    double value = 42;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_int_equal(quantity_parse(rows[i].quantity, rows[i].text, &value), -EINVAL);
    assert_true(value == 42);
}

static void format__is_read_by_a_person(void **state)
{
    static const struct {
        enum quantity quantity;
        double value;
        const char *expected;
    } rows[] = {
        {QUANTITY_COUNT, 12345, "12345"},        {QUANTITY_BYTES, 0, "0 B"},
        {QUANTITY_BYTES, 1610612736, "1.5 GiB"}, {QUANTITY_BYTES, 1023, "1023 B"},
        {QUANTITY_SECONDS, 0.34, "340 ms"},      {QUANTITY_SECONDS, 0, "0 s"},
        {QUANTITY_SECONDS, 7200, "2 h"},         {QUANTITY_RATIO, 0.756, "75.6 %"},
        {QUANTITY_RATIO, 0.1, "10 %"},           {QUANTITY_FACTOR, 1.5, "1.5"},
        {QUANTITY_PER_SECOND, 100, "100 /s"},
    };
    char text[QUANTITY_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_text(quantity_format(rows[i].quantity, rows[i].value, text), rows[i].expected);
}

static void format__holds_any_number(void **state)
{
    char text[QUANTITY_TEXT_MAX];

    (void)state;
    assert_true(strlen(quantity_format(QUANTITY_COUNT, 1e300, text)) < QUANTITY_TEXT_MAX);
    assert_true(strlen(quantity_format(QUANTITY_BYTES, -1e300, text)) < QUANTITY_TEXT_MAX);
}

static void moment__in_utc(void **state)
{
    static const struct {
        long long at;
        const char *text;
    } cases[] = {
        {0, "1970-01-01 00:00:00 UTC"},          {86399, "1970-01-01 23:59:59 UTC"},
        {951782400, "2000-02-29 00:00:00 UTC"},  {951868800, "2000-03-01 00:00:00 UTC"},
        {1700000000, "2023-11-14 22:13:20 UTC"}, {4107542399, "2100-02-28 23:59:59 UTC"},
        {4107542400, "2100-03-01 00:00:00 UTC"}, {253402300799, "9999-12-31 23:59:59 UTC"},
        {253402300800, "an unknown time"},       {-1, "an unknown time"},
    };
    char text[QUANTITY_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        assert_text(moment_format(cases[i].at, text), cases[i].text);
    (void)moment_format(LLONG_MAX, text);
    (void)moment_format(LLONG_MIN + 1, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moment__in_utc),
        cmocka_unit_test(parse__takes_each_unit),
        cmocka_unit_test(parse__refuses_what_is_no_such_number),
        cmocka_unit_test(format__is_read_by_a_person),
        cmocka_unit_test(format__holds_any_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
