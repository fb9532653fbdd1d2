/* SPDX-License-Identifier: MIT */
/* THE table of findings: one row for each thing that a Redis can suffer from.
 * A row is data; its rule (findings.h) stands in findings-*.c. Diagnose, explain, the thresholds of the
 * configuration and docs/findings.md all work from it. */
#include "diagnose/findings.h"

#include "util/text.h"

#define MIB (1024.0 * 1024)
#define GIB (1024 * MIB)

/* A new row, with what each part is for:
 *
 *  {
 *      .id = "example",                        kebab-case; tests/diagnose/example provokes it
 *      .section = SECTION_MEMORY,              rows of a section stand together
 *      .summary = "…",                         what is looked at
 *      .warning_when = "… is above {warning}", .critical_when = "…",
 *      .needs = NEEDS(FACT_MEMORY),            groups of facts, beyond what .info and .config imply
 *      .info = {"used_memory"},                numbers of INFO that must be there
 *      .config = {"maxmemory"},                parameters that must be there
 *      .thresholds = {{"warning", 0.75, QUANTITY_RATIO}},
 *      .harm = "…", .remedy = "…", .evaluate = example,
 *  }
 */

const struct finding findings[] = {
    /* --- memory the kernel sees --- */
    {
        .id = "dataset-over-half",
        .section = SECTION_MEMORY,
        .summary = "used_memory against RAM, where a snapshot or an append-only file is on",
        .warning_when = "used_memory is more than {warning} of RAM or the cgroup's limit",
        .critical_when = "it is more than {critical} of it",
        .info = {"used_memory"},
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"critical", 0.75, QUANTITY_RATIO}},
        .harm =
            "While a child saves, each page that changes is copied: with many writes the server may need as "
            "much memory again as the data has, and is killed where that is not there.",
        .evaluate = dataset_over_half,
    },
    {
        .id = "fragmentation-high",
        .section = SECTION_MEMORY,
        .summary = "Memory that the process holds against what its data needs",
        .warning_when = "mem_fragmentation_ratio is above {warning}, with more than {used} of data",
        .critical_when = "it is above {critical}",
        .info = {"used_memory", "used_memory_rss", "mem_fragmentation_ratio"},
        .thresholds = {{"warning", 1.5, QUANTITY_FACTOR},
                       {"critical", 2.0, QUANTITY_FACTOR},
                       {"used", 100 * MIB, QUANTITY_BYTES}},
        .harm =
            "The process holds memory that maxmemory does not count, so the kernel runs out of it while the "
            "server believes that there is room.",
        .evaluate = fragmentation_high,
    },
    {
        .id = "allocator-fragmentation",
        .section = SECTION_MEMORY,
        .summary = "Memory that the allocator keeps in pages that are partly in use",
        .warning_when = "allocator_active is more than {warning} times allocator_allocated, and {bytes} more",
        .info = {"allocator_allocated", "allocator_active"},
        .thresholds = {{"warning", 1.5, QUANTITY_FACTOR}, {"bytes", 100 * MIB, QUANTITY_BYTES}},
        .harm = "That memory serves nobody else and can't be given back: the pages hold live data as well.",
        .evaluate = allocator_fragmentation,
    },
    {
        .id = "client-buffers",
        .section = SECTION_MEMORY,
        .summary = "Replies that wait in memory for clients to read them",
        .warning_when = "those of one client are more than {warning}",
        .critical_when = "all normal clients' memory is more than {critical} of maxmemory",
        .needs = NEEDS(FACT_CLIENTS),
        .thresholds = {{"warning", 256 * MIB, QUANTITY_BYTES}, {"critical", 0.25, QUANTITY_RATIO}},
        .harm =
            "A client that asks for more than it reads makes the server keep the answers: they count towards "
            "maxmemory, so keys are evicted or writes refused for them, and without a limit they grow until "
            "the kernel kills the server.",
        .evaluate = client_buffers,
    },
    {
        .id = "buffers-unlimited",
        .section = SECTION_MEMORY,
        .summary = "The limit of the replies that wait for one normal client",
        .warning_when = "client-output-buffer-limit of normal clients is 0",
        .critical_when = "and more than {critical} wait for one of them",
        .config = {"client-output-buffer-limit"},
        .thresholds = {{"critical", 64 * MIB, QUANTITY_BYTES}},
        .harm = "One client that stops reading can take all memory of the host: nothing disconnects it.",
        .evaluate = buffers_unlimited,
    },
    {
        .id = "monitor-session",
        .section = SECTION_MEMORY,
        .summary = "Clients in MONITOR, which are sent every command of all others",
        .warning_when = "there is one",
        .critical_when = "and more than {critical} wait for it",
        .needs = NEEDS(FACT_CLIENTS),
        .thresholds = {{"critical", 64 * MIB, QUANTITY_BYTES}},
        .harm = "Every command is formatted and sent once more for each of them: throughput falls, what a "
                "session does not read stays in memory, and it sees everybody's data.",
        .evaluate = monitor_session,
    },
    {
        .id = "redis-oom-errors",
        .section = SECTION_MEMORY,
        .summary = "Commands that the server refused because maxmemory was reached",
        .warning_when = "there were any since its start",
        .critical_when = "there were more within the interval",
        .info = {"total_error_replies"}, /* as old as errorstat_*, which shows after the first error only */
        .harm =
            "Clients' writes fail with an OOM error. This is maxmemory, with nothing that may be evicted, "
            "and not the kernel.",
        .evaluate = redis_oom_errors,
    },
    {
        .id = "rss-near-ram",
        .section = SECTION_MEMORY,
        .summary = "What the server holds of RAM, or of its cgroup's limit",
        .warning_when = "used_memory_rss is above {warning} of it",
        .critical_when = "it is above {critical} of it",
        .info = {"used_memory_rss"},
        .thresholds = {{"warning", 0.75, QUANTITY_RATIO}, {"critical", 0.90, QUANTITY_RATIO}},
        .harm = "The next burst of writes, of clients' buffers or of copies during a snapshot ends in "
                "swapping or "
                "in the OOM killer.",
        .evaluate = rss_near_ram,
    },
    {
        .id = "save-near-limit",
        .section = SECTION_MEMORY,
        .summary = "Memory while a child saves: the server's and what is copied",
        .warning_when = "while it saves, used_memory_rss and the copies are above {warning} of RAM or of the "
                        "cgroup's limit, or the cgroup is above {warning} of its limit",
        .critical_when = "that is above {critical}",
        .info = {"rdb_bgsave_in_progress", "used_memory_rss"},
        .thresholds = {{"warning", 0.85, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "Every page that is written before the child ends is copied, and used_memory_rss does not "
                "show it: "
                "when memory ends, the OOM killer takes the server or the child.",
        .evaluate = save_near_limit,
    },
    {
        .id = "cow-large",
        .section = SECTION_MEMORY,
        .summary = "What copy-on-write cost in the last save",
        .warning_when = "it was above {warning} of used_memory, in an instance of {used} or more",
        .critical_when = "it would not fit into what the host or the cgroup has left now",
        .info = {"rdb_last_cow_size", "used_memory"},
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"used", 64.0 * MIB, QUANTITY_BYTES}},
        .harm = "A save under such a load needs nearly the data's size once more.",
        .evaluate = cow_large,
    },
    {
        .id = "swapped-out",
        .section = SECTION_MEMORY,
        .summary = "The server's memory that lies in swap",
        .warning_when = "VmSwap of the process is above 0; it confirms or refutes a mem_fragmentation_ratio "
                        "below 1 of {used} or more",
        .critical_when = "it is above {critical} of VmRSS",
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"critical", 0.01, QUANTITY_RATIO}, {"used", 100.0 * MIB, QUANTITY_BYTES}},
        .harm = "A command that touches such a page waits for the disk, and every client with it.",
        .evaluate = swapped_out,
    },
    {
        .id = "kernel-oom-kill",
        .section = SECTION_MEMORY,
        .summary = "Kills of this server by the kernel's OOM killer",
        .warning_when = "there was one in this boot or in the last 7 days",
        .critical_when = "there was one in the last 24 hours",
        .harm = "It ended without saving: what had been written since the last snapshot or fsync is lost, "
                "and every "
                "client was cut off. The same load will do it again.",
        .evaluate = kernel_oom_kill,
    },
    {
        .id = "restarted",
        .section = SECTION_MEMORY,
        .summary = "A start that nobody asked for",
        .warning_when =
            "it has been up for less than {warning}, and systemd restarted it by itself or the OOM "
            "killer took it before",
        .info = {"uptime_in_seconds"},
        .thresholds = {{"warning", 3600, QUANTITY_SECONDS}},
        .harm = "Whatever ended it comes back; what was not saved then is lost.",
        .remedy = "read kernel-oom-kill above, then the log of what starts it",
        .evaluate = restarted,
    },
    {
        .id = "container-limit-tight",
        .section = SECTION_MEMORY,
        .summary = "The cgroup's memory limit against maxmemory",
        .warning_when = "the limit is below maxmemory times {factor}",
        .critical_when = "it is below maxmemory",
        .info = {"maxmemory"},
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"factor", 1.25, QUANTITY_FACTOR}},
        .harm = "Buffers, fragmentation and the copies of a snapshot come on top of maxmemory: the cgroup's "
                "limit is "
                "reached before maxmemory is, and the OOM killer comes instead of an eviction.",
        .evaluate = container_limit_tight,
    },

    /* --- fork, snapshots, append-only file --- */
    {
        .id = "repl-backlog-small",
        .section = SECTION_FORK,
        .summary = "The replication backlog of a server with replicas",
        .warning_when = "it is smaller than {warning}",
        .critical_when = "and a replica was copied to in full within the interval",
        .info = {"connected_slaves", "repl_backlog_size", "sync_full"},
        .thresholds = {{"warning", 100 * MIB, QUANTITY_BYTES}},
        .harm =
            "A replica that was away for longer than the backlog holds is copied to in full: a fork, a whole "
            "snapshot through the network, and a replica that serves old data or none until it is loaded.",
        .evaluate = repl_backlog_small,
    },
    {
        .id = "fork-slow",
        .section = SECTION_FORK,
        .summary = "How long the last fork stalled the server",
        .warning_when =
            "it took longer than {warning}, or than {per-gib} for each GiB of an instance of {rss} or "
            "more",
        .critical_when = "it took longer than {critical}",
        .info = {"latest_fork_usec", "used_memory_rss"},
        .thresholds = {{"warning", 0.5, QUANTITY_SECONDS},
                       {"critical", 2, QUANTITY_SECONDS},
                       {"per-gib", 0.2, QUANTITY_SECONDS},
                       {"rss", 256.0 * MIB, QUANTITY_BYTES}},
        .harm = "No client is served while the page tables are copied: each snapshot and each rewrite of the "
                "append-only file begins with such a stall.",
        .remedy =
            "split the data over smaller instances: the stall grows with the memory of one\n"
            "save on a replica, and in a quiet hour\n"
            "huge pages would make the fork shorter and the latency between forks uneven: see redis-hosttune "
            "explain thp.enabled",
        .evaluate = fork_slow,
    },
    {
        .id = "fork-would-fail",
        .section = SECTION_FORK,
        .summary = "Whether the kernel would refuse the next fork",
        .warning_when =
            "vm.overcommit_memory is 0 (a corner case remains), it would fit by less than {margin} of "
            "the room, or the kernel has refused it memory",
        .critical_when = "it would be refused now, or its page tables alone would pass the cgroup's limit",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_KERNEL) | NEEDS(FACT_MEMORY),
        .thresholds = {{"margin", 0.10, QUANTITY_RATIO}},
        .harm =
            "Without a fork there is no snapshot, no rewrite of the append-only file and no full copy for a "
            "replica; after a failed snapshot writes are refused too.",
        .evaluate = fork_would_fail,
    },
    {
        .id = "bgsave-failed",
        .section = SECTION_FORK,
        .summary = "The last snapshot",
        .critical_when = "it failed",
        .needs = NEEDS(FACT_INFO),
        .harm = "The last good snapshot grows older, and where save points exist every write is refused "
                "(MISCONF).",
        .evaluate = bgsave_failed,
    },
    {
        .id = "aof-failed",
        .section = SECTION_FORK,
        .summary = "The last write to the append-only file and its last rewrite",
        .critical_when = "one of them failed",
        .info = {"aof_enabled"},
        .harm = "Writes since then are not in the file, or the file grows without end.",
        .evaluate = aof_failed,
    },
    {
        .id = "failure-masked",
        .section = SECTION_FORK,
        .summary = "Writes that go on after a failed snapshot",
        .warning_when = "stop-writes-on-bgsave-error is no while save points exist",
        .critical_when = "and the last snapshot failed",
        .needs = NEEDS(FACT_INFO),
        .config = {"stop-writes-on-bgsave-error", "save"},
        .harm = "Snapshots can fail for weeks and nobody sees it until the data is needed.",
        .evaluate = failure_masked,
    },
    {
        .id = "save-stale",
        .section = SECTION_FORK,
        .summary = "The age of the last snapshot",
        .warning_when = "keys have changed, and it is older than {factor} times the longest save period",
        .info = {"rdb_last_save_time", "rdb_changes_since_last_save"},
        .config = {"save"},
        .thresholds = {{"factor", 3, QUANTITY_FACTOR}},
        .harm = "A restart brings the data back as it was then.",
        .evaluate = save_stale,
    },

    /* --- limits and eviction --- */
    {
        .id = "maxmemory-unset",
        .section = SECTION_LIMITS,
        .summary = "Whether the server has a maxmemory at all",
        .warning_when = "it is 0",
        .critical_when = "and used_memory_rss is more than {critical} of RAM or the cgroup's limit",
        .info = {"maxmemory", "used_memory_rss"},
        .thresholds = {{"critical", 0.50, QUANTITY_RATIO}},
        .harm =
            "It grows until the kernel's OOM killer ends it, and what was not saved is gone: a limit would "
            "have evicted keys or refused writes instead.",
        .evaluate = maxmemory_unset,
    },
    {
        .id = "maxmemory-over-ram",
        .section = SECTION_LIMITS,
        .summary = "maxmemory against the memory that the server can have",
        .warning_when = "it is more than {warning} of RAM or the cgroup's limit",
        .critical_when = "it is more than {critical} of it",
        .info = {"maxmemory"},
        .thresholds = {{"warning", 0.75, QUANTITY_RATIO}, {"critical", 1.0, QUANTITY_RATIO}},
        .harm = "The memory ends before the limit is reached: fragmentation, buffers of clients and "
                "replicas, and "
                "pages copied for a child come on top of it.",
        .evaluate = maxmemory_over_ram,
    },
    {
        .id = "maxmemory-near",
        .section = SECTION_LIMITS,
        .summary = "The memory that counts towards maxmemory against it",
        .warning_when = "it is more than {warning} of it",
        .critical_when = "it is more than {critical} and nothing can be evicted",
        .info = {"used_memory", "maxmemory"},
        .thresholds = {{"warning", 0.70, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "At maxmemory writes are refused or keys evicted.",
        .evaluate = maxmemory_near,
    },
    {
        .id = "policy-never-evicts",
        .section = SECTION_LIMITS,
        .summary = "A volatile-* policy where no key has a TTL",
        .warning_when = "so it is",
        .critical_when = "and more than {critical} of maxmemory is in use",
        .info = {"used_memory", "maxmemory"},
        .thresholds = {{"critical", 0.90, QUANTITY_RATIO}},
        .harm = "Such a policy evicts only keys that have a TTL: without any it is as noeviction, and at "
                "maxmemory writes are refused with an OOM error.",
        .evaluate = policy_never_evicts,
    },
    {
        .id = "cache-without-eviction",
        .section = SECTION_LIMITS,
        .summary = "What looks like a cache, with the policy noeviction",
        .warning_when = "nothing is saved and at least {warning} of {keys} keys or more have a TTL",
        .info = {"used_memory"},
        .config = {"save", "appendonly"},
        .thresholds = {{"warning", 0.90, QUANTITY_RATIO}, {"keys", 100, QUANTITY_COUNT}},
        .harm = "When it is full a cache should drop what is used least; with noeviction it refuses writes.",
        .evaluate = cache_without_eviction,
    },
    {
        .id = "evictions",
        .section = SECTION_LIMITS,
        .summary = "Keys that are evicted to keep within maxmemory",
        .warning_when = "there were more within the interval",
        .critical_when = "they are more than {critical} of the keys in a minute",
        .info = {"evicted_keys"},
        .thresholds = {{"critical", 0.01, QUANTITY_RATIO}},
        .harm =
            "Keys go before their time: the application asks the store behind the cache instead, and data "
            "that is nowhere else is lost.",
        .evaluate = evictions,
    },
    {
        .id = "hit-rate-low",
        .section = SECTION_LIMITS,
        .summary = "Look-ups that find their key",
        .warning_when = "fewer than {warning} of at least {lookups} do",
        .critical_when = "fewer than {critical} do",
        .info = {"keyspace_hits", "keyspace_misses"},
        .thresholds = {{"warning", 0.80, QUANTITY_RATIO},
                       {"critical", 0.50, QUANTITY_RATIO},
                       {"lookups", 1000, QUANTITY_COUNT}},
        .harm =
            "A cache that misses costs a look-up and saves none: the load stays with the store behind it.",
        .remedy =
            "see evictions and maxmemory-near: a cache that is too small forgets what is asked for next\n"
            "longer TTLs, and the same key names where it is written and where it is read\n"
            "where it is no cache, as for locks, suppress this finding in redis-hosttune.conf",
        .evaluate = hit_rate_low,
    },
    {
        .id = "big-instance",
        .section = SECTION_LIMITS,
        .summary = "The size of one instance",
        .warning_when = "used_memory is more than {warning}",
        .info = {"used_memory", "latest_fork_usec"},
        .thresholds = {{"warning", 25 * GIB, QUANTITY_BYTES}},
        .harm =
            "Everything that walks all of it takes longer with its size: the stall of a fork, a snapshot, a "
            "restart, a full copy to a replica.",
        .remedy = "several smaller instances, by Redis Cluster or by the application's own sharding",
        .evaluate = big_instance,
    },

    /* --- clients and commands --- */
    {
        .id = "connections-rejected",
        .section = SECTION_CLIENTS,
        .summary = "Connections that the server accepted and then refused",
        .warning_when = "there were any since its start",
        .critical_when = "there were more within the interval",
        .info = {"rejected_connections"},
        .harm = "Clients get an error instead of a connection. The server closed them after it had accepted "
                "them: "
                "maxclients was reached, or protected mode refused an address; the listen queue has no part "
                "in it.",
        .evaluate = connections_rejected,
    },
    {
        .id = "clients-near-max",
        .section = SECTION_CLIENTS,
        .summary = "Connected clients against maxclients",
        .warning_when = "they are more than {warning} of maxclients",
        .critical_when = "they are more than {critical} of it, or it refuses one more",
        .judges_full = true,
        .info = {"connected_clients"},
        .config = {"maxclients"},
        .thresholds = {{"warning", 0.80, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "At maxclients the server closes each new connection with \"max number of clients reached\".",
        .evaluate = clients_near_max,
    },
    {
        .id = "connection-churn",
        .section = SECTION_CLIENTS,
        .summary = "New connections a second against those that are open",
        .warning_when = "more than {rate} come, and more than {warning} of the connected clients",
        .info = {"total_connections_received", "connected_clients"},
        .needs = NEEDS(FACT_INFO_BEFORE),
        .thresholds = {{"warning", 0.10, QUANTITY_RATIO}, {"rate", 100, QUANTITY_PER_SECOND}},
        .harm =
            "A new connection costs the server more than a command does, and the client a round trip and a "
            "local port that stays in TIME_WAIT.",
        .remedy = "a connection pool in the application, or a client library that keeps its connection",
        .evaluate = connection_churn,
    },
    {
        .id = "blocked-clients",
        .section = SECTION_CLIENTS,
        .summary = "Clients that wait in a blocking command, as BLPOP or WAIT",
        .warning_when = "they are more than {warning} of all clients and more than {clients}",
        .info = {"blocked_clients", "connected_clients"},
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"clients", 10, QUANTITY_COUNT}},
        .harm =
            "Each takes one of maxclients. Workers with nothing to do are as they should be; a producer that "
            "stopped, or a WAIT for a replica that is gone, looks the same.",
        .remedy = "does the producer still write? CLIENT LIST shows who waits, and in which command\n"
                  "fewer workers, or a time-out in BLPOP, XREAD and WAIT",
        .evaluate = blocked_clients,
    },
    {
        .id = "slow-commands",
        .section = SECTION_CLIENTS,
        .summary = "Commands in the slow log",
        .warning_when = "one of the last {window} took longer than {warning}",
        .critical_when = "one took longer than {critical}",
        .needs = NEEDS(FACT_SLOWLOG),
        .thresholds = {{"warning", 0.1, QUANTITY_SECONDS},
                       {"critical", 1, QUANTITY_SECONDS},
                       {"window", 3600, QUANTITY_SECONDS}},
        .harm = "One thread serves all clients: for as long as the command ran, everybody else waited.",
        .evaluate = slow_commands,
    },
    {
        .id = "keyspace-commands",
        .section = SECTION_CLIENTS,
        .summary = "Commands that walk or wipe the whole keyspace, and DEBUG",
        .warning_when = "KEYS, FLUSHALL, FLUSHDB or DEBUG was called since the start",
        .critical_when = "one was called within the interval",
        .needs = NEEDS(FACT_INFO),
        .harm =
            "KEYS looks at every key while everybody waits; FLUSHALL and FLUSHDB delete all data; DEBUG can "
            "stop or end the server.",
        .evaluate = keyspace_commands,
    },
    {
        .id = "latency-events",
        .section = SECTION_CLIENTS,
        .summary = "Stalls that the server's latency monitor has seen, by event",
        .warning_when = "one was longer than {warning}",
        .critical_when = "one was longer than {critical}",
        .needs = NEEDS(FACT_LATENCY),
        .thresholds = {{"warning", 0.1, QUANTITY_SECONDS}, {"critical", 1, QUANTITY_SECONDS}},
        .harm = "For so long nobody was served.",
        .evaluate = latency_events,
    },
    {
        .id = "replication-lag",
        .section = SECTION_CLIENTS,
        .summary = "How far replicas are behind, and whether a replica has its master",
        .warning_when = "nothing was heard for {warning}, or a replica is behind by {backlog} of the backlog",
        .critical_when = "a replica has lost its master, or is behind by more than the backlog",
        .info = {"connected_slaves", "master_repl_offset"},
        .thresholds = {{"warning", 10, QUANTITY_SECONDS}, {"backlog", 0.10, QUANTITY_RATIO}},
        .harm =
            "What a replica lacks is lost when it takes over; once it is behind by more than the backlog, it "
            "is copied to in full.",
        .evaluate = replication_lag,
    },
    {
        .id = "listen-queue-overflow",
        .section = SECTION_CLIENTS,
        .summary = "Connections that the kernel dropped before the server saw them",
        .warning_when = "there were any in its network namespace since that was made",
        .critical_when = "there were more within the interval, or a queue is at {queue} of its limit",
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"queue", 0.80, QUANTITY_RATIO}},
        .harm = "The kernel drops a connection that does not fit into the queue without a word: clients see "
                "time-outs "
                "and delays of 1, 3, 7 seconds, not a refusal.",
        .evaluate = listen_queue_overflow,
    },
    {
        .id = "backlog-low",
        .section = SECTION_CLIENTS,
        .summary = "tcp-backlog, the length of the listen queue that it asks for",
        .warning_when = "it is below {backlog}, or below the queue that waits now",
        .config = {"tcp-backlog"},
        .thresholds = {{"backlog", 511, QUANTITY_COUNT}},
        .harm =
            "The queue is no longer than this, however large net.core.somaxconn is: a burst of connections "
            "overflows it.",
        .evaluate = backlog_low,
    },
    {
        .id = "nofile-low",
        .section = SECTION_CLIENTS,
        .summary = "The process' limit of open files against maxclients",
        .warning_when = "it is below {files}",
        .critical_when = "it is below the maxclients that was asked for and 32",
        .config = {"maxclients"},
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"files", 65535, QUANTITY_COUNT}},
        .harm = "Each connection takes a file. maxclients fits as it is, but it can't be raised far: beyond "
                "the limit CONFIG SET maxclients is refused.",
        .evaluate = nofile_low,
    },

    /* --- role --- */
    {
        .id = "single-copy",
        .section = SECTION_ROLE,
        .summary = "Data that is in the memory of this one process alone",
        .warning_when =
            "nothing saves it, no replica has it, and it is no cache: it evicts nothing, and fewer "
            "than {ttl} of the keys have a TTL",
        .info = {"connected_slaves"},
        .config = {"save", "appendonly"},
        .thresholds = {{"ttl", 0.90, QUANTITY_RATIO}},
        .harm = "A restart, a kill or a power cut loses all of it.",
        .evaluate = single_copy,
    },
    {
        .id = "mixed-roles",
        .section = SECTION_ROLE,
        .summary = "One evicting instance for a cache and for data that must stay",
        .warning_when =
            "at least {warning} of {keys} keys or more have a TTL and as many have none, or several "
            "databases are in use",
        .info = {"maxmemory"},
        .thresholds = {{"warning", 0.20, QUANTITY_RATIO}, {"keys", 100, QUANTITY_COUNT}},
        .harm =
            "Under pressure the policy takes keys of every use and every database: a session or a job goes "
            "to make room for a cached page; and one use stalls the other.",
        .remedy =
            "one instance for each role: caches with allkeys-lru, sessions with volatile-ttl, queues and "
            "data that must stay with noeviction and an append-only file",
        .evaluate = mixed_roles,
    },
    {
        .id = "trend",
        .section = SECTION_ROLE,
        .summary = "Memory that grows: how long until the limit",
        .warning_when =
            "it grew by {growth} or more since a run that is at least {record} ago, or within the "
            "interval, nothing was evicted, and at this rate the limit is less than {warning} away",
        .critical_when = "it is less than {critical} away",
        .info = {"used_memory"},
        .thresholds = {{"warning", 7.0 * 86400, QUANTITY_SECONDS},
                       {"critical", 86400, QUANTITY_SECONDS},
                       {"growth", 1 * MIB, QUANTITY_BYTES},
                       {"record", 60, QUANTITY_SECONDS}},
        .harm = "At maxmemory writes are refused; without one the kernel ends the server.",
        .remedy =
            "look again after a while, or with a longer --interval: a burst is no trend\n"
            "TTLs for the keys that grow, or a maxmemory and a policy that evicts (see maxmemory-unset)",
        .evaluate = trend,
    },

    /* --- exposure --- */
    {
        .id = "default-user-all",
        .section = SECTION_EXPOSURE,
        .summary = "What a client may do that gives no password",
        .warning_when = "the default user is on, without a password, for every command and every key",
        .needs = NEEDS(FACT_ACL),
        .harm =
            "Every process that reaches the socket or the port, any web application on this host too, can "
            "read and delete all data and change the server's configuration.",
        .evaluate = default_user_all,
    },
    {
        .id = "dangerous-commands",
        .section = SECTION_EXPOSURE,
        .summary = "Users besides the operator's who may call what ends the service",
        .warning_when = "one may call FLUSHALL, FLUSHDB, CONFIG SET, DEBUG or KEYS",
        .needs = NEEDS(FACT_ACL),
        .harm =
            "A fault in one application, or its stolen password, can delete all data, stall the server or "
            "change its configuration.",
        .evaluate = dangerous_commands,
    },
    {
        .id = "open-to-network",
        .section = SECTION_EXPOSURE,
        .summary = "The addresses that it listens on",
        .warning_when = "one is beyond loopback and without TLS",
        .critical_when =
            "one is beyond loopback, the default user has no password, and protected-mode is off",
        .needs = NEEDS(FACT_PROCESS),
        .harm = "Whoever reaches the port reads and writes all data, in clear text on the way; without a "
                "password also "
                "files of its user, by CONFIG SET dir.",
        .evaluate = open_to_network,
    },
    {
        .id = "runs-as-root",
        .section = SECTION_EXPOSURE,
        .summary = "The user that it runs as",
        .critical_when = "it is root",
        .needs = NEEDS(FACT_PROCESS),
        .harm = "A client that may use CONFIG, MODULE or a fault in the server owns the host.",
        .evaluate = runs_as_root,
    },

    /* --- the host beneath it --- */
    {
        .id = "tunable-drift",
        .section = SECTION_HOST,
        .summary = "The kernel's values that are not as the policy wants them",
        .warning_when = "one differs, or redis-hosttune.service failed in this boot",
        .critical_when = "vm.overcommit_memory differs",
        .needs = NEEDS(FACT_HOST),
        .harm = "redis-hosttune explain NAME has what each of them does to a server.",
        .remedy = "redis-hosttune diff, then redis-hosttune apply",
        .evaluate = tunable_drift,
    },
    {
        .id = "started-before-tuning",
        .section = SECTION_HOST,
        .summary = "What the process still lives under, older than the host's values now",
        .warning_when = "its listen queue, its huge pages, its memory policy or, from {rss} on, its "
                        "accounting are of before",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_HOST),
        .thresholds = {{"rss", 64.0 * MIB, QUANTITY_BYTES}},
        .harm = "The host is right and the server is not: these are taken when a process starts.",
        .evaluate = started_before_tuning,
    },
    {
        .id = "numa-skew",
        .section = SECTION_HOST,
        .summary = "How its memory lies over the memory nodes",
        .warning_when = "more than {warning} of {bytes} or more lie on one of several nodes, and it is not "
                        "interleaved",
        .critical_when =
            "and one node is below {full} free while another is above {empty}, or its memory is bound",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_KERNEL),
        .thresholds = {{"warning", 0.75, QUANTITY_RATIO},
                       {"bytes", 64.0 * MIB, QUANTITY_BYTES},
                       {"full", 0.05, QUANTITY_RATIO},
                       {"empty", 0.30, QUANTITY_RATIO}},
        .harm = "One node's memory and its bus carry all the load, and when that node is full the kernel "
                "reclaims and "
                "swaps while another has memory to spare.",
        .evaluate = node_skew,
    },
    {
        .id = "startup-warnings",
        .section = SECTION_HOST,
        .summary = "Warnings that it logged when it started",
        .warning_when = "there were any",
        .needs = NEEDS(FACT_LOG),
        .harm = "The server found the host not right for it; redis-hosttune explain - < LOGFILE has each in "
                "full.",
        .evaluate = startup_warnings,
    },
    {
        .id = "time-wait-settings",
        .section = SECTION_HOST,
        .summary = "net.ipv4.tcp_tw_recycle and tcp_tw_reuse",
        .warning_when = "tcp_tw_reuse is not the kernel's default",
        .critical_when = "tcp_tw_recycle is on (kernels before 4.12)",
        .needs = NEEDS(FACT_KERNEL) | NEEDS(FACT_HOST),
        .harm = "It touches connections that this host opens, none that a server accepts: it does not help a "
                "Redis, and "
                "with 1 an address may be used again while the other side still remembers it.",
        .evaluate = time_wait_settings,
    },
    {
        .id = "zone-reclaim",
        .section = SECTION_HOST,
        .summary = "vm.zone_reclaim_mode on a host with several memory nodes",
        .warning_when = "it is not 0",
        .needs = NEEDS(FACT_KERNEL),
        .harm = "The kernel reclaims memory of the near node, with stalls, while others have it free.",
        .remedy = "sysctl -w vm.zone_reclaim_mode=0  # and remove it from /etc/sysctl.d",
        .evaluate = zone_reclaim,
    },
    {
        .id = "map-count",
        .section = SECTION_HOST,
        .summary = "Mappings of the process against vm.max_map_count",
        .warning_when = "there are more than {warning} of it",
        .critical_when = "there are more than {critical} of it",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_KERNEL),
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"critical", 0.80, QUANTITY_RATIO}},
        .harm = "At the limit every allocation that needs a mapping fails: the server ends itself, out of "
                "memory, with "
                "memory free.",
        .evaluate = map_count,
    },
    {
        .id = "slow-clocksource",
        .section = SECTION_HOST,
        .summary = "The clock that the kernel reads",
        .warning_when = "it is xen, hpet or acpi_pm, which take a system call",
        .needs = NEEDS(FACT_KERNEL),
        .harm =
            "The server reads the clock for every command; each reading leaves the process, or the guest.",
        .evaluate = slow_clocksource,
    },
};

const size_t findings_count = ELEMENTS(findings);
