/* SPDX-License-Identifier: MIT */
/* The file that CONFIG REWRITE would write, as it lies there. Since Redis 6.0.9 that is a new file in its
 * place: of the mode 0644 without the server's umask, of the server's user, and where a link stood, no link
 * any more (config.c: rewriteConfigOverwriteFile). Filled by servers/read-config-file. */
#pragma once

#include <stdbool.h>

struct config_file {
    bool is_known;
    bool is_link;
    bool is_closed; /* its directory takes no new file from the server's user */
    unsigned mode;  /* its permissions */
    unsigned uid, gid;
    unsigned umask; /* of the server; 0 where it is not shown (before Linux 4.7) */
};
