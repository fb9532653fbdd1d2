/* SPDX-License-Identifier: MIT */
/* Looks at a host: facts and every object of every row. */
#pragma once

#include "plan/observation.h"
#include "util/root.h"

/* Owned by the caller, observation_done. A knob that cannot be read is an entry with its error, not a
 * failure. */
void observe(const struct root *root, struct observation *ret);

/* Looks at one object of which observe has no entry, and adds it. An object of no row is passed over. */
void observe_object(const struct root *root, const char *object, struct observation *observation);
