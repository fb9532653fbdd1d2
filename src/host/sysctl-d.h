/* SPDX-License-Identifier: MIT */
/* Reads the sysctl.d directories of a host. */
#pragma once

#include "model/sysctl-rules.h"
#include "util/root.h"

/* All rules that systemd-sysctl would read, but not those of the files named in `except` (base names,
 * NULL-terminated). A file that cannot be read is passed over, as systemd-sysctl does. -ENOMEM. */
int sysctl_d_read(const struct root *root, const char *const *except, struct sysctl_rules *ret);
