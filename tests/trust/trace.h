/* SPDX-License-Identifier: MIT */
/* Runs a program, counts its system calls, and at one of them kills it or makes the call fail. The kernel's
 * files in a tree behave as the kernel's: a knob is never empty, and a write replaces it as a whole. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "support.h"

enum disturbance_kind {
    DISTURB_NOTHING, /* not traced: as fast as it goes */
    DISTURB_COUNT,   /* every call noted */
    DISTURB_KILL,    /* SIGKILL instead of the call */
    DISTURB_FAIL,    /* the call is not made and returns -error */
    DISTURB_SHORT,   /* the call, a write, takes only half of what it is given */
};

struct disturbance {
    enum disturbance_kind kind;
    long number;              /* of the system call that is disturbed */
    unsigned long occurrence; /* the first call of it is 0 */
    int error;
};

struct call {
    long number;
    uint64_t arguments[3];
    char text[40]; /* the first path that it was given; empty: none */
    char *path;    /* the same from the root on, DISTURB_COUNT alone; NULL: none */
};

struct outcome {
    int status; /* what it exited with; 128 + the signal that ended it */
    double seconds;
    long memory_kb;  /* at the most; of an untraced run alone */
    bool is_reached; /* the disturbance took place */
    char *output;
    char *errors;
    struct call call; /* the one that was disturbed */
    struct call *calls;
    unsigned long calls_count; /* of the list, DISTURB_COUNT alone */
};

/* False: not on this processor. */
bool trace_is_possible(void);

/* Call `index` of those that an undisturbed run made. */
struct disturbance disturbance_at(enum disturbance_kind kind, const struct outcome *undisturbed,
                                  unsigned long index);

/* argv[0] is the program's path. environment: NULL: a bare one. After 30 s it is killed: status 999. */
void trace_run(const char *const argv[], const char *const environment[], struct disturbance disturbance,
               struct outcome *ret);
void outcome_done(struct outcome *outcome);

/* "openat(…, swappiness)"; owned by the caller. */
char *call_describe(const struct call *call);
const char *call_name(long number); /* "?" where it has none */
