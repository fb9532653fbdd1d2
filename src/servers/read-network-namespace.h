/* SPDX-License-Identifier: MIT */
/* Does something in the network namespace of another process; the calling thread stays where it is. */
#pragma once

#include "util/root.h"

/* Runs function(data) in a thread that has entered the namespace of pid, and gives its result. -EACCES or
 * -EPERM where it cannot be entered, -ENOENT where the process has ended, -EAGAIN without a thread. */
int network_namespace_run(const struct root *root, int pid, void (*function)(void *data), void *data);
