/* SPDX-License-Identifier: MIT */
#include "exec/decision.h"

#include "support.h"

#define STATUS(seccomp, mems)                                                         \
    "Name:\tredis-server\nUmask:\t0022\nSeccomp:\t" seccomp "\nSeccomp_filters:\t1\n" \
    "Mems_allowed:\t00000000,00000003\nMems_allowed_list:\t" mems "\nvoluntary_ctxt_switches:\t1\n"

static enum decision decide(const char *memory, const char *status)
{
    struct nodelist nodes;
    struct task_status task;

    assert_int_equal(nodelist_parse(memory, strlen(memory), &nodes), 0);
    assert_int_equal(status_parse(status, &task), 0);
    return decision_make(&nodes, &task);
}

static void status__finds_a_field(void **state)
{
    const char *value;
    size_t length;

    (void)state;
    assert_int_equal(status_field(STATUS("2", "0-1"), "\nMems_allowed_list:", &value, &length), 0);
    assert_int_equal(length, 3);
    assert_memory_equal(value, "0-1", 3);
    assert_int_equal(status_field("Name:\tx\nSeccomp:\t0", "\nSeccomp:", &value, &length), 0);
    assert_int_equal(length, 1);
    assert_int_equal(status_field("Name:\tx\nSeccomp_filters:\t0\n", "\nSeccomp:", &value, &length), -ENOENT);
    assert_int_equal(status_field("", "\nSeccomp:", &value, &length), -ENOENT);
}

static void status__parses_limits_and_filter(void **state)
{
    struct task_status task;

    (void)state;
    assert_int_equal(status_parse(STATUS("2", "1"), &task), 0);
    assert_true(task.filtered);
    assert_true(task.limited);
    assert_false(nodelist_has(&task.allowed, 0));
    assert_true(nodelist_has(&task.allowed, 1));
    assert_int_equal(status_parse(STATUS("0", "0"), &task), 0);
    assert_false(task.filtered);
}

static void status__takes_a_kernel_without_cpusets_and_seccomp(void **state)
{
    struct task_status task;

    (void)state;
    assert_int_equal(status_parse("Name:\tx\nThreads:\t1\n", &task), 0);
    assert_false(task.limited);
    assert_false(task.filtered);
}

static void status__refuses_nodes_that_make_no_sense(void **state)
{
    struct task_status task;

    (void)state;
    assert_int_equal(status_parse(STATUS("0", "0-"), &task), -EINVAL);
    assert_int_equal(status_parse(STATUS("0", "4096"), &task), -ERANGE);
}

static void decision__leaves_one_node_alone(void **state)
{
    (void)state;
    assert_int_equal(decide("0", STATUS("0", "0")), DECISION_RUN_AS_IS);
    assert_int_equal(decide("0", STATUS("2", "0-1")), DECISION_RUN_AS_IS); /* node 1 has no memory */
    assert_int_equal(decide("0-1", STATUS("2", "1")), DECISION_RUN_AS_IS); /* a cpuset allows one */
    assert_int_equal(decide("0-1", STATUS("0", "2-3")), DECISION_RUN_AS_IS);
}

static void decision__interleaves_over_several(void **state)
{
    (void)state;
    assert_int_equal(decide("0-1", STATUS("0", "0-1")), DECISION_INTERLEAVE);
    assert_int_equal(decide("0,2-3", STATUS("0", "0-63")), DECISION_INTERLEAVE);
    assert_int_equal(decide("0-1", "Name:\tx\n"), DECISION_INTERLEAVE);
}

static void decision__tries_first_under_any_filter(void **state)
{
    (void)state;
    assert_int_equal(decide("0-1", STATUS("1", "0-1")), DECISION_TRIAL_FIRST);
    assert_int_equal(decide("0-1", STATUS("2", "0-1")), DECISION_TRIAL_FIRST);
    assert_int_equal(decide("0-1", STATUS("3", "0-1")), DECISION_TRIAL_FIRST); /* a mode of tomorrow */
    assert_int_equal(decide("0-1", STATUS("", "0-1")), DECISION_TRIAL_FIRST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status__finds_a_field),
        cmocka_unit_test(status__parses_limits_and_filter),
        cmocka_unit_test(status__takes_a_kernel_without_cpusets_and_seccomp),
        cmocka_unit_test(status__refuses_nodes_that_make_no_sense),
        cmocka_unit_test(decision__leaves_one_node_alone),
        cmocka_unit_test(decision__interleaves_over_several),
        cmocka_unit_test(decision__tries_first_under_any_filter),
    };

    return cmocka_run_group_tests_name("exec-decision", tests, NULL, NULL);
}
