/* SPDX-License-Identifier: MIT */
/* The next boot of each object of a plan: what it will have, and who decides it. */
#pragma once

#include "boot/config.h"
#include "host/facts.h"
#include "plan/plan.h"

/* A value that our journal says we wrote. */
struct change_record {
    char *object, *value;
};

struct boot_input {
    const struct boot_config *config;
    const struct saved_state *state;
    const struct host_facts *facts;
    const struct change_record *changes; /* of this boot, the last of each object */
    size_t changes_count;
};

/* Gives each selected item that the kernel has its .boot, and each that has a value its .set_by, in place of
 * what an earlier call gave. */
void boot_forecast(struct plan *plan, const struct boot_input *input);

/* What is asked for at boot: an item's wish without what was only set by hand in this boot. NULL: left. */
const char *forecast_wish(const struct plan_item *item);

/* What our unit writes where that wish is not met; the item's .boot has the others' turns. */
const char *forecast_unit_writes(const struct plan_item *item);

/* Whether the value meets that wish; false for NULL. */
bool forecast_satisfies(const struct plan_item *item, const char *value);

/* The mask of the unit that would read the row's drop-in at boot; NULL: it is read. */
const char *forecast_mask(const struct boot_config *config, const struct tunable *tunable);

/* Whether the item will be as it is wished after the next boot; false where nothing is foreseen. */
bool forecast_is_right(const struct plan_item *item);
