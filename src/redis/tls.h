/* SPDX-License-Identifier: MIT */
/* TLS by hiredis' own library for it, which is loaded only when a server is asked over TLS: it brings all of
 * OpenSSL, and every other command would pay for that. */
#pragma once

#include <stdbool.h>

#include "redis/connection.h"

struct redisContext; /* hiredis' */
struct tls;

/* Starts TLS on a connected context. The server's certificate is verified against the authorities, not
 * against the name that was asked for: hiredis does not look at that. -EOPNOTSUPP: none in this build;
 * -ELIBACC: the library cannot be loaded; -EINVAL: the files of the endpoint; -EPROTO: the handshake;
 * -ETIMEDOUT: it took more than `seconds`, or the descriptor `cancel` (NULL: none) can be read. The socket
 * waits for nothing from then on: a record that comes byte by byte would be waited for within one reading. */
int tls_start(struct redisContext *context, const struct redis_endpoint *endpoint, double seconds,
              const int *cancel, struct tls **ret, char **ret_error);
void tls_stop(struct tls *tls); /* behind the context's end */
