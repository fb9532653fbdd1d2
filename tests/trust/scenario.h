/* SPDX-License-Identifier: MIT */
/* The situations that are disturbed: a tree, what was done to it before, and the call that is cut off. */
#pragma once

#include "support.h"
#include "trace.h"
#include "tree.h"

enum {
    ARGUMENTS_MAX = 3,
    STEPS_MAX = 6,
    SEQUENCES_MAX = 4,
};

struct step {
    const char *arguments[ARGUMENTS_MAX]; /* of the program; none: a file is put */
    const char *path;
    const char *content;
};

struct scenario {
    const char *name;
    const char *needs;    /* an option of revert without which there is no such scenario; NULL: none */
    bool is_without_file; /* nothing of anybody's stands where ours go */
    bool is_by_hand; /* somebody changed what we wrote: what is right is what an undisturbed run leaves */
    struct step steps[STEPS_MAX];
    const char *call[ARGUMENTS_MAX];
    bool is_repeated; /* the same call again is a way on */
};

extern const struct scenario scenarios[];
extern const size_t scenarios_count;

/* A way on after the disturbance, one command behind the other. */
struct sequence {
    const char *const *commands[2]; /* the second may be NULL */
    /* What each leaves and returns, where the call was never made and where it was. */
    struct tree without[2], with[2];
    int status_without[2], status_with[2];
};

/* What is right in a scenario, found out by undisturbed runs. */
struct reference {
    const struct scenario *scenario;
    const char *program;
    struct tree base;       /* before the call */
    struct tree wanted;     /* after it */
    struct outcome outcome; /* its own, every call noted */
    struct sequence sequences[SEQUENCES_MAX];
    size_t sequences_count;
};

/* False: this program has no such scenario. `directory` is made and emptied as needed. */
bool reference_make(const struct scenario *scenario, const char *program, const char *directory,
                    struct reference *ret);
void reference_done(struct reference *reference);

/* Calls function for each scenario that is named (all, where none is) and that the program has. */
void scenarios_each(struct campaign *campaign, char **names,
                    void (*function)(struct campaign *campaign, struct reference *reference));

/* Runs the program with these arguments on the tree in directory. */
void program_run(const char *program, const char *const *arguments, const char *directory,
                 struct disturbance disturbance, struct outcome *ret);

/* A tree after an apply, with a unit of ours and a configuration. */
void applied_tree(const struct campaign *campaign, struct tree *ret);

/* The tree before anything was done to it. */
void scenario_tree(bool has_files, struct tree *ret);
