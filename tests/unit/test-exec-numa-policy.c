/* SPDX-License-Identifier: MIT */
/* On the running kernel, in children: the policy of the test itself stays as it is. */
#include "exec/numa-policy.h"

#include <linux/filter.h>
#include <linux/mempolicy.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "exec/trial.h"
#include "support.h"

/* Answers one system call with the action from now on; the test's machine may refuse that. */
static bool filter_call(unsigned number, unsigned action)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void plain(const void *memory, void *result)
{
    policy_interleave(memory, result);
}

static void with_set_refused(const void *memory, void *result)
{
    if (filter_call(SYS_set_mempolicy, SECCOMP_RET_ERRNO | EPERM))
        policy_interleave(memory, result);
}

static void with_get_refused(const void *memory, void *result)
{
    if (filter_call(SYS_get_mempolicy, SECCOMP_RET_ERRNO | ENOSYS))
        policy_interleave(memory, result);
}

static void with_set_killed(const void *memory, void *result)
{
    if (filter_call(SYS_set_mempolicy, SECCOMP_RET_KILL_PROCESS))
        policy_interleave(memory, result);
}

static void with_open_refused(const void *memory, void *result)
{
    if (filter_call(SYS_openat, SECCOMP_RET_ERRNO | EACCES))
        policy_interleave(memory, result);
}

static int try(trial_body *body, const char *memory, struct policy_result *ret_result)
{
    struct nodelist nodes;

    assert_int_equal(nodelist_parse(memory, strlen(memory), &nodes), 0);
    return trial_run(body, &nodes, sizeof(*ret_result), ret_result);
}

/* Node 0 has memory everywhere but in a cpuset without it. */
static bool is_possible(void)
{
    struct policy_result result;

    return try(plain, "0", &result) == 0 && result.step == POLICY_DONE;
}

static void policy__is_set_and_read_back(void **state)
{
    struct policy_result result;

    (void)state;
    if (!is_possible())
        skip();
    assert_int_equal(try(plain, "0,1023", &result), 0);
    assert_int_equal(result.step, POLICY_DONE);
    assert_int_equal(result.error, 0);
    assert_int_equal(result.mode, MPOL_INTERLEAVE);
    assert_int_equal(nodelist_count(&result.nodes), 1);
    assert_true(nodelist_has(&result.nodes, 0));
}

static void policy__needs_a_node_with_memory(void **state)
{
    struct policy_result result;

    (void)state;
    if (!is_possible())
        skip();
    assert_int_equal(try(plain, "1023", &result), 0);
    assert_int_equal(result.step, POLICY_ALLOWED);
}

static void policy__a_refusal_is_told_with_its_error(void **state)
{
    struct policy_result result;

    (void)state;
    if (!is_possible())
        skip();
    assert_int_equal(try(with_set_refused, "0", &result), 0);
    assert_int_equal(result.step, POLICY_SET);
    assert_int_equal(result.error, EPERM);
}

static void policy__a_kernel_without_the_calls_is_told(void **state)
{
    struct policy_result result;

    (void)state;
    if (!is_possible())
        skip();
    assert_int_equal(try(with_get_refused, "0", &result), 0);
    assert_int_equal(result.step, POLICY_KERNEL);
    assert_int_equal(result.error, ENOSYS);
}

static void policy__a_filter_that_kills_is_survived(void **state)
{
    struct policy_result result;

    (void)state;
    if (!is_possible())
        skip();
    assert_int_equal(try(with_set_killed, "0", &result), SIGSYS);
}

static void policy__a_library_that_cannot_be_loaded_is_told(void **state)
{
    struct policy_result result;

    (void)state;
    assert_int_equal(try(with_open_refused, "0", &result), 0);
    assert_int_equal(result.step, POLICY_LOAD);
    assert_contains(result.detail, "libnuma.so.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy__is_set_and_read_back),
        cmocka_unit_test(policy__needs_a_node_with_memory),
        cmocka_unit_test(policy__a_refusal_is_told_with_its_error),
        cmocka_unit_test(policy__a_kernel_without_the_calls_is_told),
        cmocka_unit_test(policy__a_filter_that_kills_is_survived),
        cmocka_unit_test(policy__a_library_that_cannot_be_loaded_is_told),
    };

    return cmocka_run_group_tests_name("exec-numa-policy", tests, NULL, NULL);
}
