/* SPDX-License-Identifier: MIT */
/* What the readers of systemd's configuration share: files that may be hidden from us, credentials. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/root.h"

enum { CONF_CREDENTIALS_PLACES = 4 };

/* A file's content, owned by the caller; *ret is NULL where nobody could read it (a dangling link, a
 * directory). False: this process cannot, which *unseen then says (NULL: not asked for). */
bool conf_read(const struct root *root, const char *path, char **ret, size_t *ret_size, char ***unseen);

/* Whether error (0: none) keeps this process from what systemd may read. */
bool conf_is_unseen(int error);

/* The same; then a sentence is added to *unseen (NULL: not asked for). */
bool conf_note_unseen(const struct root *root, const char *path, int error, char ***unseen);

/* Adds "WHAT: REASON" in any case. */
void conf_add_unseen(const char *what, int error, char ***unseen);

/* The names of credentials in the n-th place where the system's own are, in their order. False: they could
 * not be read, as above; *ret_place is where. n is below CONF_CREDENTIALS_PLACES. */
bool conf_list_credentials(const struct root *root, size_t n, const char *pattern, char ***ret,
                           const char **ret_place, char ***unseen);

/* The credential that a service of systemd's gets under that name at boot: from the system's own or a
 * credstore. *ret is NULL where there is none; *ret_path is where it was found, or where it could not be
 * read: then false. */
bool conf_read_credential(const struct root *root, const char *name, char **ret, size_t *ret_size,
                          const char **ret_path, char ***unseen);

/* Whether systemd of that host was built to read /lib as well as /usr/lib, and the two are not the same. */
bool conf_reads_lib(const struct root *root);

/* 252, read off the name of systemd's library; 0: there is none. -errno: this process cannot read where it
 * is, *ret_path, and *unseen says so. */
int conf_systemd_version(const struct root *root, const char **ret_path, char ***unseen);
