/* SPDX-License-Identifier: MIT */
/* The one place that knows what values mean: elsewhere they are strings in canonical form ("1", "never"). */
#pragma once

#include <stdbool.h>

#include "policy/tunable.h"

#define VALUE_LEAVE "leave" /* in the configuration: this row is not ours to set */

/* Canonical form of what the kernel prints ("60\n", "always [madvise] never\n") or a file has (a bare word).
 * Owned by the caller. -EINVAL when it is not of the row's syntax. */
int value_parse(const struct tunable *tunable, const char *printed, char **ret);

/* Canonical form of what the kernel makes of a text that is written into the row's file: of an integer it
 * takes what stands in front of a blank, in any base; of a choice the exact word with or without a newline.
 * -EINVAL where it refuses. */
int value_parse_written(const struct tunable *tunable, const char *text, char **ret);

/* Canonical form of a configured value, "leave" included. On error *ret_error says what is allowed. */
int value_parse_configured(const struct tunable *tunable, const char *text, char **ret, char **ret_error);

/* Whether current meets wanted. is_configured: the value was asked for by name, so a row that is content with
 * one of several wants exactly this one. */
bool value_satisfies(const struct tunable *tunable, const char *current, const char *wanted,
                     bool is_configured);

/* The larger of two integers; b may be NULL. For SATISFIED_AT_LEAST. Points to one of them. */
const char *value_larger(const char *a, const char *b);

/* What is allowed: "0 to 2", "always, madvise or never". Owned by the caller. */
char *value_allowed(const struct tunable *tunable);
