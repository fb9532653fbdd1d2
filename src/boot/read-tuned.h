/* SPDX-License-Identifier: MIT */
/* Reads the active profile of tuned, with those that it includes. */
#pragma once

#include "boot/tuned-profile.h"
#include "util/root.h"

/* Whether it starts is left to the caller. What this process cannot read is said as in conf-read.h. Owned by
 * the caller, tuned_profile_done. */
void tuned_read(const struct root *root, struct tuned_profile *ret, char ***unseen);
