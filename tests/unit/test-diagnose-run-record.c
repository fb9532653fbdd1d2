/* SPDX-License-Identifier: MIT */
#include "diagnose/run-record.h"

#include "recorded.h"

#define ONE   "1111111111111111111111111111111111111111"
#define OTHER "abcdefabcdefabcdefabcdefabcdefabcdefabcd"

static struct run_records parsed(const char *text)
{
    struct run_records records;

    run_records_parse(text, &records);
    return records;
}

static void records__come_back_as_they_were_printed(void **state)
{
    static const char text[] = ONE " 1700000000 4096 5 6 7\n" OTHER " 0 9223372036854775807 0 0 0\n";
    _cleanup_run_records_ struct run_records records = parsed(text);
    _cleanup_free_ char *printed = NULL;

    (void)state;
    assert_int_equal(records.items_count, 2);
    assert_int_equal(records.items[0].used_memory, 4096);
    assert_int_equal(records.items[0].keys, 5);
    assert_int_equal(records.items[0].expired_keys, 6);
    assert_int_equal(records.items[0].evicted_keys, 7);
    printed = run_records_print(&records);
    assert_text(printed, text);
}

static void records__lines_that_make_no_sense_are_passed_over(void **state)
{
    _cleanup_run_records_ struct run_records records =
        parsed("\n" ONE "\n" ONE " 1 2 3 4\n" ONE " 1 2 3 4 5 6\n" ONE " 1 -2 3 4 5\n" ONE " 1  2 3 4 5\n"
               "111 1 2 3 4 5\n" ONE "1 1 2 3 4 5\n" ONE " 1 9223372036854775808 3 4 5\n"
               "GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG 1 2 3 4 5\n" OTHER " 1 2 3 4 5\n" OTHER
               " 9 9 9 9 9\n" OTHER " 10 9 9 9 9\n" OTHER " 8 9 9 9 9");

    (void)state;
    assert_int_equal(records.items_count, 2); /* and no more than two of a server, in their order */
    assert_int_equal(records.items[0].at, 1);
    assert_int_equal(records.items[1].at, 9);
}

static void records__are_bounded(void **state)
{
    _cleanup_free_ char *text = calloc(5000, 64);
    struct run_records records;
    char *end = text;

    (void)state;
    assert_non_null(text);
    for (int i = 0; i < 5000; i++)
        end += sprintf(end, "%040d 1 2 3 4 5\n", i);
    records = parsed(text);
    assert_int_equal(records.items_count, RUN_RECORDS_MAX);
    run_records_done(&records);
}

static void find__nothing_of_the_future(void **state)
{
    _cleanup_run_records_ struct run_records records = parsed(ONE " 1000 2 3 4 5\n");

    (void)state;
    assert_non_null(run_records_find(&records, ONE, 1000));
    assert_null(run_records_find(&records, ONE, 999)); /* the clock was put back */
    assert_null(run_records_find(&records, OTHER, 1000));
    assert_null(run_records_find(&records, "", 1000));
}

static void note__keeps_a_record_for_an_hour(void **state)
{
    _cleanup_run_records_ struct run_records records = {0};
    struct run_record record = {.run_id = ONE, .at = 10000, .used_memory = 1};

    (void)state;
    assert_true(run_records_note(&records, &record));
    record.at += RUN_RECORD_KEPT - 1;
    record.used_memory = 2;
    assert_false(run_records_note(&records, &record));
    assert_int_equal(records.items[0].used_memory, 1);
    record.at++;
    assert_true(run_records_note(&records, &record));
    assert_int_equal(records.items_count, 2);
    assert_int_equal(run_records_find(&records, ONE, 99999)->used_memory,
                     1); /* the older one is compared with */
    record.at += RUN_RECORD_KEPT;
    record.used_memory = 3;
    assert_true(run_records_note(&records, &record));
    assert_int_equal(records.items_count, 2);
    assert_int_equal(run_records_find(&records, ONE, 99999)->used_memory, 2);
    record.at = 1; /* the records are from the future */
    assert_true(run_records_note(&records, &record));
    assert_int_equal(records.items_count, 1);
    assert_int_equal(records.items[0].at, 1);
}

static void forget__servers_that_are_gone(void **state)
{
    _cleanup_run_records_ struct run_records records =
        parsed(ONE " 1000 1 1 1 1\n" OTHER " 600000 1 1 1 1\n"
                   "2222222222222222222222222222222222222222 900000 1 1 1 1\n");

    (void)state;
    run_records_forget(&records, 1000 + RUN_RECORD_FORGOTTEN);
    assert_int_equal(records.items_count, 1);
    assert_text(records.items[0].run_id, OTHER);
}

static void record_of__what_info_tells(void **state)
{
    struct recorded *recorded = *state;
    struct run_record record = {.at = 77};

    recorded_info(recorded, "used_memory:4096\n");
    assert_false(run_record_of(&recorded->diagnosis, &record));
    recorded_info(recorded, "run_id:../../etc\nused_memory:4096\n");
    assert_false(run_record_of(&recorded->diagnosis, &record));
    recorded_info(recorded, "run_id:" ONE "\nused_memory:-1\n");
    assert_false(run_record_of(&recorded->diagnosis, &record));
    assert_int_equal(record.at, 77);
    recorded_info(recorded, "run_id:" ONE "\nused_memory:4096\nexpired_keys:2\ndb0:keys=3,expires=0\n");
    assert_true(run_record_of(&recorded->diagnosis, &record));
    assert_int_equal(record.at, recorded->diagnosis.now);
    assert_int_equal(record.keys, 3);
    assert_int_equal(record.expired_keys, 2);
}

static void record_of__nothing_while_it_fills(void **state)
{
    struct recorded *recorded = *state;
    struct run_record record;

    recorded_info(recorded, "run_id:" ONE "\nused_memory:4096\nmaster_sync_in_progress:1\n");
    assert_false(run_record_of(&recorded->diagnosis, &record));
    recorded_info(recorded, "run_id:" ONE "\nused_memory:4096\nmaster_sync_in_progress:0\n");
    assert_true(run_record_of(&recorded->diagnosis, &record));
    recorded->diagnosis.redis.is_loading = true;
    assert_false(run_record_of(&recorded->diagnosis, &record));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records__come_back_as_they_were_printed),
        cmocka_unit_test(records__lines_that_make_no_sense_are_passed_over),
        cmocka_unit_test(records__are_bounded),
        cmocka_unit_test(find__nothing_of_the_future),
        cmocka_unit_test(note__keeps_a_record_for_an_hour),
        cmocka_unit_test(forget__servers_that_are_gone),
        recorded_test(record_of__what_info_tells),
        recorded_test(record_of__nothing_while_it_fills),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
