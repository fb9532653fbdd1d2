/* SPDX-License-Identifier: MIT */
/* Directories of drop-in files with systemd's precedence: of files with the same name the one in the first
 * directory counts, all are ordered by name in byte order, and an empty file or a link to /dev/null masks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/root.h"

enum { CONF_DIRECTORIES_MAX = 8 };

struct conf_entry {
    char *path;
    const char *name; /* within path */
    size_t rank;      /* of its directory */
};

/* Files of all directories, by name, those of the same name in the order of the directories. */
struct conf_listing {
    struct conf_entry *entries;
    size_t entries_count;
};

/* Lists at most CONF_DIRECTORIES_MAX directories (NULL-terminated); errors[i] is 0 or the -errno of one that
 * cannot be read; that one is passed over, as is one that does not exist. Owned by the caller,
 * conf_listing_done. */
void conf_dirs_collect(const struct root *root, const char *const *directories, int *errors,
                       struct conf_listing *ret);
bool conf_listing_is_first(const struct conf_listing *listing, size_t index); /* of its name */
void conf_listing_done(struct conf_listing *listing);

/* Whether path is an empty file or leads to /dev/null. */
bool conf_dirs_is_masked(const struct root *root, const char *path);

/* The paths of the files that count, NULL-terminated, owned by the caller (strings_free). Directories that do
 * not exist are passed over. -errno of one that cannot be read, *ret_error says which. */
int conf_dirs_list(const struct root *root, const char *const *directories, char ***ret, char **ret_error);
