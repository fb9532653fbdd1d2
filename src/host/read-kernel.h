/* SPDX-License-Identifier: MIT */
/* Reads what the rules need of the kernel below /proc/sys and /sys. */
#pragma once

#include "host/kernel.h"
#include "util/root.h"

/* What cannot be read is unknown. kernel_facts_done. */
void kernel_facts_read(const struct root *root, struct kernel_facts *ret);
void kernel_facts_done(struct kernel_facts *facts);
