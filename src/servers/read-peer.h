/* SPDX-License-Identifier: MIT */
/* A server that is to be asked, the proof that it is the one of its unit, and what it may be sent then.
 * Several may be connected to at once, each by one thread. */
#pragma once

#include "policy/policy.h"
#include "redis/connection.h"
#include "servers/facts.h"
#include "servers/target.h"
#include "util/root.h"

/* What all are asked with. */
struct peer_secrets {
    const char *user, *password; /* of the command line and the environment; NULL: none */
    const char *password_from;   /* "REDISCLI_AUTH", "--password-file" */
    bool is_for_all;             /* goes to every server that is proven, not only to one that was named */
};

struct server_peer; /* one server */
struct server_peers {
    struct system_units *units; /* what PID 1 said */
    struct server_peer *items;
    size_t count;
};

/* One for each process (NULL: one that was named on the command line, which is asked with what the command
 * line has, whoever it is). PID 1 is asked for the units of all of them, and credentials.conf is read.
 * Neither is done where all were named. secrets NULL: nothing will be sent, only who they are is to be known.
 * Processes and policy are kept by reference. Owned by the caller,
 * server_peers_done. -errno with *ret_error where credentials.conf is refused. */
int server_peers_read(const struct root *root, const struct policy *policy,
                      const struct peer_secrets *secrets, const struct server_facts *const *processes,
                      size_t count, struct server_peers *ret, char **ret_error);
void server_peers_done(struct server_peers *peers);

struct server_peer *server_peers_at(const struct server_peers *peers, size_t i);

/* For each of several targets that are connected to at once one of its own: what is proven is proven of one
 * connection. Lives no longer than the peer. */
struct server_peer *server_peer_copy(const struct server_peer *peer);
void server_peer_copy_free(struct server_peer *copy);

/* The peer takes over what the connection of that copy has shown. */
void server_peer_settle(struct server_peer *peer, const struct server_peer *copy);

/* Fills in gate, user and password. The target must outlive the connecting. */
void server_peer_prepare(struct server_peer *peer, const struct redis_target *target,
                         struct redis_endpoint *endpoint);

/* The user that it was really asked as; NULL: the default one. */
const char *server_peer_user(const struct server_peer *peer);

/* Why no secret was sent to it, a sentence's end; NULL: it was proven, or named. */
const char *server_peer_unproven(const struct server_peer *peer);

/* What to do where it wants a password, or another one: what connecting said comes in *reason and is made
 * complete. */
void server_peer_explain(const struct server_peer *peer, const struct redis_target *target, char **reason);
