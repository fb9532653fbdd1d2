/* SPDX-License-Identifier: MIT */
/* From a name to a process.
 * Owns that only a part of its cgroup's path counts which no stranger can choose. */
#include "servers/name.h"

#include "servers/unit.h"
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
