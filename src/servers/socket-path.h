/* SPDX-License-Identifier: MIT */
/* Whether the way to a unix socket can be steered by somebody else than root and the server's own user:
 * whoever may put another socket, or a link to one, in its place would have root connect to it. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One component of the path, looked at without following a link. */
struct path_component {
    const char *path; /* up to and with it, for messages */
    mode_t mode;
    unsigned uid, gid;
};

struct path_question {
    const struct path_component *components; /* from the root directory down, links among them; the last is
                                                what the path ends at */
    size_t count;
    unsigned server_uid, server_gid; /* UINT_MAX: unknown, nobody is trusted for it */
    bool is_foreign; /* the mounts are somebody else's: a socket of root's may be any, so it must be the
                        server's own */
};

/* True: it may be connected to. Else *ret_reason says which component is in the way and why, for a person.
 */
bool socket_path_is_safe(const struct path_question *question, char **ret_reason);
