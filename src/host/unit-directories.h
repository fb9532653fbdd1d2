/* SPDX-License-Identifier: MIT */
/* The directories in which systemd looks for units, systemd.unit(5), UNIT FILE LOAD PATH; those of generators
 * aside. They are read once, with where their links lead to, so that many units can be looked up. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/root.h"

enum { UNIT_PATH_LENGTH_MAX = 1024 };

struct unit_entry {
    char *name;
    char *target; /* of a symbolic link; NULL: none */
};

struct unit_directory {
    const char *path;
    struct unit_entry *entries; /* sorted by name */
    size_t entries_count;
};

struct unit_directories {
    struct unit_directory *items; /* in their order of precedence */
    size_t items_count;
};

/* Owned by the caller, unit_directories_done. Directories that cannot be read are empty. -ENOMEM, -E2BIG. */
int unit_directories_read(const struct root *root, struct unit_directories *ret);
void unit_directories_done(struct unit_directories *directories);

const struct unit_entry *unit_directory_find(const struct unit_directory *directory, const char *name);

/* The name that a link makes its own name an alias of, pointing into entry; NULL: it is none. */
const char *unit_entry_alias(const struct unit_entry *entry);

/* Follows aliases from name to the name that the unit is known by, and to its fragment (an instance without
 * one has its template's). -ENOENT: there is none, or it is masked; -ELOOP. *ret_name is owned by the caller.
 */
int unit_directories_resolve(const struct root *root, const struct unit_directories *directories,
                             const char *name, char **ret_name, char path[static UNIT_PATH_LENGTH_MAX]);
