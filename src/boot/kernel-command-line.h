/* SPDX-License-Identifier: MIT */
/* What the kernel's command line sets: sysctl.KEY=, transparent_hugepage=, thp_anon=. Source: Linux 6.12,
 * lib/cmdline.c next_arg(), fs/proc/proc_sysctl.c process_sysctl_arg(), mm/huge_memory.c
 * setup_transparent_hugepage() and setup_thp_anon(), Documentation/admin-guide/kernel-parameters.txt. */
#pragma once

#include "host/facts.h"
#include "policy/tunable.h"

struct kernel_parameter {
    char *text;  /* as it stands there; NULL: nothing sets the object */
    char *value; /* canonical */
};

/* What `command_line` makes of the object at path (below the root: "proc/sys/vm/swappiness"). A value that
 * the kernel would refuse is passed over. Owned by the caller. */
void kernel_command_line_find(const char *command_line, const struct tunable *tunable, const char *path,
                              const struct host_facts *facts, struct kernel_parameter *ret);
void kernel_parameter_done(struct kernel_parameter *parameter);
