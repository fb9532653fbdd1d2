/* SPDX-License-Identifier: MIT */
/* Plans that take an apply back.
 * Owns when a value is still ours to take back, and when its entry may leave the saved state; pure. */
#include "plan/revert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"

static enum item_state leave_changed(const struct saved_value *saved, const char *current, char **ret_reason)
{
    if (saved->original)
        memory_error(
            ret_reason, 0,
            "somebody else set it to %s since (redis-hosttune wrote %s): it stays (redis-hosttune revert "
            "--force=%s puts %s back, --forget=%s leaves it so for good)",
            current, saved->written, saved->object, saved->original, saved->object);
    else
        memory_error(
            ret_reason, 0,
            "somebody else set it to %s since (redis-hosttune wrote %s): it stays (redis-hosttune revert "
            "--forget=%s leaves it so for good)",
            current, saved->written, saved->object);
    return ITEM_LEFT;
}

/* The state of an item whose current value is known. *ret_reason is set where it is left. */
static enum item_state decide_state(const struct saved_value *saved, const char *current, bool is_forced,
                                    char **ret_reason)
{
    if (saved->original && strcmp(current, saved->original) == 0)
        return ITEM_IN_SYNC;
    if (!saved->written)
        return ITEM_IN_SYNC; /* never ours */
    if (is_forced && saved->original)
        return ITEM_CHANGE;
    if (!saved_value_is_ours(saved, current))
        return leave_changed(saved, current, ret_reason);
    if (saved->original)
        return ITEM_CHANGE;
    memory_error(ret_reason, 0,
                 "what it was before the first apply is not known: it stays at %s until the next boot "
                 "(redis-hosttune revert --forget=%s is content with that)",
                 current, saved->object);
    return ITEM_LEFT;
}

/* Not seen is not back. */
static void decide_unseen(struct plan_item *item, const struct saved_value *saved,
                          const struct observed *observed, const struct plan_input *input)
{
    if (!observed || observed->error == -ENOENT || !input->observation->facts.is_running) {
        item->state = ITEM_ABSENT;
        if (observed && input->observation->facts.is_running)
            memory_error(&item->reason, 0,
                         "this kernel has no such knob any more: there is nothing to put back");
        return;
    }
    item->state = ITEM_UNKNOWN;
    memory_error(
        &item->reason, 0,
        "/%s cannot be read (%s), so it is not back, and was %s before the first apply: mend that and run "
        "redis-hosttune revert again, or give it up by redis-hosttune revert --forget=%s",
        observed->path, observed->printed ? observed->printed : strerror(-observed->error),
        saved->original ? saved->original : "not known", saved->object);
}

static void fill_item(struct plan_item *item, const struct saved_value *saved, const struct plan_input *input)
{
    const struct observed *observed = observation_find(input->observation, saved->object);

    item->tunable = tunable_find(saved->object);
    item->is_selected = true;
    item->object = memory_copy(saved->object);
    item->path = memory_copy(observed ? observed->path : item->tunable->path);
    item->wanted_from = memory_copy("before the first apply");
    if (!observed || !observed->current) {
        decide_unseen(item, saved, observed, input);
        item->wanted = memory_copy(saved->original);
        return;
    }
    item->state =
        decide_state(saved, observed->current, plan_names_have(input->forced, saved->object), &item->reason);
    item->current = memory_copy(observed->current);
    item->wanted = memory_copy(item->state == ITEM_CHANGE ? saved->original : observed->current);
}

static bool takes_part(const struct saved_value *saved, const struct plan_input *input)
{
    return tunable_find(saved->object) && (!input->only || plan_names_have(input->only, saved->object)) &&
           !plan_names_have(input->forgotten, saved->object);
}

void plan_build_revert(const struct plan_input *input, struct plan *ret)
{
    *ret = (struct plan){0};
    for (size_t i = 0; i < input->state->values_count; i++) {
        if (!takes_part(&input->state->values[i], input))
            continue;
        fill_item(memory_add(ret->items, ret->items_count), &input->state->values[i], input);
    }
}

/* --- what leaves the state --- */

static void settle_value(const struct plan_item *item, bool has_files, struct saved_state *state)
{
    struct saved_value *saved = saved_state_value(state, item->object);

    if (!saved)
        return;
    switch (item->state) {
    case ITEM_IN_SYNC:
    case ITEM_APPLIED:
    case ITEM_ABSENT:
        saved_state_remove_value(state, item->object);
        return;
    case ITEM_LEFT:
        saved->is_left = saved->is_left || !saved_value_is_ours(saved, item->current);
        break;
    default:
        break;
    }
    if (has_files)
        saved->is_persisted = false;
}

bool plan_file_is_back(const struct plan_file *file)
{
    return (file->action == FILE_KEEP || file->action == FILE_WRITTEN) && !file->is_ours;
}

static void settle_file(const struct plan_file *file, struct saved_state *state)
{
    struct saved_file *saved = saved_state_file(state, file->path);

    if (!saved)
        return;
    if (file->action == FILE_LEFT && !file->is_unreadable)
        saved->is_left = true;
    else if (plan_file_is_back(file))
        saved_state_remove_file(state, file->path);
}

void plan_settle_revert(const struct plan *plan, struct saved_state *state)
{
    for (size_t i = 0; i < plan->items_count; i++)
        settle_value(&plan->items[i], plan->files_count > 0, state);
    for (size_t i = 0; i < plan->files_count; i++)
        settle_file(&plan->files[i], state);
}
