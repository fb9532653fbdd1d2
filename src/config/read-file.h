/* SPDX-License-Identifier: MIT */
/* Reads redis-hosttune.conf and its drop-ins, redis-hosttune.conf(5), with libeconf. */
#pragma once

#include "policy/policy.h"
#include "util/root.h"

#define CONFIG_FILE_NAME "redis-hosttune.conf"

struct config_section; /* config/keys.h */

/* All settings of the sections that are given (a list that ends with NULL), in the order in which they count.
 * No file at all is an empty policy. Of the other sections the names alone are looked at. On error nothing is
 * returned, and *ret_error has the file, the line and what is allowed: -EINVAL, -EFBIG, or what reading
 * failed with. */
int config_file_read(const struct root *root, const struct config_section *const *sections,
                     struct policy *ret, char **ret_error);

/* One file's text, as it stands at `shown`: the parser behind config_file_read, for its fuzzer too. */
int config_file_parse(const char *content, size_t size, const char *shown,
                      const struct config_section *const *sections, struct policy *policy, char **ret_error);
