/* SPDX-License-Identifier: MIT */
/* Directories of drop-in files with systemd's precedence: of files with the same name the one in the first
 * directory counts, all are ordered by name in byte order, and an empty file or a link to /dev/null masks. */
#pragma once

#include <stdbool.h>

#include "util/root.h"

/* Whether path is an empty file or leads to /dev/null. */
bool conf_dirs_is_masked(const struct root *root, const char *path);

/* The paths of the files that count, NULL-terminated, owned by the caller (strings_free). Directories that do
 * not exist are passed over. -errno of one that cannot be read, *ret_error says which. */
int conf_dirs_list(const struct root *root, const char *const *directories, char ***ret, char **ret_error);
