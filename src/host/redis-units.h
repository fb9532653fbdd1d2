/* SPDX-License-Identifier: MIT */
/* The Redis units of a host and what each of them gets from us: what the generator writes and diff shows. */
#pragma once

#include "host/unit-directories.h"
#include "model/policy.h"
#include "model/unit-wrap.h"
#include "util/root.h"

struct redis_unit {
    char *name;
    struct unit_wrap wrap;
    char *problem;       /* why the unit is not understood, so that it gets nothing; NULL: it is */
    bool is_as_template; /* an instance that gets what its template gets */
};

struct redis_units {
    struct redis_unit *items;
    size_t items_count;
    const char *idle_because; /* static text: why the generator writes nothing at all; NULL: it does */
};

/* Owned by the caller, redis_units_done. Opens nothing but unit files and /sys. -errno with *ret_error. */
int redis_units_read(const struct root *root, const struct policy *policy, struct redis_units *ret,
                     char **ret_error);

/* Whether the generator writes at all: only while the tuner is enabled and nothing is pending. Static text
 * why not, NULL: it does. Cheap: for the generator before all else. */
const char *redis_units_idle(const struct root *root, const struct unit_directories *directories);

void redis_units_done(struct redis_units *units);
