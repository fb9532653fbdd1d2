/* SPDX-License-Identifier: MIT */
/* The Redis and Valkey processes of a host. Found by servers/read-process. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "servers/unit.h"

enum server_kind {
    SERVER_KIND_SERVER,
    SERVER_KIND_SENTINEL,
    SERVER_KIND_SAVING_CHILD, /* of a server: writes a snapshot, rewrites the append-only file … */
};

/* A Redis or Valkey server process. */
struct server_process {
    enum server_kind kind;
    int pid, parent;
    const char *comm; /* "redis-server", "valkey-sentinel" …; static text */
    unsigned uid;     /* UINT_MAX: unknown */
    char *user;       /* the name of .uid; NULL: it has none, or it was not looked for */
    char *unit;       /* "redis-server.service", of the system; NULL: not such a unit's, by its cgroup or by
                         PID 1's word. No command may name it but by servers/restart.h */
    char *cgroup;     /* its path, that of systemd's hierarchy with cgroup v1; NULL: unknown */
    struct server_home home;  /* by .cgroup */
    enum server_proof proof;  /* of .home, where that is a service of the system's */
    bool is_named;            /* by the command line: it counts, whoever has started it */
    unsigned systemd_version; /* 252; 0: not known */
    /* Of its unit, where that is confirmed. Seconds; INFINITY: endless; 0: not known. */
    double start_timeout; /* until it has loaded its data: only where the unit waits for its word (notify) */
    double stop_timeout;  /* until it is killed, though it saves */
    char *container; /* "docker 0123456789ab": it does not run in the host's own namespaces; NULL: it does */
    unsigned long long started_usec; /* after boot */
    bool has_thp_disabled;           /* for itself, by prctl */
};

void server_process_done(struct server_process *process);

/* How a person names a running server: whether `name` is its process id, or the outermost unit or scope of
 * its cgroup. Nothing needs to be proven of it: it is the word of who gives the name. */
bool server_is_called(const struct server_process *process, const char *name);

/* Whether one of the names is; names ends with NULL, and NULL is none. */
bool server_is_among(const struct server_process *process, const char *const *names);
