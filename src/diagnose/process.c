/* SPDX-License-Identifier: MIT */
/* Rules of the section "Memory the kernel sees" that join the server's figures with its process and its
 * cgroup. Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "servers/facts.h"

/* --- against the limit --- */

static void rss_near_ram(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double rss = diagnosis_info(diagnosis, "used_memory_rss");
    struct memory_limit limit;

    evidence_number(verdict, "used_memory_rss", QUANTITY_BYTES, rss);
    if (rss <= 0) {
        verdict_unknown(verdict, "the server reports a used_memory_rss of 0: it can't read its own /proc");
        return;
    }
    if (!memory_limit_find(diagnosis, &limit)) {
        verdict_unknown(verdict, "the memory of the server's host is not known");
        return;
    }
    evidence_number(verdict, memory_limit_name(&limit), QUANTITY_BYTES, limit.bytes);
    evidence_number(verdict, "share", QUANTITY_RATIO, rss / limit.bytes);
    if (verdict_compare(verdict, rss / limit.bytes))
        remedy_maxmemory(diagnosis, verdict);
}

/* What copy-on-write has cost so far: of INFO since 6.2, else of the child itself. false: neither tells. */
static bool find_copied(const struct diagnosis *diagnosis, double *ret)
{
    const struct server_facts *process = diagnosis->process;
    double peak;

    if (redis_fields_number(&diagnosis->redis.now, "current_cow_size", ret) == 0) {
        if (redis_fields_number(&diagnosis->redis.now, "current_cow_peak", &peak) == 0 && peak > *ret)
            *ret = peak;
        return true;
    }
    for (size_t i = 0; process && i < process->children_count; i++)
        if (amount_is_number(process->children[i].private_dirty_bytes)) {
            *ret = (double)process->children[i].private_dirty_bytes;
            return true;
        }
    return false;
}

/* 0 where the cgroup has no limit, or none is known. */
static double cgroup_share(const struct diagnosis *diagnosis)
{
    const struct cgroup_limit *limit = diagnosis->process ? &diagnosis->process->cgroup.memory_max : NULL;

    if (!limit || diagnosis->process->cgroup.unknown || !amount_is_number(limit->limit) ||
        limit->limit == 0 || !amount_is_number(limit->current))
        return 0;
    return (double)limit->current / (double)limit->limit;
}

static void save_near_limit(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double rss = diagnosis_info(diagnosis, "used_memory_rss"), copied, share, of_cgroup;
    struct memory_limit limit;

    if (diagnosis_info(diagnosis, "rdb_bgsave_in_progress") == 0 &&
        diagnosis_info(diagnosis, "aof_rewrite_in_progress") == 0) {
        evidence_text(verdict, "saving", "no");
        return;
    }
    evidence_number(verdict, "used_memory_rss", QUANTITY_BYTES, rss);
    if (!find_copied(diagnosis, &copied)) {
        verdict_unknown(verdict,
                        "what the child has copied is not known: INFO reports current_cow_size since "
                        "Redis 6.2, and the child's memory can't be read");
        return;
    }
    evidence_number(verdict, "copied", QUANTITY_BYTES, copied);
    if (!memory_limit_find(diagnosis, &limit)) {
        verdict_unknown(verdict, "the memory of the server's host is not known");
        return;
    }
    if (diagnosis->memory && diagnosis->memory->available >= 0)
        evidence_number(verdict, "MemAvailable", QUANTITY_BYTES, (double)diagnosis->memory->available);
    share = (rss + copied) / limit.bytes;
    of_cgroup = cgroup_share(diagnosis);
    evidence_number(verdict, memory_limit_name(&limit), QUANTITY_BYTES, limit.bytes);
    evidence_number(verdict, "share", QUANTITY_RATIO, share);
    if (of_cgroup > 0)
        evidence_number(verdict, "share_of_cgroup", QUANTITY_RATIO, of_cgroup);
    if (!verdict_compare(verdict, share > of_cgroup ? share : of_cgroup))
        return;
    verdict_remedy(verdict,
                   "save when few keys change: a quiet hour, by redis-cli BGSAVE from a timer, and on "
                   "a replica by preference");
    remedy_maxmemory(diagnosis, verdict);
}

