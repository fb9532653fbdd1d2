/* SPDX-License-Identifier: MIT */
/* The saved state on disk: /var/lib/redis-hosttune/state.json, and where that cannot be written
 * /run/redis-hosttune/state.json until the next boot. */
#pragma once

#include "model/saved-state.h"
#include "util/root.h"

enum state_place {
    STATE_NOWHERE,
    STATE_PERSISTENT,
    STATE_VOLATILE, /* only for this boot */
};

/* No state, one of another machine (a cloned image) and a damaged one give an empty state; the last two with
 * a sentence in *ret_warning. Owned by the caller, saved_state_done. -errno when it is there and cannot be
 * read. */
int state_load(const struct root *root, const char *machine_id, struct saved_state *ret, char **ret_warning,
               char **ret_error);

/* The file's text. Owned by the caller. -ENOMEM, or -EILSEQ where an original is no UTF-8. */
int state_serialize(const struct saved_state *state, const char *machine_id, char **ret);

/* Stores the text, fsynced, replacing the file; NULL removes it. What was damaged is kept beside it as
 * state.json.damaged. *ret_place says where it is now. On -errno nothing was stored, *ret_error says why;
 * when only the volatile place took it, the result is 0 and *ret_error says why not the other. */
int state_store(const struct root *root, const char *text, enum state_place *ret_place, char **ret_error);

/* The state in its JSON form, for state_load and its fuzzer. -EINVAL: damaged; -ENOTSUP: of a newer version.
 */
int state_parse(const char *text, struct saved_state *ret);
