/* SPDX-License-Identifier: MIT */
/* While apply, revert and check run, somebody swaps what they look at for links, pipes and other directories,
 * writes the same knobs, or runs the same commands. Nothing outside the tree is read or written, no run
 * waits, each says what did not work, and the way back is kept. Usage: races [--jobs=N] [--show=N]
 * [--point=N] [--long] PROGRAM [RACE...] */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "printable.h"
#include "scenario.h"

#define SECRET "of-nobodys-business"

enum {
    SECONDS_MAX = 10,
    RUNS = 30, /* of each command in each race */
    RUNS_LONG = 300,
};

static const char *const commands[][ARGUMENTS_MAX] = {
    {"apply"}, {"revert"}, {"check"}, {"revert", "--only=vm.swappiness"}};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

static const struct race {
    const char *name;
    const char *path;    /* what is swapped or written; NULL: the program itself runs beside */
    mode_t mode;         /* of what it is swapped for; 0: it is written to */
    const char *content; /* where a link leads, below the directory outside; else what is written */
    bool loses_state;    /* whoever may do this can take the way back as well */
} races[] = {
    {.name = "etc-for-link", .path = "etc", .mode = S_IFLNK, .content = ""},
    {.name = "directory-for-link", .path = "etc/sysctl.d", .mode = S_IFLNK, .content = "/sysctl.d"},
    {.name = "directory-for-another", .path = "etc/tmpfiles.d", .mode = S_IFDIR | 0755},
    {.name = "file-for-link",
     .path = "etc/sysctl.d/99-zz-redis-hosttune.conf",
     .mode = S_IFLNK,
     .content = "/secret"},
    {.name = "file-for-pipe", .path = "etc/tmpfiles.d/00-redis-hosttune.conf", .mode = S_IFIFO | 0666},
    {.name = "configuration-for-pipe",
     .path = "etc/redis-hosttune/redis-hosttune.conf",
     .mode = S_IFIFO | 0666},
    {.name = "configuration-for-link", .path = "etc/redis-hosttune", .mode = S_IFLNK, .content = ""},
    {.name = "state-for-link",
     .path = "var/lib/redis-hosttune/state.json",
     .mode = S_IFLNK,
     .content = "/secret",
     .loses_state = true},
    {.name = "state-for-directory",
     .path = "var/lib/redis-hosttune/state.json",
     .mode = S_IFDIR | 0755,
     .loses_state = true},
    {.name = "var-for-link", .path = "var/lib", .mode = S_IFLNK, .content = "", .loses_state = true},
    {.name = "lock-for-link",
     .path = "run/redis-hosttune",
     .mode = S_IFLNK,
     .content = "",
     .loses_state = true},
    {.name = "knobs-for-link", .path = "proc/sys/vm", .mode = S_IFLNK, .content = "/vm"},
    {.name = "knob-for-link", .path = "proc/sys/vm/swappiness", .mode = S_IFLNK, .content = "/secret"},
    {.name = "knob-for-pipe", .path = "proc/sys/vm/swappiness", .mode = S_IFIFO | 0666},
    {.name = "sizes-for-another", .path = "sys/kernel/mm/transparent_hugepage", .mode = S_IFDIR | 0755},
    {.name = "knob-written", .path = "proc/sys/vm/swappiness", .content = "30\n"},
    {.name = "file-written",
     .path = "etc/sysctl.d/99-zz-redis-hosttune.conf",
     .content = "vm.swappiness = 30\n"},
    {.name = "together"},
};

struct racing {
    const char *program;
    const struct race *race;
    struct tree tree, applied, outside;
};

/* --- who races --- */

static void swap_for_ever(const char *path, const char *other)
{
    for (;;) {
        renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE);
        usleep((unsigned)random() % 60);
    }
}

static void write_for_ever(const char *path, const char *content)
{
    for (;;) {
        int fd = open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

        if (fd >= 0 && write(fd, content, strlen(content)) < 0)
            _exit(1);
        close(fd);
        usleep((unsigned)random() % 200);
    }
}

static void run_for_ever(const char *program, const char *root)
{
    struct outcome outcome;

    for (;;) {
        program_run(program, commands[(unsigned long)random() % 2], root, (struct disturbance){0}, &outcome);
        outcome_done(&outcome);
    }
}

