/* SPDX-License-Identifier: MIT */
/* Looks at the configuration file of a server, and reads none of it. */
#pragma once

#include "servers/config-file.h"
#include "servers/facts.h"
#include "util/root.h"

/* Of a server of this host, at the path that it names. Not known where it runs in a container, or nothing can
 * be seen there. */
void server_config_file_read(const struct root *root, const struct server_facts *server, const char *path,
                             struct config_file *ret);
