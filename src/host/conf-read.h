/* SPDX-License-Identifier: MIT */
/* What the readers of systemd's configuration share: files that may be hidden from us, credentials. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/root.h"

/* A file's content, owned by the caller; *ret is NULL where nobody could read it (a dangling link, a
 * directory) or where this process may not, which *unseen then says (NULL: not asked for). */
void conf_read(const struct root *root, const char *path, char **ret, size_t *ret_size, char ***unseen);

/* Adds a sentence to *unseen where error (0: none) keeps this process from what systemd may read. */
void conf_note_unseen(const struct root *root, const char *path, int error, char ***unseen);

/* The credential that a service of systemd's gets under that name at boot: from the system's own or a
 * credstore. *ret is NULL where there is none; *ret_path is where it was found. */
void conf_read_credential(const struct root *root, const char *name, char **ret, size_t *ret_size,
                          const char **ret_path, char ***unseen);

/* Whether systemd of that host was built to read /lib as well as /usr/lib, and the two are not the same. */
bool conf_reads_lib(const struct root *root);

/* 252, read off the name of systemd's library; 0: not known. */
int conf_systemd_version(const struct root *root);
