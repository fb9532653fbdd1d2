/* SPDX-License-Identifier: MIT */
/* Whether a unit lets the wrapper be executed: NoExecPaths= and ExecPaths=, systemd.exec(5). Of two paths the
 * more specific one counts, and NoExecPaths= where both name the same (systemd 252, src/core/namespace.c). */
#pragma once

#include "systemd/unit.h"

/* NoExecPaths= names the wrapper itself, so that no ExecPaths= helps. */
bool unit_sandbox_forbids_wrapper(const struct unit *unit);

/* NoExecPaths= covers the wrapper, or may do so, and ExecPaths= does not take it out. */
bool unit_sandbox_needs_exec_path(const struct unit *unit);
