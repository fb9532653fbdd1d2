/* SPDX-License-Identifier: MIT */
/* credentials.conf: with what the server of a unit is asked. Pure.
 *
 *   [redis-server.service]
 *   user = monitor
 *   password = everything up to the end of the line
 *
 * Not read by libeconf, as the rest of the configuration is: that ends a value at '#' and takes quotes off,
 * which are parts of passwords, and keeps copies that nobody wipes. */
#pragma once

#include <stddef.h>

struct credential {
    char *unit, *user, *password; /* user NULL: the default one */
};

struct credentials {
    struct credential *items;
    size_t count;
};

#define CREDENTIALS_PATH "/etc/redis-hosttune/credentials.conf"

/* Changes `content`. -EINVAL with *ret_error, which has `shown` and the line and never a value. */
int credentials_parse(char *content, const char *shown, struct credentials *ret, char **ret_error);

/* Of that unit, or of the template of an instance; NULL: none. */
const struct credential *credentials_find(const struct credentials *credentials, const char *unit);

/* Wipes them. */
void credentials_done(struct credentials *credentials);

/* Overwrites a text before it is freed; NULL is fine. */
void secret_free(char *secret);
