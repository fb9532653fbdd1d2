/* SPDX-License-Identifier: MIT */
/* Carries a plan out: values of the kernel as one transaction, files as another. Each is done as a whole or,
 * after an error, undone as a whole. */
#pragma once

#include "model/plan.h"
#include "util/root.h"

/* Writes every selected item in state CHANGE: then APPLIED. On error the earlier ones of this call are
 * written back and stay CHANGE (one that cannot be written back stays APPLIED), the refused one is FAILED,
 * and *ret_error names the knob, the value and the cause. */
int transaction_write_values(const struct root *root, struct plan *plan, char **ret_error);

/* Creates, replaces or removes the plan's files: then WRITTEN. On error those of this call are put back, the
 * one that could not be written is FAILED. A file in state REFUSED is an error before anything is written. */
int transaction_write_files(const struct root *root, struct plan *plan, char **ret_error);
