/* SPDX-License-Identifier: MIT */
/* Looks at the running servers: everything of servers/facts.h. */
#pragma once

#include "servers/facts.h"
#include "util/budget.h"
#include "util/root.h"

/* All servers and sentinels of the host with the groups (enum server_group) that are asked for. What cannot
 * be learned is unknown with its reason, also what the budget does not suffice for; a process that ends
 * meanwhile is not in the list. Below another root the files of the captured /proc are read, and the kernel
 * is not asked. named (servers/process; NULL: none) are looked at as the servers of units are, before all
 * strangers. Owned by the caller, server_list_done. */
void server_facts_read(const struct root *root, const struct host_facts *facts, unsigned groups,
                       const char *const *named, struct budget *budget, struct server_list *ret);
