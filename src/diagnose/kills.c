/* SPDX-License-Identifier: MIT */
/* Rules of the section "Memory the kernel sees" on what ended a server, by the kernel's log, its unit and its
 * cgroup, and on the limit at which it would end again. Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "diagnose/kernel-log.h"
#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define DAY 86400.0

/* --- kills --- */

/* Whose process a kill took. */
enum whose {
    OF_THIS, /* this server's, one of its children or one that ran in its place */
    OF_UNKNOWN,
    OF_OTHERS,
};

/* Its own cgroup, or one of those below a group that was killed as a whole. */
static bool is_in(const struct kernel_event *event, const char *cgroup)
{
    size_t size = strlen(event->task_cgroup);

    return strncmp(event->task_cgroup, cgroup, size) == 0 &&
           (!cgroup[size] || (event->is_of_group && cgroup[size] == '/'));
}

/* The kernel may have left the line out that has the cgroup, and before Linux 4.19 there is none where the
 * host ran out. What else tells them apart: the user, and that a server which ran before the kill and runs on
 * has lost a child at most, which its cgroup then counts. */
static enum whose whose_without_cgroup(const struct kernel_event *event, const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;
    double uptime = 0;

    if (event->is_this_boot && event->pid == process->process.pid)
        return OF_THIS;
    if (event->uid >= 0 && process->process.uid != UINT_MAX && event->uid != process->process.uid)
        return OF_OTHERS;
    if (redis_fields_number(&diagnosis->redis.now, "uptime_in_seconds", &uptime) == 0 &&
        (double)(diagnosis->now - event->at) + 1 < uptime && !process->cgroup.unknown &&
        process->cgroup.oom_kills == 0)
        return OF_OTHERS;
    return OF_UNKNOWN;
}

static enum whose whose(const struct kernel_event *event, const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;

    if (!process)
        return OF_UNKNOWN;
    if (!*event->task_cgroup || process->cgroup.unknown || !process->cgroup.memory_path)
        return whose_without_cgroup(event, diagnosis);
    return is_in(event, process->cgroup.memory_path) ? OF_THIS : OF_OTHERS;
}

struct kills {
    size_t count[OF_OTHERS + 1];                    /* by enum whose */
    const struct kernel_event *last[OF_OTHERS + 1]; /* the newest; NULL: none */
};

static struct kills count_kills(const struct diagnosis *diagnosis)
{
    const struct kernel_log *log = diagnosis->kernel_log;
    struct kills kills = {0};

    for (size_t i = 0; log && i < log->events_count; i++) {
        const struct kernel_event *event = &log->events[i];

        if (event->kind != KERNEL_EVENT_OOM_KILL)
            continue;
        kills.count[whose(event, diagnosis)]++;
        kills.last[whose(event, diagnosis)] = event;
    }
    return kills;
}

static const char *whose_limit(const struct kernel_event *event)
{
    switch (event->constraint) {
    case OOM_HOST:
        return "the host's memory";
    case OOM_CGROUP:
        return *event->limit_cgroup ? event->limit_cgroup : "its cgroup's limit";
    case OOM_NODES:
        return "the memory nodes that it may use";
    default:
        return "not stated by this kernel";
    }
}

static void show_kill(const struct kernel_event *event, const struct diagnosis *diagnosis,
                      struct verdict *verdict)
{
    evidence_number(verdict, "last_kill_ago", QUANTITY_SECONDS, (double)(diagnosis->now - event->at));
    evidence_number(verdict, "killed_pid", QUANTITY_COUNT, event->pid);
    if (event->anon_rss >= 0)
        evidence_number(verdict, "anon_rss", QUANTITY_BYTES, (double)event->anon_rss);
    evidence_text(verdict, "limit", "%s", whose_limit(event));
    evidence_text(verdict, "boot", "%s", event->is_this_boot ? "this one" : "an earlier one");
}

/* The limit stands on a slice above its unit: all in it share that. */
static bool raise_slices_limit(const struct diagnosis *diagnosis, struct verdict *verdict, double bytes)
{
    const char *slice = text_file_name(diagnosis->process->cgroup.memory_max.at);
    _cleanup_free_ char *quoted = NULL;

    if (!server_confirmed_unit(&diagnosis->process->process) || !text_has_suffix(slice, ".slice") ||
        *slice == '-')
        return false;
    quoted = memory_require(text_shell_quote(slice));
    verdict_remedy(
        verdict,
        "sudo systemctl set-property %s MemoryMax=%.0f  # maxmemory and a quarter, and more for what else "
        "is in this slice; stays over boots",
        quoted, bytes);
    return true;
}

/* Raises only, where the host holds what all its servers may take, and where the limit is the unit's own:
 * maxmemory is the server's word. */
