/* SPDX-License-Identifier: MIT */
/* The saved state on disk: /var/lib/redis-hosttune/state.json, and where that cannot be written
 * /run/redis-hosttune/state.json until the next boot. */
#pragma once

#include "plan/saved-state.h"
#include "util/root.h"

enum state_place {
    STATE_NOWHERE,
    STATE_PERSISTENT,
    STATE_VOLATILE, /* only for this boot */
};

enum state_condition {
    STATE_ABSENT,
    STATE_USABLE,
    STATE_DAMAGED,
    STATE_OF_ANOTHER_MACHINE, /* a cloned image's: its files are true, its values are that machine's */
};

/* What was found in the two places. */
struct state_found {
    enum state_condition persistent, volatile_;
};

/* No state gives an empty one. What a damaged one still tells is in it, and the files of another machine's;
 * these two with a sentence in *ret_warning. ret->machine_id is set where the state is to be relied on. Owned
 * by the caller, saved_state_done. -errno with *ret_error when it is there and cannot be read, or is of a
 * newer version; -ENOMEM. */
int state_load(const struct root *root, const char *machine_id, struct saved_state *ret,
               struct state_found *ret_found, char **ret_warning, char **ret_error);

/* Gives what is not usable the name state.json.damaged-N or state.json.other-N beside it, N from 1 to 9: so
 * state_store, which has to follow, neither loses it nor leaves a moment without either. -errno. */
int state_set_aside(const struct root *root, const struct state_found *found, char **ret_error);

/* Stores the text, fsynced, replacing the file; NULL removes it. What cannot be read back as a state is not
 * stored: -EINVAL. *ret_place says where it is now. On -errno *ret_error says why; when only the volatile
 * place took it, the result is 0 and *ret_error says why not the other. */
int state_store(const struct root *root, const char *text, enum state_place *ret_place, char **ret_error);

/* Removes what a killed call left of its own writing. */
void state_remove_leftovers(const struct root *root);
