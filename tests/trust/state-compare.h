/* SPDX-License-Identifier: MIT */
/* Saved states, compared entry by entry. */
#pragma once

#include "tree.h"

#define STATE_PERSISTENT "var/lib/redis-hosttune/state.json"
#define STATE_VOLATILE   "run/redis-hosttune/state.json" /* until the next boot; it is the newer one */

/* The text of a state without what says how it came to be; owned by the caller. */
char *state_without_history(const struct tree_entry *entry);

/* A run that was disturbed may leave some objects as in the one reference and some as in the other, and the
 * next command goes on from there: values that were taken back beside files that were never put. So each
 * object is judged for itself, together with its entry: what the state says of a value or a file, and what
 * stands there, with all that should stand beside the file, must be those of one and the same reference. So
 * an entry may be missing only where its object is as it is in a reference without that entry. Of two states
 * in a tree the one that counts is judged; the other one has its turn after a reboot, judge.h. */
bool state_is_one_of(const struct tree *tree, const struct tree *a, const struct tree *b, const char *what,
                     struct text *complaint);

/* Whether it is a state that state_is_one_of judges, if it can be read. */
bool state_is_judged(const struct tree_entry *entry);
