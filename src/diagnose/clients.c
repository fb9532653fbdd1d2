/* SPDX-License-Identifier: MIT */
/* Rules of the section "Clients and commands".
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "diagnose/remedy.h"
#include "servers/facts.h"

enum { RESERVED_FILES = 32 }; /* of the server's own */

/* More clients need more descriptors: CONFIG SET refuses what NOFILE does not hold. */
static double most_clients(const struct diagnosis *diagnosis)
{
    const struct server_limits *limits = diagnosis->process ? &diagnosis->process->limits : NULL;
    amount files = limits && !limits->unknown && amount_is_number(limits->open_files_hard)
                       ? limits->open_files_hard
                       : (amount)remedy_standard_files();

    return files > RESERVED_FILES ? (double)(files - RESERVED_FILES) : 0;
}

static void raise_maxclients(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double now = diagnosis_config(diagnosis, "maxclients"), most = most_clients(diagnosis);

    if (now > 0 && now < most) {
        remedy_set(diagnosis, verdict, "maxclients %.0f", 2 * now < most ? 2 * now : most);
        remedy_keep(diagnosis, verdict);
    } else if (now > 0) {
        verdict_remedy(verdict, "for more clients its limit of open files has to grow first (nofile-low)");
    }
    verdict_remedy(verdict,
                   "better: a connection pool in the application, so that idle connections are few; or "
                   "timeout 300, which ends idle ones, also those of a pool that does not expect it");
}

/* Since 3.2 a server without a password refuses whoever is not of its host; before 7.0 only where it was
 * given no bind. */
static bool is_protecting(const struct diagnosis *diagnosis)
{
    const struct server_listeners *listeners = diagnosis->process ? &diagnosis->process->listeners : NULL;
    bool has_bind = *diagnosis_config_text(diagnosis, "bind");

    if (strcmp(diagnosis_config_text(diagnosis, "protected-mode"), "yes") != 0 ||
        remedy_password(diagnosis) == TRAIT_YES ||
        (has_bind && redis_facts_is_before(&diagnosis->redis, 70000)))
        return false;
    for (size_t i = 0; listeners && !listeners->unknown && i < listeners->count; i++)
        if (server_listener_is_remote(&listeners->items[i]))
            return true;
    return !listeners || listeners->unknown;
}

static void let_them_in(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    verdict_harm(verdict,
                 "Clients of other hosts get DENIED instead of a connection: protected mode refuses them "
                 "while the default user has no password. Neither maxclients nor the listen queue has a "
                 "part in it.");
    verdict_remedy(verdict,
                   "for clients of other hosts: a password first (see default-user-all), then bind to the "
                   "one address that they use; protected mode lets them in by itself then, and is no "
                   "thing to turn off");
    verdict_remedy(verdict, "where none of them has to come, let none in:");
    remedy_bind_loopback(diagnosis, verdict);
}

/* With fewer clients than that of maxclients it was hardly that. */
static const double is_full_from = 0.80;

static void connections_rejected(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double clients = diagnosis_info(diagnosis, "connected_clients"),
           most = diagnosis_config(diagnosis, "maxclients");
    bool is_by_mode = is_protecting(diagnosis) && clients < most * is_full_from;
    struct counter rejected;

    if (!diagnosis_counter(diagnosis, "rejected_connections", &rejected))
        return;
    evidence_number(verdict, "rejected_connections", QUANTITY_COUNT, rejected.total);
    evidence_number(verdict, "rejected_within_interval", QUANTITY_COUNT, rejected.growth);
    verdict_raise_by_counter(verdict, diagnosis, &rejected);
    evidence_info(verdict, diagnosis, "uptime_in_seconds", QUANTITY_SECONDS);
    evidence_number(verdict, "connected_clients", QUANTITY_COUNT, clients);
    if (*diagnosis_config_text(diagnosis, "maxclients"))
        evidence_number(verdict, "maxclients", QUANTITY_COUNT, most);
    if (is_by_mode) {
        evidence_text(verdict, "protected-mode", "yes");
        let_them_in(diagnosis, verdict);
    } else {
        raise_maxclients(diagnosis, verdict);
    }
}

