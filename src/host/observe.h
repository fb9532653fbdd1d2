/* SPDX-License-Identifier: MIT */
/* Looks at a host: facts and every object of every row. */
#pragma once

#include "model/observation.h"
#include "util/root.h"

/* Owned by the caller, observation_done. A knob that cannot be read is an entry with its error, not a
 * failure. -ENOMEM. */
int observe(const struct root *root, struct observation *ret);
