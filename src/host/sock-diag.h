/* SPDX-License-Identifier: MIT */
/* Asks the kernel for the listening sockets of the network namespace that the calling thread is in. */
#pragma once

#include "model/server-facts.h"

/* Appends all that listen: TCP over IPv4 and IPv6, and unix stream sockets, with their queues. -errno:
 * -EAFNOSUPPORT where this program may open no netlink socket, -ENOENT where the kernel has no sock_diag for
 * it; -ENOMEM. What was appended before an error stays. */
int sock_diag_list(struct server_listeners *listeners);
