/* SPDX-License-Identifier: MIT */
/* Replaces and removes files as a whole: after a crash there is the old one or the new one. */
#pragma once

#include "util/root.h"

/* Writes content to a temporary file beside path, fsyncs it, renames it over path and fsyncs the directory. A
 * link at path is replaced, never followed. The directory is made where it is missing (its parent must be
 * there). On error *ret_error has what failed and what helps, and path is as it was; but where only the
 * directory could not be synced, it has the new content, and the message says so: what undoes a transaction
 * looks at the file. */
int file_write(const struct root *root, const char *path, const char *content, char **ret_error);

/* The same with permissions of its own instead of 0644. */
int file_write_with_mode(const struct root *root, const char *path, const char *content, unsigned mode,
                         char **ret_error);

/* Removes path if it is there, and fsyncs the directory. On error as file_write. */
int file_remove(const struct root *root, const char *path, char **ret_error);

/* Removes what a file_write that was cut off may have left beside path. */
void file_remove_leftover(const struct root *root, const char *path);

/* Renames within one directory, replacing what is there, and fsyncs it. On error as file_write. */
int file_rename(const struct root *root, const char *path, const char *new_name, char **ret_error);

/* Gives the file at path a second name in its directory, and fsyncs that. Where the name is this very file's
 * already there is nothing to do; -EEXIST: it is another's. A link at path is not followed. */
int file_link(const struct root *root, const char *path, const char *new_name, char **ret_error);
