/* SPDX-License-Identifier: MIT */
/* What the units of Redis get, as items of a plan.
 * Owns what is wanted of a unit, and what its drop-in has; pure. */
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"
#include "policy/value.h"
#include "util/memory.h"
#include "util/text.h"

struct plan_item *plan_add_unit_item(struct plan *plan, const struct tunable *tunable, const char *object,
                                     const struct plan_input *input)
{
    const struct wish wish = policy_wish(input->policy, tunable, object, &input->observation->facts);
    struct plan_item *item = memory_add(plan->unit_items, plan->unit_items_count);

    item->tunable = tunable;
    item->object = memory_copy(object);
    item->is_selected = true;
    item->state = strcmp(wish.value, VALUE_LEAVE) == 0 ? ITEM_LEFT : ITEM_IN_SYNC;
    if (item->state != ITEM_LEFT)
        item->wanted = memory_copy(wish.value);
    return item;
}

static void take_placement(struct plan_item *item, const struct unit_wrap *wrap)
{
    memory_set_text(&item->wanted, placement_name(wrap->placement));
    memory_set_text(&item->wanted_from, wrap->reason);
    if (wrap->placement != PLACEMENT_OFF)
        memory_set_text(&item->persisted, item->wanted);
}

static void take_open_files(struct plan_item *item, const struct unit_wrap *wrap)
{
    item->state = wrap->nofile > 0 ? ITEM_IN_SYNC : ITEM_LEFT;
    free(item->wanted);
    item->wanted = wrap->nofile > 0 ? memory_format("%lld", wrap->nofile) : NULL;
    memory_set_text(&item->wanted_from, wrap->limit_from);
    memory_set_text(&item->persisted, wrap->limit_nofile);
}

static bool gets_another_dropin(const struct plan *plan, const char *name)
{
    const struct plan_unit *unit = array_find(plan->units, plan->units_count, name, name);

    return unit && plan_unit_differs(unit);
}

static void add_item(struct plan *plan, const struct tunable *tunable, const struct redis_unit *unit,
                     const struct plan_input *input)
{
    struct plan_item *item = plan_add_unit_item(plan, tunable, unit->name, input);

    if (unit->problem) {
        item->state = ITEM_UNKNOWN;
        item->reason = memory_copy(unit->problem);
        return;
    }
    if (tunable->judge == JUDGE_PLACEMENT)
        take_placement(item, &unit->wrap);
    else
        take_open_files(item, &unit->wrap);
    if (item->state == ITEM_IN_SYNC && gets_another_dropin(plan, unit->name))
        item->state = ITEM_CHANGE;
}

void plan_add_unit_items(struct plan *plan, const struct redis_units *units, const struct plan_input *input)
{
    plan->has_unit_items = true;
    plan->units_idle_because = units->is_pending_only ? NULL : units->idle_because;
    plan->units_enable = units->enable_command;
    for (size_t row = tunables_count; row < tunables_and_units_count; row++)
        for (size_t i = 0; i < units->items_count; i++)
            add_item(plan, &tunables[row], &units->items[i], input);
}
