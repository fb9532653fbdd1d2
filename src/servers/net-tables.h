/* SPDX-License-Identifier: MIT */
/* The tables below /proc/PID/net: netstat's counters, and the listening sockets of tcp, tcp6 and unix. Pure.
 */
#pragma once

#include "servers/facts.h"

/* The counter of a group ("TcpExt", "ListenDrops") in netstat's pairs of lines; AMOUNT_UNKNOWN: none. */
amount netstat_counter(const char *content, const char *group, const char *name);

/* How the kernel of the table writes the words of an address. */
enum byte_order { ORDER_LITTLE_ENDIAN, ORDER_BIG_ENDIAN };
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ORDER_OF_THIS_MACHINE ORDER_BIG_ENDIAN
#else
#define ORDER_OF_THIS_MACHINE ORDER_LITTLE_ENDIAN
#endif

/* One line of /proc/net/tcp or tcp6 (is_ipv6). True: a listening socket, in *ret; its address is the
 * caller's. */
bool net_tcp_parse_line(const char *line, bool is_ipv6, enum byte_order order, struct server_listener *ret);

/* The same for /proc/net/unix, which has no queue. */
bool net_unix_parse_line(const char *line, struct server_listener *ret);

/* A unix socket's name as the kernel holds it: a path, or an abstract name behind a NUL. Unnamed sockets get
 * "". Owned by the caller. */
char *net_unix_display(const char *name, size_t length);
