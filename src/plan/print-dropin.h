/* SPDX-License-Identifier: MIT */
/* The text of the drop-in files. */
#pragma once

#include "plan/dropin.h"
#include "plan/plan.h"

/* What the drop-in shall hold by the plan; *ret is NULL when no row goes there. The values from before the
 * first apply come from the saved state, else from the file as it is (may be NULL), else they are unknown.
 * Owned by the caller. */
char *dropin_render(const struct dropin *dropin, const struct plan *plan, const struct saved_state *state,
                    const char *old_content);
