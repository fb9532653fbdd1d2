/* SPDX-License-Identifier: MIT */
/* Connects to an endpoint; for redis/connection alone. */
#pragma once

#include <hiredis/hiredis.h>

#include "redis/connection.h"

/* Connected, and nothing sent; redisFree. -errno with *ret_error. */
int context_open(const struct redis_endpoint *endpoint, double timeout, redisContext **ret, char **ret_error);

/* Seconds as hiredis wants them. */
struct timeval context_timeval(double seconds);
