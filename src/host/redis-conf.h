/* SPDX-License-Identifier: MIT */
/* Reads a redis.conf with what it includes. */
#pragma once

#include "model/server-facts.h"
#include "util/root.h"

/* Adds to config, which redis_config_begin has prepared. Only regular files, each bounded, few of them; an
 * included file that cannot be read, or one too many, makes it an error like the first one. -errno with
 * *ret_error. */
int redis_conf_read(const struct root *root, const char *path, struct server_config *config,
                    char **ret_error);
