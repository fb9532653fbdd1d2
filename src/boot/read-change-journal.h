/* SPDX-License-Identifier: MIT */
/* Reads what our own entries in the journal say we changed in this boot. */
#pragma once

#include "boot/set-by.h"
#include "util/root.h"

/* The last value of each object, newest first; owned by the caller, change_records_free. None where there is
 * no journal, or where this process may not read it. */
void change_journal_read(const struct root *root, const char *boot_id, struct change_record **ret,
                         size_t *ret_count);
void change_records_free(struct change_record *records, size_t count);
