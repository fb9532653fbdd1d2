/* SPDX-License-Identifier: MIT */
/* Open files of a unit: LimitNOFILE= where it is too low, systemd.exec(5). Never lowered, soft and hard
 * alike.
 */
#pragma once

#include "model/unit.h"

#define UNIT_NOFILE 65536

/* manager: [Manager] of system.conf, NULL or empty: systemd's built-in default. *ret: what LimitNOFILE= is to
 * be set to, owned by the caller; NULL: it is high enough, or cannot be told. -ENOMEM. */
int unit_nofile_decide(const struct unit *unit, const struct unit *manager, char **ret);
