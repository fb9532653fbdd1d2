/* SPDX-License-Identifier: MIT */
/* What one server says of itself: two samples of INFO and the rest once. Gathered by host/redis-server-facts;
 * a group that is not there has its reason. */
#pragma once

#include <stdbool.h>

#include "model/fact.h"
#include "model/redis-info.h"

struct redis_client {
    long long id; /* 0: none */
    char address[64], name[64], command[32];
    char user[64];
    long long age, idle;     /* seconds */
    long long output_memory; /* omem: bytes that wait to be sent */
    long long total_memory;  /* tot-mem; -1 before Redis 6.2 */
    bool is_monitor, is_replica, is_pubsub;
};

/* CLIENT LIST, which may have 10,000 lines, summed up. */
struct redis_clients {
    size_t count;
    size_t monitors, replicas, pubsub;
    long long output_memory;     /* sum of all */
    struct redis_client biggest; /* the one with the most output memory */
    struct redis_client monitor; /* of those in MONITOR, the one with the most */
    size_t malformed;            /* lines that were passed over */
};

struct slow_command {
    long long id, at, duration_usec; /* at: seconds since the epoch, by the server's clock */
    char command[48];                /* name in capitals, with its subcommand where it has one */
    char first_argument[64];
};

struct latency_event {
    char name[48];
    long long at, latest_ms, max_ms;
};

struct redis_facts {
    char *address; /* for a person: "/run/redis/redis.sock", "127.0.0.1:6379", "[::1]:6380" */
    char *cli;     /* what reaches it from a shell, quoted: "redis-cli -s /run/redis/redis.sock" */
    char *version; /* "7.0.15" as the server has it; NULL: unknown */
    bool is_valkey, is_sentinel, is_cluster, is_replica, is_loading;

    char *unknown[FACT_REDIS_COUNT]; /* NULL: the group is there; else why not */
    double interval;                 /* seconds between the samples; 0: one sample alone */
    struct redis_fields before, now; /* INFO */
    struct redis_fields config;      /* CONFIG GET * */
    struct redis_clients clients;
    struct slow_command *slowlog; /* the newest first */
    size_t slowlog_count;
    struct latency_event *latency;
    size_t latency_count;
    char **acl;   /* lines of ACL LIST, NULL-terminated */
    char *whoami; /* the user that these facts were asked as; NULL: before Redis 6 */
};

/* --- parsers, pure: what the server sent goes in as it is --- */

/* The text of CLIENT LIST. Never fails: lines that make no sense are counted. */
void redis_clients_parse(const char *text, size_t size, struct redis_clients *ret);

void redis_facts_done(struct redis_facts *facts);

/* major * 10000 + minor * 100 + patch; 0: unknown. For Valkey its own version. */
int redis_facts_version(const struct redis_facts *facts);
