/* SPDX-License-Identifier: MIT */
/* At every path that the programs look at or write to, something else stands: a pipe, a device, a directory,
 * a link that leads out, a huge file. No program waits for it, follows it out of the tree, writes outside, or
 * lets what lies outside be read; and what apply set, revert still takes back or says why not. Usage:
 * planted-files [--jobs=N] [--show=N] [--point=N] [--long] PROGRAM [CASE...] */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "printable.h"
#include "scenario.h"

#define SECRET "of-nobodys-business"

enum {
    SECONDS_MAX = 2,
    MEMORY_MAX_KB = 256 * 1024,
    HUGE_SIZE = 20 << 20,
    WORDS_MAX = 3,
};

static const struct program_case {
    const char *name;
    const char *program; /* beside redis-hosttune; NULL: that itself */
    const char *words[WORDS_MAX];
    bool is_report; /* what it could not see stands in its output */
} cases[] = {
    {.name = "apply", .words = {"apply"}},
    {.name = "revert", .words = {"revert"}},
    {.name = "revert-only", .words = {"revert", "--only=vm.swappiness"}},
    {.name = "diff", .words = {"diff"}},
    {.name = "check", .words = {"check"}, .is_report = true},
    {.name = "diagnose", .words = {"diagnose", "--interval=0"}, .is_report = true},
    {.name = "explain", .words = {"explain", "vm.swappiness"}},
    {.name = "generator", .program = "redis-hosttune-generator"},
};

static const struct plant {
    const char *name;
    mode_t mode;
    unsigned major, minor;
    const char *content; /* of a file, or where a link leads; OUTSIDE is the directory beside the tree */
    size_t repeat;
} plants[] = {
    {.name = "pipe", .mode = S_IFIFO | 0666},
    {.name = "socket", .mode = S_IFSOCK | 0666},
    {.name = "device that gives for ever", .mode = S_IFCHR | 0666, .major = 1, .minor = 5},
    {.name = "device that takes nothing", .mode = S_IFCHR | 0666, .major = 1, .minor = 7},
    {.name = "block device", .mode = S_IFBLK | 0600, .major = 7, .minor = 99},
    {.name = "directory", .mode = S_IFDIR | 0755},
    {.name = "link out of the tree", .mode = S_IFLNK, .content = "OUTSIDE/secret"},
    {.name = "link to nothing outside", .mode = S_IFLNK, .content = "OUTSIDE/made"},
    {.name = "link to a directory outside", .mode = S_IFLNK, .content = "OUTSIDE"},
    {.name = "link to itself", .mode = S_IFLNK, .content = "."},
    {.name = "empty file", .mode = S_IFREG | 0644, .content = ""},
    {.name = "file of nobody", .mode = S_IFREG, .content = "vm.swappiness = 1\n"},
    {.name = "file of noise",
     .mode = S_IFREG | 0644,
     .content = "\x1b[31m\xff\xfe[tunables]\x9b\x01=\x7f\xe2\x80\xae\n"},
    {.name = "huge line", .mode = S_IFREG | 0644, .content = "AAAAAAAAAAAAAAAA", .repeat = HUGE_SIZE / 16},
    {.name = "huge file of lines",
     .mode = S_IFREG | 0644,
     .content = "a.b = 1 # 345678\n",
     .repeat = HUGE_SIZE / 16},
};
#define PLANTS (sizeof(plants) / sizeof(*plants))

struct planting {
    const char *program;
    const struct program_case *of;
    struct tree tree;
    struct tree outside;
    char **paths;
    size_t count;
};

/* --- which paths --- */

static bool is_noted(const struct planting *planting, const char *path)
{
    for (size_t i = 0; i < planting->count; i++)
        if (strcmp(planting->paths[i], path) == 0)
            return true;
    return false;
}

/* A parent that is a file has nothing below it. */
static bool can_be_planted(const struct planting *planting, const char *path)
{
    const char *slash = path;

    if (!*path || strstr(path, ".."))
        return false;
    while ((slash = strchr(slash + 1, '/'))) {
        char *parent = must_print("%.*s", (int)(slash - path), path);
        const struct tree_entry *entry = tree_find(&planting->tree, parent);

        free(parent);
        if (entry && !S_ISDIR(entry->mode))
            return false;
    }
    return true;
}

