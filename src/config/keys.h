/* SPDX-License-Identifier: MIT */
/* What may stand in the configuration: the sections, and what takes their settings. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/policy.h"

struct config_section {
    const char *name;
    /* -EINVAL: *ret_error has the place and what is allowed. */
    int (*add)(const char *name, const char *value, const char *shown, unsigned line, struct policy *policy,
               char **ret_error);
};

extern const struct config_section config_sections[];
extern const size_t config_sections_count;

/* name is not terminated. */
bool config_is_section(const char *name, size_t length);
