/* SPDX-License-Identifier: MIT */
/* Reads a redis.conf with what it includes. */
#pragma once

#include "servers/config-pairs.h"
#include "servers/config.h"
#include "servers/facts.h"
#include "util/budget.h"
#include "util/root.h"

/* Adds to config, which redis_config_begin has prepared. Only regular files, each bounded, few of them, all
 * together within the share; an included file that cannot be read, or one too many, makes it an error like
 * the first one. -errno with *ret_error; -ENOBUFS, -ETIME: the share did not suffice. */
int redis_conf_read(const struct root *root, const char *path, struct budget_share *share,
                    struct server_config *config, char **ret_error);

/* Who starts with that configuration. */
struct conf_reader {
    unsigned uid, gid;
};

/* The same of a file that this server names as its own, and of that all that it sets as well. A file that the
 * server could not read counts for nothing. */
int redis_conf_read_named(const struct root *root, const char *path, const struct conf_reader *reader,
                          struct budget_share *share, struct server_config *config,
                          struct config_pairs *pairs, char **ret_error);

/* The same for the password that stands there, with a share of its own. A file that its own server could not
 * read counts for nothing: a line "include" must not make another's secret of it. */
int redis_conf_read_secret(const struct root *root, const char *path, const struct conf_reader *reader,
                           struct redis_secret *secret, char **ret_error);
