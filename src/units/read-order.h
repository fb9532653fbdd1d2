/* SPDX-License-Identifier: MIT */
/* What redis-hosttune.service starts behind on this host, and whether a Redis unit may be ordered behind it:
 * a circle makes systemd delete one of its jobs from the boot, and that may be Redis'. Two ways are followed:
 * back from redis-hosttune.service by what each unit names in After=, and on from the Redis unit by what each
 * names in Before=. An order that leads from one to the other by way of a unit that names both (After= Redis,
 * Before= one of ours) is not seen. */
#pragma once

#include "systemd/read-unit-directories.h"
#include "units/order.h"
#include "util/root.h"

struct units_behind {
    char **names; /* NULL-terminated; each by the name that systemd knows it by */
    size_t count;
};

/* What is there in any case, and all that the unit files add to it; those that cannot be read add nothing.
 * Owned by the caller, units_behind_done. */
void units_behind_read(const struct root *root, const struct unit_directories *directories,
                       struct units_behind *ret);
void units_behind_done(struct units_behind *behind);

/* name: of a unit that was found. What cannot be read is refused. Owned by the caller, unit_order_done.
 */
void unit_order_judge(const struct root *root, const struct unit_directories *directories,
                      const struct units_behind *behind, const char *name, struct unit_order *ret);
