/* SPDX-License-Identifier: MIT */
/* Rules on the server's sockets, its limits of files and its user, as the kernel has them.
 * Each judges facts and nothing else. */
#include "diagnose/findings.h"

#include <limits.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "log/summary.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    STANDARD_MAXCLIENTS = 10000,
    RESERVED_FILES = 32, /* CONFIG_MIN_RESERVED_FDS */
    UNIT_FILES = 65536,  /* what our drop-in gives a unit */
};

/* --- the listen queue --- */

void listen_queue_overflow(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_network *network = &diagnosis->process->network;
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    double share = 0, growth = 0;

    if (network->unknown && listeners->unknown) {
        verdict_unknown(verdict, "%s", network->unknown);
        return;
    }
    if (!network->unknown && amount_is_number(network->listen_overflows)) {
        const struct server_facts *before = diagnosis->process_before;
        double total = (double)network->listen_overflows;

        evidence_number(verdict, "ListenOverflows", QUANTITY_COUNT, total);
        if (amount_is_number(network->listen_drops))
            evidence_number(verdict, "ListenDrops", QUANTITY_COUNT, (double)network->listen_drops);
        if (before && !before->network.unknown && amount_is_number(before->network.listen_overflows))
            growth = total - (double)before->network.listen_overflows;
        evidence_number(verdict, "overflows_within_interval", QUANTITY_COUNT, growth);
        if (total > 0)
            verdict_raise(verdict, FINDING_WARNING);
        if (growth > 0)
            verdict_raise(verdict, FINDING_CRITICAL);
    }
    for (size_t i = 0; !listeners->unknown && i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];

        if (!amount_is_number(listener->queue_now) || !amount_is_number(listener->queue_limit) ||
            listener->queue_limit == 0)
            continue;
        if (listener->family == LISTENER_UNIX)
            evidence_text(verdict, "queue", "%s: %llu of %llu", listener->address, listener->queue_now,
                          listener->queue_limit);
        else
            evidence_text(verdict, "queue", "port %u: %llu of %llu", listener->port, listener->queue_now,
                          listener->queue_limit);
        if ((double)listener->queue_now / (double)listener->queue_limit > share)
            share = (double)listener->queue_now / (double)listener->queue_limit;
    }
    if (share >= verdict_threshold(verdict, "queue"))
        verdict_raise(verdict, FINDING_CRITICAL);
    verdict_remedy(verdict, "redis-hosttune apply --only=net.core.somaxconn");
    verdict_remedy(verdict, "tcp-backlog 65535 in redis.conf: it can't be changed at run time");
    remedy_restart(diagnosis, verdict);
}

void backlog_low(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double backlog = diagnosis_config(diagnosis, "tcp-backlog"), seen = 0;
    const struct server_listeners *listeners = diagnosis->process ? &diagnosis->process->listeners : NULL;

    evidence_number(verdict, "tcp-backlog", QUANTITY_COUNT, backlog);
    for (size_t i = 0; listeners && !listeners->unknown && i < listeners->count; i++)
        if (amount_is_number(listeners->items[i].queue_now) && (double)listeners->items[i].queue_now > seen)
            seen = (double)listeners->items[i].queue_now;
    if (listeners && !listeners->unknown)
        evidence_number(verdict, "longest_queue_now", QUANTITY_COUNT, seen);
    if (backlog < verdict_threshold(verdict, "backlog") || backlog < seen)
        verdict_raise(verdict, FINDING_WARNING);
    verdict_remedy(verdict, "tcp-backlog 65535 in redis.conf: it can't be changed at run time");
    if (diagnosis->process)
        remedy_restart(diagnosis, verdict);
}

/* --- open files --- */

/* What was asked for: the server lowers its maxclients by itself to what the limit holds. */
static double wanted_clients(const struct diagnosis *diagnosis, double files)
{
    const struct server_config *config = &diagnosis->process->config;
    double now = diagnosis_config(diagnosis, "maxclients");

    if (!config->unknown && amount_is_number(config->maxclients))
        return (double)config->maxclients > now ? (double)config->maxclients : now;
    return now == files - RESERVED_FILES && now < STANDARD_MAXCLIENTS ? STANDARD_MAXCLIENTS : now;
}

