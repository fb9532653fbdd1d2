/* SPDX-License-Identifier: MIT */
/* Rules of the section "Memory the kernel sees" that judge the server's own figures of its memory: the
 * data, the allocator, and the replies that wait for clients.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "util/text.h"

/* Says what is known of persistence; false: CONFIG is unknown, and no append-only file shows in INFO. */
static bool find_persistence(const struct diagnosis *diagnosis, struct verdict *verdict,
                             bool *ret_is_persistent)
{
    bool has_file = diagnosis_info(diagnosis, "aof_enabled") > 0;
    const char *reason = diagnosis_unknown(diagnosis, FACT_CONFIG);

    if (reason && !has_file) {
        verdict_unknown(verdict, "whether it saves snapshots stands in CONFIG: %s", reason);
        return false;
    }
    *ret_is_persistent = has_file || diagnosis_is_persistent(diagnosis);
    evidence_text(verdict, "persistence", "%s",
                  has_file && diagnosis_has_save_points(diagnosis) ? "snapshots and an append-only file"
                  : has_file                                       ? "an append-only file"
                  : *ret_is_persistent                             ? "snapshots"
                                                                   : "none");
    return true;
}

static void dataset_over_half(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory");
    struct memory_limit limit;
    bool is_persistent;

    evidence_number(verdict, "used_memory", QUANTITY_BYTES, used);
    if (!memory_limit_find(diagnosis, &limit)) {
        verdict_unknown(verdict, "the memory of the server's host is not known: INFO reports "
                                 "total_system_memory since Redis 3.2");
        return;
    }
    evidence_number(verdict, memory_limit_name(&limit), QUANTITY_BYTES, limit.bytes);
    evidence_number(verdict, "share", QUANTITY_RATIO, used / limit.bytes);
    if (!find_persistence(diagnosis, verdict, &is_persistent) || !is_persistent)
        return;
    if (verdict_compare(verdict, used / limit.bytes))
        remedy_maxmemory(diagnosis, verdict);
}

static bool has_jemalloc(const struct diagnosis *diagnosis)
{
    return text_has_prefix(diagnosis_info_text(diagnosis, "mem_allocator"), "jemalloc");
}

/* Pages that hold nothing any more, which the allocator has not given back yet: what MEMORY PURGE frees. */
static bool has_unused_pages(const struct diagnosis *diagnosis)
{
    double active = diagnosis_info(diagnosis, "allocator_active"),
           resident = diagnosis_info(diagnosis, "allocator_resident");

    return active > 0 && resident - active > active / 10;
}

/* Only the allocator that Redis ships can be defragmented at run time (since 4.0); INFO does not tell which
 * one it is, what the process has mapped does. */
static enum trait can_defragment(const struct diagnosis *diagnosis)
{
    const struct server_mappings *mappings = diagnosis->process ? &diagnosis->process->mappings : NULL;

    if (!has_jemalloc(diagnosis) || !redis_fields_find(&diagnosis->redis.now, "active_defrag_running"))
        return TRAIT_NO;
    if (!mappings || mappings->unknown || mappings->is_system_jemalloc == TRAIT_UNKNOWN)
        return TRAIT_UNKNOWN;
    return mappings->is_system_jemalloc == TRAIT_YES ? TRAIT_NO : TRAIT_YES;
}

static void defragment(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    enum trait can = can_defragment(diagnosis);

    if (has_jemalloc(diagnosis) && has_unused_pages(diagnosis))
        verdict_remedy_cli(verdict, diagnosis, "MEMORY PURGE  # gives back pages that hold nothing any more");
    if (can == TRAIT_UNKNOWN)
        verdict_remedy(verdict,
                       "a server that was built with the system's jemalloc, as Debian's are, refuses the "
                       "step below: there a restart, or a failover to a fresh replica, packs the memory");
    if (can != TRAIT_NO) {
        remedy_set(diagnosis, verdict, "active-defrag-cycle-max 10");
        remedy_set(diagnosis, verdict, "activedefrag yes");
        remedy_keep(diagnosis, verdict);
        return;
    }
    verdict_remedy(verdict,
                   "its allocator can't be defragmented at run time: a failover to a fresh replica packs the "
                   "memory, or a restart:");
    if (diagnosis->process)
        remedy_restart(diagnosis, verdict);
}

