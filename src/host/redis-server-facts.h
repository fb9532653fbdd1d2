/* SPDX-License-Identifier: MIT */
/* Asks one server for everything that it says of itself. May run in several threads at once, each with a
 * server of its own; SIGPIPE must be ignored. */
#pragma once

#include "host/server-peer.h"
#include "model/redis-facts.h"
#include "model/redis-target.h"
#include "redis/connection.h"

struct redis_query {
    const char *ca_file, *certificate, *key; /* TLS; NULL: none */
    struct redis_limits limits;
    double interval; /* seconds between the two samples of INFO; 0: one sample */
};

/* The first of the targets that can be connected to is asked, with what its peer may be sent. What cannot be
 * known has its reason in .unknown, with no connection all of it, and .was_refused is set. -ENOMEM. */
int redis_server_facts_read(const struct redis_targets *targets, const struct redis_query *query,
                            struct server_peer *peer, struct redis_facts *ret);

/* Every group unknown for this reason. -ENOMEM. */
int redis_server_facts_unknown(struct redis_facts *facts, const char *reason);