/* That it refused us is all that can be seen, and enough. */
static void judge_full(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    evidence_text(verdict, "connection", "refused: max number of clients reached");
    verdict_raise(verdict, FINDING_CRITICAL);
    verdict_remedy(verdict, "stop some of the clients, for redis-cli is refused as well, then:");
    verdict_remedy_cli(verdict, diagnosis, "CONFIG GET maxclients");
    verdict_remedy_cli(verdict, diagnosis, "CLIENT LIST");
    verdict_remedy(verdict,
                   "and set maxclients to more than the applications' connections together, or use fewer");
}

static void clients_near_max(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double clients = diagnosis_info(diagnosis, "connected_clients");
    double most = diagnosis_config(diagnosis, "maxclients");

    if (diagnosis->redis.is_full) {
        judge_full(diagnosis, verdict);
        return;
    }
    evidence_number(verdict, "connected_clients", QUANTITY_COUNT, clients);
    evidence_number(verdict, "maxclients", QUANTITY_COUNT, most);
    if (most <= 0)
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, clients / most);
    if (!verdict_compare(verdict, clients / most))
        return;
    raise_maxclients(diagnosis, verdict);
}

static void connection_churn(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double clients = diagnosis_info(diagnosis, "connected_clients");
    struct counter received;

    if (!diagnosis_counter(diagnosis, "total_connections_received", &received))
        return;
    evidence_number(verdict, "total_connections_received", QUANTITY_COUNT, received.total);
    evidence_number(verdict, "new_connections", QUANTITY_PER_SECOND, received.per_second);
    evidence_number(verdict, "connected_clients", QUANTITY_COUNT, clients);
    if (received.per_second > verdict_threshold(verdict, "rate") &&
        received.per_second > clients * verdict_threshold(verdict, "warning"))
        verdict_raise(verdict, FINDING_WARNING);
}

static void blocked_clients(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double blocked = diagnosis_info(diagnosis, "blocked_clients");
    double clients = diagnosis_info(diagnosis, "connected_clients");

    evidence_number(verdict, "blocked_clients", QUANTITY_COUNT, blocked);
    evidence_number(verdict, "connected_clients", QUANTITY_COUNT, clients);
    if (blocked > verdict_threshold(verdict, "clients") && clients > 0)
        (void)verdict_compare(verdict, blocked / clients);
}

/* --- the rows --- */

const struct finding findings_clients[] = {
    {
        .id = "connections-rejected",
        .summary = "Connections that the server accepted and then refused",
        .note_when = "there were any since its start",
        .warning_when = "and it has been up for less than {recent}",
        .critical_when = "there were more within the interval",
        .info = {"rejected_connections"},
        .thresholds = {{"recent", 3600, QUANTITY_SECONDS}},
        .harm = "Clients get an error instead of a connection. The server closed them after it had accepted "
                "them: "
                "maxclients was reached, or protected mode refused an address; the listen queue has no part "
                "in it.",
        .evaluate = connections_rejected,
    },
    {
        .id = "clients-near-max",
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
        .summary = "New connections a second against those that are open",
        .warning_when = "more than {rate} come, and more than {warning} of the connected clients",
        .info = {"total_connections_received", "connected_clients"},
        .needs = NEEDS(FACT_INFO_BEFORE),
        .thresholds = {{"warning", 0.10, QUANTITY_RATIO}, {"rate", 100, QUANTITY_PER_SECOND}},
        .harm =
            "A new connection costs the server more than a command does, and the client a round trip and, "
            "where it closes first, a local port that stays in TIME_WAIT.",
        .remedy = "a connection pool in the application, or a client library that keeps its connection",
        .evaluate = connection_churn,
    },
    {
        .id = "blocked-clients",
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
    {.id = NULL},
};
