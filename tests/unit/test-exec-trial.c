/* SPDX-License-Identifier: MIT */
#include "exec/trial.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "support.h"

struct note {
    int number;
    char text[40];
};

static void answer(const void *input, void *output)
{
    const int *question = input;
    struct note note = {.number = *question + 1, .text = "from the child"};

    memcpy(output, &note, sizeof(note));
}

static void die_of_sigsys(const void *input, void *output)
{
    (void)input;
    memset(output, 0xff, sizeof(struct note));
    signal(SIGSYS, SIG_DFL); /* cmocka catches it */
    raise(SIGSYS);
}

static void leave_early(const void *input, void *output)
{
    (void)output;
    _exit(*(const int *)input);
}

static void tell_core_limits(const void *input, void *output)
{
    struct note *note = output;
    struct rlimit limit;

    (void)input;
    getrlimit(RLIMIT_CORE, &limit);
    snprintf(note->text, sizeof(note->text), "%d %d %d", (int)limit.rlim_cur, (int)limit.rlim_max,
             prctl(PR_GET_DUMPABLE));
}

static struct note run(trial_body *body, int input, int expected)
{
    struct note note = {.number = -1, .text = "untouched"};

    assert_int_equal(trial_run(body, &input, sizeof(note), &note), expected);
    return note;
}

static void trial__brings_the_output_back(void **state)
{
    struct note note = run(answer, 41, 0);

    (void)state;
    assert_int_equal(note.number, 42);
    assert_text(note.text, "from the child");
}

static void trial__names_the_signal_that_killed(void **state)
{
    struct note note = run(die_of_sigsys, 0, SIGSYS);

    (void)state;
    assert_text(note.text, "untouched");
}

static void trial__tells_an_early_end(void **state)
{
    (void)state;
    run(leave_early, 0, -ECHILD);
    run(leave_early, 3, -ECHILD);
}

static void trial__can_leave_no_core(void **state)
{
    (void)state;
    assert_text(run(tell_core_limits, 0, 0).text, "0 0 0");
    assert_int_equal(prctl(PR_GET_DUMPABLE), 1);
}

static void trial__leaves_no_zombie(void **state)
{
    (void)state;
    run(answer, 1, 0);
    run(die_of_sigsys, 0, SIGSYS);
    assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void trial__works_where_sigchld_is_ignored(void **state)
{
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);

    (void)state;
    assert_int_equal(run(answer, 41, 0).number, 42);
    run(die_of_sigsys, 0, SIGSYS);
    assert_ptr_equal(signal(SIGCHLD, before), SIG_IGN);
}

static void trial__leaves_no_sigchld_pending(void **state)
{
    sigset_t child, before, pending;

    (void)state;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    run(answer, 41, 0);
    sigpending(&pending);
    sigprocmask(SIG_SETMASK, &before, NULL);
    assert_false(sigismember(&pending, SIGCHLD));
}

static void interrupt(int signal_number)
{
    (void)signal_number;
}

static void sleep_a_little(const void *input, void *output)
{
    usleep(200 * 1000);
    answer(input, output);
}

static void trial__waits_on_after_a_signal(void **state)
{
    const struct sigaction action = {.sa_handler = interrupt}; /* no SA_RESTART */
    struct sigaction before;

    (void)state;
    sigaction(SIGALRM, &action, &before);
    ualarm(50 * 1000, 0);
    assert_int_equal(run(sleep_a_little, 41, 0).number, 42);
    sigaction(SIGALRM, &before, NULL);
}

static void trial__says_why_it_cannot_start(void **state)
{
    struct note note;
    int error = trial_run(answer, NULL, SIZE_MAX / 8 * 7, &note);

    (void)state;
    assert_true(error == -ENOMEM || error == -EINVAL); /* the latter by valgrind */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial__brings_the_output_back),
        cmocka_unit_test(trial__names_the_signal_that_killed),
        cmocka_unit_test(trial__tells_an_early_end),
        cmocka_unit_test(trial__can_leave_no_core),
        cmocka_unit_test(trial__leaves_no_zombie),
        cmocka_unit_test(trial__works_where_sigchld_is_ignored),
        cmocka_unit_test(trial__leaves_no_sigchld_pending),
        cmocka_unit_test(trial__waits_on_after_a_signal),
        cmocka_unit_test(trial__says_why_it_cannot_start),
    };

    return cmocka_run_group_tests_name("exec-trial", tests, NULL, NULL);
}
