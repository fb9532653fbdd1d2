/* SPDX-License-Identifier: MIT */
/* Whether the units that the cgroups' paths name are so. */
#pragma once

#include "servers/process.h"
#include "util/root.h"

/* Fills .proof, .systemd_version and .user of the processes (redis_process_list); a service that PID 1 knows
 * as another process' leaves .unit NULL. On the running host PID 1 is asked, once for all of them
 * (systemd/read-system-units.h): not for the boot unit. Below another root nobody can be asked: there the
 * path counts where the tree has that unit's file, for commands that are printed of it are for that host and
 * not for this one. */
void server_homes_confirm(const struct root *root, struct server_process *processes, size_t count);
