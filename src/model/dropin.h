/* SPDX-License-Identifier: MIT */
/* The drop-in files that keep the settings over a reboot: which there are, and what their header remembers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/saved-state.h"
#include "model/tunable.h"

struct dropin {
    const char *path;
    enum persistence persistence; /* the rows that it holds */
};

/* Exact rows need the last word among the sysctl.d files, so their file sorts last; a floor may be raised by
 * any other file, so its file sorts first. Of several lines for one path in tmpfiles.d the first counts. */
extern const struct dropin dropins[];
extern const size_t dropins_count;

extern const char *const dropin_sysctl_names[]; /* the base names of those in sysctl.d, NULL-terminated */

#define DROPIN_FIRST_LINE    "# Written by redis-hosttune; \"redis-hosttune revert\" takes it back."
#define DROPIN_SECOND_LINE   "# Do not edit: settings belong into /etc/redis-hosttune/redis-hosttune.conf."
#define DROPIN_BEFORE        "# Before the first apply: "
#define DROPIN_VALUE_UNKNOWN "unknown"

bool dropin_is_path(const char *path); /* one of these; NULL is not */

bool dropin_is_ours(const char *content);

/* What the header says the object had before the first apply. Owned by the caller; NULL: not there or
 * unknown. */
char *dropin_original(const char *content, const char *object);

/* Rebuilds from a drop-in of ours what the saved state would say of it, where that was lost: the values from
 * before, the values written, the file. Does nothing for a file that is not ours. -ENOMEM. */
int dropin_recover(const struct dropin *dropin, const char *content, struct saved_state *state);
