/* SPDX-License-Identifier: MIT */
/* Rules of the section "The host beneath it": settings of the kernel, its memory
 * nodes and what the server says of them.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "host/kernel.h"
#include "log/summary.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/text.h"

/* --- memory nodes --- */

static bool has_uneven_nodes(const struct kernel_facts *kernel, const struct verdict *verdict)
{
    bool is_full = false, is_empty = false;

    for (size_t i = 0; i < kernel->nodes_count; i++) {
        const struct memory_node *node = &kernel->nodes[i];
        double share = node->total > 0 && node->free >= 0 ? (double)node->free / (double)node->total : -1;

        is_full = is_full || (share >= 0 && share < verdict_threshold(verdict, "full"));
        is_empty = is_empty || share > verdict_threshold(verdict, "empty");
    }
    return is_full && is_empty;
}

static void show_nodes(const struct server_numa *numa, const struct kernel_facts *kernel,
                       struct verdict *verdict)
{
    char name[32];

    for (size_t i = 0; i < numa->nodes_count && i < 16; i++) {
        snprintf(name, sizeof(name), "node%u", numa->nodes[i].node);
        evidence_number(verdict, name, QUANTITY_BYTES, (double)numa->nodes[i].bytes);
    }
    for (size_t i = 0; i < kernel->nodes_count && i < 16; i++)
        if (kernel->nodes[i].free >= 0) {
            snprintf(name, sizeof(name), "node%u_free", kernel->nodes[i].number);
            evidence_number(verdict, name, QUANTITY_BYTES, (double)kernel->nodes[i].free);
        }
}

static void node_skew(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_numa *numa = &diagnosis->process->numa;
    const struct kernel_facts *kernel = diagnosis->kernel;
    double all = (double)numa->anonymous_bytes, most = 0;

    evidence_number(verdict, "memory_nodes", QUANTITY_COUNT, (double)kernel->nodes_count);
    if (kernel->nodes_count < 2)
        return;
    if (numa->unknown) {
        verdict_unknown(verdict, "%s", numa->unknown);
        return;
    }
    show_nodes(numa, kernel, verdict);
    evidence_text(verdict, "policy", "%s", numa->policy ? numa->policy : "none");
    for (size_t i = 0; i < numa->nodes_count; i++)
        if ((double)numa->nodes[i].bytes > most)
            most = (double)numa->nodes[i].bytes;
    if (!amount_is_number(numa->anonymous_bytes) || all < verdict_threshold(verdict, "bytes"))
        return;
    evidence_number(verdict, "share_of_one_node", QUANTITY_RATIO, most / all);
    if (amount_is_number(numa->interleaved_bytes) && (double)numa->interleaved_bytes > all / 2)
        return;
    if (!verdict_compare(verdict, most / all))
        return;
    if (has_uneven_nodes(kernel, verdict) ||
        (amount_is_number(numa->bound_bytes) && (double)numa->bound_bytes > all / 2))
        verdict_raise(verdict, FINDING_CRITICAL);
    remedy_placement(diagnosis, verdict);
    if (server_confirmed_unit(&diagnosis->process->process))
        remedy_restart(diagnosis, verdict);
}

static void zone_reclaim(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct kernel_facts *kernel = diagnosis->kernel;

    evidence_number(verdict, "memory_nodes", QUANTITY_COUNT, (double)kernel->nodes_count);
    if (kernel->zone_reclaim_mode < 0) {
        evidence_text(verdict, "vm.zone_reclaim_mode", "this kernel has none");
        return;
    }
    evidence_number(verdict, "vm.zone_reclaim_mode", QUANTITY_COUNT, (double)kernel->zone_reclaim_mode);
    if (kernel->nodes_count > 1 && kernel->zone_reclaim_mode != 0)
        verdict_raise(verdict, FINDING_WARNING);
    remedy_sysctl(diagnosis, verdict, "vm.zone_reclaim_mode", 0);
}

/* --- the rest of the kernel --- */

