/* SPDX-License-Identifier: MIT */
/* Policy and observation become a plan.
 * Owns the decision what is to be done with each object; pure. */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/value.h"
#include "units/wrap.h"
#include "util/memory.h"
#include "util/text.h"

/* --- one item --- */

bool plan_names_have(const char *const *names, const char *object_or_path)
{
    const struct tunable *tunable = tunable_find(object_or_path);

    for (; names && *names; names++)
        if (strcmp(*names, object_or_path) == 0 || (tunable && strcmp(*names, tunable->name) == 0))
            return true;
    return false;
}

/* "At least" means at least what others want as well. What we wrote ourselves is nobody's wish, or a value
 * that was withdrawn would be kept for ever. */
static const char *floor_wanted(const char *floor, const struct observed *observed,
                                const struct saved_value *saved, const char *boot_id)
{
    const char *wanted = value_larger(floor, observed->elsewhere);

    if (!observed->current)
        return wanted;
    if (!saved || !saved_value_is_ours(saved, observed->current))
        return value_larger(wanted, observed->current);
    /* set by hand before us, and still this boot */
    if (saved->boot_id && *boot_id && strcmp(saved->boot_id, boot_id) == 0)
        return value_larger(wanted, saved->original);
    return wanted;
}

/* The states in which there is nothing to compare. Returns false when there is. */
static bool decide_unreadable(struct plan_item *item, const struct observed *observed,
                              const struct host_facts *facts)
{
    if (observed->current)
        return false;
    if (!facts->is_running) {
        item->state = ITEM_UNKNOWN;
        item->reason = memory_copy("not a running system: only the files are planned");
    } else if (observed->error == -ENOENT) {
        item->state = ITEM_ABSENT;
        item->reason = memory_copy("this kernel has no such knob");
    } else if (observed->printed) {
        item->state = ITEM_UNKNOWN;
        item->reason =
            memory_format("/%s says \"%s\", which is none of its values", observed->path, observed->printed);
    } else {
        item->state = ITEM_UNKNOWN;
        item->reason = memory_format("/%s cannot be read: %s", observed->path, strerror(-observed->error));
    }
    return true;
}

/* vm.* and THP belong to the host: a container would change them for everybody, if it could. */
static bool is_beyond_reach(const struct plan_item *item, const struct plan_input *input)
{
    return item->tunable->scope == SCOPE_HOST && !input->is_other_root && input->observation->facts.container;
}

static void decide_state(struct plan_item *item, const struct observed *observed, const struct wish *wish,
                         const struct plan_input *input)
{
    if (decide_unreadable(item, observed, &input->observation->facts))
        return;
    if (value_satisfies(item->tunable, item->current, item->wanted, wish->setting != NULL)) {
        item->state = ITEM_IN_SYNC;
        return;
    }
    item->state = ITEM_CHANGE;
    if (!is_beyond_reach(item, input))
        return;
    item->state = ITEM_REFUSED;
    item->reason = memory_format("belongs to the host and this is a container (%s): apply it on the host",
                                 input->observation->facts.container);
}

/* What the drop-in gets: for a floor the policy's own value, as others may raise it; for a row that is
 * content with several values the one it has. */
static const char *decide_persisted(const struct plan_item *item, const struct wish *wish,
                                    const struct saved_value *saved, const struct plan_input *input)
{
    if (item->state == ITEM_ABSENT || is_beyond_reach(item, input))
        return NULL;
    /* one of several objects that was never persisted may not be there; one that was keeps its line */
    if (item->state == ITEM_UNKNOWN && item->current == NULL && tunable_has_objects(item->tunable) &&
        !(saved && saved->is_persisted))
        return NULL;
    if (item->tunable->satisfied_when == SATISFIED_ONE_OF && item->state == ITEM_IN_SYNC)
        return item->current;
    return wish->value;
}

