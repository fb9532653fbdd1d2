/* SPDX-License-Identifier: MIT */
/* The end of a list of units.
 * Owns nothing else: it is filled by host/. */
#include "units/redis-unit.h"

#include <stdlib.h>

void redis_units_done(struct redis_units *units)
{
    for (size_t i = 0; i < units->items_count; i++) {
        free(units->items[i].name);
        free(units->items[i].problem);
        free(units->items[i].shielded_because);
        unit_wrap_done(&units->items[i].wrap);
    }
    free(units->items);
    *units = (struct redis_units){0};
}
