/* SPDX-License-Identifier: MIT */
/* Where the servers of this host can be asked.
 * Owns the way to a unix socket in another mount namespace. */
#include "servers/read-targets.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { TITLE_MAX = 4096 };

/* Many servers have a /tmp or a root directory of their own; what lies at that path out here may be
 * another's. */
static void reach_socket(const struct root *root, const struct server_facts *server,
                         struct redis_target *target)
{
    char *path;

    if (!target->socket)
        return;
    path = memory_format("/proc/%d/root%s", server->process.pid, target->socket);
    if (!root_exists(root, path) || root_is_same_file(root, target->socket, path, 0) > 0) {
        free(path);
        return;
    }
    free(target->socket);
    target->socket = path;
}

void redis_targets_find(const struct root *root, const struct server_facts *server, struct redis_targets *ret,
                        char **ret_reason)
{
    _cleanup_free_ char *title = NULL;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/cmdline", server->process.pid);
    memory_check(root_read_file(root, path, TITLE_MAX, &title, NULL));
    redis_targets_of(server, title, ret, ret_reason);
    for (size_t i = 0; i < ret->count; i++)
        reach_socket(root, server, &ret->items[i]);
}
