/* SPDX-License-Identifier: MIT */
/* Shared by the parts of boot/forecast: the turns of those who have a say, one behind the other. */
#pragma once

#include "boot/forecast.h"

/* One object. */
struct forecast_builder {
    const struct plan_item *item;
    const struct host_facts *facts;
    const struct boot_config *config;
    struct forecast *forecast;
};

void forecast_add_step(struct forecast *forecast, enum forecast_source source, enum forecast_fate fate,
                       const char *value, const char *file, unsigned line);

/* Adds what is written and, where the kernel takes it, lets it decide. */
void forecast_add_written(struct forecast_builder *builder, enum forecast_source source, const char *written,
                          const char *file, unsigned line);

/* It has the last word so far, and nobody here knows what that is. */
void forecast_add_undecided(struct forecast_builder *builder, enum forecast_source source,
                            enum forecast_fate fate, const char *value, const char *file, unsigned line);
void forecast_add_unseen(struct forecast_builder *builder, enum forecast_source source, const char *what);

/* Other units that write by themselves, and tuned. */
void forecast_add_others(struct forecast_builder *builder);
void forecast_add_tuned(struct forecast_builder *builder);

/* Whether one of these may come behind our unit, and what it leaves then. */
void forecast_add_late(struct forecast_builder *builder);