static void note_paths(struct planting *planting, const struct outcome *outcome, const char *directory)
{
    size_t length = strlen(directory);

    for (unsigned long i = 0; i < outcome->calls_count; i++) {
        const char *path = outcome->calls[i].path;

        if (!path || strncmp(path, directory, length) != 0 || path[length] != '/' ||
            !can_be_planted(planting, path + length + 1) || is_noted(planting, path + length + 1))
            continue;
        planting->paths = must_grow(planting->paths, (planting->count + 1) * sizeof(*planting->paths));
        planting->paths[planting->count++] = must_duplicate(path + length + 1);
    }
}

/* --- one run --- */

static void run_case(const struct planting *planting, const char *worker, enum disturbance_kind kind,
                     struct outcome *ret)
{
    char *program = must_duplicate(planting->program), *beside = NULL;
    char *root = must_print("--root=%s/root", worker), *out = must_print("%s/out", worker);
    const char *argv[WORDS_MAX + 6] = {program};
    size_t n = 1;

    for (size_t i = 0; i < WORDS_MAX && planting->of->words[i]; i++)
        argv[n++] = planting->of->words[i];
    argv[n++] = root;
    if (planting->of->program) {
        argv[0] = beside = must_print("%s/%s", dirname(program), planting->of->program);
        for (int i = 0; i < 3; i++)
            argv[n++] = out;
    }
    trace_run(argv, NULL, (struct disturbance){.kind = kind}, ret);
    free(beside);
    free(out);
    free(root);
    free(program);
}

static void plant_in(const struct planting *planting, const char *path, const struct plant *plant,
                     const char *worker, struct tree *ret)
{
    struct text content = {0};
    struct tree_entry *entry;

    tree_copy(&planting->tree, ret);
    tree_cut(ret, path);
    if (plant->content && strncmp(plant->content, "OUTSIDE", 7) == 0)
        text_say(&content, "../../../../../../../../../../..%s/outside%s", worker, plant->content + 7);
    else if (plant->content && plant->repeat == 0)
        text_say(&content, "%s", strcmp(plant->content, ".") == 0 ? basename(strdupa(path)) : plant->content);
    entry = tree_put(ret, path, plant->mode, content.data);
    if (plant->repeat > 0) {
        size_t size = strlen(plant->content);

        entry->content = must_allocate(size * plant->repeat + 1);
        for (size_t i = 0; i < plant->repeat; i++)
            memcpy(entry->content + i * size, plant->content, size);
        entry->size = size * plant->repeat;
    }
    entry->device = makedev(plant->major, plant->minor);
    text_done(&content);
}

/* --- what is held --- */

static bool judge_run(const struct planting *planting, const struct outcome *outcome, struct text *complaint)
{
    size_t before = complaint->size;

    if (outcome->status < 0 || outcome->status > (planting->of->program ? 0 : 2))
        text_say(complaint, "    exit status %d\n", outcome->status);
    if (outcome->status == 2 && !*outcome->errors && !(planting->of->is_report && *outcome->output))
        text_say(complaint, "    exit status 2 without a word\n");
    if (outcome->seconds > SECONDS_MAX)
        text_say(complaint, "    took %.1f s\n", outcome->seconds);
    if (outcome->memory_kb > MEMORY_MAX_KB)
        text_say(complaint, "    took %ld MB\n", outcome->memory_kb / 1024);
    if (strstr(outcome->output, SECRET) || strstr(outcome->errors, SECRET))
        text_say(complaint, "    shows what lies outside\n");
    judge_printable(outcome->output, "stdout", complaint);
    judge_printable(outcome->errors, "stderr", complaint);
    return complaint->size == before;
}

static bool judge_outside(const struct planting *planting, const char *worker, struct text *complaint)
{
    char *directory = must_print("%s/outside", worker);
    struct tree outside;
    bool is_right;

    tree_read(directory, &outside);
    is_right = outside.count == planting->outside.count &&
               tree_is_one_of(&outside, &planting->outside, &planting->outside, "outside", complaint);
    if (outside.count != planting->outside.count)
        text_say(complaint, "    something was made outside\n");
    tree_done(&outside);
    free(directory);
    return is_right;
}

