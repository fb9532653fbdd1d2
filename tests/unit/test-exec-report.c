/* SPDX-License-Identifier: MIT */
#include "exec/report.h"

#include <signal.h>
#include <sys/resource.h>

#include "support.h"

#define PREFIX "redis-hosttune-exec: "

/* What stands in the pipe; static buffer. */
static const char *received(int fd)
{
    static char buffer[4096];
    ssize_t n = read(fd, buffer, sizeof(buffer) - 1);

    assert_true(n >= 0);
    buffer[n] = '\0';
    return buffer;
}

static void report__writes_one_line(void **state)
{
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    report_line(fds[1], "this host has 2 nodes");
    assert_text(received(fds[0]), PREFIX "this host has 2 nodes\n");
    close(fds[0]);
    close(fds[1]);
}

static void report__keeps_to_one_line(void **state)
{
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    report_line(fds[1], "cannot run a\nb\x1b[31m\x7f\xc3\xa4\xe2\x80\xae\x9b");
    assert_text(received(fds[0]), PREFIX "cannot run a\\x0ab\\x1b[31m\\x7f\xc3\xa4\\u202e\\x9b\n");
    close(fds[0]);
    close(fds[1]);
}

static void report__cuts_a_long_line(void **state)
{
    char text[3000];
    const char *line;
    int fds[2];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    report_line(fds[1], text);
    line = received(fds[0]);
    assert_int_equal(strlen(line), 1024);
    assert_text(line + strlen(line) - 2, "x\n");
    close(fds[0]);
    close(fds[1]);
}

static void report__survives_a_pipe_without_reader(void **state)
{
    int fds[2];

    (void)state;
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    close(fds[0]);
    report_line(fds[1], "nobody hears this");
    close(fds[1]);
    report_line(fds[1], "nor this");
}

static void report__does_not_block_on_a_full_pipe(void **state)
{
    static const char filling[4096];
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
    while (write(fds[1], filling, sizeof(filling)) > 0)
        ;
    assert_int_equal(fcntl(fds[1], F_SETFL, 0), 0);
    alarm(5);
    report_line(fds[1], "no room for this");
    alarm(0);
    close(fds[0]);
    close(fds[1]);
}

static int report_to_a_full_file(void *argument)
{
    const struct rlimit limit = {.rlim_cur = 0, .rlim_max = 0};
    int fd = fileno(tmpfile());

    (void)argument;
    signal(SIGXFSZ, SIG_DFL);
    setrlimit(RLIMIT_FSIZE, &limit);
    report_line(fd, "no room for this");
    return signal(SIGXFSZ, SIG_IGN) == SIG_DFL ? 0 : 1; /* the command gets it as it was */
}

static void report__outlives_the_limit_to_files(void **state)
{
    (void)state;
    assert_int_equal(in_child(report_to_a_full_file, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report__writes_one_line),
        cmocka_unit_test(report__keeps_to_one_line),
        cmocka_unit_test(report__cuts_a_long_line),
        cmocka_unit_test(report__survives_a_pipe_without_reader),
        cmocka_unit_test(report__does_not_block_on_a_full_pipe),
        cmocka_unit_test(report__outlives_the_limit_to_files),
    };

    return cmocka_run_group_tests_name("exec-report", tests, NULL, NULL);
}
