/* SPDX-License-Identifier: MIT */
/* Rules of the section "Memory the kernel sees" that judge the server's own figures of its memory: the
 * data and the allocator.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "util/text.h"

/* Says what is known of persistence; false: CONFIG is unknown, and no append-only file shows in INFO. */
static bool find_persistence(const struct diagnosis *diagnosis, struct verdict *verdict,
                             bool *ret_is_persistent)
{
    bool has_file = diagnosis_info(diagnosis, "aof_enabled") > 0;
    const char *reason = diagnosis_unknown(diagnosis, FACT_CONFIG);

    if (reason && !has_file) {
        verdict_unknown(verdict, "whether it saves snapshots stands in CONFIG: %s", reason);
        return false;
    }
    *ret_is_persistent = has_file || diagnosis_is_persistent(diagnosis);
    evidence_text(verdict, "persistence", "%s",
                  has_file && diagnosis_has_save_points(diagnosis) ? "snapshots and an append-only file"
                  : has_file                                       ? "an append-only file"
                  : *ret_is_persistent                             ? "snapshots"
                                                                   : "none");
    return true;
}

static void dataset_over_half(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory");
    struct memory_limit limit;
    bool is_persistent;

    evidence_number(verdict, "used_memory", QUANTITY_BYTES, used);
    if (!evidence_memory_limit(verdict, diagnosis, &limit))
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, used / limit.bytes);
    if (!find_persistence(diagnosis, verdict, &is_persistent) || !is_persistent)
        return;
    if (verdict_compare(verdict, used / limit.bytes))
        remedy_maxmemory(diagnosis, verdict);
}

static bool has_jemalloc(const struct diagnosis *diagnosis)
{
    return text_has_prefix(diagnosis_info_text(diagnosis, "mem_allocator"), "jemalloc");
}

/* Pages that hold nothing any more, which the allocator has not given back yet: what MEMORY PURGE frees. */
static bool has_unused_pages(const struct diagnosis *diagnosis)
{
    double active = diagnosis_info(diagnosis, "allocator_active"),
           resident = diagnosis_info(diagnosis, "allocator_resident");

    return active > 0 && resident - active > active / 10;
}

/* Only the allocator that Redis ships can be defragmented at run time (since 4.0); INFO does not tell which
 * one it is, what the process has mapped does. */
static enum trait can_defragment(const struct diagnosis *diagnosis)
{
    const struct server_mappings *mappings = diagnosis->process ? &diagnosis->process->mappings : NULL;

    if (!has_jemalloc(diagnosis) || !redis_fields_find(&diagnosis->redis.now, "active_defrag_running"))
        return TRAIT_NO;
    if (!mappings || mappings->unknown || mappings->is_system_jemalloc == TRAIT_UNKNOWN)
        return TRAIT_UNKNOWN;
    return mappings->is_system_jemalloc == TRAIT_YES ? TRAIT_NO : TRAIT_YES;
}

static void defragment(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    enum trait can = can_defragment(diagnosis);

    if (has_jemalloc(diagnosis) && has_unused_pages(diagnosis))
        verdict_remedy_cli(verdict, diagnosis, "MEMORY PURGE  # gives back pages that hold nothing any more");
    if (can == TRAIT_UNKNOWN)
        verdict_remedy(verdict,
                       "a server that was built with the system's jemalloc, as Debian's are, refuses the "
                       "step below: there a restart, or a failover to a fresh replica, packs the memory");
    if (can != TRAIT_NO) {
        remedy_set(diagnosis, verdict, "active-defrag-cycle-max 10");
        remedy_set(diagnosis, verdict, "activedefrag yes");
        remedy_keep(diagnosis, verdict);
        return;
    }
    verdict_remedy(verdict,
                   "its allocator can't be defragmented at run time: a failover to a fresh replica packs the "
                   "memory, or a restart:");
    if (diagnosis->process)
        remedy_restart(diagnosis, verdict);
}

static void fragmentation_high(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory");
    double ratio = diagnosis_info(diagnosis, "mem_fragmentation_ratio");

    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "used_memory_rss", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "mem_fragmentation_ratio", QUANTITY_FACTOR);
    if (diagnosis_info(diagnosis, "used_memory_rss") <= 0) {
        verdict_unknown(verdict, "the server reports a used_memory_rss of 0: it can't read its own /proc");
        return;
    }
    if (used > verdict_threshold(verdict, "used") && verdict_compare(verdict, ratio))
        defragment(diagnosis, verdict);
}

/* Of active and allocated memory: Valkey 8.1 built with the system's jemalloc reports a ratio of 1 always. */
static void allocator_fragmentation(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double allocated = diagnosis_info(diagnosis, "allocator_allocated");
    double active = diagnosis_info(diagnosis, "allocator_active");

    evidence_info(verdict, diagnosis, "allocator_allocated", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "allocator_active", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "allocator_frag_ratio", QUANTITY_FACTOR);
    evidence_text(verdict, "mem_allocator", "%s", diagnosis_info_text(diagnosis, "mem_allocator"));
    if (allocated <= 0) {
        verdict_unknown(verdict, "the server's allocator does not tell what it holds");
        return;
    }
    evidence_number(verdict, "ratio", QUANTITY_FACTOR, active / allocated);
    if (active - allocated > verdict_threshold(verdict, "bytes") &&
        verdict_compare(verdict, active / allocated))
        defragment(diagnosis, verdict);
}

/* --- the rows --- */

const struct finding findings_memory[] = {
    {
        .id = "dataset-over-half",
        .summary = "used_memory against RAM, where a snapshot or an append-only file is on",
        .warning_when = "used_memory is more than {warning} of RAM or the cgroup's limit",
        .critical_when = "it is more than {critical} of it",
        .info = {"used_memory"},
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"critical", 0.75, QUANTITY_RATIO}},
        .harm = "While a child saves, each page that changes is copied: with many writes that may take as "
                "much memory "
                "again as the data has, and where it is not there the kernel kills the server or the child.",
        .evaluate = dataset_over_half,
    },
    {
        .id = "fragmentation-high",
        .summary = "Memory that the process holds against what its data needs",
        .warning_when = "mem_fragmentation_ratio is above {warning}, with more than {used} of data",
        .critical_when = "it is above {critical}",
        .info = {"used_memory", "used_memory_rss", "mem_fragmentation_ratio"},
        .thresholds = {{"warning", 1.5, QUANTITY_FACTOR},
                       {"critical", 2.0, QUANTITY_FACTOR},
                       {"used", 100 * MIB, QUANTITY_BYTES}},
        .harm = "The process holds memory that maxmemory does not count, so the kernel may run out of it "
                "while the "
                "server believes that there is room.",
        .evaluate = fragmentation_high,
    },
    {
        .id = "allocator-fragmentation",
        .summary = "Memory that the allocator keeps in pages that are partly in use",
        .warning_when = "allocator_active is more than {warning} times allocator_allocated, and {bytes} more",
        .info = {"allocator_allocated", "allocator_active"},
        .thresholds = {{"warning", 1.5, QUANTITY_FACTOR}, {"bytes", 100 * MIB, QUANTITY_BYTES}},
        .harm = "That memory serves nobody else and goes back only when data moves: the pages hold live data "
                "as well.",
        .evaluate = allocator_fragmentation,
    },
    {.id = NULL},
};
