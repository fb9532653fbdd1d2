/* SPDX-License-Identifier: MIT */
/* One apply or revert at a time. */
#pragma once

#include "util/root.h"

/* Takes the lock below /run/redis-hosttune, for as long as the descriptor is open; a file descriptor, or
 * -EBUSY when another process has it, or -errno. *ret_error says what to do. */
int lock_take(const struct root *root, char **ret_error);
