/* SPDX-License-Identifier: MIT */
/* The saved state as the text of its file. */
#pragma once

#include "plan/saved-state.h"

/* The file's text; the state is sorted. Owned by the caller. -ENOMEM, or -EILSEQ where an original is no
 * UTF-8. */
int state_serialize(struct saved_state *state, const char *machine_id, char **ret);

/* The state in its JSON form. -EINVAL: damaged; -ENOTSUP: of a newer version;
 * -ENOMEM. */
int state_parse(const char *text, struct saved_state *ret);

/* The entries that are whole in a text that is not. -ENOMEM. */
int state_salvage(const char *text, struct saved_state *ret);
