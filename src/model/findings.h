/* SPDX-License-Identifier: MIT */
/* The rules of the rows in findings.c. Each is named after its row's id and fills a verdict (finding.h). */
#pragma once

#include "model/finding.h"

#define RULE(name) void name(const struct diagnosis *diagnosis, struct verdict *verdict)

/* findings-memory.c */
RULE(dataset_over_half);
RULE(fragmentation_high);
RULE(allocator_fragmentation);
RULE(redis_oom_errors);

/* findings-buffers.c */
RULE(client_buffers);
RULE(buffers_unlimited);
RULE(monitor_session);

/* findings-limits.c */
RULE(maxmemory_unset);
RULE(maxmemory_over_ram);
RULE(maxmemory_near);
RULE(policy_never_evicts);
RULE(cache_without_eviction);
RULE(evictions);
RULE(hit_rate_low);
RULE(big_instance);

/* findings-clients.c */
RULE(connections_rejected);
RULE(clients_near_max);
RULE(connection_churn);
RULE(blocked_clients);

/* findings-commands.c */
RULE(slow_commands);
RULE(keyspace_commands);
RULE(latency_events);

/* findings-replication.c */
RULE(repl_backlog_small);
RULE(replication_lag);

/* findings-role.c */
RULE(single_copy);
RULE(mixed_roles);
RULE(trend);

/* findings-exposure.c */
RULE(default_user_all);
RULE(dangerous_commands);

#undef RULE
