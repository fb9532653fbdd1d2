/* SPDX-License-Identifier: MIT */
/* The program itself, which lies one directory above the test. */
#include <signal.h>

#include "support.h"

static char program[PATH_MAX];

struct outcome {
    int status;
    char output[4096]; /* stdout and stderr */
};

/* Runs the shell command with $W standing for the program. */
static struct outcome shell(const char *command)
{
    struct outcome outcome = {.status = -1};
    FILE *pipe;
    size_t n;
    int status;

    setenv("W", program, 1);
    pipe = popen(command, "re");
    assert_non_null(pipe);
    n = fread(outcome.output, 1, sizeof(outcome.output) - 1, pipe);
    outcome.output[n] = '\0';
    status = pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

static void assert_outcome(const char *command, int status, const char *output)
{
    struct outcome outcome = shell(command);

    if (outcome.status != status)
        fail_msg("%s: status %d, output %s", command, outcome.status, outcome.output);
    assert_text(outcome.output, output);
}

static void exec__runs_the_command(void **state)
{
    (void)state;
    assert_outcome("\"$W\" echo a 'b  c' 2>/dev/null", 0, "a b  c\n");
    assert_outcome("\"$W\" -- echo a -- b 2>/dev/null", 0, "a -- b\n");
    assert_outcome("\"$W\" sh -c 'exit 42' 2>/dev/null", 42, "");
}

static void exec__passes_a_name_on(void **state)
{
    (void)state;
    assert_outcome("\"$W\" --argv0 other -- sh -c 'echo \"$0\"; tr \"\\0\" : </proc/$$/cmdline' 2>/dev/null",
                   0, "other\nother:-c:echo \"$0\"; tr \"\\0\" : </proc/$$/cmdline:");
    assert_outcome("\"$W\" --argv0 other true", 0, "");
    assert_int_equal(shell("\"$W\" --argv0 2>&1").status, 2);
    assert_int_equal(shell("\"$W\" --argv0 other 2>&1").status, 2);
    assert_int_equal(shell("\"$W\" --argv0 other -- 2>&1").status, 2);
}

static void exec__keeps_the_process(void **state)
{
    struct outcome outcome = shell("sh -c 'echo $$; exec \"$W\" sh -c \"echo \\$\\$\"' 2>/dev/null");
    char *second = strchr(outcome.output, '\n');

    (void)state;
    assert_non_null(second);
    *second++ = '\0';
    second[strcspn(second, "\n")] = '\0';
    assert_text(second, outcome.output);
}

static void exec__leaves_signals_descriptors_and_capabilities(void **state)
{
    struct outcome direct = shell("grep -E '^(Sig[^Q]|Cap|NoNewPrivs)' /proc/self/status; ls /proc/self/fd");
    struct outcome wrapped =
        shell("\"$W\" grep -E '^(Sig[^Q]|Cap|NoNewPrivs)' /proc/self/status; \"$W\" ls /proc/self/fd");

    (void)state;
    assert_text(wrapped.output, direct.output);
}

/* The command gets the streams as they were, and no file of the wrapper's in the place of a closed one. */
static void exec__leaves_closed_streams_closed(void **state)
{
    static const struct {
        const char *closed, *open;
    } rows[] = {
        {"<&-", "1\n2\n"}, {">&-", "0\n2\n"}, {"2>&-", "0\n1\n"}, {"<&- >&-", "2\n"}, {"<&- >&- 2>&-", ""},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        char line[200];

        snprintf(
            line, sizeof(line),
            "exec 9>&1; \"$W\" sh -c 'for fd in 0 1 2; do [ ! -e /proc/$$/fd/$fd ] || echo $fd >&9; done' %s",
            rows[i].closed);
        assert_outcome(line, 0, rows[i].open);
    }
}

static void exec__tells_what_cannot_run(void **state)
{
    struct outcome missing = shell("\"$W\" /nonexistent/redis-server 2>&1");
    struct outcome forbidden = shell("\"$W\" /etc/passwd 2>&1");

    (void)state;
    assert_int_equal(missing.status, 127);
    assert_contains(missing.output,
                    "redis-hosttune-exec: cannot run /nonexistent/redis-server: No such file");
    assert_int_equal(forbidden.status, 126);
    assert_contains(forbidden.output, "cannot run /etc/passwd: Permission denied");
    assert_int_equal(shell("PATH=/nonexistent \"$W\" redis-server 2>/dev/null").status, 127);
}

static void exec__refuses_wrong_usage(void **state)
{
    (void)state;
    assert_int_equal(shell("\"$W\" 2>&1").status, 2);
    assert_int_equal(shell("\"$W\" -- 2>&1").status, 2);
    assert_int_equal(shell("\"$W\" --interleave=all echo 2>&1").status, 2);
    assert_contains(shell("\"$W\" -x 2>&1").output, "unknown option -x");
}

static void exec__prints_help_and_version(void **state)
{
    struct outcome help = shell("\"$W\" --help"), version = shell("\"$W\" --version");

    (void)state;
    assert_int_equal(help.status, 0);
    assert_contains(help.output, "Usage: redis-hosttune-exec ");
    assert_text(shell("\"$W\" -h").output, help.output);
    assert_int_equal(version.status, 0);
    assert_text(version.output, "redis-hosttune-exec " VERSION "\n");
    assert_int_equal(shell("\"$W\" --help >/dev/full").status, 2);
}

static void exec__survives_closed_descriptors(void **state)
{
    (void)state;
    assert_int_equal(shell("\"$W\" sh -c 'exit 7' <&- >&- 2>&-").status, 7);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exec__runs_the_command),
        cmocka_unit_test(exec__passes_a_name_on),
        cmocka_unit_test(exec__keeps_the_process),
        cmocka_unit_test(exec__leaves_signals_descriptors_and_capabilities),
        cmocka_unit_test(exec__leaves_closed_streams_closed),
        cmocka_unit_test(exec__tells_what_cannot_run),
        cmocka_unit_test(exec__refuses_wrong_usage),
        cmocka_unit_test(exec__prints_help_and_version),
        cmocka_unit_test(exec__survives_closed_descriptors),
    };
    const char *slash = strrchr(argv[0], '/');

    (void)argc;
    snprintf(program, sizeof(program), "%.*s/../redis-hosttune-exec", slash ? (int)(slash - argv[0]) : 1,
             slash ? argv[0] : ".");
    return cmocka_run_group_tests_name("exec-main", tests, NULL, NULL);
}
