/* SPDX-License-Identifier: MIT */
/* The proof of servers/read-peer for a whole list.
 * Owns what counts below another root, where nobody can be asked. */
#include "servers/read-proven.h"

#include "servers/read-peer.h"
#include "util/cleanup.h"
#include "util/memory.h"

static void judge_files(struct server_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->servers[i].process.proof != SERVER_PROOF_MAIN)
            memory_set_text(&list->servers[i].unproven, "below this root there is no unit of it");
}

void servers_proven_read(const struct root *root, const struct policy *policy, struct server_list *list)
{
    _cleanup_(server_peers_done) struct server_peers peers = {0};
    _cleanup_free_ const struct server_facts **processes = memory_new(list->count, sizeof(void *));

    if (!root_is_host(root)) {
        judge_files(list);
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        processes[i] = &list->servers[i];
    server_peers_read(root, policy, NULL, processes, list->count, &peers, NULL); /* no secrets: no errors */
    for (size_t i = 0; i < list->count; i++)
        memory_set_text(&list->servers[i].unproven, server_peer_unproven(server_peers_at(&peers, i)));
}
