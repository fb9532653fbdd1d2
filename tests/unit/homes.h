/* SPDX-License-Identifier: MIT */
/* Whose process a server is, for the tests of what is said of it. */
#pragma once

#include "support.h"

#include "plan/observation.h"
#include "servers/container.h"
#include "servers/process.h"

/* A process that PID 1 has confirmed as this unit's main one; NULL: of no known unit. What it owns is freed
 * by server_process_done, or here with a later unit; that of a test's own process stays until the program
 * ends. */
static inline void process_has_unit(struct server_process *process, const char *unit)
{
    static char *volatile kept[256]; /* or the compiler drops what nobody reads */
    static size_t count;

    server_home_done(&process->home);
    process->proof = unit ? SERVER_PROOF_MAIN : SERVER_PROOF_UNASKED;
    process->home.kind = unit ? SERVER_HOME_SERVICE : SERVER_HOME_UNKNOWN;
    assert_int_equal(text_replace(&process->home.unit, unit), 0);
    assert_int_equal(text_replace(&process->unit, unit), 0);
    for (size_t i = 0; i < 2 && count < ELEMENTS(kept); i++) /* reachable: no leak */
        kept[count++] = i ? process->unit : process->home.unit;
}

/* All that its cgroup's path tells, and PID 1's word on it. */
static inline void process_stands_in(struct server_process *process, const char *cgroup,
                                     enum server_proof proof)
{
    server_home_done(&process->home);
    server_home_find(cgroup, &process->home);
    process->proof = proof;
    assert_int_equal(text_replace(&process->cgroup, cgroup), 0);
    assert_int_equal(text_replace(&process->unit,
                                  process->home.kind == SERVER_HOME_SERVICE && proof != SERVER_PROOF_REFUTED
                                      ? process->home.unit
                                      : NULL),
                     0);
    free(process->container);
    process->container = server_container_name(cgroup, false);
}
