/* SPDX-License-Identifier: MIT */
/* Listening sockets by their inode, so that those of a process are found in the time that it takes to read
 * its descriptors, however many sockets there are. */
#pragma once

#include <dirent.h>

#include "servers/facts.h"
#include "util/budget.h"

struct socket_index {
    struct socket_place {
        amount inode;
        size_t place; /* in the list */
    } * places;       /* by inode */
    size_t count;
};

/* Of the list as it is now. */
void socket_index_make(const struct server_listeners *all, struct socket_index *ret);
void socket_index_done(struct socket_index *index);

/* The place of the socket in the list. -ENOENT. */
int socket_index_find(const struct socket_index *index, amount inode, size_t *ret_place);

/* Appends to `own` copies of those that the process holds, in the order of the list. dir: its /proc/PID/fd.
 * 1: there are more descriptors than its share, or no time for all: `own` has nothing then. -errno of reading
 * the directory. */
int socket_index_keep_own(const struct socket_index *index, const struct server_listeners *all, DIR *dir,
                          struct budget_share *share, struct server_listeners *own);

/* The number in a link like "socket:[4026]", AMOUNT_UNKNOWN where it is another kind of link. */
amount link_inode(const char *target, const char *kind);
