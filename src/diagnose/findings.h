/* SPDX-License-Identifier: MIT */
/* The rules of the rows in findings.c. Each is named after its row's id and fills a verdict (finding.h). */
#pragma once

#include "diagnose/finding.h"

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

/* findings-process.c */
RULE(rss_near_ram);
RULE(save_near_limit);
RULE(cow_large);
RULE(swapped_out);
RULE(kernel_oom_kill);
RULE(restarted);
RULE(container_limit_tight);

/* findings-fork.c */
RULE(fork_slow);
RULE(fork_would_fail);
RULE(bgsave_failed);
RULE(aof_failed);
RULE(failure_masked);
RULE(save_stale);

/* findings-sockets.c */
RULE(listen_queue_overflow);
RULE(backlog_low);
RULE(nofile_low);
RULE(open_to_network);
RULE(runs_as_root);

/* findings-host.c */
RULE(tunable_drift);
RULE(started_before_tuning);
RULE(node_skew);
RULE(startup_warnings);
RULE(time_wait_settings);
RULE(zone_reclaim);
RULE(map_count);
RULE(slow_clocksource);

#undef RULE
