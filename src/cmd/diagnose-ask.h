/* SPDX-License-Identifier: MIT */
/* Asking all servers at the same time, each in a thread of its own, within the budget of the run. */
#pragma once

#include "cmd/diagnose-gather.h"
#include "servers/read-answers.h"
#include "servers/target.h"
#include "util/budget.h"

struct asking {
    const struct redis_query *query;
    struct budget *budget;
    struct redis_targets *targets; /* one for each server; none in it: it is not asked */
    struct server_peers peers;     /* likewise */
    struct examined *servers;
    size_t count;
};

/* Fills the servers' facts. */
void asking_run(struct asking *asking);
void asking_done(struct asking *asking);
