/* SPDX-License-Identifier: MIT */
/* Rules of the section "Memory the kernel sees" on replies that wait in memory for clients to read them.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "util/text.h"

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
    return class == CLIENT_REPLICA && redis_facts_is_before(&diagnosis->redis, 50000)
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

const struct finding findings_buffers[] = {
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
