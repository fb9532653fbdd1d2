/* SPDX-License-Identifier: MIT */
/* Rules on what clients cost: replies that wait in the server's memory for a client to read them.
 * Each judges facts and nothing else. */
#include "diagnose/findings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "util/cleanup.h"

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

static void limit_buffers(const struct diagnosis *diagnosis, struct verdict *verdict, enum client_class class)
{
    remedy_set(diagnosis, verdict, "client-output-buffer-limit '%s %s'", class_word(diagnosis, class),
               class == CLIENT_REPLICA ? "256mb 64mb 60" : "64mb 32mb 60");
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
    verdict_remedy(
        verdict,
        "fewer connections, or a limit of all clients together (Redis 7.0 and later, Valkey): CONFIG "
        "SET maxmemory-clients 10%%");
}

void client_buffers(const struct diagnosis *diagnosis, struct verdict *verdict)
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
    kill_client(diagnosis, verdict, biggest);
    limit_buffers(diagnosis, verdict, biggest->class == CLIENT_MASTER ? CLIENT_NORMAL : biggest->class);
}

/* Whether "CLASS HARD SOFT SECONDS ..." has 0 for both limits of normal clients. -EINVAL: it is not in there.
 */
static int is_unlimited(const char *limits, bool *ret)
{
    char class[16], hard[24], soft[24], seconds[24];
    int length;

    while (sscanf(limits, "%15s %23s %23s %23s%n", class, hard, soft, seconds, &length) == 4) {
        if (strcmp(class, "normal") == 0) {
            *ret = strcmp(hard, "0") == 0 && strcmp(soft, "0") == 0;
            return 0;
        }
        limits += length;
    }
    return -EINVAL;
}

void buffers_unlimited(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *limits = diagnosis_config_text(diagnosis, "client-output-buffer-limit");
    const char *all = diagnosis_config_text(diagnosis, "maxmemory-clients");
    const char *clients_unknown = diagnosis_unknown(diagnosis, FACT_CLIENTS);
    const struct client *biggest = &diagnosis->redis.clients.biggest_of[CLIENT_NORMAL];
    bool has_client = !clients_unknown && diagnosis->redis.clients.count_of[CLIENT_NORMAL] > 0, unlimited;

    if (*all)
        evidence_text(verdict, "maxmemory-clients", "%s", all);
    evidence_text(verdict, "client-output-buffer-limit", "%s", limits);
    if (is_unlimited(limits, &unlimited) < 0) {
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

void monitor_session(const struct diagnosis *diagnosis, struct verdict *verdict)
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
