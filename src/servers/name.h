/* SPDX-License-Identifier: MIT */
/* How a person names a running server: by its process id, or by the unit that it stands in. Pure. */
#pragma once

#include "servers/process.h"

/* Whether `name` is its process id, or the outermost unit or scope of its cgroup. Nothing needs to be proven
 * of it: it is the word of who gives the name. */
bool server_is_called(const struct server_process *process, const char *name);

/* Whether one of the names is; names ends with NULL, and NULL is none. */
bool server_is_among(const struct server_process *process, const char *const *names);
