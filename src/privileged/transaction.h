/* SPDX-License-Identifier: MIT */
/* Carries a plan out: values of the kernel as one transaction, files as another. Each is done as a whole or,
 * after an error, undone as a whole. */
#pragma once

#include <stdbool.h>

#include "plan/plan.h"
#include "util/root.h"

/* Writes every selected item in state CHANGE: then APPLIED. On error the earlier ones of this call are
 * written back and stay CHANGE (one that cannot be written back stays APPLIED), the refused one is FAILED,
 * and *ret_error names the knob, the value and the cause. *ret_is_undone: every one of them was seen to be as
 * before. */
int transaction_write_values(const struct root *root, struct plan *plan, bool *ret_is_undone,
                             char **ret_error);

/* Creates, replaces or removes the plan's files: then WRITTEN; somebody's keep a name each. On error those of
 * this call are put back, the one that could not be written is FAILED. A file in state REFUSED is an error
 * before anything is written. *ret_is_undone: every one was seen to be as before. */
int transaction_write_files(const struct root *root, struct plan *plan, bool *ret_is_undone,
                            char **ret_error);

/* Removes what a killed call left of its own writing beside the drop-ins. */
void transaction_remove_leftovers(const struct root *root);
