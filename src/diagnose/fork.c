/* SPDX-License-Identifier: MIT */
/* Rules of the section "Fork, snapshots, append-only file" on the fork: what it costs, whether it would be
 * refused, and what makes one necessary.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <limits.h>
#include <string.h>

#include "diagnose/fork-model.h"
#include "diagnose/kernel-log.h"
#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "host/kernel.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/text.h"

/* --- the fork --- */

static long long known(amount value)
{
    return amount_is_number(value) && value <= (amount)LLONG_MAX ? (long long)value : -1;
}

static bool has_uncharged_heap(const struct diagnosis *diagnosis)
{
    const char *allocator = diagnosis_info_text(diagnosis, "mem_allocator");

    return text_has_prefix(allocator, "jemalloc") && redis_facts_version(&diagnosis->redis) >= 50000;
}

/* Whatever is not known stays -1. */
static void fill_process(const struct server_facts *process, struct fork_input *input)
{
    if (!process->mappings.unknown) {
        input->largest_mapping = known(process->mappings.accountable_largest_bytes);
        input->sum_of_mappings = known(process->mappings.accountable_sum_bytes);
    }
    if (!process->status.unknown) {
        input->virtual_size = known(process->status.size_bytes);
        input->page_tables = known(process->status.page_tables_bytes);
    }
    if (!process->limits.unknown) {
        input->processes_limit = known(process->limits.processes);
        input->processes = known(process->limits.user_tasks);
    }
    input->is_root = process->process.uid == 0;
    if (!process->cgroup.unknown) {
        input->cgroup_tasks_limit = known(process->cgroup.pids_max.limit);
        input->cgroup_tasks = known(process->cgroup.pids_max.current);
        input->cgroup_memory_limit = known(process->cgroup.memory_max.limit);
        input->cgroup_memory = known(process->cgroup.memory_max.current);
    }
}

static struct fork_forecast foresee(const struct diagnosis *diagnosis, double margin)
{
    static const struct host_memory no_memory = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    const struct kernel_facts *kernel = diagnosis->kernel;
    double last = 0;
    struct fork_input input = {
        .overcommit_memory = kernel ? kernel->overcommit_memory : -1,
        .admin_reserve = kernel ? kernel->admin_reserve_bytes : -1,
        .user_reserve = kernel ? kernel->user_reserve_bytes : -1,
        .memory = diagnosis->memory ? *diagnosis->memory : no_memory,
        .largest_mapping = -1,
        .sum_of_mappings = -1,
        .has_uncharged_heap = has_uncharged_heap(diagnosis),
        .virtual_size = -1,
        .page_tables = -1,
        .processes_limit = -1,
        .processes = -1,
        .cgroup_tasks_limit = -1,
        .cgroup_tasks = -1,
        .cgroup_memory_limit = -1,
        .cgroup_memory = -1,
        .margin = margin,
    };

    if (diagnosis->host) {
        input.kernel_major = diagnosis->host->kernel_major;
        input.kernel_minor = diagnosis->host->kernel_minor;
    }
    if (diagnosis->process)
        fill_process(diagnosis->process, &input);
    if (redis_fields_number(&diagnosis->redis.now, "latest_fork_usec", &last) == 0 && last > 0 && last < 1e18)
        input.last_fork_usec = (long long)last;
    return fork_forecast(&input);
}

double diagnosis_copy_room(const struct diagnosis *diagnosis)
{
    return (double)foresee(diagnosis, 0).copy_room;
}

