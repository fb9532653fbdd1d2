/* SPDX-License-Identifier: MIT */
/* Reads the kernel's messages of the last days: from the journal (this boot and earlier ones), where there is
 * none from /dev/kmsg (this boot). */
#pragma once

#include "diagnose/kernel-log.h"
#include "util/root.h"

/* boot_id: as /proc/sys/kernel/random/boot_id has it; now: seconds since the epoch. -EACCES, -ENOENT and so
 * on where no kernel message could be read, *ret_reason says why (allocated). kernel_log_done. */
int kernel_log_read(const struct root *root, const char *boot_id, long long now, struct kernel_log *ret,
                    char **ret_reason);
