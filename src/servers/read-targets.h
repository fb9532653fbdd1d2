/* SPDX-License-Identifier: MIT */
/* Where the servers of this host can be asked. */
#pragma once

#include "servers/target.h"
#include "util/root.h"

/* As redis_targets_of, with the process' title, and with its unix sockets as they are reached from here:
 * through /proc/PID/root where it has a file system of its own. */
void redis_targets_find(const struct root *root, const struct server_facts *server, struct redis_targets *ret,
                        char **ret_reason);
