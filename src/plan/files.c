/* SPDX-License-Identifier: MIT */
/* What a plan has to be carried out, for those who do it too.
 * Owns which files have work, and the order in which the items are written; pure. */
#include "plan/plan.h"

#include "util/text.h"

bool plan_unit_differs(const struct plan_unit *unit)
{
    return !text_equal(unit->old_content, unit->new_content);
}

bool plan_needs_reload(const struct plan *plan)
{
    for (size_t i = 0; i < plan->units_count && plan->has_live_units; i++)
        if (plan_unit_differs(&plan->units[i]))
            return true;
    return false;
}

bool plan_has_file_in(const struct plan *plan, enum file_action action)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan->files[i].action == action)
            return true;
    return false;
}

bool plan_file_differs(const struct plan_file *file)
{
    return file->action == FILE_CREATE || file->action == FILE_REPLACE || file->action == FILE_REMOVE;
}

bool plan_file_has_work(const struct plan_file *file)
{
    return plan_file_differs(file) || file->drops_kept || file->restores_kept || file->moved_path;
}

bool plan_may_fail_at_files(const struct plan *plan)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan_file_has_work(&plan->files[i]) || plan->files[i].action == FILE_REFUSED)
            return true;
    return false;
}

const char *file_action_name(enum file_action action)
{
    static const char *const names[] = {
        [FILE_KEEP] = "keep",       [FILE_CREATE] = "create",   [FILE_REPLACE] = "replace",
        [FILE_REMOVE] = "remove",   [FILE_REFUSED] = "refused", [FILE_LEFT] = "left",
        [FILE_WRITTEN] = "written", [FILE_FAILED] = "failed",
    };

    return names[action];
}

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
