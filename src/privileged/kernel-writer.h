/* SPDX-License-Identifier: MIT */
/* Writes one knob of the kernel. */
#pragma once

#include <stdbool.h>

#include "plan/plan.h"
#include "util/root.h"

/* Writes value to the item's knob and reads it back. The file is never created and a link in its place is not
 * followed. On error *ret_error says what was refused, with the likely cause: what open(2) or write(2) failed
 * with, or -EIO when the kernel kept something else. *ret_is_touched (may be NULL): the knob was opened for
 * writing, so an error may come behind an effect. */
int kernel_write(const struct root *root, const struct plan_item *item, const char *value,
                 bool *ret_is_touched, char **ret_error);

/* Whether the knob has this value now; false also where that cannot be read. */
bool kernel_has(const struct root *root, const struct plan_item *item, const char *value);
