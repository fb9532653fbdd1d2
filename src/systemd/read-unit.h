/* SPDX-License-Identifier: MIT */
/* Reads units as systemd does: fragment and drop-ins of every name that a unit has, templates and instances.
 * What generators wrote is not read. */
#pragma once

#include "systemd/read-unit-directories.h"
#include "systemd/unit.h"
#include "util/root.h"

/* Reads a unit by any of its names; ret->name is the one it is known by. -ENOENT: there is none, or it is
 * masked. Anything else means that the unit is not understood: -EBADMSG, -E2BIG, -EFBIG, … with *ret_error.
 * Owned by the caller, unit_done. */
int unit_file_read(const struct root *root, const struct unit_directories *directories, const char *name,
                   struct unit *ret, char **ret_error);

/* Likewise, the [Unit] section, which has the order; of a unit of any type. A template's instance may have
 * specifiers in its name still ("a@%i.service"). */
int unit_file_read_order(const struct root *root, const struct unit_directories *directories,
                         const char *name, struct unit *ret, char **ret_error);

/* Likewise, the [Timer] section. */
int unit_file_read_timer(const struct root *root, const struct unit_directories *directories,
                         const char *name, struct unit *ret, char **ret_error);

/* The instances of a template that have files, drop-ins or links of their own, by any of its names, so that
 * what holds for the template may not hold for them. NULL-terminated, owned by the caller. -E2BIG. */
int unit_file_instances(const struct unit_directories *directories, const char *template, char ***ret);

/* Whether a unit is pulled in by some target (a link in a .wants or .requires directory) and not masked: 1,
 * 0, or -errno where that cannot be seen. */
int unit_file_is_enabled(const struct root *root, const struct unit_directories *directories,
                         const char *name);

/* [Manager] of system.conf with its drop-ins, systemd-system.conf(5): what units have without a setting of
 * their own. A file that is not understood makes it an error, with *ret_error. Owned by the caller,
 * unit_done. */
int unit_file_read_manager(const struct root *root, struct unit *ret, char **ret_error);
