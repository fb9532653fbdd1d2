/* SPDX-License-Identifier: MIT */
/* Asks the kernel for the listening sockets of the network namespace that the calling thread is in. */
#pragma once

#include "servers/facts.h"

/* Appends all that listen: TCP over IPv4 and IPv6, and unix stream sockets, with their queues. -errno:
 * -EAFNOSUPPORT where this program may open no netlink socket, -ENOENT where the kernel has no sock_diag for
 * it; -E2BIG: more than SERVER_LISTENERS_MAX. What was appended before an error stays. */
int sock_diag_list(struct server_listeners *listeners);

/* One datagram of the kernel's answer: 1 with the end of it, 0 where more follows. reply: aligned as malloc
 * does. */
int sock_diag_take(struct server_listeners *listeners, const void *reply, size_t size);

/* The other end of a TCP connection within this network namespace. */
struct tcp_end {
    amount inode; /* of its socket; 0: nobody has accepted it yet, and .uid says nothing */
    unsigned uid; /* who made that socket */
};

/* Of a connected TCP socket. -ENOENT: its other end is not in this namespace. -errno as above. */
int sock_diag_other_end(int fd, struct tcp_end *ret);