static void fork_slow(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double seconds = diagnosis_info(diagnosis, "latest_fork_usec") / 1e6;
    double rss = diagnosis_info(diagnosis, "used_memory_rss");
    struct fork_forecast forecast = foresee(diagnosis, 0);

    if (seconds <= 0) {
        evidence_text(verdict, "latest_fork", "none yet");
        if (forecast.stall_seconds >= 0)
            evidence_number(verdict, "expected", QUANTITY_SECONDS, forecast.stall_seconds);
        return;
    }
    evidence_number(verdict, "latest_fork", QUANTITY_SECONDS, seconds);
    evidence_number(verdict, "used_memory_rss", QUANTITY_BYTES, rss);
    if (diagnosis->process && amount_is_number(diagnosis->process->status.page_tables_bytes))
        evidence_number(verdict, "VmPTE", QUANTITY_BYTES,
                        (double)diagnosis->process->status.page_tables_bytes);
    (void)verdict_compare(verdict, seconds);
    if (rss < verdict_threshold(verdict, "rss"))
        return;
    evidence_number(verdict, "latest_fork_per_gib", QUANTITY_SECONDS, seconds / (rss / GIB));
    if (seconds / (rss / GIB) > verdict_threshold(verdict, "per-gib"))
        verdict_raise(verdict, FINDING_WARNING);
}

static const char *const limit_words[] = {
    [FORK_LIMIT_NONE] = "none: vm.overcommit_memory is 1",
    [FORK_LIMIT_ONE_MAPPING] = "its largest accountable mapping against all RAM and swap (mode 0)",
    [FORK_LIMIT_FREE_MEMORY] = "its largest accountable mapping against what can be freed (mode 0)",
    [FORK_LIMIT_COMMIT] = "its accountable mappings against what is left of CommitLimit (mode 2)",
    [FORK_LIMIT_PROCESSES] = "the processes of its user, RLIMIT_NPROC",
    [FORK_LIMIT_CGROUP_TASKS] = "the tasks of its cgroup, pids.max",
    [FORK_LIMIT_CGROUP_MEMORY] = "the copied page tables against what its cgroup has left",
};

static void show_forecast(const struct fork_forecast *forecast, struct verdict *verdict)
{
    bool is_count = forecast->limit == FORK_LIMIT_PROCESSES || forecast->limit == FORK_LIMIT_CGROUP_TASKS;
    enum quantity quantity = is_count ? QUANTITY_COUNT : QUANTITY_BYTES;

    evidence_text(verdict, "decided_by", "%s", limit_words[forecast->limit]);
    if (forecast->need >= 0)
        evidence_number(verdict, "needed", quantity, (double)forecast->need);
    if (forecast->room >= 0)
        evidence_number(verdict, "left", quantity, (double)forecast->room);
    if (forecast->is_presumed)
        evidence_text(verdict, "presumed",
                      "its mappings can't be read; this allocator's heap is not charged, or "
                      "all of them together fit");
    if (forecast->stall_seconds >= 0)
        evidence_number(verdict, forecast->is_stall_measured ? "last_stall" : "expected_stall",
                        QUANTITY_SECONDS, forecast->stall_seconds);
    if (forecast->copy_room >= 0)
        evidence_number(verdict, "room_for_copies", QUANTITY_BYTES, (double)forecast->copy_room);
}

/* Twice of what is set, for a set-property that lowers the limit would mend nothing; it reaches no cgroup
 * above the unit's own. */
static void raise_tasks(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    enum { TASKS_LEAST = 512, TASKS_MOST = 65536 };
    const struct server_facts *process = diagnosis->process;
    const struct cgroup_limit *limit = process ? &process->cgroup.pids_max : NULL;
    bool is_its_own = process && (!limit->at || text_equal(limit->at, process->process.cgroup));
    amount tasks = limit && amount_is_number(limit->limit) ? 2 * limit->limit : 0;

    tasks = tasks < TASKS_LEAST ? TASKS_LEAST : tasks > TASKS_MOST ? TASKS_MOST : tasks;
    if (is_its_own && tasks > (amount_is_number(limit->limit) ? limit->limit : 0) &&
        remedy_set_property(diagnosis, verdict, "stays over boots", "TasksMax=%llu", tasks))
        return;
    verdict_remedy(verdict, "raise the limit of tasks where it is set: %s",
                   limit && limit->at ? limit->at : "its cgroup, or the container's options");
}

/* That of the process that runs now, and of the next one. */
static void raise_processes(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_free_ char *command =
        server_dropin_command(&diagnosis->process->process, "LimitNPROC", "LimitNPROC=infinity");

    verdict_remedy(verdict, "sudo prlimit --pid %d --nproc=unlimited:unlimited",
                   diagnosis->process->process.pid);
    if (command)
        verdict_remedy(verdict, "%s", command);
    else
        verdict_remedy(verdict, "and ulimit -u in what starts it, for its next start");
}

