/* SPDX-License-Identifier: MIT */
#include "exec/explain.h"

#include <linux/mempolicy.h>
#include <signal.h>

#include "support.h"

static char message[1000];

static const char *of_policy(enum policy_step step, int error, const char *detail)
{
    struct policy_result result = {.step = step, .error = error};

    strcpy(result.detail, detail);
    explain_policy(&result, "redis-server", message, sizeof(message));
    return message;
}

/* What is wrong, what happens instead, what mends it. */
static void explain__every_step_says_three_things(void **state)
{
    (void)state;
    for (int step = POLICY_LOAD; step < POLICY_DONE; step++) {
        of_policy(step, EPERM, "");
        assert_non_null(strstr(message, "; redis-server runs with"));
        assert_true(strlen(strrchr(message, ';')) > 10);
        assert_null(strchr(message, '\n'));
    }
}

static void explain__names_the_missing_library(void **state)
{
    (void)state;
    of_policy(POLICY_LOAD, 0, "libnuma.so.1: cannot open shared object file: No such file or directory");
    assert_contains(message, "cannot load libnuma: libnuma.so.1: cannot open");
    assert_contains(message, "runs without interleaved memory");
    assert_contains(message, "install libnuma1 (Debian) or numactl-libs (Fedora)");
}

static void explain__names_error_and_mend_of_a_refusal(void **state)
{
    (void)state;
    of_policy(POLICY_SET, EPERM, "");
    assert_contains(message, "set_mempolicy failed: Operation not permitted; redis-server runs without");
    assert_contains(message, "SystemCallFilter=set_mempolicy get_mempolicy");
}

static void explain__says_nothing_of_success_where_there_is_no_error(void **state)
{
    (void)state;
    assert_lacks(of_policy(POLICY_ALLOWED, 0, ""), "Success");
}

static void explain__says_what_the_kernel_keeps(void **state)
{
    struct policy_result result = {.step = POLICY_DIFFERS, .mode = MPOL_INTERLEAVE};

    (void)state;
    assert_int_equal(nodelist_parse("0,3", 3, &result.nodes), 0);
    explain_policy(&result, "redis-server", message, sizeof(message));
    assert_contains(message, "policy 3 over nodes 0,3 instead");
    result.nodes = (struct nodelist){{0}};
    explain_policy(&result, "redis-server", message, sizeof(message));
    assert_contains(message, "over nodes none");
}

static void explain__a_killed_trial_names_the_signal(void **state)
{
    (void)state;
    explain_trial(SIGSYS, "redis-server", message, sizeof(message));
    assert_contains(message, "signal 31 (bad system call)");
    assert_contains(message, "SystemCallFilter=set_mempolicy get_mempolicy");
    explain_trial(SIGKILL, "redis-server", message, sizeof(message));
    assert_contains(message, "with signal 9; redis-server runs without");
}

static void explain__a_trial_that_did_not_start_says_why(void **state)
{
    (void)state;
    explain_trial(-EAGAIN, "redis-server", message, sizeof(message));
    assert_contains(message, "Resource temporarily unavailable");
    explain_trial(-ECHILD, "redis-server", message, sizeof(message));
    assert_contains(message, "it ended early");
}

static void explain__slow_nodes_and_what_leaves_them_out(void **state)
{
    struct nodelist slow, fast;

    (void)state;
    assert_int_equal(nodelist_parse("2-3", 3, &slow), 0);
    assert_int_equal(nodelist_parse("0-1", 3, &fast), 0);
    explain_slow_nodes(&slow, &fast, message, sizeof(message));
    assert_contains(message, "without CPUs");
    assert_contains(message, ": 2-3;");
    assert_contains(message, "AllowedMemoryNodes=0-1");
    explain_slow_nodes(&slow, &(struct nodelist){{0}}, message, sizeof(message));
    assert_contains(message, ": 2-3; its cpuset allows no others");
}

static void explain__exec_tells_what_to_look_at(void **state)
{
    (void)state;
    explain_exec("redis-server", ENOENT, message, sizeof(message));
    assert_contains(message, "cannot run redis-server: No such file or directory; it is nowhere in PATH");
    explain_exec("/opt/redis-server", ENOENT, message, sizeof(message));
    assert_contains(message, "interpreter");
    explain_exec("/opt/redis-server", EACCES, message, sizeof(message));
    assert_contains(message, "NoExecPaths=");
}

static void explain__cuts_what_is_too_long(void **state)
{
    char command[5000], tiny[20];

    (void)state;
    memset(command, 'x', sizeof(command));
    command[sizeof(command) - 1] = '\0';
    explain_exec(command, ENOENT, tiny, sizeof(tiny));
    assert_int_equal(strlen(tiny), sizeof(tiny) - 1);
    explain_unreadable("/sys/devices/system/node/has_memory", EACCES, command, message, sizeof(message));
    assert_int_equal(strlen(message), sizeof(message) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explain__every_step_says_three_things),
        cmocka_unit_test(explain__names_the_missing_library),
        cmocka_unit_test(explain__names_error_and_mend_of_a_refusal),
        cmocka_unit_test(explain__says_nothing_of_success_where_there_is_no_error),
        cmocka_unit_test(explain__says_what_the_kernel_keeps),
        cmocka_unit_test(explain__a_killed_trial_names_the_signal),
        cmocka_unit_test(explain__a_trial_that_did_not_start_says_why),
        cmocka_unit_test(explain__slow_nodes_and_what_leaves_them_out),
        cmocka_unit_test(explain__exec_tells_what_to_look_at),
        cmocka_unit_test(explain__cuts_what_is_too_long),
    };

    return cmocka_run_group_tests_name("exec-explain", tests, NULL, NULL);
}
