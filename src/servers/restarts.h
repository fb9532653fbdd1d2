/* SPDX-License-Identifier: MIT */
/* Which running servers live under older values than the plan's, and must be restarted for it. Pure. */
#pragma once

#include "plan/plan.h"
#include "servers/process.h"

/* For the changes of the plan and for those made while the servers ran already. */
void plan_add_restarts(struct plan *plan, const struct plan_input *input,
                       const struct server_processes *servers);

/* Why this server must be restarted for an item: it is about to be changed, or was changed after the server
 * had started, which the saved state tells. NULL: it need not be. Static text. */
const char *plan_restart_reason(const struct plan_item *item, const struct server_process *server,
                                const struct plan_input *input);
