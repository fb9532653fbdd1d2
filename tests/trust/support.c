/* SPDX-License-Identifier: MIT */
/* Owns the campaigns' options, their numbers and their processes. */
#include "support.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tree.h"

static unsigned long all_points, all_faults;

void die(const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

void *must_grow(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);

    return grown ? grown : (die("out of memory"), NULL);
}

void *must_allocate(size_t size)
{
    return memset(must_grow(NULL, size), 0, size);
}

char *must_duplicate(const char *text)
{
    return strcpy(must_allocate(strlen(text) + 1), text);
}

char *must_print(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        die("out of memory");
    va_end(arguments);
    return text;
}

void text_say(struct text *text, const char *format, ...)
{
    va_list arguments;
    char *line;
    int length;

    va_start(arguments, format);
    length = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (length < 0)
        die("out of memory");
    text->data = must_grow(text->data, text->size + (size_t)length + 1);
    memcpy(text->data + text->size, line, (size_t)length + 1);
    text->size += (size_t)length;
    free(line);
}

void text_done(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

/* --- options and results --- */

static long number(const char *text, const char *option)
{
    char *end;
    long value = strtol(text, &end, 10);

    return *text && !*end && value >= 0 ? value : (die("%s: %s is no number", option, text), 0);
}

static bool take_option(struct campaign *campaign, const char *argument)
{
    if (strncmp(argument, "--jobs=", 7) == 0)
        campaign->jobs = (unsigned)number(argument + 7, "--jobs");
    else if (strncmp(argument, "--show=", 7) == 0)
        campaign->show = (unsigned)number(argument + 7, "--show");
    else if (strncmp(argument, "--point=", 8) == 0)
        campaign->only_point = number(argument + 8, "--point");
    else if (strcmp(argument, "--long") == 0)
        campaign->is_long = true;
    else
        return false;
    return true;
}

int campaign_open(struct campaign *campaign, const char *name, int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int i = 1;

    *campaign = (struct campaign){
        .name = name, .jobs = processors > 0 ? (unsigned)processors : 1, .show = 10, .only_point = -1};
    while (i < argc && take_option(campaign, argv[i]))
        i++;
    if (i >= argc || campaign->jobs == 0)
        die("Usage: %s [--jobs=N] [--show=N] [--point=N] [--long] PROGRAM [SCENARIO...]", name);
    campaign->program = realpath(argv[i], NULL);
    if (!campaign->program)
        die("%s: %s", argv[i], strerror(errno));
    umask(022);
    setvbuf(stdout, NULL, _IOLBF, 0);
    campaign->directory = must_print("%s/trust.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(campaign->directory))
        die("%s: %s", campaign->directory, strerror(errno));
    return i + 1;
}

int campaign_close(struct campaign *campaign)
{
    tree_remove(campaign->directory);
    if (all_points == 0)
        die("%s: nothing was tried: is there such a scenario, such a point?", campaign->name);
    printf("%s: %lu points, %lu faults\n", campaign->name, all_points, all_faults);
    return all_faults > 0 ? 1 : 0;
}

bool campaign_is_asked_for(const char *name, char **names)
{
    if (!*names)
        return true;
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

void campaign_count(struct campaign *campaign, const char *what, unsigned long points, unsigned long faults,
                    unsigned long not_reached)
{
    char *extra = not_reached ? must_print(", %lu not reached", not_reached) : must_duplicate("");

    printf("%-20s %-34s %6lu points %6lu faults%s\n", campaign->name, what, points, faults, extra);
    free(extra);
    all_points += points;
    all_faults += faults;
}

/* --- points in parallel --- */

struct shared {
    unsigned long next, points, faults, not_reached;
};

static void show(struct shared *shared, const struct campaign *campaign, const char *what,
                 unsigned long point, const struct text *complaint)
{
    unsigned long before = __atomic_fetch_add(&shared->faults, 1, __ATOMIC_SEQ_CST);
    char *said;

    if (before >= campaign->show)
        return;
    said = must_print("FAIL %s %s --point=%lu %s", campaign->name, what, point,
                      complaint->data ? complaint->data : "\n");
    flock(STDOUT_FILENO, LOCK_EX); /* of no use on a pipe, where one write is whole up to 4096 bytes */
    if (write(STDOUT_FILENO, said, strlen(said)) < 0)
        die("standard output: %s", strerror(errno));
    flock(STDOUT_FILENO, LOCK_UN);
    free(said);
}

static void work(struct shared *shared, const struct campaign *campaign, const char *what,
                 unsigned long count, const char *directory, point_function *function, void *data)
{
    unsigned long point;

    while ((point = __atomic_fetch_add(&shared->next, 1, __ATOMIC_SEQ_CST)) < count) {
        struct text complaint = {0};
        enum point_result result = function(directory, point, data, &complaint);

        __atomic_fetch_add(&shared->points, 1, __ATOMIC_SEQ_CST);
        if (result == POINT_FAULT)
            show(shared, campaign, what, point, &complaint);
        if (result == POINT_NOT_REACHED)
            __atomic_fetch_add(&shared->not_reached, 1, __ATOMIC_SEQ_CST);
        text_done(&complaint);
    }
}

static pid_t start_worker(struct shared *shared, const struct campaign *campaign, const char *what,
                          unsigned long count, unsigned worker, point_function *function, void *data)
{
    pid_t pid = fork();
    char *directory;

    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    directory = must_print("%s/%u", campaign->directory, worker);
    if (mkdir(directory, 0755) < 0 && errno != EEXIST)
        die("%s: %s", directory, strerror(errno));
    work(shared, campaign, what, count, directory, function, data);
    free(directory);
    fflush(stdout);
    _exit(0);
}

void campaign_try(struct campaign *campaign, const char *what, unsigned long count, point_function *function,
                  void *data)
{
    struct shared *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned jobs = campaign->only_point >= 0 ? 1 : campaign->jobs;
    int status;

    if (shared == MAP_FAILED)
        die("mmap: %s", strerror(errno));
    if (campaign->only_point >= 0) {
        shared->next = (unsigned long)campaign->only_point;
        count = shared->next < count ? shared->next + 1 : 0;
    }
    fflush(stdout);
    for (unsigned i = 0; i < jobs; i++)
        start_worker(shared, campaign, what, count, i, function, data);
    for (unsigned i = 0; i < jobs; i++)
        if (wait(&status) < 0 || status != 0)
            die("%s %s: a worker ended with 0x%x", campaign->name, what, (unsigned)status);
    campaign_count(campaign, what, shared->points, shared->faults, shared->not_reached);
    munmap(shared, sizeof(*shared));
}
