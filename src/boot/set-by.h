/* SPDX-License-Identifier: MIT */
/* Who gave an object the value that it has, as far as that can be known. */
#pragma once

#include "boot/config.h"
#include "boot/forecast.h"
#include "plan/plan.h"
#include "plan/saved-state.h"

/* A value that our journal says we wrote. */
struct change_record {
    char *object, *value;
};

struct boot_input {
    const struct plan *plan;
    const struct forecasts *forecasts;
    const struct boot_config *config;
    const struct saved_state *state;
    const struct host_facts *facts;
    const struct change_record *changes; /* of this boot, the last of each object */
    size_t changes_count;
};

/* "redis-hosttune", "FILE:LINE" of a line that sets this value, "kernel command line", "the kernel" where it
 * starts with it and nothing sets it, or "unknown (…)". Owned by the caller; NULL without a value. */
char *set_by_find(const struct boot_input *input, const struct plan_item *item,
                  const struct forecast *forecast);

/* What we had written there before somebody changed it; NULL: it is as we wrote it, or we never did. */
const char *set_by_drifted_from(const struct boot_input *input, const struct plan_item *item);

/* "vm.swappiness" is decided by: "FILE:LINE", "redis-hosttune.service", "kernel command line", "the kernel".
 * Owned by the caller. */
char *set_by_describe(const struct forecast_step *step);
