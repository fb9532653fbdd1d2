/* SPDX-License-Identifier: MIT */
/* What becomes of a drop-in, and of somebody's file that stands in its place, stood there before us, or was
 * made of ours since. */
#pragma once

#include "plan/dropin.h"
#include "plan/plan.h"

struct dropin_request {
    const struct dropin *dropin;
    const struct dropin_seen *seen;
    const struct saved_file *saved; /* NULL: none */
    const char *ours;               /* what it shall hold of ours; NULL: nothing, it goes back */
    bool is_revert;                 /* what somebody changed since is left, also where ours is not empty */
    bool is_forced;                 /* it is not left: it gets a name of its own and makes room */
};

/* Adds the file to the plan. */
void plan_add_dropin(struct plan *plan, const struct dropin_request *request);
