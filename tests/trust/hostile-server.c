/* SPDX-License-Identifier: MIT */
/* diagnose asks servers that mean ill. It ends in time, within its memory, with a line of its own, and what
 * they said reaches no terminal as it was. Usage: hostile-server [--jobs=N] [--show=N] [--point=N] PROGRAM
 * [MODE...] */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hostile-answers.h"
#include "printable.h"
#include "support.h"
#include "trace.h"

enum {
    SECONDS_MAX = 13, /* ten for what is asked, and a machine at work */
    MEMORY_MAX_KB = 256 * 1024,
};

static const char *const formats[] = {"--format=text", "--format=json", "--format=prometheus"};
#define FORMATS (sizeof(formats) / sizeof(*formats))

struct hostile {
    const char *program;
    const struct hostile_mode *mode;
};

static pid_t start_server(const char *path, const struct hostile_mode *mode)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    struct stat status;
    pid_t pid;

    unlink(path);
    pid = fork();
    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid == 0)
        hostile_serve(path, mode);
    for (int i = 0; i < 2000; i++) {
        if (stat(path, &status) == 0 && (status.st_mode & 0777) == 0777)
            return pid;
        nanosleep(&moment, NULL);
    }
    die("no server came up at %s", path);
}

static bool judge(const struct outcome *outcome, struct text *complaint)
{
    size_t before = complaint->size;

    if (outcome->status < 0 || outcome->status > 2)
        text_say(complaint, "    exit status %d\n", outcome->status);
    if (!*outcome->output && !*outcome->errors)
        text_say(complaint, "    said nothing\n");
    if (outcome->status == 2 && !*outcome->errors)
        text_say(complaint, "    exit status 2 without a word on stderr\n");
    if (outcome->seconds > SECONDS_MAX)
        text_say(complaint, "    took %.1f s\n", outcome->seconds);
    if (outcome->memory_kb > MEMORY_MAX_KB)
        text_say(complaint, "    took %ld MB\n", outcome->memory_kb / 1024);
    judge_printable(outcome->output, "stdout", complaint);
    judge_printable(outcome->errors, "stderr", complaint);
    return complaint->size == before;
}

static enum point_result try_format(const char *directory, unsigned long format, void *data,
                                    struct text *complaint)
{
    const struct hostile *hostile = data;
    char *path = must_print("%s/server", directory), *option = must_print("--socket=%s", path);
    const char *argv[] = {hostile->program, "diagnose", "--interval=0", option, formats[format], NULL};
    pid_t server = start_server(path, hostile->mode);
    struct outcome outcome;
    bool is_right;

    trace_run(argv, NULL, (struct disturbance){0}, &outcome);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    text_say(complaint, "%s; said \"%.*s\"\n", formats[format], (int)strcspn(outcome.errors, "\n"),
             outcome.errors);
    is_right = judge(&outcome, complaint);
    outcome_done(&outcome);
    free(option);
    free(path);
    return is_right ? POINT_HELD : POINT_FAULT;
}

int main(int argc, char **argv)
{
    struct campaign campaign;
    int first = campaign_open(&campaign, "hostile-server", argc, argv);

    for (size_t i = 0; i < hostile_modes_count; i++) {
        struct hostile hostile = {.program = campaign.program, .mode = &hostile_modes[i]};

        if (campaign_is_asked_for(hostile.mode->name, argv + first))
            campaign_try(&campaign, hostile.mode->name, FORMATS, try_format, &hostile);
    }
    return campaign_close(&campaign);
}
