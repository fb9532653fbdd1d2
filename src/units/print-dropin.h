/* SPDX-License-Identifier: MIT */
/* The text of a Redis unit's drop-in: what the generator writes and diff shows. */
#pragma once

#include "units/wrap.h"

/* Owned by the caller. */
char *unit_dropin_render(const struct unit_wrap *wrap);
