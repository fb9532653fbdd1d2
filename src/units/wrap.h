/* SPDX-License-Identifier: MIT */
/* What a Redis unit gets from us: the order behind the tuner, open files, and how its memory is placed.
 * Decided from the unit as its own files have it; units/print-dropin writes it down. */
#pragma once

#include <stdbool.h>

#include "policy/placement.h"
#include "systemd/unit.h"
#include "units/order.h"

#define UNIT_WRAPPER PKGLIBDIR "/redis-hosttune-exec"
/* It sorts behind override.conf, whose ExecStart would win else. */
#define UNIT_DROPIN_NAME    "zz-redis-hosttune.conf"
#define UNIT_GENERATOR_PATH "/run/systemd/generator"

/* What is true of the host and asked for by the configuration. */
struct wrap_input {
    enum placement asked;   /* of this unit */
    const char *asked_from; /* file:line, or "built in" */
    long long nofile;       /* open files that the unit should have at least; 0: left as they are */
    const char *nofile_from;
    int memory_nodes; /* 0: unknown */
    bool selinux_enforcing;
    bool is_sentinel;           /* the order only */
    const struct unit *manager; /* [Manager] of system.conf: what units have without a setting of their own */
};

struct unit_wrap {
    struct unit_order order; /* behind the tuner, or why not */
    enum placement placement;
    char *reason;          /* why this placement, for a person */
    char *recorded_reason; /* the same in the drop-in, where it names a file of another root; NULL: reason */
    char **exec_starts;    /* PLACEMENT_EXEC: what ExecStart= is set to, in order; NULL-terminated */
    bool needs_system_calls; /* SystemCallFilter=set_mempolicy get_mempolicy */
    bool needs_exec_path;    /* ExecPaths=UNIT_WRAPPER */
    char *limit_nofile;      /* NULL: high enough, or left */
    char *limit_from;        /* where its being set, or left, was asked for; NULL: high enough */
    char *limit_instead_of;  /* "4096 (FILE:LINE)", of /etc or /run: what it raises; NULL: nothing there */
    long long nofile;        /* what the unit should have at least; 0: left */
    char *handed_over;       /* why the server gets something of this from elsewhere; NULL: from its unit */
};

/* All but the order, which takes more than the unit. Owned by the caller, unit_wrap_done. */
void unit_wrap_decide(const struct unit *unit, const struct wrap_input *input, struct unit_wrap *ret);

void unit_wrap_done(struct unit_wrap *wrap);

/* Whether both units get the same. */
bool unit_wrap_equal(const struct unit_wrap *a, const struct unit_wrap *b);
