/* SPDX-License-Identifier: MIT */
/* The order of a plan's writes.
 * Owns what goes first; pure. */
#include "plan/plan.h"

struct plan_item *plan_next_to_write(const struct plan *plan, size_t *position)
{
    while (*position < 2 * plan->items_count) {
        struct plan_item *item = &plan->items[*position % plan->items_count];
        bool is_first_round = *position < plan->items_count;

        (*position)++;
        if (item->tunable->is_taken_at_start == is_first_round)
            return item;
    }
    return NULL;
}
