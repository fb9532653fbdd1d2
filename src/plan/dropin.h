/* SPDX-License-Identifier: MIT */
/* The drop-in files that keep the settings over a reboot: which there are, and what their header remembers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "plan/saved-state.h"
#include "policy/tunable.h"

struct dropin {
    const char *path;
    enum persistence persistence; /* the rows that it holds */
};

/* Exact rows need the last word among the sysctl.d files, so their file sorts last; a floor may be raised by
 * any other file, so its file sorts first. Of several lines for one path in tmpfiles.d the first counts. */
enum { DROPINS_COUNT = 3 };
extern const struct dropin dropins[DROPINS_COUNT];
extern const size_t dropins_count;

extern const char *const dropin_sysctl_names[]; /* the base names of those in sysctl.d, NULL-terminated */

#define DROPIN_FIRST_LINE    "# Written by redis-hosttune; \"redis-hosttune revert\" takes it back."
#define DROPIN_SECOND_LINE   "# Do not edit: settings belong into /etc/redis-hosttune/redis-hosttune.conf."
#define DROPIN_BEFORE        "# Before the first apply: "
#define DROPIN_VALUE_UNKNOWN "unknown"

/* Somebody's file that stood at a drop-in's path keeps standing beside it under this name, which neither
 * systemd-sysctl nor systemd-tmpfiles reads. Owned by the caller; NULL without memory. */
char *dropin_kept_path(const char *path);

/* What would otherwise be lost when that name is taken gets it with "-N" behind it, and a drop-in of ours
 * that somebody edited and that is written anew the other one: N as root_free_number gives it. */
#define DROPIN_KEPT_SUFFIX    ".before-redis-hosttune"
#define DROPIN_CHANGED_SUFFIX ".changed-redis-hosttune"

/* What stands at a drop-in's path and beside it, as plan/read-dropin sees it. */
struct dropin_seen {
    char *content;      /* NULL: no file, or in_the_way */
    char *in_the_way;   /* why nothing can be written there */
    bool is_unreadable; /* in_the_way is an error of reading, not the wrong kind of file */
    unsigned mode;      /* of content; 0: not known */
    bool has_kept;      /* somebody's file is kept beside it */
    char *kept;         /* its content; NULL: it is no text or cannot be read */
    unsigned kept_mode;
    bool is_kept_itself; /* both names are one file */
    /* The first numbers that are free; -EEXIST: none is; -errno: cannot be seen. */
    int moved_free, changed_free;
};

void dropin_seen_done(struct dropin_seen *seen);

bool dropin_is_path(const char *path); /* one of these; NULL is not */

bool dropin_is_ours(const char *content);

/* What the header says the object had before the first apply: so much of content. NULL: not there or
 * unknown. */
const char *dropin_original(const char *content, const char *object, size_t *ret_length);

/* Rebuilds from a drop-in of ours what the saved state would say of it, where it does not: the values from
 * before, the values written, the file, and somebody's file that is kept beside it. What the state says
 * already stays. With a state that is to be relied on (machine_id) a file that is not ours is somebody's,
 * whatever is kept beside it. 1: something was recovered; 0; -ENOMEM. */
int dropin_recover(const struct dropin *dropin, const struct dropin_seen *seen, struct saved_state *state);
