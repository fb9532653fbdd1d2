/* SPDX-License-Identifier: MIT */
/* Plans that take an apply back.
 * Owns when a value or a file is still ours to take back; pure. */
#include "model/plan-revert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dropin.h"
#include "util/cleanup.h"
#include "util/text.h"

#define CHANGED_SINCE "%s: somebody else changed it since: it stays"

static const struct observed *find_observed(const struct observation *observation, const char *object)
{
    for (size_t i = 0; i < observation->items_count; i++)
        if (strcmp(observation->items[i].object, object) == 0)
            return &observation->items[i];
    return NULL;
}

static bool is_selected(const char *const *only, const struct tunable *tunable, const char *object)
{
    if (!only)
        return true;
    for (; *only; only++)
        if (strcmp(*only, object) == 0 || strcmp(*only, tunable->name) == 0)
            return true;
    return false;
}

/* The state of an item whose current value is known. *ret_reason is set where it is left. */
static enum item_state decide_state(const struct saved_value *saved, const char *current, char **ret_reason)
{
    if (saved->original && strcmp(current, saved->original) == 0)
        return ITEM_IN_SYNC;
    if (!saved->written)
        return ITEM_IN_SYNC; /* never ours */
    if (!saved_value_is_ours(saved, current)) {
        error_make(ret_reason, 0, "somebody else set it to %s since (redis-hosttune wrote %s): it stays",
                   current, saved->written);
        return ITEM_LEFT;
    }
    if (!saved->original) {
        error_make(ret_reason, 0,
                   "what it was before the first apply is not known: it stays at %s until the next boot",
                   current);
        return ITEM_LEFT;
    }
    return ITEM_CHANGE;
}

static int fill_item(struct plan_item *item, const struct tunable *tunable, const struct saved_value *saved,
                     const struct observed *observed)
{
    item->tunable = tunable;
    item->is_selected = true;
    item->object = strdup(saved->object);
    item->path = strdup(observed ? observed->path : tunable->path);
    item->wanted_from = strdup("before the first apply");
    if (!item->object || !item->path || !item->wanted_from)
        return -ENOMEM;
    if (!observed || !observed->current) {
        item->state = observed && observed->error != -ENOENT ? ITEM_UNKNOWN : ITEM_ABSENT;
        return text_replace(&item->wanted, saved->original);
    }
    item->state = decide_state(saved, observed->current, &item->reason);
    if (text_replace(&item->current, observed->current) < 0)
        return -ENOMEM;
    return text_replace(&item->wanted, item->state == ITEM_CHANGE ? saved->original : observed->current);
}

int plan_build_revert(const struct plan_input *input, struct plan *ret)
{
    _cleanup_(plan_done) struct plan plan = {0};

    for (size_t i = 0; i < input->state->values_count; i++) {
        const struct saved_value *saved = &input->state->values[i];
        const struct tunable *tunable = tunable_find(saved->object);
        int error;

        if (!tunable || !is_selected(input->only, tunable, saved->object))
            continue;
        error = array_grow(&plan.items, plan.items_count, sizeof(*plan.items));
        if (error == 0)
            error = fill_item(&plan.items[plan.items_count++], tunable, saved,
                              find_observed(input->observation, saved->object));
        if (error < 0)
            return error;
    }
    *ret = plan;
    plan = (struct plan){0};
    return 0;
}

static bool file_is_ours(const struct saved_file *saved, const char *content)
{
    if (!saved)
        return dropin_is_ours(content);
    return text_equal(saved->written, content) || text_equal(saved->written_before, content) ||
           text_equal(saved->original, content);
}

int plan_keep_changed_files(struct plan *plan, const struct saved_state *state)
{
    for (size_t i = 0; i < plan->files_count; i++) {
        struct plan_file *file = &plan->files[i];
        const struct saved_file *saved = saved_state_file(state, file->path);

        if (!plan_file_differs(file) || !file->old_content || file_is_ours(saved, file->old_content))
            continue;
        file->action = FILE_REFUSED;
        error_make(&file->reason, 0, CHANGED_SINCE, file->path);
        if (!file->reason)
            return -ENOMEM;
    }
    return 0;
}

int plan_add_file_revert(struct plan *plan, const char *path, char *content, char *in_the_way,
                         const struct saved_state *state)
{
    const struct saved_file *saved = saved_state_file(state, path);
    char *original = NULL, *reason = NULL;

    if (in_the_way && saved)
        return plan_add_file(plan, path, NULL, NULL, in_the_way);
    if (in_the_way) { /* we never wrote there */
        free(in_the_way);
        return plan_add_file(plan, path, NULL, NULL, NULL);
    }
    if (!content || (!saved && !dropin_is_ours(content))) {
        char *same = content ? strdup(content) : NULL;

        return plan_add_file(plan, path, content, same, NULL);
    }
    if (text_replace(&original, saved ? saved->original : NULL) < 0) {
        free(content);
        return -ENOMEM;
    }
    if (!file_is_ours(saved, content))
        error_make(&reason, 0, CHANGED_SINCE, path);
    if (plan_add_file(plan, path, content, original, reason) < 0)
        return -ENOMEM;
    plan->files[plan->files_count - 1].new_mode = saved ? saved->original_mode : 0;
    return 0;
}
