/* SPDX-License-Identifier: MIT */
/* The end of an observation.
 * Owns nothing else: it is filled by host/. */
#include "plan/observation.h"

#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* NULL: no entry. */
const struct observed *observation_find(const struct observation *observation, const char *object)
{
    return array_find(observation->items, observation->items_count, object, object);
}

void observed_done(struct observed *observed)
{
    free(observed->object);
    free(observed->path);
    free(observed->current);
    free(observed->printed);
    free(observed->elsewhere);
    free(observed->elsewhere_from);
}

void observation_done(struct observation *observation)
{
    for (size_t i = 0; i < observation->items_count; i++)
        observed_done(&observation->items[i]);
    free(observation->items);
    *observation = (struct observation){0};
}
