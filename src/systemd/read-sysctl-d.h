/* SPDX-License-Identifier: MIT */
/* Reads the sysctl.d directories of a host, for each of those who read them. */
#pragma once

#include "systemd/sysctl-rules.h"
#include "util/root.h"

/* What is to be filled, each with its .wanted set or not; NULL: not asked for. */
struct sysctl_d_request {
    const char *const *except;   /* base names of files to leave out of `now`, NULL-terminated; NULL: none */
    struct sysctl_rules *now;    /* what systemd-sysctl would read now */
    struct sysctl_rules *boot;   /* what it will read at the next boot: /run is empty then, and the
                                    credential sysctl.extra comes last */
    struct sysctl_rules *procps; /* what "sysctl --system" would read now */
    char ***unseen;              /* sentences on what this process may not read, NULL-terminated */
};

/* Files that nobody could read are passed over. */
void sysctl_d_read(const struct root *root, const struct sysctl_d_request *request);
