/* SPDX-License-Identifier: MIT */
/* One turn at the next boot.
 * Owns what it makes of the value so far; pure. */
#include "boot/forecast-turn.h"

#include "policy/value.h"
#include "util/cleanup.h"
#include "util/memory.h"

void forecast_add_step(struct forecast *forecast, enum forecast_source source, enum forecast_fate fate,
                       const char *value, const char *file, unsigned line)
{
    struct forecast_step *step;

    memory_grow(&forecast->steps, forecast->steps_count, sizeof(*forecast->steps));
    step = &forecast->steps[forecast->steps_count++];
    *step = (struct forecast_step){.source = source, .fate = fate, .line = line};
    memory_set_text(&step->value, value);
    memory_set_text(&step->file, file);
}

/* Adds what is written and, where the kernel takes it, lets it decide. */
void forecast_add_written(struct forecast_builder *builder, enum forecast_source source, const char *written,
                          const char *file, unsigned line)
{
    struct forecast *forecast = builder->forecast;
    _cleanup_free_ char *value = NULL;
    int error = memory_check(value_parse_written(builder->item->tunable, written, &value));

    if (error < 0) {
        forecast_add_step(forecast, source, FORECAST_REFUSED, written, file, line);
        return;
    }
    forecast_add_step(forecast, source, FORECAST_SET, value, file, line);
    forecast->decided = forecast->steps_count - 1;
    memory_set_text(&forecast->at_boot, value);
}

/* It has the last word so far, and nobody here knows what that is. */
void forecast_add_undecided(struct forecast_builder *builder, enum forecast_source source,
                            enum forecast_fate fate, const char *value, const char *file, unsigned line)
{
    forecast_add_step(builder->forecast, source, fate, value, file, line);
    builder->forecast->decided = builder->forecast->steps_count - 1;
    memory_set_text(&builder->forecast->at_boot, NULL);
}

void forecast_add_unseen(struct forecast_builder *builder, enum forecast_source source, const char *what)
{
    forecast_add_undecided(builder, source, FORECAST_UNSEEN, NULL, what, 0);
}
