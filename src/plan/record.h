/* SPDX-License-Identifier: MIT */
/* What carrying a plan out leaves in the saved state. Noted and stored before the first write. */
#pragma once

#include "plan/plan.h"

/* Originals of rows that are seen for the first time, and what is about to be written. usec: since boot. */
void plan_record_values(const struct plan *plan, const struct host_facts *facts, unsigned long long usec,
                        struct saved_state *state);

/* The same for the drop-ins, and which rows they hold. */
void plan_record_files(const struct plan *plan, struct saved_state *state);

/* Whether carrying the plan out writes anything at all. */
bool plan_writes_values(const struct plan *plan);
bool plan_writes_files(const struct plan *plan);
