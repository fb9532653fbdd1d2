/* SPDX-License-Identifier: MIT */
/* Which container a process belongs to. Pure. */
#pragma once

#include <stdbool.h>

/* "docker 0123456789ab", "a Kubernetes pod", "lxc NAME" …, by the cgroup's path (NULL: unknown), where the
 * rule of server_home_find says that a container's manager has made it, and by whether the process has a PID
 * of its own in an inner PID namespace. NULL where it is the host's own (a service whose unit has
 * PrivatePIDs= is). Owned by the caller; control characters are escaped. */
char *server_container_name(const char *cgroup, bool has_inner_pid);
