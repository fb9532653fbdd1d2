/* SPDX-License-Identifier: MIT */
/* The Redis and Valkey processes of a host.
 * Owns that only a part of a cgroup's path counts for a name, which no stranger can choose. */
#include "servers/process.h"

#include <stdlib.h>

#include "util/text.h"

bool server_is_called(const struct server_process *process, const char *name)
{
    long long pid;

    return (parse_integer(name, &pid) == 0 && pid == process->pid) || server_stands_in(process->cgroup, name);
}

bool server_is_among(const struct server_process *process, const char *const *names)
{
    for (; names && *names; names++)
        if (server_is_called(process, *names))
            return true;
    return false;
}

void server_process_done(struct server_process *process)
{
    free(process->user);
    free(process->unit);
    free(process->cgroup);
    free(process->container);
    server_home_done(&process->home);
    *process = (struct server_process){0};
}
