/* SPDX-License-Identifier: MIT */
/* What is decided for each Redis unit, for `explain`. */
#pragma once

#include <stdio.h>

#include "policy/tunable.h"
#include "units/redis-unit.h"

void units_render_text(FILE *out, const struct tunable *tunable, const struct redis_units *units, int width);

/* {"version":1,"name","summary","rationale","documentation","idle_because",
 *  "units":[{"unit","placement","reason","limit_nofile","problem"}]}. Owned by the caller. */
char *units_render_json(const struct tunable *tunable, const struct redis_units *units);
