/* SPDX-License-Identifier: MIT */
/* Open files of a unit: LimitNOFILE= where it is too low, systemd.exec(5). Never lowered, soft and hard
 * alike.
 */
#pragma once

#include "systemd/unit.h"

/* wanted: at least so many. manager: [Manager] of system.conf, NULL or empty: systemd's built-in default.
 * What LimitNOFILE= is to be set to, owned by the caller; NULL: it is high enough, or cannot be told.
 * *ret_from is the unit's own setting that is in force without it; NULL: it has none. */
char *unit_nofile_decide(const struct unit *unit, const struct unit *manager, long long wanted,
                         const struct unit_setting **ret_from);
