/* SPDX-License-Identifier: MIT */
/* Replaces and removes files as a whole: after a crash there is the old one or the new one. */
#pragma once

#include "util/root.h"

/* Writes content to a temporary file beside path, fsyncs it, renames it over path and fsyncs the directory. A
 * link at path is replaced, never followed. The directory is made where it is missing (its parent must be
 * there). On error path is as it was, and *ret_error has what failed and what helps. */
int file_write(const struct root *root, const char *path, const char *content, char **ret_error);

/* The same with permissions of its own instead of 0644. */
int file_write_with_mode(const struct root *root, const char *path, const char *content, unsigned mode,
                         char **ret_error);

/* Removes path if it is there, and fsyncs the directory. */
int file_remove(const struct root *root, const char *path, char **ret_error);

/* Removes what a file_write that was cut off may have left beside path. */
void file_remove_leftover(const struct root *root, const char *path);

/* Renames within one directory, replacing what is there. */
int file_rename(const struct root *root, const char *path, const char *new_name, char **ret_error);
