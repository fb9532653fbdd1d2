/* SPDX-License-Identifier: MIT */
/* Rules of the section "Memory the kernel sees" that judge the server's own figures of its memory.
 * Each judges facts and nothing else. */
#include "diagnose/findings.h"

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

void dataset_over_half(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory");
    struct memory_limit limit;
    bool is_persistent;

    evidence_number(verdict, "used_memory", QUANTITY_BYTES, used);
    if (!memory_limit_find(diagnosis, &limit)) {
        verdict_unknown(verdict, "the memory of the server's host is not known: INFO reports "
                                 "total_system_memory since Redis 3.2");
        return;
    }
    evidence_number(verdict, memory_limit_name(&limit), QUANTITY_BYTES, limit.bytes);
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

/* Only the allocator that Redis ships can be defragmented at run time; INFO does not tell which one it is. */
static void defragment(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (has_jemalloc(diagnosis)) {
        verdict_remedy_cli(verdict, diagnosis, "MEMORY PURGE");
        remedy_set(diagnosis, verdict, "active-defrag-cycle-max 10");
        remedy_set(diagnosis, verdict, "activedefrag yes");
        verdict_remedy(verdict,
                       "a server built with the system's jemalloc, as Debian's are, refuses activedefrag: "
                       "there a restart in a quiet hour, or a failover to a fresh replica, packs the memory");
    } else {
        verdict_remedy(verdict,
                       "restart it in a quiet hour, or fail over to a fresh replica: its allocator can't "
                       "be defragmented at run time");
    }
}

void fragmentation_high(const struct diagnosis *diagnosis, struct verdict *verdict)
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
void allocator_fragmentation(const struct diagnosis *diagnosis, struct verdict *verdict)
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

void redis_oom_errors(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct counter errors;

    if (!diagnosis_counter_part(diagnosis, "errorstat_OOM", "count", &errors)) {
        verdict_unknown(verdict, "INFO has no number for errorstat_OOM");
        return;
    }
    evidence_number(verdict, "errorstat_OOM", QUANTITY_COUNT, errors.total);
    evidence_number(verdict, "within_interval", QUANTITY_COUNT, errors.growth);
    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "maxmemory", QUANTITY_BYTES);
    evidence_text(verdict, "maxmemory_policy", "%s", diagnosis_info_text(diagnosis, "maxmemory_policy"));
    if (errors.total <= 0)
        return;
    verdict_raise(verdict, errors.growth > 0 ? FINDING_CRITICAL : FINDING_WARNING);
    verdict_remedy(verdict, "for a cache, let it evict:");
    remedy_evict(diagnosis, verdict);
    verdict_remedy(
        verdict,
        "for data that must stay: more room, if the host has it (see maxmemory-near), or fewer keys");
    verdict_remedy_cli(verdict, diagnosis, "CONFIG RESETSTAT  # the count begins anew");
}