static void explain_refusal(const struct diagnosis *diagnosis, const struct fork_forecast *forecast,
                            struct verdict *verdict)
{
    switch (forecast->limit) {
    case FORK_LIMIT_CGROUP_TASKS:
        verdict_harm(verdict,
                     "The next snapshot or rewrite fails with EAGAIN: its cgroup may have no more tasks.");
        raise_tasks(diagnosis, verdict);
        break;
    case FORK_LIMIT_PROCESSES:
        verdict_harm(verdict,
                     "The next snapshot or rewrite fails with EAGAIN: its user may have no more processes.");
        raise_processes(diagnosis, verdict);
        break;
    case FORK_LIMIT_CGROUP_MEMORY:
        verdict_harm(verdict,
                     "The fork succeeds, and charging its page tables to the cgroup brings the OOM killer, "
                     "which may take the server.");
        verdict_remedy(verdict, "raise the cgroup's memory limit, or lower maxmemory");
        break;
    default:
        remedy_apply(diagnosis, verdict, "vm.overcommit_memory");
        if (forecast->limit == FORK_LIMIT_COMMIT) {
            verdict_remedy(verdict,
                           "and a restart, for the mappings that it made under mode 2 stay charged:");
            remedy_restart(diagnosis, verdict);
        }
        break;
    }
}

static void raise_by_outcome(const struct diagnosis *diagnosis, const struct fork_forecast *forecast,
                             struct verdict *verdict)
{
    const struct server_facts *process = diagnosis->process;

    switch (forecast->outcome) {
    case FORK_REFUSED:
        verdict_raise(verdict, FINDING_CRITICAL);
        break;
    case FORK_TIGHT:
        verdict_raise(verdict, FINDING_WARNING);
        break;
    case FORK_PASSES:
        break;
    case FORK_UNKNOWN:
        verdict_unknown(verdict, "what the fork would be charged is not known: %s",
                        process->mappings.unknown ? process->mappings.unknown : "/proc/meminfo lacks a line");
        break;
    }
}

static const struct kernel_event *last_refusal(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct kernel_event *event =
        diagnosis->kernel_log
            ? kernel_log_last(diagnosis->kernel_log, KERNEL_EVENT_REFUSED, diagnosis->process->process.pid)
            : NULL;

    if (event)
        evidence_number(verdict, "last_refusal_ago", QUANTITY_SECONDS, (double)(diagnosis->now - event->at));
    return event;
}

static bool show_mode(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (diagnosis->kernel->overcommit_memory < 0) {
        verdict_unknown(verdict, "vm.overcommit_memory cannot be read");
        return false;
    }
    evidence_number(verdict, "vm.overcommit_memory", QUANTITY_COUNT,
                    (double)diagnosis->kernel->overcommit_memory);
    return true;
}

/* Writes are refused after a failed snapshot only where save points ask for one and the server stops then. */
static const char *what_a_failure_does(const struct diagnosis *diagnosis)
{
    if (diagnosis_has_save_points(diagnosis) &&
        strcmp(diagnosis_config_text(diagnosis, "stop-writes-on-bgsave-error"), "no") != 0)
        return "Without a fork there is no snapshot, no rewrite of the append-only file and no full copy for "
               "a "
               "replica; after a failed snapshot every write is refused too (MISCONF).";
    return NULL;
}

static void fork_would_fail(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct fork_forecast forecast = foresee(diagnosis, verdict_threshold(verdict, "margin"));
    const char *harm = what_a_failure_does(diagnosis);

    if (!show_mode(diagnosis, verdict))
        return;
    show_forecast(&forecast, verdict);
    raise_by_outcome(diagnosis, &forecast, verdict);
    if (last_refusal(diagnosis, verdict) && diagnosis->kernel->overcommit_memory != 1)
        verdict_raise(verdict, FINDING_WARNING);
    if (harm)
        verdict_harm(verdict, "%s", harm);
    explain_refusal(diagnosis, &forecast, verdict);
}

