/* SPDX-License-Identifier: MIT */
/* The directories in which systemd looks for units, systemd.unit(5), UNIT FILE LOAD PATH. They are read once,
 * with where their links lead to, so that many units can be looked up. Those of generators are not, but for
 * what one of them makes of systemd.mask= on the kernel's command line. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "systemd/unit.h"
#include "util/root.h"

enum { UNIT_PATH_LENGTH_MAX = 1024 };

/* A service, or a directory that belongs to units (NAME.d, NAME.wants, NAME.requires). */
struct unit_entry {
    char *name;
    char *alias;    /* what a link makes name an alias of; NULL: nothing */
    bool is_masked; /* by a link to /dev/null */
};

struct unit_directory {
    const char *path;
    struct unit_entry *entries; /* sorted by name */
    size_t entries_count;
};

struct unit_directories {
    struct unit_directory *items; /* in their order of precedence */
    size_t items_count;
    const char *hidden; /* the path of one that only root may see; NULL: none */
};

/* Owned by the caller, unit_directories_done. Directories that only root may see are empty for others.
 * -E2BIG, or the -errno of one that cannot be read, *ret_path (may be NULL). */
int unit_directories_read(const struct root *root, struct unit_directories *ret, const char **ret_path);

/* Leaves what the next boot has: nothing below /run but the masks of the kernel's command line. */
void unit_directories_forget_runtime(struct unit_directories *directories);

void unit_directories_done(struct unit_directories *directories);

const struct unit_entry *unit_directory_find(const struct unit_directory *directory, const char *name);

/* Follows aliases from name to the name that the unit is known by. -ENOENT: there is none; -ELOOP. */
int unit_directories_follow(const struct unit_directories *directories, const char *name,
                            char ret_name[static UNIT_NAME_SIZE]);

/* Whether the unit is there and masked, and the path of its mask: below UNIT_BOOT_MASKS it is of the kernel's
 * command line. */
#define UNIT_BOOT_MASKS "/run/systemd/generator.early"
bool unit_directories_mask(const struct root *root, const struct unit_directories *directories,
                           const char *name, char path[static UNIT_PATH_LENGTH_MAX]);

/* The same as above, with the path of its fragment (an instance without one has its template's); -ENOENT too
 * where that is masked. A unit of another type is found by its name alone. */
int unit_directories_resolve(const struct root *root, const struct unit_directories *directories,
                             const char *name, char ret_name[static UNIT_NAME_SIZE],
                             char path[static UNIT_PATH_LENGTH_MAX]);
