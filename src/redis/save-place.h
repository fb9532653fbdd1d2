/* SPDX-License-Identifier: MIT */
/* Where a server keeps its snapshot, and whether that is a place that only an intruder chooses: who may say
 * CONFIG SET dir and dbfilename writes files of his own with the server's rights, as a snapshot among whose
 * data a crontab, a key for ssh or a script stands. From Redis 7.0 on both are refused unless
 * enable-protected-configs says otherwise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A directory of cron, of ssh, of the system's configuration or programs, or of a web server. Not terminated.
 */
bool save_directory_is_foreign(const char *directory, size_t size);

/* A name that cron, ssh, a shell or a web server reads: "root", "authorized_keys", "x.php". */
bool save_name_is_foreign(const char *name, size_t size);
