/* SPDX-License-Identifier: MIT */
/* Rules of the section "Limits and eviction" on maxmemory itself, against what is there and what is used.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"

static void maxmemory_unset(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double rss = diagnosis_info(diagnosis, "used_memory_rss");
    struct memory_limit limit;

    evidence_info(verdict, diagnosis, "maxmemory", QUANTITY_BYTES);
    if (diagnosis_info(diagnosis, "maxmemory") > 0)
        return;
    evidence_number(verdict, "used_memory_rss", QUANTITY_BYTES, rss);
    if (diagnosis_ignores_maxmemory(diagnosis)) {
        verdict_raise(verdict, FINDING_NOTE);
        verdict_harm(verdict,
                     "A replica holds what its primary holds, whatever its own limit; it counts once it "
                     "is promoted.");
        verdict_remedy(verdict, "give it the maxmemory of its primary, where its host has the memory");
        return;
    }
    verdict_raise(verdict, FINDING_WARNING);
    if (evidence_memory_limit(verdict, diagnosis, &limit) &&
        rss > limit.bytes * verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    remedy_maxmemory(diagnosis, verdict);
    if (diagnosis_policy_begins(diagnosis, "noeviction"))
        verdict_remedy(verdict,
                       "where it is a cache, with maxmemory-policy allkeys-lru: the policy noeviction "
                       "refuses writes at the limit");
}

/* What all servers of the host, or of a cgroup, were given: each alone may seem to fit. */
static bool is_over_together(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double given = 0;
    const struct sizing_place *place = sizing_fullest(diagnosis, &given);

    if (!place)
        return false;
    evidence_number(verdict, "servers", QUANTITY_COUNT, (double)place->members_count);
    evidence_number(verdict, "maxmemory_of_all", QUANTITY_BYTES, given);
    evidence_text(verdict, "shared", "%s", place->path ? place->path : "the host");
    evidence_number(verdict, "share_of_all", QUANTITY_RATIO, given / place->size);
    return verdict_compare(verdict, given / place->size);
}

static void maxmemory_over_ram(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double most = diagnosis_info(diagnosis, "maxmemory");
    struct memory_limit limit;
    bool is_over;

    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    if (!evidence_memory_limit(verdict, diagnosis, &limit))
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, most / limit.bytes);
    is_over = verdict_compare(verdict, most / limit.bytes);
    if (most > 0 && (is_over |= is_over_together(diagnosis, verdict)))
        remedy_maxmemory(diagnosis, verdict);
}

/* What a full maxmemory means, by what the server is used for. */
static enum finding_result judge_near(const struct diagnosis *diagnosis, double share,
                                      struct verdict *verdict)
{
    if (diagnosis_ignores_maxmemory(diagnosis)) {
        verdict_harm(
            verdict,
            "A replica ignores its maxmemory, as its primary decides what goes; once it is promoted it "
            "evicts or refuses writes at once.");
        verdict_remedy(verdict, "give it the maxmemory of its primary, where its host has the memory");
        return FINDING_NOTE;
    }
    if (diagnosis_is_refusing(diagnosis)) {
        verdict_harm(verdict, "At maxmemory every command that needs memory is refused with an OOM error.");
        return share > verdict_threshold(verdict, "critical") ? FINDING_CRITICAL : FINDING_WARNING;
    }
    if (diagnosis_is_cache(diagnosis)) {
        verdict_harm(verdict, "None: a cache that is full drops keys by %s, which is its work.",
                     diagnosis_policy(diagnosis));
        verdict_remedy(verdict, "see hit-rate-low and evictions: they tell whether it is too small");
        return FINDING_NOTE;
    }
    verdict_harm(verdict, "At maxmemory keys are evicted by %s: of data that must stay that is loss.",
                 diagnosis_policy(diagnosis));
    return FINDING_WARNING;
}

static void maxmemory_near(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double counted = diagnosis_memory_counted(diagnosis), most = diagnosis_info(diagnosis, "maxmemory");
    enum finding_result result;

    evidence_number(verdict, "memory_counted", QUANTITY_BYTES, counted);
    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    evidence_policy(verdict, diagnosis);
    if (most <= 0)
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, counted / most);
    if (counted <= most * verdict_threshold(verdict, "warning"))
        return;
    result = judge_near(diagnosis, counted / most, verdict);
    verdict_raise(verdict, result);
    if (result != FINDING_NOTE)
        remedy_more_room(diagnosis, verdict);
}

static void big_instance(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "latest_fork_usec", QUANTITY_COUNT);
    (void)verdict_compare(verdict, diagnosis_info(diagnosis, "used_memory"));
}

/* --- the rows --- */

const struct finding findings_limits[] = {
    {
        .id = "maxmemory-unset",
        .summary = "Whether the server has a maxmemory at all",
        .note_when = "it is 0, of a replica that ignores it",
        .warning_when = "it is 0",
        .critical_when = "and used_memory_rss is more than {critical} of RAM or the cgroup's limit",
        .info = {"maxmemory", "used_memory_rss"},
        .thresholds = {{"critical", 0.50, QUANTITY_RATIO}},
        .harm = "Its data may grow until the kernel's OOM killer ends it, and what was not saved is gone: a "
                "limit "
                "would have evicted keys or refused writes instead.",
        .evaluate = maxmemory_unset,
    },
    {
        .id = "maxmemory-over-ram",
        .summary = "maxmemory against the memory that the server can have",
        .warning_when = "it, or that of all servers of the host together, is more than {warning} of RAM or "
                        "the cgroup's limit",
        .critical_when = "it is more than {critical} of it",
        .info = {"maxmemory"},
        .thresholds = {{"warning", 0.75, QUANTITY_RATIO}, {"critical", 1.0, QUANTITY_RATIO}},
        .harm = "The memory ends before the limit is reached: fragmentation, buffers of clients and "
                "replicas, pages copied for a child and what other servers may take come on top of it.",
        .evaluate = maxmemory_over_ram,
    },
    {
        .id = "maxmemory-near",
        .summary = "The memory that counts towards maxmemory against it",
        .note_when = "it is more than {warning} of it, of a cache at work or a replica that ignores it",
        .warning_when = "it is more than {warning} of it, of a server that is no cache",
        .critical_when = "it is more than {critical} and nothing can be evicted",
        .info = {"used_memory", "maxmemory"},
        .thresholds = {{"warning", 0.70, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "At maxmemory writes are refused or keys evicted.",
        .evaluate = maxmemory_near,
    },
    {
        .id = "big-instance",
        .summary = "The size of one instance",
        .warning_when = "used_memory is more than {warning}",
        .info = {"used_memory", "latest_fork_usec"},
        .thresholds = {{"warning", 25 * GIB, QUANTITY_BYTES}},
        .harm =
            "Everything that walks all of it takes longer with its size: the stall of a fork, a snapshot, a "
            "restart, a full copy to a replica.",
        .remedy = "several smaller instances, by Redis Cluster or by the application's own sharding",
        .evaluate = big_instance,
    },
    {.id = NULL},
};
