/* SPDX-License-Identifier: MIT */
/* What is asked for at boot.
 * Owns the difference between that and what is wanted now; pure. */
#include "model/forecast.h"

#include "model/value.h"

const char *forecast_wish(const struct plan_item *item)
{
    if (!item->wanted)
        return NULL;
    return item->tunable->satisfied_when == SATISFIED_AT_LEAST && item->persisted ? item->persisted
                                                                                  : item->wanted;
}

bool forecast_satisfies(const struct plan_item *item, const char *value)
{
    const char *wish = forecast_wish(item);

    return value && wish && value_satisfies(item->tunable, value, wish, item->is_configured);
}
