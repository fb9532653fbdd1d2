/* SPDX-License-Identifier: MIT */
/* The order in which units start, as far as it can be told from one unit: systemd.unit(5),
 * systemd.special(7), and the "automatic dependencies" in the manual page of each type. */
#pragma once

#include "systemd/unit.h"

/* Whether a Redis unit may be ordered behind redis-hosttune.service. */
struct unit_order {
    char *refused; /* why not, with file:line; NULL: it may */
    bool is_early; /* it may even start before systemd-sysctl and systemd-tmpfiles have set their values */
};

void unit_order_done(struct unit_order *order);

/* Of one that is refused: why, what follows from it, and what mends that. Owned by the caller. */
char *unit_order_describe(const struct unit_order *order, const char *name);

/* As systemd takes it, src/basic/parse-util.c: parse_boolean. 1, 0; -1: an assignment that counts for
 * nothing.
 */
int unit_parse_boolean(const char *value);

/* unit: the [Unit] section, here and below. The assignment that turns default dependencies off; NULL: they
 * are on. */
const struct unit_setting *unit_order_without_defaults(const struct unit *unit);

/* What every unit of this type is started before by default, "sockets.target" of a socket; NULL: nothing. */
const char *unit_order_implied_before(const char *name);

/* The next name of a list's value from *position on, which moves behind it. False: there is none. A name that
 * is too long is passed over: systemd has no such unit. */
bool unit_order_next_name(const char **position, char name[static UNIT_NAME_SIZE]);

/* Whether a name may stand for a unit: the same, or it has a specifier in it ("a@%i.service") that could be
 * anything. */
bool unit_order_may_be(const char *name, const char *unit);

/* Whether a list has a unit, which is named without specifiers. */
bool unit_order_has(const struct unit *unit, const char *key, const char *name);
