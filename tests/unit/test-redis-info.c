/* SPDX-License-Identifier: MIT */
#include "redis/info.h"

#include "support.h"

static struct redis_fields parse(const char *text, size_t size)
{
    struct redis_fields fields = {0};

    assert_int_equal(redis_info_parse(text, size, &fields), 0);
    return fields;
}

#define PARSE(text) parse(text, sizeof(text) - 1)

static void info__lines_become_fields(void **state)
{
    _cleanup_(redis_fields_done) struct redis_fields fields =
        PARSE("# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nused_memory:1024\r\nempty:\r\nlast:x");

    (void)state;
    assert_int_equal(fields.count, 4);
    assert_text(redis_fields_find(&fields, "redis_version"), "7.0.15");
    assert_text(redis_fields_find(&fields, "used_memory"), "1024");
    assert_text(redis_fields_find(&fields, "empty"), "");
    assert_text(redis_fields_find(&fields, "last"), "x");
    assert_null(redis_fields_find(&fields, "redis"));
}

static void info__values_may_hold_colons(void **state)
{
    _cleanup_(redis_fields_done) struct redis_fields fields = PARSE("master_host:::1\r\n");

    (void)state;
    assert_text(redis_fields_find(&fields, "master_host"), "::1");
}

static void info__lines_without_sense_are_passed_over(void **state)
{
    _cleanup_(redis_fields_done) struct redis_fields fields =
        PARSE("no colon\r\n:no name\r\n\0\0:\r\nold:1\r\nold:2\r\n");

    (void)state;
    assert_int_equal(fields.count, 1);
    assert_text(redis_fields_find(&fields, "old"), "1"); /* the first of equal names */
}

static void info__nothing_is_no_field(void **state)
{
    _cleanup_(redis_fields_done) struct redis_fields fields = PARSE("");

    (void)state;
    assert_int_equal(fields.count, 0);
    assert_null(redis_fields_find(&fields, "a"));
    assert_null(redis_fields_find(NULL, "a"));
}

static void info__too_many_fields_are_refused(void **state)
{
    struct redis_fields fields = {0};
    _cleanup_free_ char *text = malloc(70000 * 4);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < 70000; i++)
        memcpy(text + 4 * i, "a:1\n", 4);
    assert_int_equal(redis_info_parse(text, (size_t)70000 * 4, &fields), -E2BIG);
    assert_null(fields.text);
}

static void number__that_does_not_fit_is_none(void **state)
{
    _cleanup_(redis_fields_done) struct redis_fields fields =
        PARSE("big:9223372036854775808\r\nword:abc\r\nnan:nan\r\nhex:0x10\r\nratio:1.07\r\npercent:12.5%\r\n"
              "huge:1e999\r\nminus:-3\r\n");
    long long integer = 7;
    double number = 7;

    (void)state;
    assert_int_equal(redis_fields_integer(&fields, "big", &integer), -ERANGE);
    assert_int_equal(redis_fields_integer(&fields, "word", &integer), -EINVAL);
    assert_int_equal(redis_fields_integer(&fields, "missing", &integer), -ENOENT);
    assert_int_equal(integer, 7);
    assert_int_equal(redis_fields_number(&fields, "nan", &number), -EINVAL);
    assert_int_equal(redis_fields_number(&fields, "hex", &number), -EINVAL);
    assert_int_equal(redis_fields_number(&fields, "huge", &number), -ERANGE);
    assert_true(number == 7);
    assert_int_equal(redis_fields_number(&fields, "ratio", &number), 0);
    assert_true(number == 1.07);
    assert_int_equal(redis_fields_number(&fields, "percent", &number), 0);
    assert_true(number == 12.5);
    assert_int_equal(redis_fields_integer(&fields, "minus", &integer), 0);
    assert_int_equal(integer, -3);
}

static void prefix__gives_the_fields_that_stand_together(void **state)
{
    _cleanup_(redis_fields_done) struct redis_fields fields =
        PARSE("cmdstat_get:calls=1\r\ndb1:keys=2\r\ncmdstat_config|set:calls=3\r\ndb0:keys=4\r\nz:1\r\n");
    const struct redis_field *field;
    size_t n;

    (void)state;
    field = redis_fields_with_prefix(&fields, "cmdstat_", &n);
    assert_int_equal(n, 2);
    assert_text(field[0].name, "cmdstat_config|set");
    field = redis_fields_with_prefix(&fields, "db", &n);
    assert_int_equal(n, 2);
    assert_text(field[0].name, "db0");
    assert_null(redis_fields_with_prefix(&fields, "slave", &n));
    assert_int_equal(n, 0);
}

static void part__is_found_by_its_whole_name(void **state)
{
    static const char value[] = "ip=::1,port=6379,state=online,offset=42,lag=99999999999999999999";
    char part[8];
    long long integer = 7;

    (void)state;
    assert_int_equal(redis_value_part(value, "ip", part, sizeof(part)), 0);
    assert_text(part, "::1");
    assert_int_equal(redis_value_part(value, "state", part, 4), 0);
    assert_text(part, "onl");
    assert_int_equal(redis_value_part(value, "stat", part, sizeof(part)), -ENOENT);
    assert_int_equal(redis_value_integer(value, "offset", &integer), 0);
    assert_int_equal(integer, 42);
    assert_int_equal(redis_value_integer(value, "lag", &integer), -ERANGE);
}

static void pairs__become_fields(void **state)
{
    static const char *const strings[] = {"save", "3600 1", "maxmemory", "0"};
    _cleanup_(redis_fields_done) struct redis_fields fields = {0};

    (void)state;
    redis_fields_from_pairs(strings, 2, &fields);
    assert_text(redis_fields_find(&fields, "save"), "3600 1");
    assert_text(redis_fields_find(&fields, "maxmemory"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(info__lines_become_fields),
        cmocka_unit_test(info__values_may_hold_colons),
        cmocka_unit_test(info__lines_without_sense_are_passed_over),
        cmocka_unit_test(info__nothing_is_no_field),
        cmocka_unit_test(info__too_many_fields_are_refused),
        cmocka_unit_test(number__that_does_not_fit_is_none),
        cmocka_unit_test(prefix__gives_the_fields_that_stand_together),
        cmocka_unit_test(part__is_found_by_its_whole_name),
        cmocka_unit_test(pairs__become_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