static void overcommit_corner(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct fork_forecast forecast = foresee(diagnosis, 0);

    if (!show_mode(diagnosis, verdict) || diagnosis->kernel->overcommit_memory != 0)
        return;
    show_forecast(&forecast, verdict);
    if (forecast.outcome == FORK_PASSES)
        verdict_raise(verdict, FINDING_NOTE);
}

/* --- what spares a replica the full copy, which begins with a fork --- */

/* What a minute of writes at the present rate fills, and never less than the row's size. */
static double backlog_wanted(const struct diagnosis *diagnosis, const struct verdict *verdict)
{
    double least = verdict_threshold(verdict, "warning");
    struct counter written;

    if (!diagnosis_counter(diagnosis, "master_repl_offset", &written) || written.per_second * 60 < least)
        return least;
    return remedy_buffer_bound(diagnosis, sizing_whole_mib(written.per_second * 60 + MIB));
}

static void repl_backlog_small(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double replicas = diagnosis_info(diagnosis, "connected_slaves");
    double size = diagnosis_info(diagnosis, "repl_backlog_size"), wanted;
    char text[QUANTITY_TEXT_MAX];
    struct counter copies;

    if (!diagnosis_counter(diagnosis, "sync_full", &copies))
        return;
    evidence_number(verdict, "connected_replicas", QUANTITY_COUNT, replicas);
    evidence_number(verdict, "repl_backlog_size", QUANTITY_BYTES, size);
    evidence_number(verdict, "sync_full", QUANTITY_COUNT, copies.total);
    evidence_number(verdict, "sync_full_within_interval", QUANTITY_COUNT, copies.growth);
    evidence_info(verdict, diagnosis, "sync_partial_err", QUANTITY_COUNT);
    if (replicas <= 0 || size >= verdict_threshold(verdict, "warning"))
        return;
    verdict_raise(verdict, copies.growth > 0 ? FINDING_CRITICAL : FINDING_WARNING);
    wanted = backlog_wanted(diagnosis, verdict);
    remedy_set(diagnosis, verdict, "repl-backlog-size %.0f", wanted);
    verdict_remedy(verdict, "(it takes up to %s of memory, which counts towards maxmemory)",
                   quantity_format(QUANTITY_BYTES, wanted, text));
    remedy_keep(diagnosis, verdict);
}

/* --- the rows --- */

const struct finding findings_fork[] = {
    {
        .id = "repl-backlog-small",
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
        .remedy = "split the data over smaller instances: the stall grows with the memory of one\n"
                  "save on a replica, and in a quiet hour\n"
                  "huge pages make the fork shorter, at the price of memory, and of stalls where thp.defrag "
                  "allows them: "
                  "see redis-hosttune explain thp.enabled",
        .evaluate = fork_slow,
    },
    {
        .id = "fork-would-fail",
        .summary = "Whether the kernel would refuse the next fork",
        .warning_when = "it would fit by less than {margin} of the room, or the kernel has refused it memory "
                        "under a mode other "
                        "than 1",
        .critical_when = "it would be refused now, or its page tables alone would pass the cgroup's limit",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_KERNEL) | NEEDS(FACT_MEMORY),
        .thresholds = {{"margin", 0.10, QUANTITY_RATIO}},
        .harm =
            "Without a fork there is no snapshot, no rewrite of the append-only file and no full copy for a "
            "replica.",
        .evaluate = fork_would_fail,
    },
    {
        .id = "overcommit-corner",
        .summary = "vm.overcommit_memory of 0, where the next fork would pass",
        .note_when = "so it is",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_KERNEL) | NEEDS(FACT_MEMORY),
        .harm =
            "None now. Under mode 0 the kernel refuses what a single mapping asks for beyond all that there "
            "is "
            "(before Linux 5.2: beyond what is free), which a heap of another allocator than jemalloc may "
            "become; and the server warns of the mode at each start.",
        .remedy = "redis-hosttune apply --only=vm.overcommit_memory",
        .evaluate = overcommit_corner,
    },
    {.id = NULL},
};