static void map_count(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_mappings *mappings = &diagnosis->process->mappings;
    long long most = diagnosis->kernel->max_map_count;

    if (mappings->unknown || !amount_is_number(mappings->count)) {
        verdict_unknown(verdict, "%s",
                        mappings->unknown ? mappings->unknown : "its mappings are not counted");
        return;
    }
    evidence_number(verdict, "mappings", QUANTITY_COUNT, (double)mappings->count);
    if (most <= 0) {
        verdict_unknown(verdict, "vm.max_map_count cannot be read");
        return;
    }
    evidence_number(verdict, "vm.max_map_count", QUANTITY_COUNT, (double)most);
    evidence_number(verdict, "share", QUANTITY_RATIO, (double)mappings->count / (double)most);
    if (!verdict_compare(verdict, (double)mappings->count / (double)most))
        return;
    remedy_sysctl(diagnosis, verdict, "vm.max_map_count",
                  most > INT_MAX / 4 ? INT_MAX
                  : most > 262144    ? 4 * most
                                     : 1048576); /* the kernel's is an int */
    if (diagnosis->kernel->overcommit_memory == 2) {
        verdict_remedy(verdict,
                       "under mode 2 of vm.overcommit_memory its allocator splits mappings without end:");
        remedy_apply(diagnosis, verdict, "vm.overcommit_memory");
        remedy_restart(diagnosis, verdict);
    }
}

/* The kernel's own: 2 since 4.19, 0 before; of 4.18 both are about. */
static bool is_standard_reuse(const struct host_facts *host, long long reuse)
{
    if (kernel_is_at_least(host, 4, 19))
        return reuse == 2;
    return reuse == 0 || (kernel_is_at_least(host, 4, 18) && reuse == 2);
}

static void time_wait_settings(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct kernel_facts *kernel = diagnosis->kernel;

    if (diagnosis->process && !diagnosis->process->network.unknown &&
        diagnosis->process->network.is_ours == TRAIT_NO) {
        verdict_unknown(verdict, "the server has a network namespace of its own, with settings of its own");
        return;
    }
    if (kernel->tcp_tw_reuse < 0 || diagnosis->host->kernel_major == 0) {
        verdict_unknown(verdict, "net.ipv4.tcp_tw_reuse or the kernel's version cannot be read");
        return;
    }
    evidence_number(verdict, "net.ipv4.tcp_tw_reuse", QUANTITY_COUNT, (double)kernel->tcp_tw_reuse);
    if (kernel->tcp_tw_recycle >= 0)
        evidence_number(verdict, "net.ipv4.tcp_tw_recycle", QUANTITY_COUNT, (double)kernel->tcp_tw_recycle);
    if (kernel->tcp_tw_recycle > 0) {
        verdict_raise(verdict, FINDING_CRITICAL);
        verdict_harm(verdict,
                     "Connections of clients that share an address (NAT, a load balancer) are dropped at "
                     "random: their timestamps are taken for old ones.");
        remedy_sysctl(diagnosis, verdict, "net.ipv4.tcp_tw_recycle", 0);
    }
    if (is_standard_reuse(diagnosis->host, kernel->tcp_tw_reuse))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    remedy_sysctl(diagnosis, verdict, "net.ipv4.tcp_tw_reuse",
                  kernel_is_at_least(diagnosis->host, 4, 19) ? 2 : 0);
}

/* Each can be read without a system call on its platform. */
static const char *const quick_sources[] = {"tsc", "kvm-clock", "arch_sys_counter",
                                            "hyperv_clocksource_tsc_page"};