static void fill_wanted(struct plan_item *item, const struct observed *observed, const struct wish *wish,
                        const struct saved_value *saved, const struct plan_input *input)
{
    const char *wanted = wish->value;

    if (item->tunable->satisfied_when == SATISFIED_AT_LEAST)
        wanted = floor_wanted(wanted, observed, saved, input->observation->facts.boot_id);
    memory_set_text(&item->wanted, wanted);
    if (strcmp(wanted, wish->value) != 0 && text_equal(wanted, observed->elsewhere))
        memory_set_text(&item->wanted_from, observed->elsewhere_from);
    decide_state(item, observed, wish, input);
    if (item->tunable->satisfied_when == SATISFIED_ONE_OF && item->state == ITEM_IN_SYNC)
        memory_set_text(&item->wanted, item->current);
    item->persisted = memory_copy(decide_persisted(item, wish, saved, input));
}

static void fill_item(struct plan_item *item, const struct observed *observed, const struct plan_input *input)
{
    struct wish wish =
        policy_wish(input->policy, observed->tunable, observed->object, &input->observation->facts);
    const struct saved_value *saved = saved_state_value(input->state, observed->object);

    item->tunable = observed->tunable;
    item->object = memory_copy(observed->object);
    item->path = memory_copy(observed->path);
    item->wanted_from = wish_describe(&wish);
    item->current = memory_copy(observed->current);
    item->is_configured = wish.setting != NULL;
    if (strcmp(wish.value, VALUE_LEAVE) != 0) {
        fill_wanted(item, observed, &wish, saved, input);
        return;
    }
    item->state = ITEM_LEFT;
    if (wish.left_because_of)
        item->reason = memory_format("%s is left", wish.left_because_of);
}

/* An object that was not selected keeps its line in the drop-in when it has one already, and is not shown. */
static void add_observed(struct plan *plan, const struct observed *observed, const struct plan_input *input)
{
    const struct saved_value *saved = saved_state_value(input->state, observed->object);
    bool selected = !input->only || plan_names_have(input->only, observed->object);

    if (!selected && !(saved && saved->is_persisted))
        return;
    memory_grow(&plan->items, plan->items_count, sizeof(*plan->items));
    fill_item(&plan->items[plan->items_count], observed, input);
    plan->items[plan->items_count++].is_selected = selected;
}

static bool has_object(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->items_count; i++)
        if (strcmp(plan->items[i].object, name) == 0 || strcmp(plan->items[i].tunable->name, name) == 0)
            return true;
    return false;
}

/* What was asked for by name and is not there is said as well. */
static void add_named(struct plan *plan, const char *name, const struct plan_input *input)
{
    struct observed missing = {.tunable = tunable_find(name), .error = -ENOENT};

    if (!missing.tunable || !tunable_has_objects(missing.tunable) || !input->observation->facts.is_running ||
        has_object(plan, name))
        return;
    missing.object = memory_copy(name);
    missing.path = memory_copy(missing.tunable->path);
    add_observed(plan, &missing, input);
    observed_done(&missing);
}

static const struct observed *find_unlisted(const struct observation *observation,
                                            const struct tunable *tunable)
{
    for (size_t i = 0; i < observation->items_count; i++)
        if (observation->items[i].tunable == tunable && strchr(observation->items[i].object, '*'))
            return &observation->items[i];
    return NULL;
}

/* Where the objects of a row could not be listed, those that have a line in the drop-in keep it. */
static void add_unlisted(struct plan *plan, const struct plan_input *input)
{
    for (size_t i = 0; i < input->state->values_count; i++) {
        const struct saved_value *saved = &input->state->values[i];
        const struct tunable *tunable = tunable_find(saved->object);
        const struct observed *row = tunable ? find_unlisted(input->observation, tunable) : NULL;
        struct observed unseen = {.tunable = tunable};

        if (!row || !saved->is_persisted || has_object(plan, saved->object))
            continue;
        unseen.error = row->error;
        unseen.object = memory_copy(saved->object);
        unseen.path = memory_require(tunable_object_path(saved->object));
        add_observed(plan, &unseen, input);
        observed_done(&unseen);
    }
}