static void fragmentation_high(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory");
    double ratio = diagnosis_info(diagnosis, "mem_fragmentation_ratio");

    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "used_memory_rss", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "mem_fragmentation_ratio", QUANTITY_FACTOR);
    if (diagnosis_info(diagnosis, "used_memory_rss") <= 0) {
        verdict_unknown(verdict, "the server reports a used_memory_rss of 0: it can't read its own /proc");
        return;
    }
    if (used > verdict_threshold(verdict, "used") && verdict_compare(verdict, ratio))
        defragment(diagnosis, verdict);
}

/* Of active and allocated memory: Valkey 8.1 built with the system's jemalloc reports a ratio of 1 always. */
static void allocator_fragmentation(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double allocated = diagnosis_info(diagnosis, "allocator_allocated");
    double active = diagnosis_info(diagnosis, "allocator_active");

    evidence_info(verdict, diagnosis, "allocator_allocated", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "allocator_active", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "allocator_frag_ratio", QUANTITY_FACTOR);
    evidence_text(verdict, "mem_allocator", "%s", diagnosis_info_text(diagnosis, "mem_allocator"));
    if (allocated <= 0) {
        verdict_unknown(verdict, "the server's allocator does not tell what it holds");
        return;
    }
    evidence_number(verdict, "ratio", QUANTITY_FACTOR, active / allocated);
    if (active - allocated > verdict_threshold(verdict, "bytes") &&
        verdict_compare(verdict, active / allocated))
        defragment(diagnosis, verdict);
}

/* --- replies that wait for clients to read them --- */

static void show_client(struct verdict *verdict, const char *name, const struct client *client)
{
    evidence_text(verdict, name, "id %lld, %s, %s%s%s, last command %s, connected for %lld s", client->id,
                  *client->address ? client->address : "address unknown", client_class_name(client->class),
                  *client->user ? ", user " : "", client->user, *client->command ? client->command : "none",
                  client->age);
    evidence_number(verdict, "omem", QUANTITY_BYTES, (double)client->omem);
}

static void kill_client(const struct diagnosis *diagnosis, struct verdict *verdict,
                        const struct client *client)
{
    verdict_remedy_cli(verdict, diagnosis, "CLIENT KILL ID %lld", client->id);
}

/* The class as this server's CONFIG SET knows it: "replica" since 5.0. */
static const char *class_word(const struct diagnosis *diagnosis, enum client_class class)
{
    int version = redis_facts_version(&diagnosis->redis);

    return class == CLIENT_REPLICA && version > 0 && version < 50000 && !diagnosis->redis.is_valkey
               ? "slave"
               : client_class_name(class);
}

/* Whether "CLASS HARD SOFT SECONDS ..." has 0 for both limits of a class. -EINVAL: it is not in there. */
static int is_unlimited(const char *limits, const char *name, bool *ret)
{
    char class[16], hard[24], soft[24], seconds[24];
    int length;

    while (sscanf(limits, "%15s %23s %23s %23s%n", class, hard, soft, seconds, &length) == 4) {
        if (strcmp(class, name) == 0) {
            *ret = strcmp(hard, "0") == 0 && strcmp(soft, "0") == 0;
            return 0;
        }
        limits += length;
    }
    return -EINVAL;
}

/* Servers name the class "slave" in their answers, whatever they take. */
static bool has_limited_replicas(const struct diagnosis *diagnosis)
{
    const char *limits = diagnosis_config_text(diagnosis, "client-output-buffer-limit");
    bool unlimited = true;

    return (is_unlimited(limits, "slave", &unlimited) == 0 ||
            is_unlimited(limits, "replica", &unlimited) == 0) &&
           !unlimited;
}

/* The largest reply that is known to have waited for one client: those of the last seconds too (5.0+). */
static double largest_reply(const struct diagnosis *diagnosis, enum client_class class)
{
    const struct client_list *clients = &diagnosis->redis.clients;
    double recent = diagnosis_info(diagnosis, "client_recent_max_output_buffer"), now = 0;

    if (!diagnosis_unknown(diagnosis, FACT_CLIENTS) && clients->count > 0)
        now = (double)(class == CLIENT_NORMAL ? clients->biggest_normal.omem : clients->biggest.omem);
    return now > recent ? now : recent;
}

/* The hard limit cuts a client off at once, however fast it reads, so it is twice the largest reply seen; the
 * soft one has those that stopped reading. */
