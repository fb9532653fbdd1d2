/* SPDX-License-Identifier: MIT */
/* What is asked for at boot.
 * Owns the difference between that and what is wanted now; pure. */
#include "boot/forecast.h"

#include "plan/dropin.h"
#include "policy/value.h"

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

bool forecast_is_right(const struct plan_item *item)
{
    return item->boot && forecast_satisfies(item, item->boot->at_boot);
}

/* A floor is lifted to what others ask for as well, as apply does: the last of their lines in sysctl.d. */
const char *forecast_unit_writes(const struct plan_item *item)
{
    const char *wish = forecast_wish(item), *others = NULL;

    if (!wish || item->tunable->satisfied_when != SATISFIED_AT_LEAST)
        return wish;
    for (size_t i = 0; i < item->boot->steps_count; i++)
        if (item->boot->steps[i].source == FORECAST_SYSCTL && !dropin_is_path(item->boot->steps[i].file))
            others = item->boot->steps[i].value;
    return value_larger(wish, others);
}
