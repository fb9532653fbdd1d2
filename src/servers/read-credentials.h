/* SPDX-License-Identifier: MIT */
/* Where the secrets of servers come from, besides the command line. */
#pragma once

#include "servers/config.h"
#include "servers/credentials.h"
#include "servers/unit.h"
#include "util/root.h"

/* /etc/redis-hosttune/credentials.conf; no file: no credentials. It must be root's and nobody else's to read:
 * -EPERM, and -EINVAL for what it says, with *ret_error. A user who may not read it has none. -errno. */
int credentials_read(const struct root *root, struct credentials *ret, char **ret_error);

/* The requirepass that a unit's server was told, by its ExecStart= and the file that this names, read as that
 * server could read it. *ret_from is that file's path, or "its command line" (the caller's). None told, or
 * none that can be read: secret->requirepass NULL. */
void unit_secret_read(const struct root *root, const struct system_unit *unit, unsigned uid, unsigned gid,
                      struct redis_secret *secret, char **ret_from);
