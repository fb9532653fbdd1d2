/* SPDX-License-Identifier: MIT */
/* The network namespaces that servers stand in, each asked once for its sockets and sysctls. */
#pragma once

#include "servers/facts.h"
#include "servers/read-socket-index.h"
#include "util/root.h"

/* What one namespace has; asked once, however many servers are in it. */
struct network {
    amount inode;
    struct server_listeners all; /* as the kernel itself lists them, with their queues */
    struct socket_index index;   /* of these */
    bool has_tables;             /* the two below were read: where the kernel's list is not all */
    struct server_listeners tables;
    struct socket_index tables_index;
    char *sysctls_unknown;
    amount somaxconn, tcp_max_syn_backlog;
};

struct networks {
    struct network *items;
    size_t count;
    amount ours; /* this program's; below another root PID 1's */
};

/* The one to start with: .ours is known. */
void networks_init(const struct root *root, struct networks *networks);
void networks_done(struct networks *networks);

/* The namespace of the process, asked when it is met first; what could not be learned is said in it. Good
 * until the next call. */
struct network *networks_find(const struct root *root, struct networks *networks, int pid);
