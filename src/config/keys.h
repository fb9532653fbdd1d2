/* SPDX-License-Identifier: MIT */
/* What may stand in the configuration: the sections, and what takes their settings. A section belongs to who
 * understands it: to all others a mistake in it is none. */
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

extern const struct config_section config_tunables, config_units, config_thresholds, config_suppress;

/* What is handed to the reader, config/read-file.h; each ends with NULL. The last two link the findings. */
extern const struct config_section *const config_host_sections[];
extern const struct config_section *const config_finding_sections[];
extern const struct config_section *const config_all_sections[];

/* Whether it is one at all, whoever understands it. name is not terminated. */
bool config_is_section(const char *name, size_t length);
