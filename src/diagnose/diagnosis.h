/* SPDX-License-Identifier: MIT */
/* Everything that the rules look at for one server: what it says, what the kernel shows of its process, the
 * host, the kernel's log, and an earlier run. A rule reads it and nothing else, so recorded facts test it. */
#pragma once

#include "host/facts.h"
#include "host/memory.h"
#include "plan/plan.h"
#include "redis/fact.h"
#include "redis/facts.h"
#include "servers/config-file.h"

struct server_facts; /* servers/facts.h */
struct kernel_facts; /* host/kernel.h */
struct kernel_log;   /* diagnose/kernel-log.h */
struct log_summary;  /* log/summary.h */
struct tuner_status; /* boot/tuner-status.h */
struct run_record;   /* diagnose/run-record.h */
struct sizing;       /* diagnose/sizing.h */

struct diagnosis {
    struct redis_facts redis;
    const struct server_facts *process;        /* NULL: unknown (another host, another user's namespace) */
    struct config_file config_file;            /* of the process; not known without one */
    const struct server_facts *process_before; /* its counters before the interval; NULL: unknown */
    const struct host_memory *memory;          /* NULL: unknown */
    const struct host_facts *host;             /* NULL: unknown, as for a server on another host */
    const struct plan *plan;                   /* every tunable and its state; NULL: unknown */
    const struct kernel_facts *kernel;         /* its settings besides the tunables; NULL: unknown */
    const struct kernel_log *kernel_log;
    const struct log_summary *log;    /* what it has logged itself since it was started; NULL: unknown */
    const struct tuner_status *tuner; /* how our own unit fared in this boot; NULL: unknown */
    long long unit_restarts;          /* by systemd on its own (NRestarts); -1: unknown */
    const struct run_record *previous;
    const struct sizing *sizing; /* of its host, all servers together; NULL: of it alone */
    long long now;               /* seconds since the epoch */
    char *unknown[FACT_COUNT];   /* of the groups beneath the server: why not; NULL where known */
};

/* NULL: the group is there. Else the reason, static or owned by the diagnosis. */
const char *diagnosis_unknown(const struct diagnosis *diagnosis, enum fact fact);

/* The pointed-to facts belong to others. */
void diagnosis_done(struct diagnosis *diagnosis);

/* A field of INFO that only grows while the server runs. */
struct counter {
    double total;      /* since the server's start */
    double growth;     /* over the interval; 0 with one sample alone */
    double per_second; /* growth by the interval's length */
};

/* Whether there are two samples, so that growth says something. */
bool diagnosis_has_interval(const struct diagnosis *diagnosis);

/* false: INFO has no such field. A field that the first sample lacks began at 0 (errorstat_*). */
bool diagnosis_counter(const struct diagnosis *diagnosis, const char *field, struct counter *ret);

/* The same of a part of a value: ("cmdstat_keys", "calls"), ("errorstat_OOM", "count"). A command that was
 * never called has no field: total 0, and true. */
bool diagnosis_counter_part(const struct diagnosis *diagnosis, const char *field, const char *part,
                            struct counter *ret);

/* A number of INFO or CONFIG that the row says it needs, so that it is there; 0 otherwise. */
double diagnosis_info(const struct diagnosis *diagnosis, const char *field);
double diagnosis_config(const struct diagnosis *diagnosis, const char *parameter);

/* What counts towards maxmemory: used_memory without what feeds replicas and the append-only file (5.0+). */
double diagnosis_memory_counted(const struct diagnosis *diagnosis);

/* Text of INFO or CONFIG, "" where it is not there. */
const char *diagnosis_info_text(const struct diagnosis *diagnosis, const char *field);
const char *diagnosis_config_text(const struct diagnosis *diagnosis, const char *parameter);

/* Whether the server writes snapshots by itself ("save" has points) or an append-only file. */
bool diagnosis_is_persistent(const struct diagnosis *diagnosis);
/* Whether the data is saved, for all that is known: where CONFIG is not, it may be. */
bool diagnosis_may_be_saved(const struct diagnosis *diagnosis);
/* A file that names none leaves the default, which has some. */
bool diagnosis_has_save_points(const struct diagnosis *diagnosis);

/* --- what it is used for, which tells what a full maxmemory means --- */

/* maxmemory_policy; "" where the server does not tell (before 3.2). */
const char *diagnosis_policy(const struct diagnosis *diagnosis);
bool diagnosis_policy_begins(const struct diagnosis *diagnosis, const char *prefix);

/* A replica that leaves evicting to its primary (replica-ignore-maxmemory, 5.0 and later). */
bool diagnosis_ignores_maxmemory(const struct diagnosis *diagnosis);

/* Nothing, or next to nothing, may go at maxmemory: writes are refused. */
bool diagnosis_is_refusing(const struct diagnosis *diagnosis);

/* It evicts, what may go is most of it, and no append-only file says that it is to stay: a full one is at
 * work. */
bool diagnosis_is_cache(const struct diagnosis *diagnosis);

/* What copy-on-write may take before memory ends, in the host or in the cgroup; -1: unknown. */
double diagnosis_copy_room(const struct diagnosis *diagnosis);

/* Keys and keys with a TTL over all databases; the number of databases in use. */
struct keyspace {
    double keys, expires;
    int databases;
    bool has_caches; /* a database of which nearly every key has a TTL */
    bool has_stores; /* one of which nearly none has */
};
struct keyspace keyspace_of(const struct redis_fields *info);
struct keyspace diagnosis_keyspace(const struct diagnosis *diagnosis); /* of INFO now */
