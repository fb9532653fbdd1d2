/* SPDX-License-Identifier: MIT */
/* Asks PID 1 over the bus about units that are in its memory, org.freedesktop.systemd1(5).
 *
 * Contract, for all who decide by it (which unit a command may name, who gets a password):
 * - It is PID 1 that answers: root asks its private socket first, whose other end must be process 1 of uid 0
 * as seen from here, then the system bus, whose daemon must be a process that can be seen from here. From
 * another PID namespace neither is the case, for there the numbers would mean other processes; so that gives
 * no answer.
 * - It only reads: no unit is loaded, started or changed by it.
 * - All calls of a run together take 2 s at the most, behind that there is no answer. One thread at a time.
 * - No answer is no error: .unknown says why, and nothing is proven then.
 * - Not for the boot unit, which runs before all others, nor for another root than the running host.
 */
#pragma once

#include <stddef.h>

#include "systemd/system-unit.h"

struct system_units {
    char *unknown;             /* why PID 1 gave no answer, then there are no items; NULL: it did */
    unsigned version;          /* systemd's: 252; 0: not told */
    struct system_unit *items; /* one for each name, in their order; load_state is NULL for what PID 1 does
                                  not have in memory */
    size_t count;
    char **paths;       /* of the units' objects */
    struct sd_bus *bus; /* open until system_units_done, for system_units_ask_main_pid; NULL: no answer */
};

/* Owned by the caller, system_units_done. */
void system_units_ask(const char *const *names, size_t count, struct system_units *ret);

/* The MainPID of one of these units as it is now, by one question over the same connection; 0: none any more.
 * No answer: *ret_unknown says why (the caller's). */
void system_units_ask_main_pid(const struct system_units *units, const char *name, int *ret,
                               char **ret_unknown);
void system_units_done(struct system_units *units);

/* NULL: not asked for, or no answer. */
const struct system_unit *system_units_find(const struct system_units *units, const char *name);
