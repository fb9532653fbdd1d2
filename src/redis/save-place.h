/* SPDX-License-Identifier: MIT */
/* Where a server keeps its snapshot, and whether that is a place that only an intruder chooses: who may say
 * CONFIG SET dir and dbfilename writes files of his own with the server's rights, as a snapshot among whose
 * data a crontab, a key for ssh or a script stands. From Redis 7.0 on both are refused unless
 * enable-protected-configs says otherwise. */
#pragma once

#include <stddef.h>

/* What becomes of a file there, where the directory is one of cron, of ssh, of the system's configuration or
 * programs, or of a web server: "cron runs what stands there". NULL: a snapshot may well be there. Not
 * terminated. */
const char *save_directory_leads_to(const char *directory, size_t size);

/* Likewise of a name that cron, ssh, a shell or a web server reads: "root", "authorized_keys", "x.php". */
const char *save_name_leads_to(const char *name, size_t size);
