/* SPDX-License-Identifier: MIT */
/* Files that a server process names: its configuration, its log. Whoever calls a process redis-server chooses
 * the path. */
#pragma once

#include "util/root.h"

/* Opens it for reading where it is a regular file on a file system that holds data: a device or a FIFO is not
 * even opened, for that can have effects, and files that the kernel makes up look regular, but reading one
 * may use up what it has (tracing/trace_pipe, /proc/kmsg). A file descriptor; -EISDIR, -ENODEV or -errno. */
int claimed_file_open(const struct root *root, const char *path);
