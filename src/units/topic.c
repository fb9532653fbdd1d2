/* SPDX-License-Identifier: MIT */
/* The topics as a table.
 * Owns their texts. */
#include "units/topic.h"

#include <string.h>

#include "util/text.h"

const struct unit_topic unit_topics[] = {
    {
        .name = "numa.placement",
        .summary = "memory over all nodes, none runs full alone",
        .rationale = "The kernel gives a process memory of the node that it runs on. A large Redis fills "
                     "that node, and the "
                     "kernel then reclaims and swaps there while the other nodes have memory to spare. "
                     "Interleaved, its pages "
                     "go to all nodes in turn. The wrapper sets that and hands over to Redis; where a "
                     "wrapper cannot be trusted "
                     "to work under the unit's own confinement, systemd's NUMAPolicy= is set instead.",
        .documentation = "man:redis-hosttune.conf(5), man:numa(7), man:systemd.exec(5)",
    },
    {
        .name = "unit.LimitNOFILE",
        .summary = "room for clients, files and replicas",
        .rationale =
            "Each client of Redis is an open file. With too few Redis lowers maxclients when it "
            "starts, and says so in "
            "its log. The limit is raised to 65536, or to what the configuration has, where it is lower; "
            "it is never lowered.",
        .documentation = "man:redis-hosttune.conf(5), man:systemd.exec(5)",
    },
};

const size_t unit_topics_count = ELEMENTS(unit_topics);

const struct unit_topic *unit_topic_find(const char *name)
{
    for (size_t i = 0; i < unit_topics_count; i++)
        if (strcmp(unit_topics[i].name, name) == 0)
            return &unit_topics[i];
    return NULL;
}