/* Knobs are back, or a word was said and the status is not 0. */
static bool judge_back(const struct planting *planting, const char *worker, const char *path,
                       struct text *complaint)
{
    static const char *const revert[] = {"revert", NULL};
    char *root = must_print("%s/root", worker);
    struct text difference = {0};
    struct tree original, now;
    struct outcome outcome;
    bool is_right = true;

    program_run(planting->program, revert, root, (struct disturbance){0}, &outcome);
    scenario_tree(true, &original);
    tree_read(root, &now);
    for (size_t i = 0; i < original.count; i++) {
        const struct tree_entry *should = &original.entries[i], *is = tree_find(&now, should->path);

        if ((strncmp(should->path, "proc/sys/", 9) == 0 || strncmp(should->path, "sys/kernel/", 11) == 0) &&
            strncmp(should->path, path, strlen(path)) != 0 && !tree_entry_equals(is, should) &&
            tree_entry_counts(should))
            text_say(&difference, "    then revert, exit status %d: %s is not back\n", outcome.status,
                     should->path);
    }
    if (difference.data && (outcome.status == 0 || !*outcome.errors)) {
        text_say(complaint, "%s", difference.data);
        is_right = false;
    }
    text_done(&difference);
    tree_done(&original);
    tree_done(&now);
    outcome_done(&outcome);
    free(root);
    return is_right;
}

static void make_place(const struct planting *planting, const char *worker, const struct tree *tree)
{
    static const char *const names[] = {"root", "outside", "out"};
    const struct tree nothing = {0}, *const trees[] = {tree, &planting->outside, &nothing};

    for (size_t i = 0; i < 3; i++) {
        char *directory = must_print("%s/%s", worker, names[i]);

        tree_write(directory, trees[i]);
        free(directory);
    }
}

static enum point_result try_point(const char *worker, unsigned long point, void *data,
                                   struct text *complaint)
{
    const struct planting *planting = data;
    const char *path = planting->paths[point / PLANTS];
    const struct plant *plant = &plants[point % PLANTS];
    struct outcome outcome;
    struct tree tree;
    bool is_right;

    plant_in(planting, path, plant, worker, &tree);
    make_place(planting, worker, &tree);
    tree_done(&tree);
    run_case(planting, worker, DISTURB_NOTHING, &outcome);
    text_say(complaint, "%s at %s; said \"%.*s\"\n", plant->name, path, (int)strcspn(outcome.errors, "\n"),
             outcome.errors);
    is_right = judge_run(planting, &outcome, complaint);
    is_right = judge_outside(planting, worker, complaint) && is_right;
    if (strcmp(planting->of->name, "apply") == 0)
        is_right = judge_back(planting, worker, path, complaint) && is_right;
    outcome_done(&outcome);
    return is_right ? POINT_HELD : POINT_FAULT;
}

static void try_case(struct campaign *campaign, const struct program_case *of)
{
    struct planting planting = {.program = campaign->program, .of = of};
    char *place = must_print("%s/place", campaign->directory), *root = must_print("%s/root", place);
    struct outcome outcome;

    applied_tree(campaign, &planting.tree);
    tree_put(&planting.outside, "secret", S_IFREG | 0600, "vm.swappiness = 77\n" SECRET "\n");
    mkdir(place, 0755);
    make_place(&planting, place, &planting.tree);
    run_case(&planting, place, DISTURB_COUNT, &outcome);
    note_paths(&planting, &outcome, root);
    outcome_done(&outcome);
    campaign_try(campaign, of->name, planting.count * PLANTS, try_point, &planting);
    for (size_t i = 0; i < planting.count; i++)
        free(planting.paths[i]);
    free(planting.paths);
    tree_done(&planting.tree);
    tree_done(&planting.outside);
    free(root);
    free(place);
}

int main(int argc, char **argv)
{
    struct campaign campaign;
    int first = campaign_open(&campaign, "planted-files", argc, argv);

    if (!trace_is_possible()) {
        puts("planted-files: skipped: the paths cannot be seen on this processor");
        return 0;
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (campaign_is_asked_for(cases[i].name, argv + first))
            try_case(&campaign, &cases[i]);
    return campaign_close(&campaign);
}
