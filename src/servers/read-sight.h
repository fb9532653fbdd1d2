/* SPDX-License-Identifier: MIT */
/* What the kernel shows of a process and of the other end of a connection, for server-proof to decide. Of the
 * running host alone. */
#pragma once

#include "servers/facts.h"
#include "servers/proof.h"
#include "util/root.h"

/* Fills .started_usec and .shares_pid_namespace; *home is the caller's, server_home_done. A process that has
 * ended has neither. */
void server_sight_read(const struct root *root, int pid, struct proof_sight *sight, struct server_home *home);

/* Looks at a connected socket. TCP: waits up to `timeout` seconds until it is accepted. */
void server_end_read(const struct server_facts *server, int port, int fd, double timeout,
                     struct proof_end *ret);
