/* SPDX-License-Identifier: MIT */
#include "diagnose/finding.h"

#include "recorded.h"
#include "servers/facts.h"

static void info(struct recorded *recorded, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void info(struct recorded *recorded, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    assert_true(vasprintf(&text, format, arguments) >= 0);
    va_end(arguments);
    recorded_info(recorded, text);
}

static void dataset_over_half__counts_only_where_something_saves(void **state)
{
    static const struct {
        double used;
        const char *config;
        enum finding_result result;
    } cases[] = {
        {7.9, "save:3600 1\nappendonly:no\n", FINDING_PASS},
        {8.1, "save:3600 1\nappendonly:no\n", FINDING_WARNING},
        {8.1, "save:\nappendonly:yes\n", FINDING_WARNING},
        {12.1, "save:3600 1\nappendonly:no\n", FINDING_CRITICAL},
        {12.1, "save:\nappendonly:no\n", FINDING_PASS},
    };
    struct recorded *recorded = *state;

    recorded_ram(recorded, 16 * GIB);
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        info(recorded, "used_memory:%.0f\n", cases[i].used * GIB);
        recorded_config(recorded, cases[i].config);
        assert_result(recorded, "dataset-over-half", cases[i].result);
    }
    assert_text(recorded_evidence(recorded, "persistence")->text, "none");
}

static void dataset_over_half__is_unknown_without_config_or_ram(void **state)
{
    struct recorded *recorded = *state;

    info(recorded, "used_memory:%.0f\naof_enabled:0\n", 9 * GIB);
    assert_result(recorded, "dataset-over-half", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "3.2");
    recorded_ram(recorded, 16 * GIB);
    assert_result(recorded, "dataset-over-half", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "not recorded");
    info(recorded, "used_memory:%.0f\naof_enabled:1\n", 9 * GIB); /* that one stands in INFO */
    assert_result(recorded, "dataset-over-half", FINDING_WARNING);
    assert_contains(recorded->verdict.remedy, "add RAM");
}

static void fragmentation_high__only_with_enough_data(void **state)
{
    struct recorded *recorded = *state;

    info(recorded, "used_memory:%.0f\nused_memory_rss:%.0f\nmem_fragmentation_ratio:1.49\n", 101 * MIB,
         150 * MIB);
    assert_result(recorded, "fragmentation-high", FINDING_PASS);
    info(recorded, "used_memory:%.0f\nused_memory_rss:%.0f\nmem_fragmentation_ratio:1.60\n", 101 * MIB,
         161 * MIB);
    assert_result(recorded, "fragmentation-high", FINDING_WARNING);
    assert_lacks(recorded->verdict.remedy, "PURGE"); /* the allocator is not known to be jemalloc */
    info(recorded,
         "used_memory:%.0f\nused_memory_rss:%.0f\nmem_fragmentation_ratio:2.01\nmem_allocator:jemalloc-5.3."
         "0\n",
         101 * MIB, 203 * MIB);
    assert_result(recorded, "fragmentation-high", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "PURGE"); /* nothing that it would free is known */
    info(recorded, "used_memory:%.0f\nused_memory_rss:%.0f\nmem_fragmentation_ratio:9.00\n", 1 * MIB,
         9 * MIB);
    assert_result(recorded, "fragmentation-high", FINDING_PASS);
}

/* Only what the server's own allocator can do, and what there is to be freed. */
static void fragmentation_high__by_the_allocator(void **state)
{
    static const char jemalloc[] =
        "used_memory:200000000\nused_memory_rss:900000000\nmem_fragmentation_ratio:4.5\n"
        "mem_allocator:jemalloc-5.3.0\nactive_defrag_running:0\n"
        "allocator_active:500000000\nallocator_resident:%d\n";
    struct recorded *recorded = *state;
    struct server_facts process = {.process = {.pid = 812, .comm = "redis-server"}};

    recorded->diagnosis.process = &process;
    info(recorded, jemalloc, 800000000);
    process.mappings.is_system_jemalloc = TRAIT_NO;
    assert_result(recorded, "fragmentation-high", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "MEMORY PURGE  #");
    assert_contains(recorded->verdict.remedy, "CONFIG SET activedefrag yes");
    assert_lacks(recorded->verdict.remedy, "refuses");
    process.mappings.is_system_jemalloc = TRAIT_YES;
    info(recorded, jemalloc, 510000000);
    assert_result(recorded, "fragmentation-high", FINDING_CRITICAL);
    assert_lacks(recorded->verdict.remedy, "PURGE");
    assert_lacks(recorded->verdict.remedy, "activedefrag");
    assert_contains(recorded->verdict.remedy, "restart the server with pid 812");
    process.mappings.unknown = (char *)"cannot read";
    assert_result(recorded, "fragmentation-high", FINDING_CRITICAL);
    assert_contains(recorded->verdict.remedy, "refuses the step below");
    assert_contains(recorded->verdict.remedy, "CONFIG SET activedefrag yes");
    recorded->diagnosis.process = NULL;
}

