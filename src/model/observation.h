/* SPDX-License-Identifier: MIT */
/* What was seen of the host: facts, and one entry for each object of each row. Filled by host/observe. */
#pragma once

#include "model/host-facts.h"
#include "model/server-unit.h"
#include "model/tunable.h"

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
                         PID 1's word. No command may name it but by model/server-restart.h */
    char *cgroup;     /* its path, that of systemd's hierarchy with cgroup v1; NULL: unknown */
    struct server_home home;  /* by .cgroup */
    enum server_proof proof;  /* of .home, where that is a service of the system's */
    bool is_named;            /* by the command line: it counts, whoever has started it */
    unsigned systemd_version; /* 252; 0: not known */
    char *container; /* "docker 0123456789ab": it does not run in the host's own namespaces; NULL: it does */
    unsigned long long started_usec; /* after boot */
    bool has_thp_disabled;           /* for itself, by prctl */
};

struct observation {
    struct host_facts facts;
    struct observed *items;
    size_t items_count;
    struct server_process *servers;
    size_t servers_count;
    bool sees_servers; /* false: processes of others are hidden from us */
};

const struct observed *observation_find(const struct observation *observation, const char *object);

void observed_done(struct observed *observed);
void server_process_done(struct server_process *process);
void observation_done(struct observation *observation);