static pid_t start_racer(const struct racing *racing, const char *worker)
{
    const struct race *race = racing->race;
    char *root = must_print("%s/root", worker), *other = must_print("%s/swap/other", worker);
    char *path = must_print("%s/%s", root, race->path ? race->path : "");
    pid_t pid = fork();

    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setpgid(0, 0); /* what it started ends with it */
        srandom((unsigned)getpid());
        if (!race->path)
            run_for_ever(racing->program, root);
        else if (race->mode)
            swap_for_ever(path, other);
        else
            write_for_ever(path, race->content);
    }
    setpgid(pid, pid);
    free(path);
    free(other);
    free(root);
    return pid;
}

/* Where the racer was stopped with the other thing in place, it is swapped back. */
static void stop_racer(const struct racing *racing, const char *worker, pid_t pid, ino_t inode)
{
    char *path = must_print("%s/root/%s", worker, racing->race->path ? racing->race->path : "");
    char *other = must_print("%s/swap/other", worker);
    struct stat status;

    kill(-pid, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        ; /* its children are ours now */
    if (racing->race->mode && lstat(other, &status) == 0 && status.st_ino != inode)
        renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE);
    free(other);
    free(path);
}

/* --- the place --- */

static void write_below(const char *worker, const char *name, const struct tree *tree)
{
    char *directory = must_print("%s/%s", worker, name);

    tree_write(directory, tree);
    free(directory);
}

/* Returns the inode of what is swapped in. */
static ino_t make_place(const struct racing *racing, const char *worker, const struct tree *tree)
{
    const struct race *race = racing->race;
    char *path = must_print("%s/swap/other", worker);
    struct tree swap = {0};
    struct stat status = {0};
    char *link = race->content ? must_print("%s/outside%s", worker, race->content) : NULL;

    if (race->mode)
        tree_put(&swap, "other", race->mode, S_ISLNK(race->mode) ? link : NULL);
    write_below(worker, "root", tree);
    write_below(worker, "outside", &racing->outside);
    write_below(worker, "swap", &swap);
    tree_done(&swap);
    lstat(path, &status);
    free(link);
    free(path);
    return status.st_ino;
}

/* --- what is held --- */

static bool judge_run(const struct racing *racing, const char *worker, const struct outcome *outcome,
                      bool is_report, struct text *complaint)
{
    char *directory = must_print("%s/outside", worker);
    size_t before = complaint->size;
    struct tree outside;

    if (outcome->status < 0 || outcome->status > 2)
        text_say(complaint, "    exit status %d\n", outcome->status);
    if (outcome->status == 2 && !*outcome->errors && !(is_report && *outcome->output))
        text_say(complaint, "    exit status 2 without a word\n");
    if (outcome->seconds > SECONDS_MAX)
        text_say(complaint, "    took %.1f s\n", outcome->seconds);
    if (strstr(outcome->output, SECRET) || strstr(outcome->errors, SECRET))
        text_say(complaint, "    shows what lies outside\n");
    judge_printable(outcome->output, "stdout", complaint);
    judge_printable(outcome->errors, "stderr", complaint);
    tree_read(directory, &outside);
    tree_is_one_of(&outside, &racing->outside, &racing->outside, "outside", complaint);
    if (outside.count != racing->outside.count)
        text_say(complaint, "    something was made outside\n");
    tree_done(&outside);
    free(directory);
    return complaint->size == before;
}

static bool is_knob(const char *path)
{
    return strncmp(path, "proc/sys/", 9) == 0 || strncmp(path, "sys/kernel/mm/", 14) == 0;
}

/* A program that was stopped between opening a captured knob, which empties it, and writing: the kernel's are
 * never empty, and this one has what apply gives it. */
static void fill_knobs(const struct racing *racing, const char *root)
{
    for (size_t i = 0; i < racing->applied.count; i++) {
        const struct tree_entry *entry = &racing->applied.entries[i];
        char *path = must_print("%s/%s", root, entry->path);
        struct stat status;
        FILE *file;

        if (is_knob(entry->path) && S_ISREG(entry->mode) && lstat(path, &status) == 0 &&
            S_ISREG(status.st_mode) && status.st_size == 0 && entry->size > 0 && (file = fopen(path, "we"))) {
            fwrite(entry->content, 1, entry->size, file);
            fclose(file);
        }
        free(path);
    }
}

/* Whether it was raced for, and may be as the racer left it. */
static bool is_raced(const struct race *race, const char *path)
{
    return race->path && strncmp(path, race->path, strlen(race->path)) == 0;
}