static void cow_large(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double copied = diagnosis_info(diagnosis, "rdb_last_cow_size"),
           used = diagnosis_info(diagnosis, "used_memory");
    double room = diagnosis_copy_room(diagnosis);

    if (diagnosis_info(diagnosis, "aof_last_cow_size") > copied)
        copied = diagnosis_info(diagnosis, "aof_last_cow_size");
    evidence_number(verdict, "copied_by_the_last_save", QUANTITY_BYTES, copied);
    evidence_number(verdict, "used_memory", QUANTITY_BYTES, used);
    if (room >= 0)
        evidence_number(verdict, "room_now", QUANTITY_BYTES, room);
    if (used < verdict_threshold(verdict, "used"))
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, copied / used);
    (void)verdict_compare(verdict, copied / used);
    if (room >= 0 && copied > room)
        verdict_raise(verdict, FINDING_CRITICAL);
    verdict_remedy(verdict,
                   "save when few keys change: a quiet hour, by redis-cli BGSAVE from a timer, and on a "
                   "replica by preference");
    if (diagnosis->host && kernel_is_before(diagnosis->host, 5, 8)) {
        verdict_remedy(verdict,
                       "before Linux 5.8 one write to a huge page copies all of it: without them from the "
                       "next start on:");
        remedy_apply(diagnosis, verdict, "thp.enabled");
        if (diagnosis->process)
            remedy_restart(diagnosis, verdict);
    }
    remedy_maxmemory(diagnosis, verdict);
}

static void swapped_out(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_status *status = &diagnosis->process->status;
    double ratio = 0, used = 0;

    if (redis_fields_number(&diagnosis->redis.now, "mem_fragmentation_ratio", &ratio) == 0 && ratio > 0)
        evidence_number(verdict, "mem_fragmentation_ratio", QUANTITY_FACTOR, ratio);
    (void)redis_fields_number(&diagnosis->redis.now, "used_memory", &used);
    if (status->unknown || !amount_is_number(status->swap_bytes)) {
        verdict_unknown(verdict, "%s%s", status->unknown ? status->unknown : "this kernel has no VmSwap",
                        ratio > 0 && ratio < 1 && used > verdict_threshold(verdict, "used")
                            ? "; a mem_fragmentation_ratio below 1 suggests it, and proves nothing"
                            : "");
        return;
    }
    evidence_number(verdict, "VmSwap", QUANTITY_BYTES, (double)status->swap_bytes);
    if (amount_is_number(status->rss_bytes))
        evidence_number(verdict, "VmRSS", QUANTITY_BYTES, (double)status->rss_bytes);
    if (status->swap_bytes == 0)
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (amount_is_number(status->rss_bytes) &&
        (double)status->swap_bytes > verdict_threshold(verdict, "critical") * (double)status->rss_bytes)
        verdict_raise(verdict, FINDING_CRITICAL);
    remedy_apply(diagnosis, verdict, "vm.swappiness");
    remedy_maxmemory(diagnosis, verdict);
    verdict_remedy(verdict, "what is swapped out comes back when it is read, or at a restart");
}

/* --- the rows --- */

const struct finding findings_process[] = {
    {
        .id = "rss-near-ram",
        .summary = "What the server holds of RAM, or of its cgroup's limit",
        .warning_when = "used_memory_rss is above {warning} of it",
        .critical_when = "it is above {critical} of it",
        .info = {"used_memory_rss"},
        .thresholds = {{"warning", 0.75, QUANTITY_RATIO}, {"critical", 0.90, QUANTITY_RATIO}},
        .harm = "The next burst of writes, of clients' buffers or of copies during a snapshot ends in "
                "swapping or "
                "in the OOM killer.",
        .evaluate = rss_near_ram,
    },
    {
        .id = "save-near-limit",
        .summary = "Memory while a child saves: the server's and what is copied",
        .warning_when = "while it saves, used_memory_rss and the copies are above {warning} of RAM or of the "
                        "cgroup's limit, or the cgroup is above {warning} of its limit",
        .critical_when = "that is above {critical}",
        .info = {"rdb_bgsave_in_progress", "used_memory_rss"},
        .thresholds = {{"warning", 0.85, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "Every page that is written before the child ends is copied, and used_memory_rss does not "
                "show it: "
                "when memory ends, the OOM killer takes the server or the child.",
        .evaluate = save_near_limit,
    },
    {
        .id = "cow-large",
        .summary = "What copy-on-write cost in the last save",
        .warning_when = "it was above {warning} of used_memory, in an instance of {used} or more",
        .critical_when = "it would not fit into what the host or the cgroup has left now",
        .info = {"rdb_last_cow_size", "used_memory"},
        .thresholds = {{"warning", 0.50, QUANTITY_RATIO}, {"used", 64.0 * MIB, QUANTITY_BYTES}},
        .harm = "A save under such a load needs nearly the data's size once more.",
        .evaluate = cow_large,
    },
    {
        .id = "swapped-out",
        .summary = "The server's memory that lies in swap",
        .warning_when = "VmSwap of the process is above 0; it confirms or refutes a mem_fragmentation_ratio "
                        "below 1 of {used} or more",
        .critical_when = "it is above {critical} of VmRSS",
        .needs = NEEDS(FACT_PROCESS),
        .thresholds = {{"critical", 0.01, QUANTITY_RATIO}, {"used", 100.0 * MIB, QUANTITY_BYTES}},
        .harm = "A command that touches such a page waits for the disk, and every client with it.",
        .evaluate = swapped_out,
    },
    {.id = NULL},
};
