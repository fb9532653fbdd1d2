/* SPDX-License-Identifier: MIT */
/* The way back as a plan: what was there before the first apply is what is wanted. */
#pragma once

#include "model/plan.h"

/* Items for every saved value (or those selected): CHANGE where the value is still ours, LEFT with a reason
 * where somebody else changed it since or the original is unknown. Owned by the caller, plan_done. -ENOMEM.
 */
int plan_build_revert(const struct plan_input *input, struct plan *ret);

/* Leaves those of the plan's files that somebody else changed since we wrote them, each with a reason.
 * -ENOMEM. */
int plan_keep_changed_files(struct plan *plan, const struct saved_state *state);

/* Adds a drop-in: back to what was there before, if it is still as we wrote it, else left with a reason (in
 * action REFUSED). Takes content and in_the_way over. -ENOMEM. */
int plan_add_file_revert(struct plan *plan, const char *path, char *content, char *in_the_way,
                         const struct saved_state *state);
