/* SPDX-License-Identifier: MIT */
/* Owns the command line and the order of things: look, decide, place, exec.
 * Whatever goes wrong before the exec is said and passed over. */
#include "exec/explain.h"
#include "exec/observe.h"
#include "exec/report.h"
#include "exec/trial.h"

#include "util/start.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127, MESSAGE_SIZE = 1000 };

static const struct sources host = {
    .nodes = "/sys/devices/system/node",
    .processors = "/sys/devices/system/cpu",
    .has_memory = "/sys/devices/system/node/has_memory",
    .has_cpu = "/sys/devices/system/node/has_cpu",
    .status = "/proc/self/status",
};

static const char version[] = "redis-hosttune-exec " VERSION "\n";

static const char usage[] = "Usage: redis-hosttune-exec [--argv0 NAME] [--] COMMAND [ARGUMENT...]\n"
                            "Run COMMAND with its memory interleaved over all allowed memory nodes.\n"
                            "\n"
                            "  --argv0 NAME  what COMMAND finds as its own name\n"
                            "  -h, --help    print this and exit\n"
                            "  --version     print the version and exit\n"
                            "\n"
                            "With one node, or where the policy cannot be set (then with a line on stderr),\n"
                            "COMMAND runs as it is. Exit status: that of COMMAND; 127 not found, 126 not\n"
                            "executable, 2 wrong usage.\n";

static void warn_of_slow_nodes(const struct nodelist *nodes)
{
    struct nodelist processors, slow = *nodes, fast = *nodes;
    char message[MESSAGE_SIZE];

    if (observe_nodes(host.has_cpu, &processors) < 0)
        return;
    nodelist_subtract(&slow, &processors);
    nodelist_intersect(&fast, &processors);
    if (nodelist_count(&slow) == 0)
        return;
    explain_slow_nodes(&slow, &fast, message, sizeof(message));
    report_line(STDERR_FILENO, message);
}

static void try_policy(const void *memory, void *result)
{
    policy_interleave(memory, result);
}

/* Both runs end in the same result unless the filter kills; then only the first one happens. */
static void interleave(const struct nodelist *memory, enum decision decision, const char *command)
{
    struct policy_result result = {.step = POLICY_DONE};
    char message[MESSAGE_SIZE];
    int trial = 0;

    if (decision == DECISION_TRIAL_FIRST)
        trial = trial_run(try_policy, memory, sizeof(result), &result);
    if (trial == 0 && result.step == POLICY_DONE) {
        policy_interleave(memory, &result);
        if (result.step == POLICY_DONE) {
            warn_of_slow_nodes(&result.nodes);
            return;
        }
    }
    if (trial != 0)
        explain_trial(trial, command, message, sizeof(message));
    else
        explain_policy(&result, command, message, sizeof(message));
    report_line(STDERR_FILENO, message);
}

static void unreadable(const char *path, int r, const char *command)
{
    char message[MESSAGE_SIZE];

    explain_unreadable(path, -r, command, message, sizeof(message));
    report_line(STDERR_FILENO, message);
}

static void place_memory(const char *command)
{
    struct nodelist memory;
    struct task_status task;
    enum decision decision;
    int r = observe_memory_nodes(&host, &memory);

    if (r < 0) {
        unreadable(host.has_memory, r, command);
        return;
    }
    if (nodelist_count(&memory) <= 1)
        return;
    r = observe_status(host.status, &task);
    if (r < 0) {
        unreadable(host.status, r, command);
        return;
    }
    decision = decision_make(&memory, &task);
    if (decision != DECISION_RUN_AS_IS)
        interleave(&memory, decision, command);
}

/* name: what the program finds as its own name; NULL: its path. */
static int run(char **command, char *name)
{
    char message[MESSAGE_SIZE];
    const char *program = command[0];
    int error;

    place_memory(program);
    if (name)
        command[0] = name;
    execvp(program, command);
    error = errno;
    explain_exec(program, error, message, sizeof(message));
    report_line(STDERR_FILENO, message);
    return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* No stdio: its symbols alone cost a hundredth of what the wrapper does. */
static int print(const char *text, size_t length)
{
    return write(STDOUT_FILENO, text, length) == (ssize_t)length ? 0 : EXIT_USAGE;
}

/* option: NULL where the command is missing. */
static int refuse_usage(const char *option)
{
    char message[MESSAGE_SIZE] = "no command given; usage: redis-hosttune-exec [--] COMMAND [ARGUMENT...]";

    if (option)
        explain_option(option, message, sizeof(message));
    report_line(STDERR_FILENO, message);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    char **command = argv + 1, *name = NULL;

    start_hold_streams();
    if (!first)
        return refuse_usage(NULL);
    if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0)
        return print(usage, sizeof(usage) - 1);
    if (strcmp(first, "--version") == 0)
        return print(version, sizeof(version) - 1);
    if (strcmp(first, "--argv0") == 0 && argc > 2) {
        name = argv[2];
        command += 2;
    }
    if (*command && strcmp(*command, "--") == 0)
        command++;
    else if (*command && **command == '-')
        return refuse_usage(*command);
    return *command ? run(command, name) : refuse_usage(NULL);
}
