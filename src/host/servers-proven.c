/* SPDX-License-Identifier: MIT */
/* The proof of host/server-peer for a whole list.
 * Owns what counts below another root, where nobody can be asked. */
#include "host/servers-proven.h"

#include <errno.h>
#include <stdlib.h>

#include "host/server-peer.h"
#include "util/cleanup.h"
#include "util/text.h"

static int judge_files(struct server_list *list)
{
    int error = 0;

    for (size_t i = 0; i < list->count && error == 0; i++)
        if (list->servers[i].process.proof != SERVER_PROOF_MAIN)
            error = text_replace(&list->servers[i].unproven, "below this root there is no unit of it");
    return error;
}

int servers_proven_read(const struct root *root, const struct policy *policy, struct server_list *list)
{
    _cleanup_(server_peers_done) struct server_peers peers = {0};
    _cleanup_free_ const struct server_facts **processes = calloc(list->count + 1, sizeof(void *));
    int error;

    if (!root_is_host(root))
        return judge_files(list);
    if (!processes)
        return -ENOMEM;
    for (size_t i = 0; i < list->count; i++)
        processes[i] = &list->servers[i];
    error = server_peers_read(root, policy, NULL, processes, list->count, &peers, NULL);
    for (size_t i = 0; i < list->count && error == 0; i++)
        error = text_replace(&list->servers[i].unproven, server_peer_unproven(server_peers_at(&peers, i)));
    return error;
}
