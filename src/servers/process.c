/* SPDX-License-Identifier: MIT */
/* The end of what is known of processes.
 * Owns nothing else: they are found by host/. */
#include "servers/process.h"

#include <stdlib.h>

void server_process_done(struct server_process *process)
{
    free(process->user);
    free(process->unit);
    free(process->cgroup);
    free(process->container);
    server_home_done(&process->home);
    *process = (struct server_process){0};
}
