/* SPDX-License-Identifier: MIT */
/* Each system call of apply and revert fails once, with one error (--long: with each that it may have). The
 * run says so and ends with 0, 1 or 2; nothing is lost, and every way on ends as if nothing had happened.
 * Usage: fault-points [--jobs=N] [--show=N] [--point=N] [--long] PROGRAM [SCENARIO...] */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

enum {
    ERRORS_MAX = 7,
    SHORT_WRITE = -1,
};

/* The first is the one that a short campaign takes. What only says that something is not there is left out:
 * it would be true. */
static const struct {
    const char *name;
    int errors[ERRORS_MAX];
} faults[] = {
    {"openat", {EIO, EMFILE, ENFILE, ENOMEM, EACCES, ENOSPC, EROFS}},
    {"read", {EIO, EINTR, ENOMEM, EISDIR}},
    {"pread64", {EIO, EINTR}},
    {"readlinkat", {EIO, ENOMEM, EACCES}},
    {"getdents64", {EIO, ENOMEM}},
    {"newfstatat", {EIO, ENOMEM, EACCES}},
    {"fstat", {EIO, ENOMEM}},
    {"statx", {EIO, ENOMEM, EACCES}},
    {"lseek", {EINVAL, EIO}},
    {"write", {EIO, ENOSPC, EINTR, EDQUOT, EINVAL, EPERM, SHORT_WRITE}},
    {"fsync", {EIO, ENOSPC, EDQUOT, EROFS, EINTR}},
    {"close", {EIO, EINTR, ENOSPC, EDQUOT}},
    {"fchmod", {EIO, EPERM, EROFS}},
    {"fchmodat", {EIO, EPERM, EROFS}},
    {"fchown", {EPERM, EIO}},
    {"renameat", {EIO, ENOSPC, EROFS, EACCES, EBUSY}},
    {"renameat2", {EIO, EINVAL, ENOSPC, EROFS, EACCES, EBUSY}},
    {"linkat", {EIO, EPERM, EMLINK, ENOSPC, EROFS, EACCES}},
    {"unlinkat", {EIO, EPERM, EROFS, EACCES, EBUSY}},
    {"mkdirat", {EIO, ENOSPC, EROFS, EACCES, EMLINK}},
    {"flock", {EIO, ENOLCK, EINTR}},
    {"mmap", {ENOMEM}},
    {"mremap", {ENOMEM}},
    {"munmap", {ENOMEM}},
    {"mprotect", {ENOMEM}},
    {"capget", {EPERM}},
    {"capset", {EPERM}},
    {"prctl", {EINVAL, EPERM}},
    {"getrandom", {ENOSYS, EAGAIN}},
    {"brk", {0}},        /* gives the old end instead; the allocator then maps, which fails above */
    {"exit_group", {0}}, /* these two cannot fail */
    {"exit", {0}},
};
static const int other_errors[ERRORS_MAX] = {EPERM, ENOSYS, ENOMEM};

struct point {
    unsigned long call;
    int error;
};

struct points {
    const struct reference *reference;
    struct point *list;
    size_t count;
};

static const int *errors_of(long number)
{
    const char *name = call_name(number);

    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
        if (strcmp(faults[i].name, name) == 0)
            return faults[i].errors;
    return other_errors;
}

/* What comes before the tree is opened is the dynamic loader's. */
static unsigned long first_own_call(const struct outcome *outcome, const char *directory)
{
    for (unsigned long i = 0; i < outcome->calls_count; i++)
        if (*outcome->calls[i].text &&
            strncmp(outcome->calls[i].text, directory, sizeof(outcome->calls[i].text) - 1) == 0)
            return i;
    die("the program does not open %s", directory);
}

static void list_points(const struct campaign *campaign, const struct reference *reference,
                        struct points *ret)
{
    const struct outcome *outcome = &reference->outcome;
    char *directory = must_print("%s/reference", campaign->directory);

    *ret = (struct points){.reference = reference};
    ret->list = must_allocate(outcome->calls_count * ERRORS_MAX * sizeof(*ret->list));
    for (unsigned long i = first_own_call(outcome, directory); i < outcome->calls_count; i++) {
        const int *errors = errors_of(outcome->calls[i].number);

        for (size_t j = 0; j < (campaign->is_long ? ERRORS_MAX : 1) && errors[j]; j++)
            ret->list[ret->count++] = (struct point){.call = i, .error = errors[j]};
    }
    free(directory);
}

static void say_point(const struct outcome *outcome, int error, struct text *complaint)
{
    char *call = call_describe(&outcome->call);

    text_say(complaint, "%s: %s; said \"%.*s\"\n", call,
             error == SHORT_WRITE ? "half is written" : strerrorname_np(error),
             (int)strcspn(outcome->errors, "\n"), outcome->errors);
    free(call);
}

/* Then there is no place left to say it. */
static bool is_of_stderr(const struct call *call)
{
    return strcmp(call_name(call->number), "write") == 0 && call->arguments[0] == 2;
}

/* Whose state it is could not be seen, which was said, and so it was used as this machine's: what an
 * undisturbed run keeps beside it as another's has been put back instead. */
static void supply_kept_state(const struct reference *reference, const char *directory,
                              const struct outcome *outcome)
{
    static const char path[] = "var/lib/redis-hosttune/state.json.other-1";
    const struct tree_entry *kept = tree_find(&reference->wanted, path);
    struct tree tree;

    if (!kept || strcmp(reference->scenario->call[0], "revert") != 0 ||
        !strstr(outcome->errors, "whether the saved state is this machine's is not known"))
        return;
    tree_read(directory, &tree);
    if (!tree_find(&tree, path)) {
        tree_put(&tree, path, kept->mode, kept->content);
        tree_write(directory, &tree);
    }
    tree_done(&tree);
}

static enum point_result try_point(const char *directory, unsigned long number, void *data,
                                   struct text *complaint)
{
    const struct points *points = data;
    const struct reference *reference = points->reference;
    const struct point *point = &points->list[number];
    bool is_short = point->error == SHORT_WRITE;
    struct disturbance disturbance =
        disturbance_at(is_short ? DISTURB_SHORT : DISTURB_FAIL, &reference->outcome, point->call);
    struct outcome outcome;
    bool is_right;

    disturbance.error = point->error;
    tree_write(directory, &reference->base);
    program_run(reference->program, reference->scenario->call, directory, disturbance, &outcome);
    if (!outcome.is_reached) {
        outcome_done(&outcome);
        return POINT_NOT_REACHED;
    }
    say_point(&outcome, point->error, complaint);
    is_right = is_of_stderr(&outcome.call) || judge_words(reference, directory, &outcome, complaint);
    supply_kept_state(reference, directory, &outcome);
    is_right = judge_aftermath(reference, directory, complaint) && is_right;
    outcome_done(&outcome);
    return is_right ? POINT_HELD : POINT_FAULT;
}

static void try_scenario(struct campaign *campaign, struct reference *reference)
{
    struct points points;

    list_points(campaign, reference, &points);
    campaign_try(campaign, reference->scenario->name, points.count, try_point, &points);
    free(points.list);
}

int main(int argc, char **argv)
{
    struct campaign campaign;
    int first = campaign_open(&campaign, "fault-points", argc, argv);

    scenarios_each(&campaign, argv + first, try_scenario);
    return campaign_close(&campaign);
}
