/* SPDX-License-Identifier: MIT */
/* Finds the Redis and Valkey servers that run on a host, from /proc. */
#pragma once

#include "model/observation.h"
#include "util/root.h"

/* Fills .servers and .sees_servers. Children that save and sentinels are no servers; a process that ends
 * meanwhile is passed over. -ENOMEM. */
int redis_process_find(const struct root *root, struct observation *observation);
