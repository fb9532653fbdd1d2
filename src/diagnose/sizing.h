/* SPDX-License-Identifier: MIT */
/* How large maxmemory may be on this host: THE one answer, for all of its servers together. Pure.
 *
 * A place is what has an end: the host, and each cgroup that limits memory. Of a place the system and other
 * programs keep what they hold (of the host at least the operating system's share); the rest is shared by the
 * servers that live in it. A server that forks (snapshots, rewrites of the append-only file, full copies for
 * replicas) may need up to as much again while a child lives, so it counts twice; one that never forks counts
 * with a third more on the host, a quarter more in a cgroup, for fragmentation and buffers.
 *
 * Who has a maxmemory keeps it where all of them fit; one that is more than half full may have up to half as
 * much again. What is left goes to those that have none, each the same, and never less than it uses. Where
 * what is set does not fit, the largest are lowered, as far as their data allows; where that does not fit
 * either, all are, in proportion. So the sum of what is advised never exceeds a place. */
#pragma once

#include <stdbool.h>

#include "diagnose/finding.h"

struct memory_limit {
    double ram;    /* of the host that the server runs on, bytes */
    double cgroup; /* the tightest limit of the server's cgroups; 0: none is set, or none is known */
    double bytes;  /* the smaller one */
};

/* What the server's process can have at most. false: neither /proc/meminfo nor INFO (3.2+) tells. */
bool memory_limit_find(const struct diagnosis *diagnosis, struct memory_limit *ret);

/* The same as evidence of a verdict; false: it is unknown. */
bool evidence_memory_limit(struct verdict *verdict, const struct diagnosis *diagnosis,
                           struct memory_limit *ret);

/* "RAM" or "the cgroup's limit": which one .bytes is. */
const char *memory_limit_name(const struct memory_limit *limit);

/* Whether anything makes the server fork: save points, an append-only file, replicas; also where CONFIG does
 * not tell, for a server comes with save points. */
bool sizing_is_forking(const struct diagnosis *diagnosis);

/* Rounded down to whole MiB. */
double sizing_whole_mib(double bytes);

struct sizing_place {
    char *path;    /* of a cgroup; NULL: the host */
    double size;   /* its limit; of the host all RAM */
    double in_use; /* what can't be dropped of all that is in it; less than 0: unknown */
    size_t *members;
    size_t members_count;

    double others; /* by sizing_solve: what is not the servers' */
    double given;  /* the sum of what its servers may have as they are set: maxmemory, else what they use */
    double given_trusted; /* of those that are .is_trusted */
    double wanted;        /* what that may take of it, with what comes on top */
};

struct sizing_server {
    int pid;          /* 0: not of this host */
    double used;      /* what counts towards its maxmemory */
    double resident;  /* its process, and what children of it have copied */
    double maxmemory; /* 0: none */
    bool is_forking;
    bool is_trusted; /* a unit's or one that was named; what others claim never lowers what these are given */

    double advised;     /* by sizing_solve: bytes; in whole MiB, or the maxmemory that it has */
    size_t end;         /* the place that would not hold more; SIZE_MAX: it has what it has */
    double least, most; /* between which it is looked for */
    size_t *places;     /* indexes; the host is 0 */
    size_t places_count;
    bool is_settled;
};

struct sizing {
    struct sizing_place *places; /* the host first */
    size_t places_count;
    struct sizing_server *servers;
    size_t servers_count;
};

/* A host with this much memory, of which so much is available to programs; less than 0: unknown. */
void sizing_begin(struct sizing *sizing, double ram, double available);

/* A server of it; valid until the next one. Its cgroups are added behind it. */
struct sizing_server *sizing_add_server(struct sizing *sizing);

/* The server that was added last lives in a cgroup with this limit; anonymous: less than 0: unknown. */
void sizing_add_cgroup(struct sizing *sizing, const char *path, double limit, double anonymous);

/* Adds the server as it is seen, with its cgroups. */
void sizing_add(struct sizing *sizing, const struct diagnosis *diagnosis);

/* The same of a process that was not asked: what it holds counts, and the maxmemory of its configuration. */
void sizing_add_process(struct sizing *sizing, const struct server_facts *process);

/* What the servers of a place may have of it. */
double sizing_room(const struct sizing_place *place);

/* How much of a place each byte of the server's maxmemory may take. */
double sizing_weight(const struct sizing_server *server, size_t place);

void sizing_solve(struct sizing *sizing);
void sizing_done(struct sizing *sizing);
#define _cleanup_sizing_ __attribute__((cleanup(sizing_done)))

/* What is advised to one server. */
struct sizing_advice {
    double bytes;     /* the largest maxmemory that fits beside everything else; its own where that stays */
    double maxmemory; /* as it is; 0: none */
    double takes;     /* of memory beyond what the server may take now, where .bytes is above .maxmemory */
    char *why;        /* the arithmetic in words; owned by the caller */
    char *more;       /* what would make room for more: "add RAM", "raise the limit of the cgroup …" */
};

/* By diagnosis->sizing, else as if it were alone on its host. false: the memory of its host is not known. */
bool sizing_advise(const struct diagnosis *diagnosis, struct sizing_advice *ret);
void sizing_advice_done(struct sizing_advice *advice);
#define _cleanup_advice_ __attribute__((cleanup(sizing_advice_done)))

/* Whether the host holds what its servers are set to have, with what comes on top; also where that is not
 * known. */
bool sizing_host_holds(const struct diagnosis *diagnosis);

/* The place of the server in which what all its servers were given is the largest share, and that sum; NULL:
 * unknown, or the server is alone. For one that is trusted only what these were given counts. */
const struct sizing_place *sizing_fullest(const struct diagnosis *diagnosis, double *ret_given);
