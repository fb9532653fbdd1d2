/* SPDX-License-Identifier: MIT */
/* A connection to one server, through hiredis, which is used nowhere else. Everything has an end: connecting,
 * each answer, and all answers together; and an answer has a greatest size, whatever length the server
 * announces. Used by one thread at a time; SIGPIPE must be ignored. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "redis/answer.h"
#include "util/memory-pool.h"

/* What stands between an address and the first byte that is sent there. Both are called by redis_connect,
 * with data as it is here. */
struct redis_gate {
    /* Makes the connection to a unix socket; NULL: hiredis does, by its path. A descriptor of a connected
     * stream socket, from then on the connection's; -errno with *ret_error, which is then redis_connect's. */
    int (*connect)(void *data, const char *path, double timeout, char **ret_error);
    /* Looks at the connected socket before a byte is sent. 1: user and password may be sent; 0: it is asked
     * without them; -errno with *ret_error: nothing is sent at all. NULL: they may be sent. */
    int (*admit)(void *data, int fd, double timeout, char **ret_error);
    void *data;
};

struct redis_endpoint {
    const struct redis_gate *gate; /* NULL: none; it must be one where a secret could come to a stranger */
    const char *socket;            /* a unix socket; NULL: host and port */
    const char *host;
    int port;
    bool is_tls;             /* host and port only */
    const char *ca_file;     /* NULL: the system's */
    const char *certificate; /* of the client, with its key; NULL: none */
    const char *key;
    const char *user;     /* NULL: "default" */
    const char *password; /* NULL: none */
};

struct redis_limits {
    double connect, answer, total;  /* seconds; total counts from redis_connect */
    size_t bytes;                   /* of one answer */
    struct memory_account *account; /* what answers are held on; NULL: nothing but .bytes counts */
    const int *cancel;              /* a descriptor: when it can be read, waiting ends; NULL: none */
};

struct redis_connection;

/* Whether this build can speak TLS: hiredis has it as a library of its own, from 1.0.0. */
bool redis_has_tls(void);

/* Connects and authenticates. *ret_error says what is in the way, for a person, without the address. Besides
 * -errno of the system: -EACCES: the server wants another or no password; -EUSERS: maxclients is reached;
 * -EPERM: protected mode; -EPROTO: it does not speak Redis' protocol; -EOPNOTSUPP: TLS, and this build has
 * none. */
int redis_connect(const struct redis_endpoint *endpoint, const struct redis_limits *limits,
                  struct redis_connection **ret, char **ret_error);
void redis_disconnect(struct redis_connection *connection);

/* One command and its answer; an error that the server answers is an answer. arguments ends with NULL.
 * -ETIMEDOUT, -ECONNRESET, -EPROTO (garbage), -EMSGSIZE (larger than the limit), -ENOBUFS (larger than what
 * the account has), -ECANCELED: the connection is of no use any more, and further commands give the
 * same. The answer is held on the account until redis_let_go. */
int redis_ask(struct redis_connection *connection, const char *const *arguments, struct redis_answer **ret,
              char **ret_error);

/* The last answer was freed. */
void redis_let_go(struct redis_connection *connection);

/* From now on answers are held on this account, and everything ends `seconds` from now; nothing cancels it
 * any more. For who has connected with other limits than it is asked with. */
void redis_limit(struct redis_connection *connection, struct memory_account *account, double seconds);