static bool raise_units_limit(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_cgroup *cgroup = &diagnosis->process->cgroup;
    const struct cgroup_limit *limit = &cgroup->memory_max;
    bool is_limit_known = !cgroup->unknown && amount_is_number(limit->limit);
    double maxmemory = 0, bytes;

    (void)redis_fields_number(&diagnosis->redis.now, "maxmemory", &maxmemory);
    bytes = sizing_whole_mib(maxmemory * 1.25);
    if (maxmemory <= 0 || !diagnosis->memory || !sizing_host_holds(diagnosis) ||
        (is_limit_known && bytes <= (double)limit->limit))
        return false;
    if (is_limit_known && limit->at && !text_equal(limit->at, cgroup->memory_path))
        return raise_slices_limit(diagnosis, verdict, bytes);
    return remedy_set_property(diagnosis, verdict, "maxmemory and a quarter; stays over boots",
                               "MemoryMax=%.0f", bytes);
}

/* One or the other: a limit that is raised, or where no command is known that does, a lower maxmemory. */
static void mend_cgroup_limit(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (diagnosis->process && raise_units_limit(diagnosis, verdict))
        return;
    remedy_maxmemory(diagnosis, verdict);
    verdict_remedy(verdict,
                   "instead of that: raise the limit of its cgroup or container to maxmemory and a quarter; "
                   "with snapshots up to twice maxmemory");
}

/* The cgroup's own count, which has no times. */
static double cgroup_kills(const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;

    if (!process || process->cgroup.unknown || !amount_is_number(process->cgroup.oom_kills))
        return -1;
    return (double)process->cgroup.oom_kills;
}

static void show_counts(const struct diagnosis *diagnosis, const struct kills *kills, struct verdict *verdict)
{
    evidence_number(verdict, "kills", QUANTITY_COUNT, (double)kills->count[OF_THIS]);
    evidence_number(verdict, "kills_of_other_servers", QUANTITY_COUNT, (double)kills->count[OF_OTHERS]);
    if (kills->count[OF_UNKNOWN] > 0)
        evidence_number(verdict, "kills_of_one_of_the_servers", QUANTITY_COUNT,
                        (double)kills->count[OF_UNKNOWN]);
    evidence_text(verdict, "source", "%s, %s", diagnosis->kernel_log->source,
                  diagnosis->kernel_log->has_earlier_boots ? "7 days" : "this boot");
}

/* The server was there before and is there still: what was killed is a child of it. */
static bool is_of_child(const struct diagnosis *diagnosis, const struct kernel_event *event)
{
    double uptime = diagnosis_info(diagnosis, "uptime_in_seconds");

    return diagnosis->process && event->pid != diagnosis->process->process.pid &&
           uptime > (double)(diagnosis->now - event->at) + 2;
}

/* This server's own, or else one that may have been. */
static const struct kernel_event *raise_kill(const struct diagnosis *diagnosis, const struct kills *kills,
                                             struct verdict *verdict)
{
    const struct kernel_event *event = kills->last[OF_THIS];

    if (!event && kills->last[OF_UNKNOWN]) {
        event = kills->last[OF_UNKNOWN];
        verdict_harm(verdict,
                     "The kernel killed a server and its log does not say in which cgroup: it may have "
                     "been this one, one before it in its place, or another of this host.");
    }
    if (!event)
        return NULL;
    show_kill(event, diagnosis, verdict);
    verdict_raise(verdict, FINDING_WARNING);
    if (event == kills->last[OF_THIS] && is_of_child(diagnosis, event))
        verdict_harm(
            verdict,
            "The kernel killed a child of it that saved, and the server lives: that snapshot, rewrite "
            "or copy failed. The next one may end the same way.");
    else if (event == kills->last[OF_THIS] && (double)(diagnosis->now - event->at) < DAY)
        verdict_raise(verdict, FINDING_CRITICAL);
    return event;
}

static void kernel_oom_kill(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *reason = diagnosis_unknown(diagnosis, FACT_KERNEL_LOG);
    double of_cgroup = cgroup_kills(diagnosis);
    const struct kills kills = count_kills(diagnosis);
    const struct kernel_event *event;

    if (!reason)
        show_counts(diagnosis, &kills, verdict);
    if (of_cgroup >= 0)
        evidence_number(verdict, "cgroup_oom_kill", QUANTITY_COUNT, of_cgroup);
    event = raise_kill(diagnosis, &kills, verdict);
    if (!event && of_cgroup > 0) {
        verdict_raise(verdict, FINDING_WARNING);
    } else if (!event && reason) {
        verdict_unknown(verdict, "%s", reason);
        return;
    }
    if ((event && event->constraint == OOM_CGROUP) || (!event && of_cgroup > 0))
        mend_cgroup_limit(diagnosis, verdict);
    else
        remedy_maxmemory(diagnosis, verdict);
}

