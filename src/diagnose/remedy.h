/* SPDX-License-Identifier: MIT */
/* Steps that the remedies of several findings share. */
#pragma once

#include "diagnose/finding.h"

/* "CONFIG SET …", now. */
void remedy_set(const struct diagnosis *diagnosis, struct verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What keeps the values over a restart: CONFIG REWRITE, or where it is to be written by hand. */
void remedy_keep(const struct diagnosis *diagnosis, struct verdict *verdict);

/* maxmemory set or lowered to the computed value and kept, with the arithmetic, and what to do first where
 * the data does not fit into it; where it fits as it is, that. */
void remedy_maxmemory(const struct diagnosis *diagnosis, struct verdict *verdict);

/* A bounded step up from the maxmemory that it has, kept, with what it takes; else that there is no room. */
void remedy_more_room(const struct diagnosis *diagnosis, struct verdict *verdict);

/* An eviction policy for a cache, set and kept. */
void remedy_evict(const struct diagnosis *diagnosis, struct verdict *verdict);

/* A restart of the server by the command that check gives too, else in words whose process it is; the server
 * must have been seen as a process. */
void remedy_restart(const struct diagnosis *diagnosis, struct verdict *verdict);

/* "systemctl set-property UNIT SETTING  # COMMENT", for a unit that PID 1 has confirmed. False: nothing was
 * added, for there is no such unit. */
bool remedy_set_property(const struct diagnosis *diagnosis, struct verdict *verdict, const char *comment,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A size that a server's own figures ask for, bounded by what the host has: at the most a quarter of its RAM.
 */
double remedy_buffer_bound(const struct diagnosis *diagnosis, double bytes);
