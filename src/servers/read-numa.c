/* SPDX-License-Identifier: MIT */
/* Where a server's memory lies and under which policy: /proc/PID/numa_maps, line by line. */
#include <errno.h>
#include <stdio.h>

#include "servers/memory-map.h"
#include "servers/readers.h"
#include "util/cleanup.h"
#include "util/memory.h"

static int add_numa_line(void *data, char *line)
{
    placement_add_line(data, line);
    return 0;
}

bool server_numa_read(const struct root *root, struct server_facts *server, struct budget_share *share)
{
    _cleanup_(placement_done) struct placement_sum sum = {0};
    int error = server_each_line(root, server->process.pid, "numa_maps", share, add_numa_line, &sum);

    memory_set_text(&server->numa.unknown, NULL);
    if (error == 0)
        placement_finish(&sum, &server->numa);
    else if (error == -ENOENT && !root_exists(root, "/sys/devices/system/node"))
        memory_set_text(&server->numa.unknown, "this kernel has no NUMA");
    else
        server_unknown(&server->numa.unknown, root, server->process.pid, "numa_maps", error);
    return error == -ETIME;
}
