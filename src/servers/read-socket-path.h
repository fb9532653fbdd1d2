/* SPDX-License-Identifier: MIT */
/* Connects to a unix socket by a path that nobody else can steer: each component is opened by itself, without
 * following links, and is looked at before anything is connected to. */
#pragma once

#include <stdbool.h>

/* Whose socket it has to be. */
struct socket_owner {
    bool is_any;       /* whoever it belongs to is taken for the server's user: its path was given by hand */
    unsigned uid, gid; /* of the server; UINT_MAX: unknown. Not looked at with is_any */
};

/* A connected stream socket, with the rights of the socket's own user, so that no capability passes over its
 * mode. The path is absolute, or relative where is_any; "/proc/PID/root/…" is walked from that process' root
 * directory. What root would not be safe to connect to is -EPERM with *ret_error, and so is what the kernel
 * refuses; a user connects by its own rights and is not kept from it. -ETIMEDOUT behind `timeout` seconds,
 * -errno. */
int socket_path_connect(const char *path, const struct socket_owner *owner, double timeout, char **ret_error);
