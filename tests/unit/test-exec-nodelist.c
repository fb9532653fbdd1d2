/* SPDX-License-Identifier: MIT */
#include "exec/nodelist.h"

#include "support.h"

static int parse(const char *text, struct nodelist *ret_nodes)
{
    return nodelist_parse(text, strlen(text), ret_nodes);
}

static struct nodelist nodes(const char *text)
{
    struct nodelist parsed;

    assert_int_equal(parse(text, &parsed), 0);
    return parsed;
}

/* Parsed and written again; static buffer. */
static const char *again(const char *text)
{
    static char buffer[128];
    struct nodelist parsed = nodes(text);

    nodelist_format(&parsed, buffer, sizeof(buffer));
    return buffer;
}

static void nodelist__parses_ranges(void **state)
{
    struct nodelist parsed = nodes("0-1,4\n");

    (void)state;
    assert_true(nodelist_has(&parsed, 0));
    assert_true(nodelist_has(&parsed, 1));
    assert_false(nodelist_has(&parsed, 2));
    assert_true(nodelist_has(&parsed, 4));
    assert_int_equal(nodelist_count(&parsed), 3);
}

static void nodelist__takes_an_empty_list(void **state)
{
    struct nodelist empty = nodes("\n");

    (void)state;
    assert_int_equal(nodelist_count(&empty), 0);
    assert_text(again(""), "");
    assert_text(again(" \t\n"), "");
}

static void nodelist__knows_the_highest_node(void **state)
{
    struct nodelist all = nodes("0-1023");

    (void)state;
    assert_int_equal(nodelist_count(&all), 1024);
    assert_false(nodelist_has(&all, 1024));
    assert_text(again("0-1023"), "0-1023");
    assert_text(again("63,64,1023"), "63-64,1023");
}

static void nodelist__refuses_what_is_malformed(void **state)
{
    static const char *const malformed[] = {"x",  "-",  "-1",   "1-",  "1-x",   "2-1",
                                            "0,", ",0", "0,,1", "0 1", "0-1-2", "0;1"};
    struct nodelist before = nodes("7"), parsed = before;

    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        if (parse(malformed[i], &parsed) != -EINVAL)
            fail_msg("\"%s\" was taken", malformed[i]);
        assert_true(nodelist_equal(&parsed, &before));
    }
}

static void nodelist__refuses_nodes_out_of_range(void **state)
{
    struct nodelist parsed;

    (void)state;
    assert_int_equal(parse("1024", &parsed), -ERANGE);
    assert_int_equal(parse("0-99999999999999999999", &parsed), -ERANGE);
}

static void nodelist__stops_at_the_length(void **state)
{
    struct nodelist parsed;

    (void)state;
    assert_int_equal(nodelist_parse("0-1,4", 3, &parsed), 0);
    assert_int_equal(nodelist_count(&parsed), 2);
}

static void nodelist__formats_what_it_parsed(void **state)
{
    (void)state;
    assert_text(again("0"), "0");
    assert_text(again("0,1,2,4"), "0-2,4");
    assert_text(again("3,1"), "1,3");
}

static void nodelist__cuts_a_long_list(void **state)
{
    struct nodelist odd = nodes("1,3,5,7,9,11,13,15,17,19,21");
    char buffer[24];

    (void)state;
    nodelist_format(&odd, buffer, sizeof(buffer));
    assert_true(strlen(buffer) < sizeof(buffer));
    assert_text(buffer, "1,3,5,7,9,11...");
}

static void nodelist__intersects_and_subtracts(void **state)
{
    struct nodelist memory = nodes("0-3,70"), processors = nodes("0-1,64-80"), both = memory, rest = memory;
    struct nodelist expected_both = nodes("0-1,70"), expected_rest = nodes("2-3");

    (void)state;
    nodelist_intersect(&both, &processors);
    nodelist_subtract(&rest, &processors);
    assert_true(nodelist_equal(&both, &expected_both));
    assert_true(nodelist_equal(&rest, &expected_rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodelist__parses_ranges),
        cmocka_unit_test(nodelist__takes_an_empty_list),
        cmocka_unit_test(nodelist__knows_the_highest_node),
        cmocka_unit_test(nodelist__refuses_what_is_malformed),
        cmocka_unit_test(nodelist__refuses_nodes_out_of_range),
        cmocka_unit_test(nodelist__stops_at_the_length),
        cmocka_unit_test(nodelist__formats_what_it_parsed),
        cmocka_unit_test(nodelist__cuts_a_long_list),
        cmocka_unit_test(nodelist__intersects_and_subtracts),
    };

    return cmocka_run_group_tests_name("exec-nodelist", tests, NULL, NULL);
}
