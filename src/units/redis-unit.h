/* SPDX-License-Identifier: MIT */
/* The Redis units of a host with what is decided for each. Filled by units/read-redis-units. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "units/wrap.h"

struct redis_unit {
    char *name;
    struct unit_wrap wrap;
    char *problem;          /* why the unit is not understood, so that it gets nothing; NULL: it is */
    char *shielded_because; /* the same of an instance whose template gets something: that is kept away from
                               it */
    bool is_as_template;    /* an instance that gets what its template gets */
};

/* One that runs a server, starts at boot, and is none of those that are looked after. */
struct unknown_unit {
    char *name;
    char *made_of;   /* what another generator makes it of, so that it cannot be added; NULL: it can */
    bool is_quadlet; /* .made_of is Quadlet's, not an init script */
};

struct redis_units {
    struct redis_unit *items;
    size_t items_count;
    struct unknown_unit *unknown; /* where they were asked for */
    size_t unknown_count;
    int memory_nodes;           /* 0: unknown */
    const char *idle_because;   /* static text: why the generator writes nothing at all; NULL: it does */
    const char *enable_command; /* static text: what makes it; NULL: it does, or an apply makes it */
    bool is_pending_only;       /* it would, but for the marker that an apply removes */
};

void redis_units_done(struct redis_units *units);
