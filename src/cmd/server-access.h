/* SPDX-License-Identifier: MIT */
/* With what a server is asked: the options that name the user, the password and the certificates. */
#pragma once

#include <stdbool.h>

#include "cmd/command.h"
#include "servers/read-answers.h"

struct server_access {
    struct redis_query query;
    struct peer_secrets secrets;
    char *password; /* wiped when done */
};

/* Checks that the options fit together and reads the password, from --password-file or REDISCLI_AUTH, never
 * from the command line. Logs on error. */
bool server_access_read(const struct options *options, struct server_access *ret);
/* Whether the command line names one server. */
bool server_access_is_named(const struct server_options *server);
void server_access_done(struct server_access *access);
