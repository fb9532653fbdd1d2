/* SPDX-License-Identifier: MIT */
/* Who set a value.
 * Owns in which order the evidence counts; pure. */
#include "boot/set-by.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

static const struct change_record *find_change(const struct boot_input *input, const char *object)
{
    return array_find(input->changes, input->changes_count, object, object);
}

/* What we wrote last: by the saved state, or where that was lost by the journal. NULL: nothing. */
static const char *written_by_us(const struct boot_input *input, const struct plan_item *item)
{
    const struct saved_value *saved = saved_state_value(input->state, item->object);
    const struct change_record *change = find_change(input, item->object);

    if (saved && saved->written && !saved->is_left)
        return saved->written;
    return change ? change->value : NULL;
}

const char *set_by_drifted_from(const struct boot_input *input, const struct plan_item *item)
{
    const char *written = written_by_us(input, item);

    return written && item->current && strcmp(written, item->current) != 0 ? written : NULL;
}

/* The last of those who set exactly this value at boot; NULL: none did. */
static const struct forecast_step *find_step(const struct forecast *forecast, const char *value)
{
    for (size_t i = forecast ? forecast->steps_count : 0; i > 0; i--) {
        const struct forecast_step *step = &forecast->steps[i - 1];

        if (step->fate == FORECAST_SET && step->source != FORECAST_UNIT && text_equal(step->value, value))
            return step;
    }
    return NULL;
}

/* The kernel's own value stands for something only where nothing else had a turn. */
static bool is_untouched(const struct forecast *forecast)
{
    for (size_t i = 0; i < forecast->steps_count; i++)
        if (forecast->steps[i].source != FORECAST_KERNEL && forecast->steps[i].source != FORECAST_UNIT &&
            (forecast->steps[i].fate == FORECAST_SET || forecast->steps[i].fate == FORECAST_UNSEEN))
            return false;
    return true;
}

char *set_by_find(const struct boot_input *input, const struct plan_item *item)
{
    const char *written = written_by_us(input, item), *drifted = set_by_drifted_from(input, item);
    const struct forecast_step *step;

    if (!item->current)
        return NULL;
    if (written && !drifted)
        return memory_copy("redis-hosttune");
    step = find_step(item->boot, item->current);
    if (step && (step->source != FORECAST_KERNEL || (!drifted && is_untouched(item->boot))))
        return forecast_step_describe(step);
    if (!drifted)
        return memory_copy("unknown (not by redis-hosttune)");
    return memory_format("unknown (after redis-hosttune had set it to %s)", drifted);
}
