/* SPDX-License-Identifier: MIT */
/* Drops what a command does not need, before it reads anything that somebody else may have written. */
#pragma once

/* Drops every capability and forbids to gain any, for this process and what it starts. Writing the knobs
 * needs uid 0 and no capability: the kernel checks the owner of /proc/sys and of sysfs files (proc_sysctl.c,
 * test_perm). -errno. */
int capabilities_drop_all(void);
