/* SPDX-License-Identifier: MIT */
/* sysctl.d and tmpfiles.d files from a plan.
 * Owns their header and the form of their lines; the same input gives the same bytes. */
#include "plan/print-dropin.h"

#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static bool belongs(const struct plan_item *item, const struct dropin *dropin)
{
    return item->persisted && item->tunable->persistence == dropin->persistence;
}

/* What the state will say of it once this plan is recorded; where the state was lost, what the file's own
 * header says. With a state that says nothing of it, the row joins the file: what it has now was never ours.
 */
static char *find_original(const struct plan_item *item, const struct saved_state *state,
                           const char *old_content)
{
    size_t length;
    const struct saved_value *saved = saved_state_value(state, item->object);
    const char *original = saved_value_original(saved, item->current);

    if (saved || state->machine_id || !old_content || !dropin_is_ours(old_content))
        return memory_copy(original);
    original = dropin_original(old_content, item->object, &length);
    return original ? memory_copy_part(original, length) : NULL;
}

static void render_header(struct text_builder *text, const struct dropin *dropin, const struct plan *plan,
                          const struct saved_state *state, const char *old_content)
{
    text_builder_add_text(text, DROPIN_FIRST_LINE "\n" DROPIN_SECOND_LINE "\n");
    for (size_t i = 0; i < plan->items_count; i++) {
        _cleanup_free_ char *original = NULL;

        if (!belongs(&plan->items[i], dropin))
            continue;
        original = find_original(&plan->items[i], state, old_content);
        text_builder_add(text, DROPIN_BEFORE "%s = %s\n", plan->items[i].object,
                         original ? original : DROPIN_VALUE_UNKNOWN);
    }
}

static void render_line(struct text_builder *text, const struct plan_item *item)
{
    if (item->tunable->persistence == PERSIST_TMPFILES)
        text_builder_add(text, "w /%s - - - - %s\n", item->path, item->persisted);
    else
        text_builder_add(text, "%s = %s\n", item->object, item->persisted);
}

char *dropin_render(const struct dropin *dropin, const struct plan *plan, const struct saved_state *state,
                    const char *old_content)
{
    struct text_builder text = {0};
    bool is_empty = true;

    for (size_t i = 0; i < plan->items_count && is_empty; i++)
        is_empty = !belongs(&plan->items[i], dropin);
    if (is_empty)
        return NULL;
    render_header(&text, dropin, plan, state, old_content);
    for (size_t i = 0; i < plan->items_count; i++)
        if (belongs(&plan->items[i], dropin))
            render_line(&text, &plan->items[i]);
    return memory_require(text_builder_take(&text));
}
