/* SPDX-License-Identifier: MIT */
/* Asks one server for everything that it says of itself. May run in several threads at once, each with a
 * server of its own; SIGPIPE must be ignored. */
#pragma once

#include "redis/connection.h"
#include "redis/facts.h"
#include "servers/read-peer.h"
#include "servers/target.h"

struct redis_query {
    const char *ca_file, *certificate, *key; /* TLS; NULL: none */
    struct redis_limits limits;
    double interval; /* seconds between the two samples of INFO; 0: one sample */
};

/* What one server may have of the run. */
struct redis_share {
    double until;                  /* CLOCK_MONOTONIC: when all must be said */
    size_t at_once;                /* addresses that may be tried at the same time; at least one */
    struct memory_account account; /* for its answers */
};

/* The best of the targets that can be connected to is asked, with what its peer may be sent. What cannot be
 * known has its reason in .unknown, also what the share does not suffice for; with no connection all of it.
 * query's .limits.total does not count. */
void redis_server_facts_read(const struct redis_targets *targets, const struct redis_query *query,
                             struct server_peer *peer, struct redis_share *share, struct redis_facts *ret);

/* Every group unknown for this reason. */
void redis_server_facts_unknown(struct redis_facts *facts, const char *reason);