static void raise_restart(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *unit = diagnosis->process ? server_confirmed_unit(&diagnosis->process->process) : NULL;
    _cleanup_free_ char *quoted = unit ? memory_require(text_shell_quote(unit)) : NULL;

    verdict_raise(verdict, FINDING_WARNING);
    if (quoted) {
        verdict_remedy(verdict, "read kernel-oom-kill above, then what its unit says:");
        verdict_remedy(verdict, "journalctl -u %s -S -2h", quoted);
    }
}

static void restarted(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double uptime = diagnosis_info(diagnosis, "uptime_in_seconds");
    bool is_log_known = !diagnosis_unknown(diagnosis, FACT_KERNEL_LOG);
    const struct kernel_event *event = count_kills(diagnosis).last[OF_THIS];
    bool is_killed = event && (double)(diagnosis->now - event->at) < verdict_threshold(verdict, "warning") &&
                     (double)(diagnosis->now - event->at) + 1 >= uptime;

    evidence_number(verdict, "uptime_in_seconds", QUANTITY_SECONDS, uptime);
    if (diagnosis->unit_restarts >= 0)
        evidence_number(verdict, "NRestarts", QUANTITY_COUNT, (double)diagnosis->unit_restarts);
    if (is_killed)
        show_kill(event, diagnosis, verdict);
    if (uptime >= verdict_threshold(verdict, "warning"))
        return;
    if (is_killed || diagnosis->unit_restarts > 0)
        raise_restart(diagnosis, verdict);
    else if (diagnosis->unit_restarts < 0 && !is_log_known)
        verdict_unknown(verdict,
                        "it started within the hour, and neither its unit nor the kernel's log tells why");
}

/* --- limits of a container or a unit --- */

static void container_limit_tight(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_cgroup *cgroup = &diagnosis->process->cgroup;
    double maxmemory = diagnosis_info(diagnosis, "maxmemory"), limit;

    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, maxmemory);
    if (cgroup->unknown) {
        verdict_unknown(verdict, "%s", cgroup->unknown);
        return;
    }
    if (!amount_is_number(cgroup->memory_max.limit)) {
        evidence_text(verdict, "limit", "%s",
                      cgroup->memory_max.limit == AMOUNT_UNLIMITED ? "none" : "not shown by this kernel");
        return;
    }
    limit = (double)cgroup->memory_max.limit;
    evidence_number(verdict, "limit", QUANTITY_BYTES, limit);
    if (cgroup->memory_max.at)
        evidence_text(verdict, "limit_of", "%s", cgroup->memory_max.at);
    if (maxmemory <= 0)
        return;
    if (limit < maxmemory * verdict_threshold(verdict, "factor"))
        verdict_raise(verdict, FINDING_WARNING);
    if (limit < maxmemory)
        verdict_raise(verdict, FINDING_CRITICAL);
    mend_cgroup_limit(diagnosis, verdict);
}

/* --- the rows --- */

const struct finding findings_kills[] = {
    {
        .id = "kernel-oom-kill",
        .summary = "Kills of this server by the kernel's OOM killer",
        .warning_when = "there was one in this boot or in the last 7 days",
        .critical_when = "there was one in the last 24 hours",
        .harm = "It ended without saving: what came since the last snapshot is lost, or with an append-only "
                "file what "
                "was not yet written to it, of two seconds at the most; every client was cut off. The same "
                "load may do "
                "it again.",
        .evaluate = kernel_oom_kill,
    },
    {
        .id = "restarted",
        .summary = "A start that nobody asked for",
        .warning_when =
            "it has been up for less than {warning}, and systemd restarted it by itself or the OOM "
            "killer took it before",
        .info = {"uptime_in_seconds"},
        .thresholds = {{"warning", 3600, QUANTITY_SECONDS}},
        .harm = "What ended it may come back; what was not saved then is lost.",
        .remedy = "read kernel-oom-kill above, then the log of what starts it",
        .evaluate = restarted,
    },
    {
        .id = "container-limit-tight",
        .summary = "The cgroup's memory limit against maxmemory",
        .warning_when = "the limit is below maxmemory times {factor}",
        .critical_when = "it is below maxmemory",
        .info = {"maxmemory"},
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"factor", 1.25, QUANTITY_FACTOR}},
        .harm = "Buffers, fragmentation and the copies of a snapshot come on top of maxmemory: the cgroup's "
                "limit may be "
                "reached before maxmemory is, and the OOM killer comes instead of an eviction.",
        .evaluate = container_limit_tight,
    },
    {.id = NULL},
};
