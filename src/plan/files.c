/* SPDX-License-Identifier: MIT */
/* The files of a plan: our drop-ins, and those of Redis units.
 * Owns what is to be done with one, by what it has and what it shall have; pure. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/plan.h"
#include "units/wrap.h"
#include "util/text.h"

static enum file_action decide_action(const char *old_content, const char *new_content, const char *reason)
{
    if (text_equal(old_content, new_content) && !reason)
        return FILE_KEEP;
    if (reason)
        return FILE_REFUSED;
    if (!new_content)
        return FILE_REMOVE;
    return old_content ? FILE_REPLACE : FILE_CREATE;
}

int plan_add_file(struct plan *plan, const char *path, char *old_content, char *new_content, char *reason)
{
    struct plan_file *file;

    if (array_grow(&plan->files, plan->files_count, sizeof(*plan->files)) < 0) {
        free(old_content);
        free(new_content);
        free(reason);
        return -ENOMEM;
    }
    file = &plan->files[plan->files_count++];
    *file = (struct plan_file){
        .path = path,
        .old_content = old_content,
        .new_content = new_content,
        .reason = reason,
        .action = decide_action(old_content, new_content, reason),
    };
    return 0;
}

int plan_add_unit(struct plan *plan, const char *name, const char *directory, char *old_content,
                  char *new_content)
{
    struct plan_unit *unit;

    if (array_grow(&plan->units, plan->units_count, sizeof(*plan->units)) < 0) {
        free(old_content);
        free(new_content);
        return -ENOMEM;
    }
    unit = &plan->units[plan->units_count++];
    unit->old_content = old_content;
    unit->new_content = new_content;
    if (asprintf(&unit->path, "%s/%s.d/" UNIT_DROPIN_NAME, directory, name) < 0)
        unit->path = NULL;
    return unit->path ? text_replace(&unit->name, name) : -ENOMEM;
}

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
