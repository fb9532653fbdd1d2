/* SPDX-License-Identifier: MIT */
/* Rules of the section "Exposure": the server's addresses and whom it runs as.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* --- its addresses and its own user --- */

/* By CONFIG, else by what it was told: a port that neither knows may speak either. */
static enum trait has_tls(const struct diagnosis *diagnosis, const struct server_listener *listener)
{
    const struct server_config *told = &diagnosis->process->config;
    bool is_known = !diagnosis_unknown(diagnosis, FACT_CONFIG) && !diagnosis->redis.config_file;

    if (is_known) /* a server before 6.0 has no such parameter, and no TLS */
        return diagnosis_config(diagnosis, "tls-port") == (double)listener->port ? TRAIT_YES : TRAIT_NO;
    if (told->unknown || !amount_is_number(told->tls_port) || !amount_is_number(told->port))
        return diagnosis->redis.is_tls_likely ? TRAIT_YES : TRAIT_UNKNOWN;
    return told->tls_port > 0 && told->tls_port == listener->port ? TRAIT_YES : TRAIT_NO;
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

/* The listeners beyond the host, by whether they speak TLS. */
struct reach {
    size_t count, with_tls, plain; /* the others may be either */
};

static struct reach find_reach(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    static const char *const words[] = {
        [TRAIT_UNKNOWN] = ", with or without TLS", [TRAIT_NO] = "", [TRAIT_YES] = " with TLS"};
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    struct reach reach = {0};

    for (size_t i = 0; i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];
        enum trait tls;

        if (!server_listener_is_remote(listener))
            continue;
        tls = has_tls(diagnosis, listener);
        reach.count++;
        reach.with_tls += tls == TRAIT_YES;
        reach.plain += tls == TRAIT_NO;
        evidence_text(verdict, "listens_on", "%s port %u%s", listener->address, listener->port, words[tls]);
    }
    return reach;
}

/* Who gets in writes files as well, where CONFIG SET takes dir: since 7.0 it does not by itself. */
static bool writes_files(const struct diagnosis *diagnosis)
{
    return strcmp(diagnosis_config_text(diagnosis, "enable-protected-configs"), "no") != 0 &&
           diagnosis->redis.config_refusal != REFUSAL_MISSING;
}

static void tell_harm(const struct diagnosis *diagnosis, const struct reach *reach, enum trait password,
                      struct verdict *verdict)
{
    const char *clear = reach->plain > 0 ? ", and what crosses the network is in clear text" : "";

    if (password == TRAIT_NO && is_protected(diagnosis))
        verdict_harm(
            verdict,
            "Protected mode refuses other hosts as long as there is no password; with one, it and all "
            "data cross the network in clear text.");
    else if (password == TRAIT_NO)
        verdict_harm(verdict, "Whoever reaches the port reads and writes all data%s%s.",
                     writes_files(diagnosis) ? ", and files of the server's user by CONFIG SET dir" : "",
                     clear);
    else if (password == TRAIT_YES)
        verdict_harm(verdict,
                     "The password and all data cross the network in clear text: whoever is on the way reads "
                     "both, and can do then what the password's user may.");
    else
        verdict_harm(
            verdict,
            "Whether a password is wanted is not known: without one whoever reaches the port reads and "
            "writes all data%s.",
            clear);
}

/* A password is the way in for who asks as well: default-user-all has the steps in their order. */
static void close_port(const struct diagnosis *diagnosis, enum trait password, struct verdict *verdict)
{
    verdict_remedy(verdict, "where all clients are on this host:");
    remedy_bind_loopback(diagnosis, verdict);
    verdict_remedy(verdict,
                   "else %sbind to the one address that they use, allow only them in the firewall, and use "
                   "tls-port",
                   password == TRAIT_YES ? ""
                                         : "first give it users with passwords (see default-user-all), ");
}

static void open_to_network(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    enum trait password = remedy_password(diagnosis);
    struct reach reach;

    if (diagnosis->process->listeners.unknown) {
        verdict_unknown(verdict, "%s", diagnosis->process->listeners.unknown);
        return;
    }
    reach = find_reach(diagnosis, verdict);
    show_password(password, verdict);
    if (*diagnosis_config_text(diagnosis, "protected-mode"))
        evidence_text(verdict, "protected-mode", "%s", diagnosis_config_text(diagnosis, "protected-mode"));
    if (reach.plain > 0)
        verdict_raise(verdict, FINDING_WARNING);
    if (reach.count > 0 && password == TRAIT_NO && !is_protected(diagnosis))
        verdict_raise(verdict, FINDING_CRITICAL);
    if (verdict->result == FINDING_PASS && reach.count > reach.with_tls) {
        verdict_unknown(verdict, "whether a port beyond loopback speaks TLS is not known: %s",
                        diagnosis_unknown(diagnosis, FACT_CONFIG) ? diagnosis_unknown(diagnosis, FACT_CONFIG)
                                                                  : "its configuration does not tell");
        return;
    }
    tell_harm(diagnosis, &reach, password, verdict);
    close_port(diagnosis, password, verdict);
}

static void runs_as_root(const struct diagnosis *diagnosis, struct verdict *verdict)
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

/* --- the rows --- */

const struct finding findings_exposure[] = {
    {
        .id = "open-to-network",
        .summary = "The addresses that it listens on",
        .warning_when = "one is beyond loopback and known to be without TLS",
        .critical_when =
            "one is beyond loopback, the default user has no password, and protected-mode is off",
        .needs = NEEDS(FACT_PROCESS),
        .harm = "Without a password whoever reaches the port reads and writes all data; without TLS the "
                "password and "
                "the data cross the network in clear text.",
        .evaluate = open_to_network,
    },
    {
        .id = "runs-as-root",
        .summary = "The user that it runs as",
        .critical_when = "it is root",
        .needs = NEEDS(FACT_PROCESS),
        .harm = "A client that may use CONFIG, MODULE or a fault in the server owns the host.",
        .evaluate = runs_as_root,
    },
    {.id = NULL},
};
