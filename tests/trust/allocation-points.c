/* SPDX-License-Identifier: MIT */
/* Each allocation of each program fails once, and (--long) each with all that follow it. The program says so
 * and ends with 2 (the generator with 0, the wrapper by running its command), or it did without and says the
 * same as ever; nothing is half written and nothing is lost. Usage: allocation-points [--jobs=N] [--show=N]
 * [--point=N] [--long] PROGRAM [SCENARIO...] */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail-allocation.h"
#include "hostile-answers.h"
#include "judge.h"

enum { WORDS_MAX = 6 };

enum kind {
    KIND_READS,     /* ends as ever, or with 2 and a word */
    KIND_GENERATES, /* ends with 0; what it wrote is what it always writes, each file or none of it */
    KIND_EXECUTES,  /* runs its command, whatever happens */
};

static const struct reading {
    const char *name;
    const char *program; /* beside redis-hosttune; NULL: that itself */
    enum kind kind;
    int cannot_run; /* the status for a command that cannot be run, if it has one */
    /* ROOT is the tree, OUT a directory to write to, SERVER the socket of a server that answers */
    const char *words[WORDS_MAX];
} readings[] = {
    {.name = "diff", .words = {"diff", "--root=ROOT"}},
    {.name = "diff-json", .words = {"diff", "--root=ROOT", "--format=json"}},
    {.name = "check", .words = {"check", "--root=ROOT"}},
    {.name = "check-json", .words = {"check", "--root=ROOT", "--format=json"}},
    {.name = "check-prometheus", .words = {"check", "--root=ROOT", "--format=prometheus"}},
    {.name = "explain", .words = {"explain", "--root=ROOT"}},
    {.name = "explain-name", .words = {"explain", "vm.overcommit_memory", "--root=ROOT"}},
    {.name = "explain-finding", .words = {"explain", "fork-slow", "--root=ROOT"}},
    {.name = "explain-log-line",
     .words = {"explain",
               "7:M 25 Nov 2026 13:37:55.321 # Can't save in background: fork: Cannot allocate memory",
               "--root=ROOT"}},
    {.name = "diagnose", .words = {"diagnose", "--root=ROOT", "--socket=SERVER", "--interval=0"}},
    {.name = "diagnose-json",
     .words = {"diagnose", "--root=ROOT", "--socket=SERVER", "--interval=0", "--format=json"}},
    {.name = "diagnose-prometheus",
     .words = {"diagnose", "--root=ROOT", "--socket=SERVER", "--interval=0", "--format=prometheus"}},
    {.name = "help", .words = {"apply", "--help"}},
    {.name = "generator",
     .program = "redis-hosttune-generator",
     .kind = KIND_GENERATES,
     .words = {"--root=ROOT", "OUT", "OUT", "OUT"}},
    {.name = "wrapper",
     .program = "redis-hosttune-exec",
     .kind = KIND_EXECUTES,
     .words = {"--", "/bin/echo", "done"}},
    /* 126: redis-hosttune(8), EXIT STATUS */
    {.name = "exec", .cannot_run = 126, .words = {"exec", "--", "/bin/echo", "done"}},
};

struct allocations {
    const struct campaign *campaign;
    const struct reading *reading;     /* or */
    const struct reference *reference; /* the way back */
    const char *library;
    struct tree tree, written; /* what a reading reads; what the generator always writes */
    struct outcome outcome;    /* undisturbed */
    unsigned long count;
};

/* --- one run with a failing allocation --- */

