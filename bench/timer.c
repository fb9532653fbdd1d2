/* SPDX-License-Identifier: MIT */
/* Times commands against each other: every round runs each of them once, in an
 * order that turns with every round, so that a slow moment hits all alike. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COMMANDS = 8, MAX_ROUNDS = 100000, WARM_UP_ROUNDS = 5 };

struct command {
    char **argv;
    double *times; /* microseconds, one a round */
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Statuses 0 and 1 are the ways a command of this project ends well. */
static int run_once(char **argv, const posix_spawn_file_actions_t *actions, double *ret_time)
{
    double start = now();
    int status;
    pid_t pid;
    int r = argv[0] ? posix_spawn(&pid, argv[0], actions, NULL, argv, environ) : EINVAL;

    if (r != 0) {
        fprintf(stderr, "timer: %s: %s\n", argv[0] ? argv[0] : "no command", strerror(r));
        return -r;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    *ret_time = now() - start;
    if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
        return 0;
    fprintf(stderr, "timer: %s ended with wait status %#x\n", argv[0], (unsigned)status);
    return -ECHILD;
}

/* One round alone is not warmed up: it times what happens only once. */
static int run_rounds(struct command *commands, int count, int rounds)
{
    int warm_up = rounds > 1 ? WARM_UP_ROUNDS : 0, r = 0;
    posix_spawn_file_actions_t actions;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    for (int round = -warm_up; round < rounds && r == 0; round++) {
        for (int i = 0; i < count && r == 0; i++) {
            struct command *command = &commands[(i + round + warm_up) % count];

            r = run_once(command->argv, &actions, &command->times[round < 0 ? 0 : round]);
        }
    }
    posix_spawn_file_actions_destroy(&actions);
    return r;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, int count)
{
    double *sorted = malloc((size_t)count * sizeof(*sorted));
    double middle;

    if (!sorted)
        exit(2);
    memcpy(sorted, values, (size_t)count * sizeof(*sorted));
    qsort(sorted, (size_t)count, sizeof(*sorted), compare);
    middle = count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
    free(sorted);
    return middle;
}

/* The difference is taken round by round: both sides of it ran in the same moment. */
static void print_results(struct command *commands, int count, int rounds)
{
    for (int i = 0; i < count; i++)
        printf("%.1f ", median(commands[i].times, rounds));
    for (int i = 1; i < count; i++) {
        for (int round = 0; round < rounds; round++)
            commands[i].times[round] -= commands[0].times[round];
        printf("%.1f ", median(commands[i].times, rounds));
    }
    printf("\n");
}

/* Cuts argv at each "--" into commands; their number, or -1. */
static int split_commands(char **argv, struct command *commands, int rounds)
{
    int count = 0;

    while (*argv) {
        if (count == MAX_COMMANDS || strcmp(*argv, "--") == 0)
            return -1;
        commands[count].argv = argv;
        commands[count].times = calloc((size_t)rounds, sizeof(double));
        if (!commands[count++].times)
            return -1;
        while (*argv && strcmp(*argv, "--") != 0)
            argv++;
        if (*argv)
            *argv++ = NULL;
    }
    return count;
}

int main(int argc, char **argv)
{
    struct command commands[MAX_COMMANDS];
    int rounds = argc > 2 ? atoi(argv[1]) : 0;
    int count = rounds > 0 && rounds <= MAX_ROUNDS ? split_commands(argv + 2, commands, rounds) : -1;

    if (count < 1) {
        fprintf(stderr,
                "Usage: timer ROUNDS COMMAND [ARGUMENT...] [-- COMMAND [ARGUMENT...]]...\n"
                "Prints the median of each in microseconds, then of each one's excess over the first.\n");
        return 2;
    }
    if (run_rounds(commands, count, rounds) < 0)
        return 2;
    print_results(commands, count, rounds);
    return 0;
}
