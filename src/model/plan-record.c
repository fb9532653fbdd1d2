/* SPDX-License-Identifier: MIT */
/* From a plan to the saved state.
 * Owns what counts as the original of a value or a file; pure. */
#include "model/plan-record.h"

#include <errno.h>

#include "model/dropin.h"
#include "util/text.h"

static int record_value(const struct plan_item *item, const struct host_facts *facts, unsigned long long usec,
                        struct saved_state *state)
{
    struct saved_value *value = saved_state_add_value(state, item->object);

    if (!value)
        return -ENOMEM;
    /* until we write it ourselves, what stands there is somebody else's and so the original */
    if (item->current && (!value->written || value->is_left) && saved_value_begin(value, item->current) < 0)
        return -ENOMEM;
    /* an image: its own boot will set it, from our drop-in */
    if (!item->current && !value->written && !facts->is_running)
        return text_replace(&value->written, item->persisted);
    if (item->state != ITEM_CHANGE)
        return 0;
    /* an apply that was cut off noted a value that it never wrote */
    if (saved_value_is_ours(value, item->current) && text_replace(&value->written, item->current) < 0)
        return -ENOMEM;
    return saved_value_set_written(value, item->wanted, facts->boot_id, usec);
}

int plan_record_values(const struct plan *plan, const struct host_facts *facts, unsigned long long usec,
                       struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (!item->is_selected || !(item->state == ITEM_CHANGE || item->persisted))
            continue;
        if (record_value(item, facts, usec, state) < 0)
            return -ENOMEM;
    }
    return 0;
}

/* The original of a file, where somebody's is about to be kept. */
static int record_kept(const struct plan_file *file, struct saved_file *saved)
{
    if (!file->keeps_original)
        return 0;
    if (file->moved_path && saved_earlier_add(&saved->earlier, file->moved_path) < 0)
        return -ENOMEM;
    if (text_replace(&saved->original, file->old_content) < 0)
        return -ENOMEM;
    saved->original_mode = file->old_mode;
    saved->is_kept = true;
    return 0;
}

static int record_file(const struct plan_file *file, struct saved_state *state)
{
    struct saved_file *saved = saved_state_add_file(state, file->path);
    const char *before = file->keeps_original || file->changed_path ? NULL : file->old_content;

    if (!saved || record_kept(file, saved) < 0)
        return -ENOMEM;
    saved->is_left = false;
    /* what is there, if it is ours; an apply that was cut off noted content that it never wrote */
    if (before && !text_equal(before, saved->written) && !text_equal(before, saved->written_before))
        before = saved->written;
    if (text_replace(&saved->written_before, before) < 0)
        return -ENOMEM;
    return text_replace(&saved->written, file->new_content);
}

/* Also where it stands there already, and the state says something else: a call that was cut off noted what
 * it did not come to write. */
static bool is_to_be_noted(const struct plan_file *file, const struct saved_state *state)
{
    const struct saved_file *saved = saved_state_file(state, file->path);

    if (!file->is_ours || file->action == FILE_REFUSED || file->action == FILE_LEFT)
        return false;
    return plan_file_differs(file) || !saved || !text_equal(saved->written, file->new_content);
}

int plan_record_files(const struct plan *plan, struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count && plan->files_count > 0; i++) {
        struct saved_value *value = saved_state_value(state, plan->items[i].object);

        if (value)
            value->is_persisted = plan->items[i].persisted != NULL;
    }
    for (size_t i = 0; i < plan->files_count; i++)
        if (is_to_be_noted(&plan->files[i], state) && record_file(&plan->files[i], state) < 0)
            return -ENOMEM;
    return 0;
}

bool plan_writes_values(const struct plan *plan)
{
    return plan_has_item_in(plan, ITEM_CHANGE);
}

bool plan_writes_files(const struct plan *plan)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan_file_differs(&plan->files[i]))
            return true;
    return false;
}
