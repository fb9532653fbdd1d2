/* SPDX-License-Identifier: MIT */
/* From a plan to the saved state.
 * Owns what counts as the original of a value or a file; pure. */
#include "model/plan-record.h"

#include <errno.h>

#include "model/dropin.h"
#include "util/text.h"

static int record_value(const struct plan_item *item, const char *boot_id, unsigned long long usec,
                        struct saved_state *state)
{
    struct saved_value *value = saved_state_add_value(state, item->object);

    if (!value)
        return -ENOMEM;
    /* until we write it ourselves, what stands there is somebody else's and so the original */
    if (!value->written && text_replace(&value->original, item->current) < 0)
        return -ENOMEM;
    /* an image: its own boot will set it, from our drop-in */
    if (!item->current && !value->written && !*boot_id)
        return text_replace(&value->written, item->persisted);
    if (item->state != ITEM_CHANGE)
        return 0;
    /* an apply that was cut off noted a value that it never wrote */
    if (saved_value_is_ours(value, item->current) && text_replace(&value->written, item->current) < 0)
        return -ENOMEM;
    return saved_value_set_written(value, item->wanted, boot_id, usec);
}

int plan_record_values(const struct plan *plan, const char *boot_id, unsigned long long usec,
                       struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (!item->is_selected || !(item->state == ITEM_CHANGE || item->persisted))
            continue;
        if (record_value(item, boot_id, usec, state) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int record_file(const struct plan_file *file, struct saved_state *state)
{
    bool is_new = !saved_state_file(state, file->path);
    struct saved_file *saved = saved_state_add_file(state, file->path);
    const char *before;

    if (!saved)
        return -ENOMEM;
    if (is_new && file->old_content && !dropin_is_ours(file->old_content)) {
        if (text_replace(&saved->original, file->old_content) < 0)
            return -ENOMEM;
        saved->original_mode = file->old_mode;
    }
    /* what is there, if it is ours; an apply that was cut off noted content that it never wrote */
    before = file->old_content;
    if (before && !text_equal(before, saved->written) && !text_equal(before, saved->written_before))
        before = saved->written;
    if (text_replace(&saved->written_before, before) < 0)
        return -ENOMEM;
    return text_replace(&saved->written, file->new_content);
}

int plan_record_files(const struct plan *plan, struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        struct saved_value *value = saved_state_value(state, plan->items[i].object);

        if (value)
            value->is_persisted = plan->items[i].persisted != NULL;
    }
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan_file_differs(&plan->files[i]) && record_file(&plan->files[i], state) < 0)
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
