/* SPDX-License-Identifier: MIT */
/* Looks for units that are called like a server of Redis', start at boot, run one, and are none of the known.
 */
#pragma once

#include "policy/policy.h"
#include "systemd/read-unit-directories.h"
#include "units/redis-unit.h"
#include "util/root.h"

/* Adds them to units->unknown. */
void unknown_units_find(const struct root *root, const struct unit_directories *directories,
                        const struct policy *policy, struct redis_units *units);