/* In peace again: what apply set is back, and somebody's files too, or revert says why not. */
static bool judge_back(const struct racing *racing, const char *worker, struct text *complaint)
{
    static const char *const revert[] = {"revert", NULL};
    char *root = must_print("%s/root", worker);
    struct text difference = {0};
    struct outcome outcome;
    struct tree now;
    bool is_right;

    if (!racing->race->path)
        fill_knobs(racing, root);
    program_run(racing->program, revert, root, (struct disturbance){0}, &outcome);
    tree_read(root, &now);
    for (size_t i = 0; i < racing->tree.count; i++) {
        const struct tree_entry *should = &racing->tree.entries[i];
        const struct tree_entry *is = tree_find(&now, should->path);

        if (!tree_entry_counts(should) || is_raced(racing->race, should->path) ||
            tree_entry_equals(is, should))
            continue;
        if (is_knob(should->path) || strstr(should->path, "redis-hosttune.conf"))
            tree_say_difference(is, should, should->path, "then revert", &difference);
    }
    is_right = !difference.data || (outcome.status > 0 && *outcome.errors && racing->race->path);
    if (!is_right)
        text_say(complaint, "%s    (exit status %d)\n", difference.data, outcome.status);
    text_done(&difference);
    tree_done(&now);
    outcome_done(&outcome);
    free(root);
    return is_right;
}

static enum point_result try_point(const char *worker, unsigned long point, void *data,
                                   struct text *complaint)
{
    const struct racing *racing = data;
    const char *const *command = commands[point % COMMANDS];
    bool is_first = point / COMMANDS % 2 == 0; /* half of the time nothing was applied before */
    ino_t inode = make_place(racing, worker, is_first ? &racing->tree : &racing->applied);
    char *root = must_print("%s/root", worker);
    pid_t racer = start_racer(racing, worker);
    struct outcome outcome;
    bool is_right;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    usleep((unsigned)(point * 37 % 3000));
    program_run(racing->program, command, root, (struct disturbance){0}, &outcome);
    stop_racer(racing, worker, racer, inode);
    text_say(complaint, "%s; said \"%.*s\"\n", command[0], (int)strcspn(outcome.errors, "\n"),
             outcome.errors);
    is_right = judge_run(racing, worker, &outcome, strcmp(command[0], "check") == 0, complaint);
    if (!racing->race->loses_state)
        is_right = judge_back(racing, worker, complaint) && is_right;
    outcome_done(&outcome);
    free(root);
    return is_right ? POINT_HELD : POINT_FAULT;
}

static void make_outside(struct tree *ret)
{
    *ret = (struct tree){0};
    tree_put(ret, "secret", S_IFREG | 0644, "77\n" SECRET "\n");
    tree_put(ret, "vm/swappiness", S_IFREG | 0644, "60\n");
    tree_put(ret, "vm/overcommit_memory", S_IFREG | 0644, "0\n");
    tree_put(ret, "sysctl.d/99-zz-redis-hosttune.conf", S_IFREG | 0644, "# " SECRET "\n");
    tree_put(ret, "tmpfiles.d", S_IFDIR | 0755, NULL);
    tree_put(ret, "redis-hosttune", S_IFDIR | 0755, NULL);
    tree_put(ret, "redis-hosttune.conf", S_IFREG | 0644, "# " SECRET "\n");
}

static void try_race(struct campaign *campaign, const struct race *race)
{
    struct racing racing = {.program = campaign->program, .race = race};
    static const char *const apply[] = {"apply", NULL};
    char *directory = must_print("%s/applied", campaign->directory);
    struct outcome outcome;

    scenario_tree(true, &racing.tree);
    tree_put(&racing.tree, "etc/redis-hosttune/redis-hosttune.conf", S_IFREG | 0644, "[tunables]\n");
    tree_put(&racing.tree, "run/redis-hosttune", S_IFDIR | 0755, NULL);
    tree_put(&racing.tree, "var/lib/redis-hosttune", S_IFDIR | 0755, NULL);
    make_outside(&racing.outside);
    tree_write(directory, &racing.tree);
    program_run(campaign->program, apply, directory, (struct disturbance){0}, &outcome);
    outcome_done(&outcome);
    tree_read(directory, &racing.applied);
    campaign_try(campaign, race->name, COMMANDS * (campaign->is_long ? RUNS_LONG : RUNS), try_point, &racing);
    tree_done(&racing.tree);
    tree_done(&racing.applied);
    tree_done(&racing.outside);
    free(directory);
}

int main(int argc, char **argv)
{
    struct campaign campaign;
    int first = campaign_open(&campaign, "races", argc, argv);

    for (size_t i = 0; i < sizeof(races) / sizeof(*races); i++)
        if (campaign_is_asked_for(races[i].name, argv + first))
            try_race(&campaign, &races[i]);
    return campaign_close(&campaign);
}