static void add_missing(struct plan *plan, const struct plan_input *input)
{
    for (size_t i = 0; i < tunables_count; i++)
        add_named(plan, tunables[i].name, input);
    for (const char *const *name = input->only; name && *name; name++)
        add_named(plan, *name, input);
    for (size_t i = 0; i < input->policy->settings_count; i++)
        add_named(plan, input->policy->settings[i].name, input);
}

/* --- files --- */

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

struct plan_file *plan_add_file(struct plan *plan, const char *path, char *old_content, char *new_content,
                                char *reason)
{
    struct plan_file *file = memory_add(plan->files, plan->files_count);

    *file = (struct plan_file){
        .path = path,
        .old_content = old_content,
        .new_content = new_content,
        .reason = reason,
        .action = decide_action(old_content, new_content, reason),
    };
    return file;
}

void plan_add_unit(struct plan *plan, const char *name, const char *directory, char *old_content,
                   char *new_content)
{
    struct plan_unit *unit = memory_add(plan->units, plan->units_count);

    unit->name = memory_copy(name);
    unit->path = memory_format("%s/%s.d/" UNIT_DROPIN_NAME, directory, name);
    unit->old_content = old_content;
    unit->new_content = new_content;
}

/* --- the whole --- */

void plan_build(const struct plan_input *input, struct plan *ret)
{
    *ret = (struct plan){0};
    for (size_t i = 0; i < input->observation->items_count; i++)
        add_observed(ret, &input->observation->items[i], input);
    add_unlisted(ret, input);
    add_missing(ret, input);
}

bool plan_has_item_in(const struct plan *plan, enum item_state state)
{
    for (size_t i = 0; i < plan->items_count; i++)
        if (plan->items[i].is_selected && plan->items[i].state == state)
            return true;
    return false;
}

bool plan_is_in_sync(const struct plan *plan)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan_file_differs(&plan->files[i]) || plan->files[i].action == FILE_REFUSED)
            return false;
    return !plan_has_item_in(plan, ITEM_CHANGE) && !plan_has_item_in(plan, ITEM_REFUSED) &&
           !plan_needs_reload(plan);
}

struct plan_item *plan_item_at(const struct plan *plan, size_t position)
{
    if (position < plan->items_count)
        return &plan->items[position];
    position -= plan->items_count;
    return position < plan->unit_items_count ? &plan->unit_items[position] : NULL;
}

const char *item_state_name(enum item_state state)
{
    static const char *const names[] = {
        [ITEM_IN_SYNC] = "in-sync", [ITEM_CHANGE] = "change",   [ITEM_LEFT] = "left",
        [ITEM_ABSENT] = "absent",   [ITEM_REFUSED] = "refused", [ITEM_UNKNOWN] = "unknown",
        [ITEM_APPLIED] = "applied", [ITEM_FAILED] = "failed",
    };

    return names[state];
}

void plan_item_forget_boot(struct plan_item *item)
{
    if (item->boot)
        forecast_done(item->boot);
    free(item->boot);
    free(item->set_by);
    item->boot = NULL;
    item->set_by = NULL;
}

static void item_done(struct plan_item *item)
{
    free(item->object);
    free(item->path);
    free(item->current);
    free(item->wanted);
    free(item->persisted);
    free(item->wanted_from);
    free(item->reason);
    plan_item_forget_boot(item);
    judgements_done(&item->servers);
}

void plan_done(struct plan *plan)
{
    for (size_t i = 0; plan_item_at(plan, i); i++)
        item_done(plan_item_at(plan, i));
    for (size_t i = 0; i < plan->files_count; i++) {
        free(plan->files[i].old_content);
        free(plan->files[i].new_content);
        free(plan->files[i].reason);
        free(plan->files[i].moved_path);
        free(plan->files[i].changed_path);
    }
    for (size_t i = 0; i < plan->units_count; i++) {
        free(plan->units[i].name);
        free(plan->units[i].path);
        free(plan->units[i].old_content);
        free(plan->units[i].new_content);
    }
    free(plan->units);
    free(plan->items);
    free(plan->unit_items);
    free(plan->files);
    free(plan->restarts);
    *plan = (struct plan){0};
}
