/* SPDX-License-Identifier: MIT */
/* Looks into scripts and tables that no unit names: of boot, cron, udev, the network, cloud-init. */
#pragma once

#include "boot/other-writers.h"
#include "systemd/read-unit-directories.h"
#include "util/root.h"

/* Adds those that set values, with the reason where nothing runs them, and what cannot be read. */
void writing_files_find(const struct root *root, const struct unit_directories *directories,
                        struct other_writers *found);
