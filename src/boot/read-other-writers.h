/* SPDX-License-Identifier: MIT */
/* Looks for those who set the same values by ways of their own. */
#pragma once

#include "boot/other-writers.h"
#include "systemd/read-unit-directories.h"
#include "util/root.h"

/* Other tuners and orchestrators that are enabled, the units that start at boot with what they run, those of
 * the administrator that do not (said so), boot scripts, cron, udev, cloud-init. What cannot be read is named
 * too. Owned by the caller, other_writers_done. */
void other_writers_find(const struct root *root, const struct unit_directories *directories,
                        struct other_writers *ret);