static void limit_buffers(const struct diagnosis *diagnosis, struct verdict *verdict, enum client_class class)
{
    double seen = largest_reply(diagnosis, class), hard;
    char limit[QUANTITY_TEXT_MAX], largest[QUANTITY_TEXT_MAX];

    if (class == CLIENT_PUBSUB) {
        remedy_set(diagnosis, verdict, "client-output-buffer-limit 'pubsub 32mb 8mb 60'");
        verdict_remedy(verdict,
                       "(Redis' own default: a subscriber is cut off at 32 MiB, or after a minute above 8)");
        remedy_keep(diagnosis, verdict);
        return;
    }
    hard = seen * 2 > 256 * MIB ? sizing_whole_mib(seen * 2) : 256 * MIB;
    hard = remedy_buffer_bound(diagnosis, hard);
    quantity_format(QUANTITY_BYTES, hard, limit);
    quantity_format(QUANTITY_BYTES, seen, largest);
    remedy_set(diagnosis, verdict, "client-output-buffer-limit '%s %.0fmb 64mb 60'",
               class_word(diagnosis, class), hard / MIB);
    if (class == CLIENT_REPLICA)
        verdict_remedy(
            verdict,
            "(a replica is cut off at %s, or after a minute above 64 MiB, and copies everything again: with "
            "much written during a full copy give it more)",
            limit);
    else
        verdict_remedy(
            verdict,
            "(a client is cut off at %s, however fast it reads, or after a minute above 64 MiB; %s%s: where "
            "larger values are read in one piece give it more)",
            limit, seen > MIB ? "the largest reply seen is " : "no large reply was seen",
            seen > MIB ? largest : "");
    remedy_keep(diagnosis, verdict);
}

/* The memory of all normal clients against maxmemory; nothing to judge where there is none. */
static void judge_sum(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double sum, most;

    if (redis_fields_number(&diagnosis->redis.now, "mem_clients_normal", &sum) < 0 ||
        redis_fields_number(&diagnosis->redis.now, "maxmemory", &most) < 0)
        return;
    evidence_number(verdict, "mem_clients_normal", QUANTITY_BYTES, sum);
    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    if (most <= 0 || sum <= most * verdict_threshold(verdict, "critical"))
        return;
    verdict_raise(verdict, FINDING_CRITICAL);
    verdict_remedy(verdict, "fewer connections%s",
                   *diagnosis_config_text(diagnosis, "maxmemory-clients")
                       ? ", or a limit of all clients together, beyond which the biggest are cut off:"
                       : "; a server since Redis 7.0 can limit all clients together");
    if (*diagnosis_config_text(diagnosis, "maxmemory-clients")) {
        remedy_set(diagnosis, verdict, "maxmemory-clients 10%%");
        remedy_keep(diagnosis, verdict);
    }
}

static void client_buffers(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct client_list *clients = &diagnosis->redis.clients;
    const struct client *biggest = &clients->biggest;

    evidence_number(verdict, "clients", QUANTITY_COUNT, (double)clients->count);
    evidence_number(verdict, "omem_of_all", QUANTITY_BYTES, (double)clients->omem);
    if (clients->count > 0) {
        show_client(verdict, "biggest", biggest);
        if ((double)biggest->omem > verdict_threshold(verdict, "warning"))
            verdict_raise(verdict, FINDING_WARNING);
    }
    judge_sum(diagnosis, verdict);
    if (verdict->result == FINDING_PASS || clients->count == 0)
        return;
    if (biggest->class == CLIENT_REPLICA && has_limited_replicas(diagnosis)) {
        verdict_remedy(
            verdict, "its class has a limit, which a lower one would only reach sooner: see replication-lag, "
                     "for what keeps it from reading");
        return;
    }
    if (biggest->class != CLIENT_REPLICA) /* it would come back and copy everything again */
        kill_client(diagnosis, verdict, biggest);
    limit_buffers(diagnosis, verdict, biggest->class == CLIENT_MASTER ? CLIENT_NORMAL : biggest->class);
}

