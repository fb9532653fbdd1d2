/* SPDX-License-Identifier: MIT */
/* What one server says of itself: two samples of INFO and the rest once. Gathered by
 * servers/read-answers; a group that is not there has its reason. */
#pragma once

#include <stdbool.h>

#include "redis/acl-rules.h"
#include "redis/client-list.h"
#include "redis/fact.h"
#include "redis/info.h"

struct slow_command {
    long long at, duration_usec; /* at: seconds since the epoch, by the server's clock */
    char command[48];            /* name in capitals, with its subcommand where it has one */
};

struct latency_event {
    char name[48];
    long long at; /* of the latest: seconds since the epoch, by the server's clock */
    long long latest_ms, max_ms;
};

/* How a server has refused a command. */
enum redis_refusal {
    REFUSAL_NONE,    /* it has not, or for another reason, which passes */
    REFUSAL_MISSING, /* it has no such command, or under another name */
    REFUSAL_ACL,     /* this user may not */
};

struct redis_facts {
    char *address; /* for a person: "/run/redis/redis.sock", "127.0.0.1:6379", "[::1]:6380" */
    char *cli;     /* what reaches it from a shell, quoted: "redis-cli -s /run/redis/redis.sock" */
    char *user;    /* that was to ask it (--user); NULL: none was named */
    char *version; /* "7.0.15": of Redis, or of Valkey, or of the Redis that it says it is like; NULL: unknown
                    */
    const char *product;   /* "Redis", "Valkey", "Dragonfly" …, static; NULL: unknown */
    char *product_version; /* its own, where .version is another's; NULL: .version is its own */
    bool is_valkey, is_sentinel, is_cluster, is_replica, is_loading;

    char *unproven;     /* why it is not known to be the server of a unit, so that no secret was sent
                           to it, a sentence's end; NULL: it is, or it was named */
    bool is_full;       /* for maxclients was reached */
    bool is_tls_likely; /* where it was asked without TLS it speaks that */
    char *unknown[FACT_REDIS_COUNT]; /* NULL: the group is there; else why not */
    double interval;                 /* seconds between the samples; 0: one sample alone */
    struct redis_fields before, now; /* INFO */
    struct redis_fields config;      /* CONFIG GET *, else what its file sets */
    char *config_file;               /* which that is; NULL: it is CONFIG GET's answer */
    enum redis_refusal config_refusal;
    struct client_list clients;   /* CLIENT LIST, summed up */
    struct slow_command *slowlog; /* the newest first */
    size_t slowlog_count;
    struct latency_event *latency;
    size_t latency_count;
    struct acl_users users; /* of ACL LIST */
    char *whoami;           /* the user that these facts were asked as; NULL: before Redis 6 */
};

void redis_facts_done(struct redis_facts *facts);

/* major * 10000 + minor * 100 + patch; 0: unknown. For Valkey its own version. */
int redis_facts_version(const struct redis_facts *facts);

/* A Redis that is known to be older than this; Valkey began with 7.2. */
bool redis_facts_is_before(const struct redis_facts *facts, int version);
