/* SPDX-License-Identifier: MIT */
/* What others ask of a forecast.
 * Owns the words for who decides; pure. */
#include "plan/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

const struct forecast_step *forecast_decided_by(const struct forecast *forecast)
{
    return &forecast->steps[forecast->decided];
}

char *forecast_step_describe(const struct forecast_step *step)
{
    const char *file = step->file ? step->file : "";

    if (step->fate == FORECAST_UNSEEN)
        return memory_format("%s (cannot be read)", file);
    if (step->source == FORECAST_KERNEL)
        return memory_copy("the kernel");
    if (step->source == FORECAST_COMMAND_LINE)
        return memory_copy("kernel command line");
    if (step->source == FORECAST_UNIT)
        return memory_copy("redis-hosttune.service");
    if (step->unit && strcmp(text_file_name(file), step->unit) != 0)
        return memory_format("%s, %s:%u", step->unit, file, step->line);
    return memory_format("%s%s:%u", step->source == FORECAST_TUNED ? "tuned " : "", file, step->line);
}

void forecast_done(struct forecast *forecast)
{
    for (size_t i = 0; i < forecast->steps_count; i++) {
        free(forecast->steps[i].value);
        free(forecast->steps[i].file);
        free(forecast->steps[i].unit);
        free(forecast->steps[i].mended_by);
    }
    free(forecast->steps);
    free(forecast->at_boot);
    free(forecast->late);
    free(forecast->late_unit);
    free(forecast->late_mended_by);
    free(forecast->late_from);
    free(forecast->by_hand);
    free(forecast->by_hand_from);
    free(forecast->lost_file);
    *forecast = (struct forecast){0};
}
