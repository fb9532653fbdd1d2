/* SPDX-License-Identifier: MIT */
/* Rules of the section "The host beneath it": tunables and settings of the kernel, seen from the server.
 * Each judges facts and nothing else. */
#include "diagnose/findings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "boot/tuner-status.h"
#include "diagnose/remedy.h"
#include "host/kernel.h"
#include "log/summary.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/text.h"

/* --- the tunables --- */

/* Whatever it did not reach is among the values that differ. */
static void tell_of_tuner(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_free_ char *how = tuner_status_describe(diagnosis->tuner);

    evidence_text(verdict, TUNER_UNIT, "%s", how);
    verdict_raise(verdict, FINDING_WARNING);
    verdict_remedy(verdict, "sudo systemctl restart " TUNER_UNIT);
    verdict_remedy(verdict, "journalctl -b -u " TUNER_UNIT "  # where it fails again");
}

void tunable_drift(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct plan *plan = diagnosis->plan;
    size_t differing = 0;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->state == ITEM_REFUSED && !text_equal(item->current, item->wanted))
            evidence_text(verdict, item->object, "%s, not to be set here: %s",
                          item->current ? item->current : "?", item->reason ? item->reason : "refused");
        if (item->state != ITEM_CHANGE)
            continue;
        differing++;
        evidence_text(verdict, item->object, "%s, should be %s", item->current ? item->current : "?",
                      item->wanted);
        verdict_raise(verdict,
                      strcmp(item->object, "vm.overcommit_memory") == 0 ? FINDING_CRITICAL : FINDING_WARNING);
    }
    evidence_number(verdict, "differing", QUANTITY_COUNT, (double)differing);
    if (diagnosis->tuner && diagnosis->tuner->has_failed)
        tell_of_tuner(diagnosis, verdict);
}

/* --- what the process still lives under --- */

/* The queue that it would get if it began to listen now; 0: unknown. */
static double queue_wanted(const struct diagnosis *diagnosis)
{
    const struct server_network *network = &diagnosis->process->network;
    double backlog = diagnosis_config(diagnosis, "tcp-backlog");

    if (!*diagnosis_config_text(diagnosis, "tcp-backlog") &&
        amount_is_number(diagnosis->process->config.tcp_backlog))
        backlog = (double)diagnosis->process->config.tcp_backlog;
    if (backlog <= 0 || network->sysctls_unknown || !amount_is_number(network->somaxconn))
        return 0;
    return backlog < (double)network->somaxconn ? backlog : (double)network->somaxconn;
}

static bool has_old_queue(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    double wanted = queue_wanted(diagnosis);

    for (size_t i = 0; !listeners->unknown && i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];

        if (listener->family == LISTENER_UNIX || !amount_is_number(listener->queue_limit) ||
            (double)listener->queue_limit >= wanted)
            continue;
        evidence_text(verdict, "listen_queue", "%llu at port %u, a restart gives %.0f", listener->queue_limit,
                      listener->port, wanted);
        return true;
    }
    return false;
}

static bool has_old_huge_pages(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_memory *memory = &diagnosis->process->memory;

    if (!diagnosis->kernel || strcmp(diagnosis->kernel->thp_enabled, "never") != 0 || memory->unknown ||
        !amount_is_number(memory->anonymous_huge_bytes) || memory->anonymous_huge_bytes == 0)
        return false;
    evidence_number(verdict, "AnonHugePages", QUANTITY_BYTES, (double)memory->anonymous_huge_bytes);
    return true;
}

/* The unit is wrapped by now, and the process was started before it was. */
static bool has_old_placement(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_facts *process = diagnosis->process;

    if (!diagnosis->kernel || diagnosis->kernel->nodes_count < 2 || process->numa.unknown ||
        !process->numa.policy || strcmp(process->numa.policy, "default") != 0)
        return false;
    for (size_t i = 0; process->process.unit && i < diagnosis->plan->units_count; i++) {
        const struct plan_unit *unit = &diagnosis->plan->units[i];

        if (!text_equal(unit->name, process->process.unit) || !unit->new_content || plan_unit_differs(unit) ||
            (!strstr(unit->new_content, "redis-hosttune-exec") && !strstr(unit->new_content, "NUMAPolicy=")))
            continue;
        evidence_text(verdict, "memory_policy", "default, a restart gives interleave");
        return true;
    }
    return false;
}

/* Mappings of jemalloc's that it made under mode 2 are charged for good; those that it made before are not.
 */
static bool has_old_accounting(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_facts *process = diagnosis->process;
    amount charged = process->mappings.accountable_sum_bytes, rss = process->status.rss_bytes;
    bool is_charged;

    if (!diagnosis->kernel || process->mappings.unknown || process->status.unknown ||
        !amount_is_number(charged) || !amount_is_number(rss) ||
        redis_facts_version(&diagnosis->redis) < 50000 ||
        !text_has_prefix(diagnosis_info_text(diagnosis, "mem_allocator"), "jemalloc") ||
        (double)rss < verdict_threshold(verdict, "rss"))
        return false;
    is_charged = charged >= rss / 2;
    if (diagnosis->kernel->overcommit_memory < 0 || is_charged == (diagnosis->kernel->overcommit_memory == 2))
        return false;
    evidence_text(verdict, "accounting", "its heap is %s, as under vm.overcommit_memory = %s",
                  is_charged ? "charged" : "not charged", is_charged ? "2" : "0 or 1");
    return true;
}