/* In a root without /proc the server reads nothing of itself, and a ratio of 0 would pass. */
static void fragmentation_high__is_unknown_where_the_server_has_no_proc(void **state)
{
    struct recorded *recorded = *state;

    info(recorded, "used_memory:%.0f\nused_memory_rss:0\nmem_fragmentation_ratio:0.00\n", 500 * MIB);
    assert_result(recorded, "fragmentation-high", FINDING_UNKNOWN);
}

static void allocator_fragmentation__needs_the_ratio_and_the_bytes(void **state)
{
    struct recorded *recorded = *state;

    info(recorded, "allocator_allocated:%.0f\nallocator_active:%.0f\n", 10 * MIB, 109 * MIB);
    assert_result(recorded, "allocator-fragmentation", FINDING_PASS);
    info(recorded, "allocator_allocated:%.0f\nallocator_active:%.0f\n", 3000 * MIB, 4400 * MIB);
    assert_result(recorded, "allocator-fragmentation", FINDING_PASS);
    info(recorded, "allocator_allocated:%.0f\nallocator_active:%.0f\n", 10 * MIB, 111 * MIB);
    assert_result(recorded, "allocator-fragmentation", FINDING_WARNING);
    info(recorded, "used_memory:1\n");
    assert_result(recorded, "allocator-fragmentation", FINDING_UNKNOWN);
    assert_text(recorded->verdict.unknown_reason,
                "INFO does not report allocator_allocated (servers since Redis 5.0 do)");
}

/* As Valkey 8.1 of Debian reported it, with seven of eight keys deleted. */
static void allocator_fragmentation__does_not_trust_a_ratio_of_one(void **state)
{
    struct recorded *recorded = *state;

    policy_add_threshold(&recorded->policy, "allocator-fragmentation", "bytes", 10 * MIB, "a.conf", 1);
    info(recorded, "allocator_allocated:9782304\nallocator_active:34787328\nallocator_frag_ratio:1.00\n"
                   "allocator_frag_bytes:0\n");
    assert_result(recorded, "allocator-fragmentation", FINDING_WARNING);
    info(recorded, "allocator_allocated:0\nallocator_active:0\n");
    assert_result(recorded, "allocator-fragmentation", FINDING_UNKNOWN);
}

static void redis_oom_errors__tells_growing_from_once(void **state)
{
    struct recorded *recorded = *state;

    info(recorded, "total_error_replies:0\n");
    assert_result(recorded, "redis-oom-errors", FINDING_PASS);
    info(recorded, "total_error_replies:5\nerrorstat_OOM:count=5\n");
    assert_result(recorded, "redis-oom-errors", FINDING_UNKNOWN); /* one sample says nothing of now */
    recorded_info_before(recorded, "total_error_replies:5\nerrorstat_OOM:count=5\n");
    assert_result(recorded, "redis-oom-errors", FINDING_NOTE);
    recorded_info_before(recorded, "total_error_replies:0\n");
    assert_result(recorded, "redis-oom-errors", FINDING_CRITICAL);
    assert_true(recorded_evidence(recorded, "within_interval")->number == 5);
    info(recorded, "used_memory:1\n");
    assert_result(recorded, "redis-oom-errors", FINDING_UNKNOWN);
    assert_contains(recorded->verdict.unknown_reason, "6.2");
    info(recorded, "total_error_replies:5\nerrorstat_OOM:count=many\n");
    assert_result(recorded, "redis-oom-errors", FINDING_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        recorded_test(dataset_over_half__counts_only_where_something_saves),
        recorded_test(dataset_over_half__is_unknown_without_config_or_ram),
        recorded_test(fragmentation_high__only_with_enough_data),
        recorded_test(fragmentation_high__by_the_allocator),
        recorded_test(fragmentation_high__is_unknown_where_the_server_has_no_proc),
        recorded_test(allocator_fragmentation__needs_the_ratio_and_the_bytes),
        recorded_test(allocator_fragmentation__does_not_trust_a_ratio_of_one),
        recorded_test(redis_oom_errors__tells_growing_from_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