static struct allocation_counts *share_counts(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    void *shared;

    if (fd < 0 || ftruncate(fd, sizeof(struct allocation_counts)) < 0)
        die("%s: %s", path, strerror(errno));
    shared = mmap(NULL, sizeof(struct allocation_counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return shared != MAP_FAILED ? shared : (die("mmap: %s", strerror(errno)), NULL);
}

/* Returns how many allocations were made, *ret_failed how many failed. */
static unsigned long run_failing(const struct allocations *allocations, const char *const argv[],
                                 const char *directory, unsigned long fail_at, bool fail_on,
                                 unsigned long *ret_failed, struct outcome *ret)
{
    char *path = must_print("%s.counts", directory);
    char *preload = must_print("LD_PRELOAD=%s", allocations->library);
    char *variable = must_print("%s=%s", ALLOCATION_COUNTS_VARIABLE, path);
    const char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", preload, variable, NULL};
    struct allocation_counts *counts = share_counts(path);
    unsigned long made;

    counts->fail_at = fail_at;
    counts->fail_on = fail_on;
    trace_run(argv, environment, (struct disturbance){0}, ret);
    made = counts->made;
    *ret_failed = counts->failed;
    munmap(counts, sizeof(*counts));
    unlink(path);
    free(variable);
    free(preload);
    free(path);
    return made;
}

/* Each worker has a directory of its own, and what is said of it must compare. */
static void hide_directory(char *text, const char *directory)
{
    size_t length = strlen(directory);
    char *to = text;

    while (*text) {
        if (strncmp(text, directory, length) == 0) {
            *to++ = '@';
            text += length;
        } else {
            *to++ = *text++;
        }
    }
    *to = '\0';
}

/* The word with its place filled in; owned by the caller. */
static char *furnish(const char *word, const char *directory)
{
    const char *equals = strchr(word, '='), *value = equals ? equals + 1 : word;
    int prefix = (int)(value - word);

    if (strcmp(value, "ROOT") == 0)
        return must_print("%.*s%s/root", prefix, word, directory);
    if (strcmp(value, "OUT") == 0)
        return must_print("%.*s%s/out", prefix, word, directory);
    if (strcmp(value, "SERVER") == 0)
        return must_print("%.*s%s/server", prefix, word, dirname(strdupa(directory)));
    return must_duplicate(word);
}

static char *program_path(const struct allocations *allocations)
{
    char *program = must_duplicate(allocations->campaign->program), *path;

    if (!allocations->reading || !allocations->reading->program)
        return program;
    path = must_print("%s/%s", dirname(program), allocations->reading->program);
    free(program);
    return path;
}

static unsigned long run_point(const struct allocations *allocations, const char *directory,
                               unsigned long fail_at, bool fail_on, unsigned long *ret_failed,
                               struct outcome *ret)
{
    const char *const *words =
        allocations->reading ? allocations->reading->words : allocations->reference->scenario->call;
    size_t max = allocations->reading ? WORDS_MAX : ARGUMENTS_MAX, n = 1;
    char *argv[WORDS_MAX + 3] = {program_path(allocations)};
    unsigned long made;

    for (size_t i = 0; i < max && words[i]; i++)
        argv[n++] = furnish(words[i], directory);
    if (allocations->reference)
        argv[n++] = must_print("--root=%s", directory);
    made = run_failing(allocations, (const char *const *)argv, directory, fail_at, fail_on, ret_failed, ret);
    hide_directory(ret->output, directory);
    for (size_t i = 0; i < n; i++)
        free(argv[i]);
    return made;
}

/* --- the commands that read --- */

static bool judge_reading(const struct allocations *allocations, const struct outcome *outcome,
                          struct text *complaint)
{
    const struct outcome *usual = &allocations->outcome;
    int cannot_run = allocations->reading->cannot_run;
    bool is_usual = strcmp(outcome->output, usual->output) == 0;
    bool is_trouble = outcome->status == 2 || (cannot_run && outcome->status == cannot_run);

    if ((is_usual && outcome->status == usual->status) ||
        (is_trouble && *outcome->errors && allocations->reading->kind == KIND_READS))
        return true;
    text_say(complaint, "    exit status %d (usually %d), %s on stdout, %s on stderr\n", outcome->status,
             usual->status, is_usual ? "the usual" : "something else",
             *outcome->errors ? "a word" : "nothing");
    return false;
}

static bool judge_generated(const struct allocations *allocations, const char *directory,
                            const struct outcome *outcome, struct text *complaint)
{
    char *out = must_print("%s/out", directory);
    bool is_right = outcome->status == 0, is_all = true;
    struct tree tree;

    tree_read(out, &tree);
    if (!is_right)
        text_say(complaint, "    exit status %d\n", outcome->status);
    for (size_t i = 0; i < tree.count; i++)
        if (!tree_entry_equals(&tree.entries[i], tree_find(&allocations->written, tree.entries[i].path))) {
            text_say(complaint, "    %s is not what is always written\n", tree.entries[i].path);
            is_right = false;
        }
    for (size_t i = 0; i < allocations->written.count; i++)
        is_all = is_all && tree_find(&tree, allocations->written.entries[i].path);
    if (!is_all && !*outcome->errors) {
        text_say(complaint, "    wrote less and said nothing\n");
        is_right = false;
    }
    tree_done(&tree);
    free(out);
    return is_right;
}

static void prepare_reading(const struct allocations *allocations, const char *directory)
{
    char *root = must_print("%s/root", directory), *out = must_print("%s/out", directory);
    struct tree nothing = {0};

    mkdir(directory, 0755);
    if (access(root, F_OK) < 0) /* nobody writes there */
        tree_write(root, &allocations->tree);
    tree_write(out, &nothing);
    free(out);
    free(root);
}

static enum point_result try_point(const char *worker, unsigned long point, void *data,
                                   struct text *complaint)
{
    const struct allocations *allocations = data;
    char *directory = must_print("%s/%s", worker, allocations->reading ? allocations->reading->name : "back");
    bool fail_on = point >= allocations->count, is_right;
    unsigned long failed, at = point % allocations->count + 1;
    struct outcome outcome;

    if (allocations->reading)
        prepare_reading(allocations, directory);
    else
        tree_write(directory, &allocations->reference->base);
    run_point(allocations, directory, at, fail_on, &failed, &outcome);
    text_say(complaint, "allocation %lu%s; said \"%.*s\"\n", at, fail_on ? " and all behind it" : "",
             (int)strcspn(outcome.errors, "\n"), outcome.errors);
    if (!allocations->reading) {
        is_right = judge_words(allocations->reference, directory, &outcome, complaint);
        is_right = judge_aftermath(allocations->reference, directory, complaint) && is_right;
    } else if (allocations->reading->kind == KIND_GENERATES) {
        is_right = judge_generated(allocations, directory, &outcome, complaint);
    } else {
        is_right = judge_reading(allocations, &outcome, complaint);
    }
    outcome_done(&outcome);
    free(directory);
    return !failed ? POINT_NOT_REACHED : is_right ? POINT_HELD : POINT_FAULT;
}

/* --- all of them --- */

static void try_all(struct campaign *campaign, const char *name, struct allocations *allocations)
{
    char *directory = must_print("%s/%s", campaign->directory, name), *out = must_print("%s/out", directory);
    unsigned long failed;

    if (allocations->reading)
        prepare_reading(allocations, directory);
    else
        tree_write(directory, &allocations->reference->base);
    allocations->count = run_point(allocations, directory, 0, false, &failed, &allocations->outcome);
    if (allocations->reading)
        tree_read(out, &allocations->written);
    if (allocations->count == 0)
        campaign_count(campaign, name, 0, 0, 0);
    else
        campaign_try(campaign, name, allocations->count * (campaign->is_long ? 2 : 1), try_point,
                     allocations);
    outcome_done(&allocations->outcome);
    tree_done(&allocations->written);
    free(out);
    free(directory);
}

static const char *library_path(const char *argv0)
{
    static char *path;

    if (!path) {
        char *program = realpath(argv0, NULL);

        path = must_print("%s/fail-allocation.so", program ? dirname(program) : ".");
        free(program);
    }
    return path;
}

static const char *library;

static void try_way_back(struct campaign *campaign, struct reference *reference)
{
    struct allocations allocations = {.campaign = campaign, .reference = reference, .library = library};

    try_all(campaign, reference->scenario->name, &allocations);
}

static void try_readings(struct campaign *campaign, char **names)
{
    char *socket = must_print("%s/server", campaign->directory);
    pid_t server = fork();
    struct tree tree;

    if (server == 0)
        hostile_serve(socket, &hostile_modes[0]); /* the good one */
    applied_tree(campaign, &tree);
    for (size_t i = 0; i < sizeof(readings) / sizeof(*readings); i++) {
        struct allocations allocations = {
            .campaign = campaign, .reading = &readings[i], .library = library, .tree = tree};

        if (campaign_is_asked_for(readings[i].name, names))
            try_all(campaign, readings[i].name, &allocations);
    }
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    tree_done(&tree);
    free(socket);
}

int main(int argc, char **argv)
{
    struct campaign campaign;
    int first = campaign_open(&campaign, "allocation-points", argc, argv);

    library = library_path("/proc/self/exe");
    try_readings(&campaign, argv + first);
    scenarios_each(&campaign, argv + first, try_way_back);
    return campaign_close(&campaign);
}
