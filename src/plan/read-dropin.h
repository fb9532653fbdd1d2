/* SPDX-License-Identifier: MIT */
/* Reads a drop-in file of ours, or what stands in its place. */
#pragma once

#include "plan/dropin.h"
#include "util/root.h"

/* *ret_content: what is there, NULL for nothing. *ret_reason: what is in the way of writing there (a link, a
 * directory, a file that could not be put back), NULL for nothing. Both owned by the caller. */
void dropin_file_read(const struct root *root, const char *path, char **ret_content, char **ret_reason);

/* The same, and what stands beside it. Owned by the caller, dropin_seen_done. What cannot be looked at is in
 * the way. */
void dropin_file_look(const struct root *root, const char *path, struct dropin_seen *ret);