void nofile_low(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_limits *limits = &diagnosis->process->limits;
    double files, clients;

    if (limits->unknown || !amount_is_known(limits->open_files)) {
        verdict_unknown(verdict, "%s",
                        limits->unknown ? limits->unknown : "its limit of open files is not shown");
        return;
    }
    if (limits->open_files == AMOUNT_UNLIMITED) {
        evidence_text(verdict, "NOFILE", "unlimited");
        return;
    }
    files = (double)limits->open_files;
    clients = wanted_clients(diagnosis, files);
    evidence_number(verdict, "NOFILE", QUANTITY_COUNT, files);
    evidence_number(verdict, "maxclients", QUANTITY_COUNT, diagnosis_config(diagnosis, "maxclients"));
    evidence_number(verdict, "maxclients_wanted", QUANTITY_COUNT, clients);
    if (files < verdict_threshold(verdict, "files"))
        verdict_raise(verdict, FINDING_WARNING);
    if (files < clients + RESERVED_FILES) {
        verdict_raise(verdict, FINDING_CRITICAL);
        verdict_harm(verdict,
                     "Each connection takes a file: the server has lowered maxclients to what the limit "
                     "holds, or will run out of them before it is reached.");
    }
    if (limits->open_files >= UNIT_FILES)
        verdict_remedy(verdict, "a higher limit of open files in what starts it, or a lower maxclients");
    else if (server_confirmed_unit(&diagnosis->process->process))
        verdict_remedy(verdict, "redis-hosttune apply  # its generator gives the unit LimitNOFILE=65536");
    else
        verdict_remedy(verdict,
                       "prlimit --pid %d --nofile=65536:65536  # until it is restarted; ulimit -n 65536 in "
                       "what starts it",
                       diagnosis->process->process.pid);
    remedy_restart(diagnosis, verdict);
}

/* --- exposure --- */

/* By ACL LIST, else by CONFIG, else by its configuration file. */
static enum trait has_password(const struct diagnosis *diagnosis)
{
    for (char **line = diagnosis->redis.acl; line && *line; line++)
        if (text_has_prefix(*line, "user default "))
            return strstr(*line, " off ") || !strstr(*line, " nopass ") ? TRAIT_YES : TRAIT_NO;
    if (redis_fields_find(&diagnosis->redis.config, "requirepass"))
        return *diagnosis_config_text(diagnosis, "requirepass") ? TRAIT_YES : TRAIT_NO;
    if (diagnosis->process->config.unknown)
        return TRAIT_UNKNOWN;
    return diagnosis->process->config.has_password ? TRAIT_YES : TRAIT_NO;
}

static bool is_tls(const struct diagnosis *diagnosis, const struct server_listener *listener)
{
    amount port = diagnosis->process->config.tls_port;

    if (*diagnosis_config_text(diagnosis, "tls-port"))
        return diagnosis_config(diagnosis, "tls-port") == (double)listener->port;
    return amount_is_number(port) && port > 0 && port == listener->port;
}

/* Refuses what does not come from this host, where no password is set (3.2 and later). */
static bool is_protected(const struct diagnosis *diagnosis)
{
    return strcmp(diagnosis_config_text(diagnosis, "protected-mode"), "yes") == 0;
}

static void show_password(enum trait password, struct verdict *verdict)
{
    static const char *const words[] = {
        [TRAIT_UNKNOWN] = "unknown", [TRAIT_NO] = "none", [TRAIT_YES] = "set"};

    evidence_text(verdict, "password_of_default_user", "%s", words[password]);
}

void open_to_network(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    enum trait password = has_password(diagnosis);
    bool is_open = false;

    if (listeners->unknown) {
        verdict_unknown(verdict, "%s", listeners->unknown);
        return;
    }
    for (size_t i = 0; i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];

        if (!server_listener_is_remote(listener))
            continue;
        evidence_text(verdict, "listens_on", "%s port %u%s", listener->address, listener->port,
                      is_tls(diagnosis, listener) ? " with TLS" : "");
        is_open = true;
        if (!is_tls(diagnosis, listener))
            verdict_raise(verdict, FINDING_WARNING);
    }
    show_password(password, verdict);
    if (*diagnosis_config_text(diagnosis, "protected-mode"))
        evidence_text(verdict, "protected-mode", "%s", diagnosis_config_text(diagnosis, "protected-mode"));
    if (is_open && password == TRAIT_NO && !is_protected(diagnosis)) {
        verdict_raise(verdict, FINDING_CRITICAL);
        verdict_remedy(verdict,
                       "first set a password: ACL SETUSER default resetpass >PASSWORD, typed in redis-cli, "
                       "so that no shell keeps it");
    }
    verdict_remedy_cli(verdict, diagnosis,
                       "CONFIG SET bind 127.0.0.1  # where all clients are on this "
                       "host");
    verdict_remedy(verdict,
                   "else bind to the one address that they use, allow only them in the firewall, and use "
                   "tls-port");
}

void runs_as_root(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_process *process = &diagnosis->process->process;
    const char *unit = server_confirmed_unit(process);
    _cleanup_free_ char *quoted = unit ? memory_require(text_shell_quote(unit)) : NULL;

    if (process->uid == UINT_MAX) {
        verdict_unknown(verdict, "the user of pid %d is not shown", process->pid);
        return;
    }
    evidence_number(verdict, "uid", QUANTITY_COUNT, process->uid);
    if (process->uid == 0)
        verdict_raise(verdict, FINDING_CRITICAL);
    if (quoted)
        verdict_remedy(
            verdict,
            "User=redis in a drop-in of its unit (sudo systemctl edit %s), the files of its dir given "
            "to that user, then restart it",
            quoted);
    else
        verdict_remedy(verdict,
                       "start it as a user of its own: setpriv --reuid=redis --regid=redis --clear-groups "
                       "redis-server ...");
}
