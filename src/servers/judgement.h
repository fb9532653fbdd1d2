/* SPDX-License-Identifier: MIT */
/* Do the running servers live under what the plan wants? Pure: from what is known of each server, the plan
 * and the saved state. A value that the kernel has right now may still be an old one to a process that began
 * before. */
#pragma once

#include "plan/plan.h"
#include "servers/facts.h"

/* Gives the items of the plan their judgements, in the order of the servers, and the plan its restarts. A
 * sentinel gets none: it keeps no data and forks no child. Items that are left or refused are not judged, and
 * those of units only where the plan has them; a server that is of none of these gets items of its own, with
 * the reason. The list must outlive the plan. */
void servers_judge(struct plan *plan, const struct plan_input *input, const struct server_list *list);

/* What is known of the limits of its cgroups, as judgements that are fine or unknown. judgements_done. */
void server_judge_limits(const struct server_facts *server, struct judgements *ret);

/* The server's judgement of the item; NULL: it has none. */
const struct judgement *server_judgement(const struct plan_item *item, const struct server_facts *server);
