/* SPDX-License-Identifier: MIT */
/* Steps that the remedies of several findings share. */
#pragma once

#include "diagnose/finding.h"
#include "servers/restart.h"

/* --- how a parameter is changed: setting.c --- */

/* "NAME VALUE", a value of several words in single quotes: CONFIG SET, where this server and a user of its
 * take that; else the line of its file, or whose matter it is. */
void remedy_set(const struct diagnosis *diagnosis, struct verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether the parameter is taken at a start alone, as CONFIG SET does not do it here. */
bool remedy_starts_with(const struct diagnosis *diagnosis, const char *name);

/* Behind all of them: what keeps the values over a restart, or makes them count. CONFIG REWRITE, with what
 * mends what it does to the file's mode; the line of the file where that would break it; a restart. */
void remedy_keep(const struct diagnosis *diagnosis, struct verdict *verdict);

/* No address but loopback, kept: by its file where the way that it was asked is closed by that. */
void remedy_bind_loopback(const struct diagnosis *diagnosis, struct verdict *verdict);

/* Whether CONFIG REWRITE works and breaks nothing but the file's mode; remedy_mend_mode behind it mends that.
 */
bool remedy_can_rewrite(const struct diagnosis *diagnosis);
void remedy_mend_mode(const struct diagnosis *diagnosis, struct verdict *verdict);

/* The configuration file that the server has, on its host; NULL: it has none, or none is known. */
const char *remedy_config_file(const struct diagnosis *diagnosis);

/* Whether the default user lets nobody in without a password: by ACL LIST, else by CONFIG, else by what it
 * was told. Whoever may not log in at all counts as one who needs a password. */
enum trait remedy_password(const struct diagnosis *diagnosis);

/* What gives this step from a shell, by a user who may: "redis-cli -p 6380 --user op". With a verdict it is
 * said first where that is not the user that asked. Owned by the caller. */
char *remedy_cli(const struct diagnosis *diagnosis, struct verdict *verdict, const char *step);

/* The user that the facts were asked as. */
const char *remedy_asker(const struct diagnosis *diagnosis);

/* --- steps that several rules have --- */

/* maxmemory set or lowered to the computed value and kept, with the arithmetic; where the data of one that is
 * no cache does not fit into it, what to do first, and no command; where it fits as it is, that. */
void remedy_maxmemory(const struct diagnosis *diagnosis, struct verdict *verdict);

/* A bounded step up from the maxmemory that it has, kept, with what it takes; else that there is no room. */
void remedy_more_room(const struct diagnosis *diagnosis, struct verdict *verdict);

/* What brings the data back after a restart, set and kept: an append-only file where the server can begin one
 * now, else save points. */
void remedy_persist(const struct diagnosis *diagnosis, struct verdict *verdict);

/* An eviction policy for a cache, set and kept. */
void remedy_evict(const struct diagnosis *diagnosis, struct verdict *verdict);

/* For a server that refuses writes at maxmemory: by what it is used for. */
void remedy_full(const struct diagnosis *diagnosis, struct verdict *verdict);

/* What a restart puts at stake, by what the server says. restart_stake_done. */
void remedy_restart_stake(const struct diagnosis *diagnosis, struct restart_stake *ret);

/* A restart of the server by the command that check gives too, else in words whose process it is, with its
 * price; the server must have been seen as a process. */
void remedy_restart(const struct diagnosis *diagnosis, struct verdict *verdict);

/* TimeoutStopSec or TimeoutStartSec of its unit without an end, effective at once; nothing where it has no
 * unit that is confirmed. */
void remedy_timeout(const struct diagnosis *diagnosis, struct verdict *verdict, const char *setting);

/* What a known line of its log advises, with this server's own names in the place of general ones. */
void remedy_of_line(const struct diagnosis *diagnosis, struct verdict *verdict, const char *advice);

/* A value of the kernel that is none of the tunables', set and kept. */
void remedy_sysctl(const struct diagnosis *diagnosis, struct verdict *verdict, const char *name,
                   long long value);

/* "sudo redis-hosttune apply --only=TUNABLE", or where that can be done: in a container it is refused. */
void remedy_apply(const struct diagnosis *diagnosis, struct verdict *verdict, const char *tunable);

/* "systemctl set-property UNIT SETTING  # COMMENT", for a unit that PID 1 has confirmed. False: nothing was
 * added, for there is no such unit. */
bool remedy_set_property(const struct diagnosis *diagnosis, struct verdict *verdict, const char *comment,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* --- what it has from its start: inherited.c; behind it comes a restart --- */

/* What the table of tunables wants a server's open files to be. */
long long remedy_standard_files(void);

/* What its open files are raised to, and where. */
long long remedy_files(const struct diagnosis *diagnosis, const struct verdict *verdict);
void remedy_open_files(const struct diagnosis *diagnosis, struct verdict *verdict);

/* Where its memory is interleaved. */
void remedy_placement(const struct diagnosis *diagnosis, struct verdict *verdict);

/* A size that a server's own figures ask for, bounded by what the host has: at the most a quarter of its RAM.
 */
double remedy_buffer_bound(const struct diagnosis *diagnosis, double bytes);