void started_before_tuning(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    bool any = has_old_queue(diagnosis, verdict);

    any = has_old_huge_pages(diagnosis, verdict) || any;
    any = has_old_placement(diagnosis, verdict) || any;
    any = has_old_accounting(diagnosis, verdict) || any;
    if (!any && diagnosis->process->listeners.unknown) {
        verdict_unknown(verdict, "%s", diagnosis->process->listeners.unknown);
        return;
    }
    if (any)
        verdict_raise(verdict, FINDING_WARNING);
    remedy_restart(diagnosis, verdict);
}

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

void node_skew(const struct diagnosis *diagnosis, struct verdict *verdict)
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
    verdict_remedy(verdict, "redis-hosttune apply  # its generator starts the unit under interleaved memory");
    if (server_confirmed_unit(&diagnosis->process->process))
        remedy_restart(diagnosis, verdict);
    else
        verdict_remedy(verdict, "start the server as: redis-hosttune exec -- redis-server ...");
}

void zone_reclaim(const struct diagnosis *diagnosis, struct verdict *verdict)
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
}

/* --- the rest of the kernel --- */

void map_count(const struct diagnosis *diagnosis, struct verdict *verdict)
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
    verdict_remedy(verdict, "sysctl -w vm.max_map_count=%lld  # and a file in /etc/sysctl.d",
                   most > INT_MAX / 4 ? INT_MAX
                   : most > 262144    ? 4 * most
                                      : 1048576); /* the kernel's is an int */
    if (diagnosis->kernel->overcommit_memory == 2)
        verdict_remedy(verdict,
                       "redis-hosttune apply --only=vm.overcommit_memory, then restart the server: under "
                       "mode 2 its allocator splits mappings without end");
}

/* The kernel's own: 2 since 4.19, 0 before; of 4.18 both are about. */
static bool is_standard_reuse(const struct host_facts *host, long long reuse)
{
    if (kernel_is_at_least(host, 4, 19))
        return reuse == 2;
    return reuse == 0 || (kernel_is_at_least(host, 4, 18) && reuse == 2);
}

void time_wait_settings(const struct diagnosis *diagnosis, struct verdict *verdict)
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
        verdict_remedy(verdict, "sysctl -w net.ipv4.tcp_tw_recycle=0  # and remove it from /etc/sysctl.d");
    }
    if (is_standard_reuse(diagnosis->host, kernel->tcp_tw_reuse))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    verdict_remedy(verdict, "sysctl -w net.ipv4.tcp_tw_reuse=%d  # and remove it from /etc/sysctl.d",
                   kernel_is_at_least(diagnosis->host, 4, 19) ? 2 : 0);
}

void slow_clocksource(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    static const char *const slow[] = {"xen", "hpet", "acpi_pm", "jiffies", "refined-jiffies"};
    /* each can be read without a system call on its platform */
    static const char *const quick[] = {"tsc", "kvm-clock", "arch_sys_counter",
                                        "hyperv_clocksource_tsc_page"};
    const struct kernel_facts *kernel = diagnosis->kernel;

    if (!*kernel->clocksource) {
        verdict_unknown(verdict, "current_clocksource cannot be read");
        return;
    }
    evidence_text(verdict, "clocksource", "%s", kernel->clocksource);
    evidence_text(verdict, "available", "%s", kernel->clocksources);
    for (size_t i = 0; i < ELEMENTS(slow); i++)
        if (strcmp(kernel->clocksource, slow[i]) == 0)
            verdict_raise(verdict, FINDING_WARNING);
    for (size_t i = 0; i < ELEMENTS(quick); i++)
        if (strstr(kernel->clocksources, quick[i])) {
            verdict_remedy(verdict,
                           "echo %s > /sys/devices/system/clocksource/clocksource0/current_clocksource",
                           quick[i]);
            verdict_remedy(verdict, "clocksource=%s on the kernel's command line keeps it", quick[i]);
            return;
        }
    verdict_remedy(verdict,
                   "this kernel offers no quicker one now: it may have found tsc unstable, see journalctl "
                   "-k -g clocksource");
}

/* --- its own log --- */

void startup_warnings(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    static const char *const names[] = {
        [TRAIT_UNKNOWN] = "unknown here", [TRAIT_NO] = "not true here now", [TRAIT_YES] = "true here now"};
    static const char *const ids[] = {"overcommit-is-0",     "overcommit-is-not-1", "overcommit-inverted",
                                      "thp-not-never",       "thp-always",          "arm64-cow-bug",
                                      "maxmemory-below-1mb", "32-bit-limit",        "backlog-truncated",
                                      "maxclients-reduced",  "open-files-refused",  "xen-clocksource",
                                      "no-configuration",    "oom-score-adj"};

    for (size_t i = 0; i < diagnosis->log->seen_count; i++) {
        const struct log_seen *seen = &diagnosis->log->seen[i];

        for (size_t j = 0; j < ELEMENTS(ids); j++) {
            if (strcmp(seen->kind->id, ids[j]) != 0)
                continue;
            evidence_text(verdict, ids[j], "%s%s%s", names[seen->now], seen->now_reason ? ": " : "",
                          seen->now_reason ? seen->now_reason : "");
            verdict_raise(verdict, FINDING_WARNING);
            verdict_remedy(verdict, "%s: %s", ids[j], seen->kind->remedy);
        }
    }
    evidence_number(verdict, "lines_read", QUANTITY_COUNT, (double)diagnosis->log->lines);
}
