/* SPDX-License-Identifier: MIT */
#include "servers/memory-map.h"

#include "support.h"

static struct server_numa numa;
static struct placement_sum sum;

static int numa_end(void **state)
{
    (void)state;
    placement_done(&sum);
    free(numa.policy);
    free(numa.nodes);
    numa = (struct server_numa){0};
    return 0;
}

static const struct server_numa *add_numa(const char *const *lines)
{
    numa_end(NULL);
    for (; *lines; lines++)
        placement_add_line(&sum, *lines);
    placement_finish(&sum, &numa);
    return &numa;
}

#define ADD_NUMA(...) add_numa((const char *const[]){__VA_ARGS__, NULL})

static void smaps__lines_that_only_look_alike_add_nothing(void **state)
{
    static const char *const lines[] = {
        "",
        "Size:   1024 kB",
        "ac",
        "10000000-1 rw-p",
        "10000000_20000000 rw-p",
        "Face-10000000 rw-p",
        "VmFlags:",
        "VmFlags: acx xac a c",
        "AnonHugePages: 7 kB",
    };
    struct smaps_sum smaps = {0};

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        smaps_add_line(&smaps, lines[i]);
    assert_int_equal(smaps.count, 0);
    assert_int_equal(smaps.accountable_sum_bytes, 0);
}

static void smaps__sums_do_not_overflow(void **state)
{
    struct smaps_sum smaps = {0};

    (void)state;
    for (int i = 0; i < 3; i++) {
        smaps_add_line(&smaps, "0-fffffffffffff000 rw-p 0");
        smaps_add_line(&smaps, "VmFlags: ac");
    }
    assert_int_equal(smaps.count, 3);
    assert_true(amount_is_number(smaps.accountable_sum_bytes));
}

static void numa__policies_with_blanks_in_their_names(void **state)
{
    (void)state;
    assert_text(ADD_NUMA("10 weighted interleave:0-1 anon=2 dirty=2 N0=1 N1=1 kernelpagesize_kB=4")->policy,
                "weighted interleave:0-1");
    assert_int_equal(numa.interleaved_bytes, 2 * 4096);
    assert_text(ADD_NUMA("10 prefer (many):0 anon=2 dirty=2 N0=2 kernelpagesize_kB=4")->policy,
                "prefer (many):0");
    assert_text(ADD_NUMA("10 interleave=static:0,2-3 anon=2 N0=2 kernelpagesize_kB=4")->policy,
                "interleave=static:0,2-3");
    assert_int_equal(numa.interleaved_bytes, 2 * 4096);
    assert_text(ADD_NUMA("10 bind:1 anon=2 N1=2 kernelpagesize_kB=4")->policy, "bind:1");
    assert_int_equal(numa.bound_bytes, 2 * 4096);
}

static void numa__huge_pages_count_with_their_size(void **state)
{
    (void)state;
    ADD_NUMA("10 default huge anon=2 dirty=2 N0=2 kernelpagesize_kB=2048");
    assert_int_equal(numa.anonymous_bytes, 4 << 20);
}

static void numa__the_policy_of_most_of_the_data_counts(void **state)
{
    (void)state;
    ADD_NUMA("10 default anon=10 N0=10 kernelpagesize_kB=4",
             "20 interleave:0-1 anon=8 N1=8 kernelpagesize_kB=4",
             "30 interleave:0-1 anon=8 N1=8 kernelpagesize_kB=4");
    assert_text(numa.policy, "interleave:0-1");
    assert_int_equal(numa.nodes_count, 2);
    assert_int_equal(numa.nodes[1].bytes, 16 * 4096);
}

static void numa__nodes_are_in_order_whatever_the_lines_are(void **state)
{
    (void)state;
    ADD_NUMA("10 default anon=1 N7=1 kernelpagesize_kB=4", "20 default anon=1 N2=1 kernelpagesize_kB=4",
             "30 default anon=2 N0=1 N7=1 kernelpagesize_kB=4");
    assert_int_equal(numa.nodes_count, 3);
    assert_int_equal(numa.nodes[0].node, 0);
    assert_int_equal(numa.nodes[1].node, 2);
    assert_int_equal(numa.nodes[2].node, 7);
    assert_int_equal(numa.nodes[2].bytes, 2 * 4096);
}

static void numa__lines_without_data_of_its_own_add_nothing(void **state)
{
    (void)state;
    ADD_NUMA("", "10", "10 default", "10 default file=/x mapped=5 N0=5 kernelpagesize_kB=4",
             "10 default file=/x anon=1 dirty=1 mapped=500 N0=500 kernelpagesize_kB=4",
             "zz default anon=1 N0=1 kernelpagesize_kB=4",
             "10 default anon=1 N99999=1 N0=x kernelpagesize_kB=4");
    assert_int_equal(numa.anonymous_bytes, 0);
    assert_int_equal(numa.nodes_count, 0);
}

static void numa__control_characters_are_escaped(void **state)
{
    (void)state;
    assert_text(ADD_NUMA("10 de\033fault anon=1 N0=1 kernelpagesize_kB=4")->policy, "de\\x1bfault");
}

int main(void)
{
#define numa_test(function) cmocka_unit_test_teardown(function, numa_end)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaps__lines_that_only_look_alike_add_nothing),
        cmocka_unit_test(smaps__sums_do_not_overflow),
        numa_test(numa__policies_with_blanks_in_their_names),
        numa_test(numa__huge_pages_count_with_their_size),
        numa_test(numa__the_policy_of_most_of_the_data_counts),
        numa_test(numa__nodes_are_in_order_whatever_the_lines_are),
        numa_test(numa__lines_without_data_of_its_own_add_nothing),
        numa_test(numa__control_characters_are_escaped),
    };

    return cmocka_run_group_tests_name("servers-memory-map", tests, NULL, NULL);
}
