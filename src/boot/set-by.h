/* SPDX-License-Identifier: MIT */
/* Who gave an object the value that it has, as far as that can be known. */
#pragma once

#include "boot/forecast.h"

/* "redis-hosttune", "FILE:LINE" of a line that sets this value, "kernel command line", "the kernel" where it
 * starts with it and nothing sets it, or "unknown (…)". By the item's .boot and the input; boot_forecast has
 * it asked once for each item. Owned by the caller; NULL without a value. */
char *set_by_find(const struct boot_input *input, const struct plan_item *item);

/* What we had written there before somebody changed it; NULL: it is as we wrote it, or we never did. */
const char *set_by_drifted_from(const struct boot_input *input, const struct plan_item *item);
