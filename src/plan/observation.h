/* SPDX-License-Identifier: MIT */
/* What was seen of the host: facts, and one entry for each object of each row. Filled by
 * plan/read-observation. */
#pragma once

#include "host/facts.h"
#include "policy/tunable.h"

struct observed {
    const struct tunable *tunable;
    char *object;         /* the row's name with its '*' filled in */
    char *path;           /* below the root */
    char *current;        /* canonical; NULL with error set */
    char *printed;        /* what was read and is no value; NULL otherwise */
    int error;            /* -ENOENT: this kernel has no such knob */
    char *elsewhere;      /* what a drop-in other than ours sets at boot; NULL: none does */
    char *elsewhere_from; /* its file:line */
};

struct observation {
    struct host_facts facts;
    struct observed *items;
    size_t items_count;
};

const struct observed *observation_find(const struct observation *observation, const char *object);

void observed_done(struct observed *observed);
void observation_done(struct observation *observation);
