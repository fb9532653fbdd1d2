/* SPDX-License-Identifier: MIT */
/* The network namespaces that servers stand in, each asked once for its sockets and sysctls. */
#pragma once

#include "model/server-facts.h"
#include "util/root.h"

/* What one namespace has; asked once, however many servers are in it. */
struct network {
    amount inode;
    struct server_listeners all;
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

/* The namespace of the process, asked when it is met first; what could not be learned is said in it. *ret is
 * good until the next call. -ENOMEM. */
int networks_find(const struct root *root, struct networks *networks, int pid, const struct network **ret);

/* The number in a link like "socket:[4026]", AMOUNT_UNKNOWN where it is another kind of link. */
amount link_inode(const char *target, const char *kind);
