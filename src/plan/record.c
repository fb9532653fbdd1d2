/* SPDX-License-Identifier: MIT */
/* From a plan to the saved state.
 * Owns what counts as the original of a value or a file; pure. */
#include "plan/record.h"

#include "plan/dropin.h"
#include "util/memory.h"
#include "util/text.h"

static void record_value(const struct plan_item *item, const struct host_facts *facts,
                         unsigned long long usec, struct saved_state *state)
{
    struct saved_value *value = memory_require(saved_state_add_value(state, item->object));

    /* until we write it ourselves, what stands there is somebody else's and so the original */
    if (item->current && (!value->written || value->is_left))
        memory_check(saved_value_begin(value, item->current));
    /* an image: its own boot will set it, from our drop-in */
    if (!item->current && !value->written && !facts->is_running) {
        memory_set_text(&value->written, item->persisted);
        return;
    }
    if (item->state != ITEM_CHANGE)
        return;
    /* an apply that was cut off noted a value that it never wrote */
    if (saved_value_is_ours(value, item->current))
        memory_set_text(&value->written, item->current);
    memory_check(saved_value_set_written(value, item->wanted, facts->boot_id, usec));
}

void plan_record_values(const struct plan *plan, const struct host_facts *facts, unsigned long long usec,
                        struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->is_selected && (item->state == ITEM_CHANGE || item->persisted))
            record_value(item, facts, usec, state);
    }
}

/* The original of a file, where somebody's is about to be kept. */
static void record_kept(const struct plan_file *file, struct saved_file *saved)
{
    if (!file->keeps_original)
        return;
    if (file->moved_path)
        memory_check(saved_earlier_add(&saved->earlier, file->moved_path));
    memory_set_text(&saved->original, file->old_content);
    saved->original_mode = file->old_mode;
    saved->is_kept = true;
}

static void record_file(const struct plan_file *file, struct saved_state *state)
{
    struct saved_file *saved = memory_require(saved_state_add_file(state, file->path));
    const char *before = file->keeps_original || file->changed_path ? NULL : file->old_content;

    record_kept(file, saved);
    saved->is_left = false;
    /* what is there, if it is ours; an apply that was cut off noted content that it never wrote */
    if (before && !text_equal(before, saved->written) && !text_equal(before, saved->written_before))
        before = saved->written;
    memory_set_text(&saved->written_before, before);
    memory_set_text(&saved->written, file->new_content);
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

void plan_record_files(const struct plan *plan, struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count && plan->files_count > 0; i++) {
        struct saved_value *value = saved_state_value(state, plan->items[i].object);

        if (value)
            value->is_persisted = plan->items[i].persisted != NULL;
    }
    for (size_t i = 0; i < plan->files_count; i++)
        if (is_to_be_noted(&plan->files[i], state))
            record_file(&plan->files[i], state);
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
