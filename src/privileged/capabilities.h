/* SPDX-License-Identifier: MIT */
/* Drops what a command does not need, before it reads anything that somebody else may have written. */
#pragma once

/* Drops every capability and forbids to gain any, for this process and what it starts. Writing the knobs
 * needs uid 0 and no capability: the kernel checks the owner of /proc/sys and of sysfs files (proc_sysctl.c,
 * test_perm). capset(2) is called only where something is held. -errno. */
int capabilities_drop_all(void);

/* The same but for what it takes to look at the processes of others, where this process has it:
 * CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN (to enter a network namespace). They are held back,
 * not in effect, until capabilities_use_held. capabilities_drop_all follows as soon as all is gathered, or
 * nothing is to be. -errno. */
int capabilities_hold_inspection(void);

/* Puts into effect what is held. -errno. */
int capabilities_use_held(void);

/* What it takes to look at the processes of others, in effect at once, and CAP_SETUID, to connect with the
 * rights of a unix socket's own user (setfsuid(2)); never CAP_DAC_OVERRIDE, which would open the sockets of
 * everybody else as well. */
int capabilities_keep_asking(void);