/* Whether the kernel offers it: a whole word of the list. */
static bool is_offered(const struct kernel_facts *kernel, const char *name)
{
    const char *at = kernel->clocksources;
    size_t size = strlen(name);

    while ((at = strstr(at, name))) {
        if ((at == kernel->clocksources || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
        at += size;
    }
    return false;
}

static bool is_slow(const struct kernel_facts *kernel, struct verdict *verdict)
{
    if (kernel->clock_seconds <= 0)
        return strcmp(kernel->clocksource, "xen") == 0 || kernel_clocksource_is_slow(kernel->clocksource);
    evidence_number(verdict, "reading_takes", QUANTITY_SECONDS, kernel->clock_seconds);
    evidence_number(verdict, "a_system_call_takes", QUANTITY_SECONDS, kernel->clock_call_seconds);
    return kernel->clock_seconds > kernel->clock_call_seconds * 0.8;
}

static void slow_clocksource(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct kernel_facts *kernel = diagnosis->kernel;

    if (!*kernel->clocksource) {
        verdict_unknown(verdict, "current_clocksource cannot be read");
        return;
    }
    evidence_text(verdict, "clocksource", "%s", kernel->clocksource);
    evidence_text(verdict, "available", "%s", kernel->clocksources);
    if (is_slow(kernel, verdict))
        verdict_raise(verdict, FINDING_WARNING);
    for (size_t i = 0; i < ELEMENTS(quick_sources); i++)
        if (is_offered(kernel, quick_sources[i]) && strcmp(quick_sources[i], kernel->clocksource) != 0) {
            verdict_remedy(
                verdict,
                "echo %s | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource",
                quick_sources[i]);
            verdict_remedy(verdict, "clocksource=%s on the kernel's command line keeps it", quick_sources[i]);
            return;
        }
    verdict_remedy(
        verdict, "this kernel offers no quicker one now: it may have found tsc unstable, see sudo journalctl "
                 "-k -g clocksource");
}

/* --- its own log --- */

static void startup_warnings(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    static const char *const names[] = {
        [TRAIT_UNKNOWN] = "unknown here", [TRAIT_NO] = "not true here now", [TRAIT_YES] = "true here now"};

    for (size_t i = 0; i < diagnosis->log->seen_count; i++) {
        const struct log_seen *seen = &diagnosis->log->seen[i];

        if (!(seen->kind->counts_as & LOG_STARTUP_WARNING))
            continue;
        evidence_text(verdict, seen->kind->id, "%s%s%s", names[seen->now], seen->now_reason ? ": " : "",
                      seen->now_reason ? seen->now_reason : "");
        verdict_raise(verdict, seen->now == TRAIT_NO ? FINDING_NOTE : FINDING_WARNING);
        if (seen->now != TRAIT_NO)
            remedy_of_line(diagnosis, verdict, seen->kind->remedy);
    }
    evidence_number(verdict, "lines_read", QUANTITY_COUNT, (double)diagnosis->log->lines);
}

/* --- the rows --- */

const struct finding findings_host[] = {
    {
        .id = "numa-skew",
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
        .summary = "Warnings that it logged when it started",
        .note_when = "there were any, none of which is true here now",
        .warning_when = "one of them is true here now, or may be",
        .remedy = "nothing: it was mended since; its next start logs none of them",
        .needs = NEEDS(FACT_LOG),
        .harm = "The server found the host not right for it; redis-hosttune explain - < LOGFILE has each in "
                "full.",
        .evaluate = startup_warnings,
    },
    {
        .id = "time-wait-settings",
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
        .summary = "vm.zone_reclaim_mode on a host with several memory nodes",
        .warning_when = "it is not 0",
        .needs = NEEDS(FACT_KERNEL),
        .harm = "The kernel reclaims memory of the near node, with stalls, while others have it free.",
        .evaluate = zone_reclaim,
    },
    {
        .id = "map-count",
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
        .summary = "The clock that the kernel reads",
        .warning_when =
            "reading it takes a system call, as measured; where it was not, it is xen, hpet, acpi_pm or "
            "another that does",
        .needs = NEEDS(FACT_KERNEL),
        .harm =
            "The server reads the clock for every command; each reading leaves the process, or the guest.",
        .evaluate = slow_clocksource,
    },
    {.id = NULL},
};
