/* SPDX-License-Identifier: MIT */
/* sysctl.d and tmpfiles.d files from a plan.
 * Owns their header and the form of their lines; the same input gives the same bytes. */
#include "render/dropin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

static bool belongs(const struct plan_item *item, const struct dropin *dropin)
{
    return item->persisted && item->tunable->persistence == dropin->persistence;
}

/* The plan's current value is what is there before the first apply, when neither a state nor a file of ours
 * is. */
static char *find_original(const struct plan_item *item, const struct saved_state *state,
                           const char *old_content)
{
    const struct saved_value *saved = saved_state_value(state, item->object);

    if (saved)
        return saved->original ? strdup(saved->original) : NULL;
    if (old_content && dropin_is_ours(old_content))
        return dropin_original(old_content, item->object);
    return item->current ? strdup(item->current) : NULL;
}

static void render_header(FILE *out, const struct dropin *dropin, const struct plan *plan,
                          const struct saved_state *state, const char *old_content)
{
    fputs(DROPIN_FIRST_LINE "\n" DROPIN_SECOND_LINE "\n", out);
    for (size_t i = 0; i < plan->items_count; i++) {
        _cleanup_free_ char *original = NULL;

        if (!belongs(&plan->items[i], dropin))
            continue;
        original = find_original(&plan->items[i], state, old_content);
        fprintf(out, DROPIN_BEFORE "%s = %s\n", plan->items[i].object,
                original ? original : DROPIN_VALUE_UNKNOWN);
    }
}

static void render_line(FILE *out, const struct plan_item *item)
{
    if (item->tunable->persistence == PERSIST_TMPFILES)
        fprintf(out, "w /%s - - - - %s\n", item->path, item->persisted);
    else
        fprintf(out, "%s = %s\n", item->object, item->persisted);
}

int dropin_render(const struct dropin *dropin, const struct plan *plan, const struct saved_state *state,
                  const char *old_content, char **ret)
{
    char *text = NULL;
    bool is_empty = true;
    size_t size;
    FILE *out;

    for (size_t i = 0; i < plan->items_count && is_empty; i++)
        is_empty = !belongs(&plan->items[i], dropin);
    if (is_empty) {
        *ret = NULL;
        return 0;
    }
    out = open_memstream(&text, &size);
    if (!out)
        return -ENOMEM;
    render_header(out, dropin, plan, state, old_content);
    for (size_t i = 0; i < plan->items_count; i++)
        if (belongs(&plan->items[i], dropin))
            render_line(out, &plan->items[i]);
    if (fclose(out) != 0) {
        free(text);
        return -ENOMEM;
    }
    *ret = text;
    return 0;
}
