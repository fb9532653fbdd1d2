/* SPDX-License-Identifier: MIT */
/* The order of a plan's writes.
 * Owns what goes first; pure. */
#include "plan/plan.h"

/* A row that says why servers must be restarted for it is one that they take over at their start. */
static bool is_taken_at_start(const struct plan_item *item)
{
    return item->tunable->restart_reason != NULL;
}

struct plan_item *plan_next_to_write(const struct plan *plan, size_t *position)
{
    while (*position < 2 * plan->items_count) {
        struct plan_item *item = &plan->items[*position % plan->items_count];
        bool is_first_round = *position < plan->items_count;

        (*position)++;
        if (is_taken_at_start(item) == is_first_round)
            return item;
    }
    return NULL;
}