static void buffers_unlimited(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *limits = diagnosis_config_text(diagnosis, "client-output-buffer-limit");
    const char *all = diagnosis_config_text(diagnosis, "maxmemory-clients");
    const char *clients_unknown = diagnosis_unknown(diagnosis, FACT_CLIENTS);
    const struct client *biggest = &diagnosis->redis.clients.biggest_normal;
    bool has_client = !clients_unknown && biggest->id >= 0, unlimited;

    if (*all)
        evidence_text(verdict, "maxmemory-clients", "%s", all);
    evidence_text(verdict, "client-output-buffer-limit", "%s", limits);
    if (is_unlimited(limits, "normal", &unlimited) < 0) {
        verdict_unknown(verdict, "client-output-buffer-limit has no limit for normal clients in it");
        return;
    }
    if (clients_unknown)
        evidence_text(verdict, "clients", "not known: %s", clients_unknown);
    else if (has_client)
        show_client(verdict, "biggest", biggest);
    /* since 7.0 another limit may hold all clients together */
    if (!unlimited || (*all && strcmp(all, "0") != 0))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (has_client && (double)biggest->omem > verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    limit_buffers(diagnosis, verdict, CLIENT_NORMAL);
}

static void monitor_session(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct client_list *clients = &diagnosis->redis.clients;

    evidence_number(verdict, "monitors", QUANTITY_COUNT, (double)clients->monitors);
    if (clients->monitors == 0)
        return;
    show_client(verdict, "monitor", &clients->monitor);
    verdict_raise(verdict, FINDING_WARNING);
    if ((double)clients->monitor.omem > verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    kill_client(diagnosis, verdict, &clients->monitor);
}

/* --- the rows --- */

const struct finding findings_memory[] = {
    {
        .id = "dataset-over-half",
        .summary = "used_memory against RAM, where a snapshot or an append-only file is on",
        .warning_when = "used_memory is more than {warning} of RAM or the cgroup's limit",
        .critical_when = "it is more than {critical} of it",
        .info = {"used_memory"},
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"critical", 0.75, QUANTITY_RATIO}},
        .harm = "While a child saves, each page that changes is copied: with many writes that may take as "
                "much memory "
                "again as the data has, and where it is not there the kernel kills the server or the child.",
        .evaluate = dataset_over_half,
    },
    {
        .id = "fragmentation-high",
        .summary = "Memory that the process holds against what its data needs",
        .warning_when = "mem_fragmentation_ratio is above {warning}, with more than {used} of data",
        .critical_when = "it is above {critical}",
        .info = {"used_memory", "used_memory_rss", "mem_fragmentation_ratio"},
        .thresholds = {{"warning", 1.5, QUANTITY_FACTOR},
                       {"critical", 2.0, QUANTITY_FACTOR},
                       {"used", 100 * MIB, QUANTITY_BYTES}},
        .harm = "The process holds memory that maxmemory does not count, so the kernel may run out of it "
                "while the "
                "server believes that there is room.",
        .evaluate = fragmentation_high,
    },
    {
        .id = "allocator-fragmentation",
        .summary = "Memory that the allocator keeps in pages that are partly in use",
        .warning_when = "allocator_active is more than {warning} times allocator_allocated, and {bytes} more",
        .info = {"allocator_allocated", "allocator_active"},
        .thresholds = {{"warning", 1.5, QUANTITY_FACTOR}, {"bytes", 100 * MIB, QUANTITY_BYTES}},
        .harm = "That memory serves nobody else and goes back only when data moves: the pages hold live data "
                "as well.",
        .evaluate = allocator_fragmentation,
    },
    {
        .id = "client-buffers",
        .summary = "Replies that wait in memory for clients to read them",
        .warning_when = "those of one client are more than {warning}",
        .critical_when = "all normal clients' memory is more than {critical} of maxmemory",
        .needs = NEEDS(FACT_CLIENTS),
        .thresholds = {{"warning", 256 * MIB, QUANTITY_BYTES}, {"critical", 0.25, QUANTITY_RATIO}},
        .harm =
            "A client that asks for more than it reads makes the server keep the answers: they count towards "
            "maxmemory, so keys are evicted or writes refused for them, and without a limit they may grow "
            "until "
            "the kernel kills the server.",
        .evaluate = client_buffers,
    },
    {
        .id = "buffers-unlimited",
        .summary = "The limit of the replies that wait for one normal client",
        .warning_when = "client-output-buffer-limit of normal clients is 0",
        .critical_when = "and more than {critical} wait for one of them",
        .config = {"client-output-buffer-limit"},
        .thresholds = {{"critical", 64 * MIB, QUANTITY_BYTES}},
        .harm = "One client that stops reading can take all memory of the host: no limit disconnects it.",
        .evaluate = buffers_unlimited,
    },
    {
        .id = "monitor-session",
        .summary = "Clients in MONITOR, which are sent every command of all others",
        .warning_when = "there is one",
        .critical_when = "and more than {critical} wait for it",
        .needs = NEEDS(FACT_CLIENTS),
        .thresholds = {{"critical", 64 * MIB, QUANTITY_BYTES}},
        .harm = "Every command is formatted and sent once more for each of them: throughput falls, what a "
                "session does not read stays in memory, and it sees everybody's data.",
        .evaluate = monitor_session,
    },
    {.id = NULL},
};
