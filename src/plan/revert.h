/* SPDX-License-Identifier: MIT */
/* The way back as a plan: what was there before the first apply is what is wanted. The files are added by
 * plan_add_dropin. */
#pragma once

#include "plan/plan.h"

/* Items for every saved value of a row (or those selected, but for the forgotten): CHANGE where the value is
 * still ours or forced, LEFT with a reason where somebody else changed it since or the original is unknown,
 * UNKNOWN with a reason where it cannot be read, ABSENT where the kernel has no such knob. Owned by the
 * caller, plan_done. */
void plan_build_revert(const struct plan_input *input, struct plan *ret);

/* What the state is after the plan was carried out: without the entries of what is back, with a mark on what
 * was left to somebody else, and all others as they are. */
void plan_settle_revert(const struct plan *plan, struct saved_state *state);

/* Whether what the plan's file held before the first apply stands there again. */
bool plan_file_is_back(const struct plan_file *file);
