/* SPDX-License-Identifier: MIT */
/* Rules of the section "Clients and commands" on the server's listen queue and its limit of files, as the
 * kernel has them.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include "diagnose/remedy.h"
#include "servers/facts.h"
#include "servers/restart.h"

enum {
    STANDARD_MAXCLIENTS = 10000,
    RESERVED_FILES = 32, /* CONFIG_MIN_RESERVED_FDS */
};

/* --- the listen queue --- */

/* The smaller one of tcp-backlog and of its network namespace's somaxconn counts. */
static void lengthen_queue(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_network *network = diagnosis->process ? &diagnosis->process->network : NULL;
    bool is_far = network && !network->unknown && network->is_ours == TRAIT_NO;

    if (is_far && diagnosis->process->process.container)
        verdict_remedy(verdict,
                       "net.core.somaxconn = 65535 in the options of its container: it has a network "
                       "namespace of its own");
    else if (is_far)
        verdict_remedy(
            verdict,
            "sudo nsenter -t %d -n sysctl -w net.core.somaxconn=65535  # its own network namespace, whose "
            "maker has to keep it",
            diagnosis->process->process.pid);
    else
        remedy_apply(diagnosis, verdict, "net.core.somaxconn");
    remedy_set(diagnosis, verdict, "tcp-backlog 65535");
    remedy_keep(diagnosis, verdict);
}

/* What the socket had dropped before the interval; as many as now where it was not there. */
static double drops_before(const struct diagnosis *diagnosis, const struct server_listener *listener)
{
    const struct server_facts *before = diagnosis->process_before;

    for (size_t i = 0; before && !before->listeners.unknown && i < before->listeners.count; i++)
        if (before->listeners.items[i].inode == listener->inode &&
            amount_is_number(before->listeners.items[i].drops))
            return (double)before->listeners.items[i].drops;
    return (double)listener->drops;
}

/* What its own sockets dropped. false: the kernel does not tell of all of them. */
static bool judge_drops(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    double total = 0, growth = 0;
    bool is_known = !listeners->limits_unknown;

    for (size_t i = 0; i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];

        if (listener->family == LISTENER_UNIX)
            continue;
        if (!amount_is_number(listener->drops)) {
            is_known = false;
            continue;
        }
        total += (double)listener->drops;
        growth += (double)listener->drops - drops_before(diagnosis, listener);
    }
    evidence_number(verdict, "dropped", QUANTITY_COUNT, total);
    evidence_number(verdict, "dropped_within_interval", QUANTITY_COUNT, growth);
    if (total > 0)
        verdict_raise(verdict, FINDING_NOTE);
    if (growth > 0)
        verdict_raise(verdict, FINDING_CRITICAL);
    return is_known;
}

static void judge_queues(const struct server_listeners *listeners, struct verdict *verdict)
{
    double share = 0;

    for (size_t i = 0; i < listeners->count; i++) {
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
}

/* The namespace's counter is everybody's: it only tells that nobody's queue overflowed. */
static void listen_queue_overflow(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_network *network = &diagnosis->process->network;
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    bool has_none = !network->unknown && network->listen_overflows == 0, is_known = false;

    if (!network->unknown && amount_is_number(network->listen_overflows))
        evidence_number(verdict, "ListenOverflows_of_all", QUANTITY_COUNT, (double)network->listen_overflows);
    if (!listeners->unknown) {
        is_known = judge_drops(diagnosis, verdict);
        judge_queues(listeners, verdict);
    }
    if (!is_known && !has_none) {
        verdict_unknown(verdict, "%s",
                        listeners->unknown          ? listeners->unknown
                        : listeners->limits_unknown ? listeners->limits_unknown
                                                    : "this kernel does not count what each socket drops");
        return;
    }
    lengthen_queue(diagnosis, verdict);
}

static void backlog_low(const struct diagnosis *diagnosis, struct verdict *verdict)
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
    lengthen_queue(diagnosis, verdict);
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

/* The limit of a process in no unit is raised as it runs; that it lowered its maxclients when it started is
 * left. */
static void raise_files(const struct diagnosis *diagnosis, struct verdict *verdict, double files,
                        double clients)
{
    const struct server_process *process = &diagnosis->process->process;
    double wanted = (double)remedy_files(diagnosis, verdict);
    bool is_running = !server_confirmed_unit(process) && process->home.kind != SERVER_HOME_CONTAINER &&
                      !(process->home.kind == SERVER_HOME_USER && process->home.unit);

    if (files >= wanted)
        verdict_remedy(verdict, "a higher limit of open files in what starts it, or a lower maxclients");
    else
        remedy_open_files(diagnosis, verdict);
    if (files >= wanted || !is_running)
        remedy_restart(diagnosis, verdict);
    else if (clients > diagnosis_config(diagnosis, "maxclients") && clients + RESERVED_FILES <= wanted)
        remedy_set(diagnosis, verdict, "maxclients %.0f", clients);
}

static void nofile_low(const struct diagnosis *diagnosis, struct verdict *verdict)
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
    raise_files(diagnosis, verdict, files, clients);
}

/* --- the rows --- */

const struct finding findings_sockets[] = {
    {
        .id = "listen-queue-overflow",
        .summary = "Connections that the kernel dropped before the server saw them",
        .note_when = "its own sockets dropped some since they were made",
        .critical_when = "they dropped more within the interval, or a queue is at {queue} of its limit",
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"queue", 0.80, QUANTITY_RATIO}},
        .harm = "The kernel drops a connection that does not fit into the queue without a word: clients wait "
                "until their own kernel tries again, a second or more each time, and see time-outs, not a "
                "refusal.",
        .evaluate = listen_queue_overflow,
    },
    {
        .id = "backlog-low",
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
    {.id = NULL},
};
