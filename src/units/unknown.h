/* SPDX-License-Identifier: MIT */
/* Units that run a server and are none of those that get something from us. */
#pragma once

#include <stdbool.h>

#include "units/redis-unit.h"

/* Whether adding it holds for longer than a start: systemd-run makes up another name each time. */
bool unknown_unit_may_be_added(const char *name);

/* "printf … | sudo install …", which writes the drop-in of the configuration that adds them; pasted as it is.
 * names: NULL-terminated, one at least. Owned by the caller. */
char *unknown_units_add_command(const char *const *names);

/* What gives it the same where it cannot be added: it is made by another generator (of .made_of). open_files
 * and is_placed: what is wanted here. Owned by the caller. */
char *unknown_unit_describe(const struct unknown_unit *unit, long long open_files, bool is_placed);
