/* SPDX-License-Identifier: MIT */
/* Which of the running servers are those of units, where none of them is to be asked anything. */
#pragma once

#include "policy/policy.h"
#include "servers/facts.h"
#include "util/root.h"

/* Fills .unproven of each: by PID 1 on the running host, below another root by the files that its units have
 * there. */
void servers_proven_read(const struct root *root, const struct policy *policy, struct server_list *list);
