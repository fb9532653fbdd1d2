/* SPDX-License-Identifier: MIT */
/* Where a server can be asked: by its unix socket, or by an address and port. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "servers/facts.h"

struct redis_target {
    char *socket; /* NULL: host and port */
    char *host;
    int port;
    bool is_tls;
};

struct redis_targets {
    struct redis_target *items; /* the best first */
    size_t count;
};

/* Where the process can be asked from this host: its unix sockets, then its ports on loopback or on an
 * address that it listens on. From its listening sockets; where these are unknown from its configuration;
 * last from its title
 * ("redis-server 127.0.0.1:6379", its command line; NULL: unknown). A server in a network namespace of its
 * own has only sockets. None found: count 0, and *ret_reason says why. */
void redis_targets_of(const struct server_facts *server, const char *title, struct redis_targets *ret,
                      char **ret_reason);

/* For a person: "/run/redis/redis.sock", "127.0.0.1:6379", "[::1]:6380". Owned by the caller. */
char *redis_target_address(const struct redis_target *target);

/* How it is named to this program, quoted for a shell: "--socket=/run/redis/redis.sock", "--host=10.0.0.1
 * --port=6380". Owned by the caller. */
char *redis_target_option(const struct redis_target *target);

/* What a shell's client has to be given besides; each may be NULL. */
struct redis_cli_options {
    const char *ca_file, *certificate, *key;
};

/* What reaches it from a shell: "redis-cli -p 6380". Owned by the caller. */
char *redis_target_cli(const struct redis_target *target, const char *program,
                       const struct redis_cli_options *options);

void redis_targets_add(struct redis_targets *targets, const char *socket, const char *host, int port,
                       bool is_tls);
void redis_targets_done(struct redis_targets *targets);
