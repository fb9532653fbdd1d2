/* SPDX-License-Identifier: MIT */
/* The Redis units of a host and what each of them gets from us: what the generator writes and diff shows. */
#pragma once

#include "policy/policy.h"
#include "systemd/read-unit-directories.h"
#include "units/redis-unit.h"
#include "util/root.h"

/* Owned by the caller, redis_units_done. Opens nothing but unit files and /sys; with_unknown: and files that
 * other generators make units of, to find those that are not looked after. -errno with *ret_error. */
int redis_units_read(const struct root *root, const struct policy *policy, bool with_unknown,
                     struct redis_units *ret, char **ret_error);
