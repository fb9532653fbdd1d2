/* SPDX-License-Identifier: MIT */
/* Rules of the section "Limits and eviction": maxmemory, the policy at it, and what becomes of the keys.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"
#include "util/text.h"

static const char *policy_of(const struct diagnosis *diagnosis)
{
    return diagnosis_info_text(diagnosis, "maxmemory_policy");
}

static bool policy_is(const struct diagnosis *diagnosis, const char *name)
{
    return strcmp(policy_of(diagnosis), name) == 0;
}

static void show_policy(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    evidence_text(verdict, "maxmemory_policy", "%s", policy_of(diagnosis));
}

/* Unknown where this server does not tell its policy (before 3.2). */
static bool has_policy(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (*policy_of(diagnosis))
        return true;
    verdict_unknown(verdict, "INFO does not report maxmemory_policy (servers since Redis 3.2 do)");
    return false;
}

static void show_keyspace(struct verdict *verdict, const struct keyspace *keyspace)
{
    evidence_number(verdict, "keys", QUANTITY_COUNT, keyspace->keys);
    evidence_number(verdict, "keys_with_ttl", QUANTITY_COUNT, keyspace->expires);
}

static bool has_ram(struct verdict *verdict, const struct diagnosis *diagnosis, struct memory_limit *ret)
{
    if (memory_limit_find(diagnosis, ret)) {
        evidence_number(verdict, memory_limit_name(ret), QUANTITY_BYTES, ret->bytes);
        return true;
    }
    verdict_unknown(verdict, "the memory of the server's host is not known: INFO reports total_system_memory "
                             "since Redis 3.2");
    return false;
}

static void maxmemory_unset(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double rss = diagnosis_info(diagnosis, "used_memory_rss");
    struct memory_limit limit;

    evidence_info(verdict, diagnosis, "maxmemory", QUANTITY_BYTES);
    if (diagnosis_info(diagnosis, "maxmemory") > 0)
        return;
    verdict_raise(verdict, FINDING_WARNING);
    evidence_number(verdict, "used_memory_rss", QUANTITY_BYTES, rss);
    if (has_ram(verdict, diagnosis, &limit) && rss > limit.bytes * verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    remedy_maxmemory(diagnosis, verdict);
    if (policy_is(diagnosis, "noeviction"))
        verdict_remedy(
            verdict,
            "where it is a cache, with CONFIG SET maxmemory-policy allkeys-lru: the policy noeviction "
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
    if (!has_ram(verdict, diagnosis, &limit))
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, most / limit.bytes);
    is_over = verdict_compare(verdict, most / limit.bytes);
    if (most > 0 && (is_over |= is_over_together(diagnosis, verdict)))
        remedy_maxmemory(diagnosis, verdict);
}

/* Whether writes are refused at maxmemory: a volatile-* policy has nothing to evict where no key has a TTL.
 */
static bool is_refusing(const struct diagnosis *diagnosis)
{
    return policy_is(diagnosis, "noeviction") ||
           (text_has_prefix(policy_of(diagnosis), "volatile-") && diagnosis_keyspace(diagnosis).expires <= 0);
}

/* With eviction the limit is where a cache lives, so that is no more than a warning. */
static void maxmemory_near(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double counted = diagnosis_memory_counted(diagnosis), most = diagnosis_info(diagnosis, "maxmemory");

    evidence_number(verdict, "memory_counted", QUANTITY_BYTES, counted);
    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    show_policy(diagnosis, verdict);
    if (most <= 0)
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, counted / most);
    if (counted <= most * verdict_threshold(verdict, "warning"))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (is_refusing(diagnosis)) {
        if (counted > most * verdict_threshold(verdict, "critical"))
            verdict_raise(verdict, FINDING_CRITICAL);
        verdict_harm(verdict, "At maxmemory every command that needs memory is refused with an OOM error.");
    } else {
        verdict_harm(verdict,
                     "At maxmemory each write first has to evict keys by %s; that is what a cache wants, and "
                     "loss for any other data.",
                     policy_of(diagnosis));
    }
    remedy_more_room(diagnosis, verdict);
}

static void policy_never_evicts(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    double most = diagnosis_info(diagnosis, "maxmemory");

    if (!has_policy(diagnosis, verdict))
        return;
    show_policy(diagnosis, verdict);
    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    show_keyspace(verdict, &keyspace);
    if (!text_has_prefix(policy_of(diagnosis), "volatile-") || most <= 0 || keyspace.keys <= 0 ||
        keyspace.expires > 0)
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, diagnosis_memory_counted(diagnosis) / most);
    verdict_raise(verdict, FINDING_WARNING);
    if (diagnosis_memory_counted(diagnosis) > most * verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    verdict_remedy(verdict, "for a cache, let every key be evicted:");
    remedy_evict(diagnosis, verdict);
    verdict_remedy(verdict, "for mixed data, give the keys that may go a TTL: EXPIRE, or SET with EX");
}

static void cache_without_eviction(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);

    if (!has_policy(diagnosis, verdict))
        return;
    show_policy(diagnosis, verdict);
    show_keyspace(verdict, &keyspace);
    evidence_text(verdict, "persistence", "%s", diagnosis_is_persistent(diagnosis) ? "on" : "none");
    if (!policy_is(diagnosis, "noeviction") || diagnosis_is_persistent(diagnosis) ||
        keyspace.keys < verdict_threshold(verdict, "keys") ||
        keyspace.expires < keyspace.keys * verdict_threshold(verdict, "warning"))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (diagnosis_info(diagnosis, "maxmemory") <= 0)
        remedy_maxmemory(diagnosis, verdict);
    remedy_evict(diagnosis, verdict);
}

static void evictions(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    double per_minute;
    struct counter evicted;

    if (!diagnosis_counter(diagnosis, "evicted_keys", &evicted))
        return;
    per_minute = evicted.per_second * 60;
    evidence_number(verdict, "evicted_keys", QUANTITY_COUNT, evicted.total);
    evidence_number(verdict, "within_interval", QUANTITY_COUNT, evicted.growth);
    evidence_number(verdict, "keys", QUANTITY_COUNT, keyspace.keys);
    show_policy(diagnosis, verdict);
    if (evicted.growth <= 0)
        return;
    evidence_number(verdict, "share_per_minute", QUANTITY_RATIO,
                    per_minute / (keyspace.keys + evicted.growth));
    verdict_raise(verdict, FINDING_WARNING);
    if (per_minute > (keyspace.keys + evicted.growth) * verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    remedy_more_room(diagnosis, verdict);
    verdict_remedy(verdict, "or shorter TTLs and smaller values, so that what is hot fits");
}

/* Of the interval where it has enough look-ups to tell, else of the time since the start. */
static void hit_rate_low(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double enough = verdict_threshold(verdict, "lookups"), rate;
    struct counter hits, misses;

    if (!diagnosis_counter(diagnosis, "keyspace_hits", &hits) ||
        !diagnosis_counter(diagnosis, "keyspace_misses", &misses))
        return;
    evidence_number(verdict, "keyspace_hits", QUANTITY_COUNT, hits.total);
    evidence_number(verdict, "keyspace_misses", QUANTITY_COUNT, misses.total);
    evidence_number(verdict, "lookups_within_interval", QUANTITY_COUNT, hits.growth + misses.growth);
    if (hits.total + misses.total < enough) {
        verdict_unknown(verdict, "fewer than %.0f look-ups since the server's start", enough);
        return;
    }
    rate = hits.total / (hits.total + misses.total);
    evidence_number(verdict, "hit_rate_in_total", QUANTITY_RATIO, rate);
    if (hits.growth + misses.growth >= enough) {
        rate = hits.growth / (hits.growth + misses.growth);
        evidence_number(verdict, "hit_rate_within_interval", QUANTITY_RATIO, rate);
    }
    if (rate < verdict_threshold(verdict, "warning"))
        verdict_raise(verdict, FINDING_WARNING);
    if (rate < verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
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
        .warning_when = "it is 0",
        .critical_when = "and used_memory_rss is more than {critical} of RAM or the cgroup's limit",
        .info = {"maxmemory", "used_memory_rss"},
        .thresholds = {{"critical", 0.50, QUANTITY_RATIO}},
        .harm =
            "It grows until the kernel's OOM killer ends it, and what was not saved is gone: a limit would "
            "have evicted keys or refused writes instead.",
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
        .warning_when = "it is more than {warning} of it",
        .critical_when = "it is more than {critical} and nothing can be evicted",
        .info = {"used_memory", "maxmemory"},
        .thresholds = {{"warning", 0.70, QUANTITY_RATIO}, {"critical", 0.95, QUANTITY_RATIO}},
        .harm = "At maxmemory writes are refused or keys evicted.",
        .evaluate = maxmemory_near,
    },
    {
        .id = "policy-never-evicts",
        .summary = "A volatile-* policy where no key has a TTL",
        .warning_when = "so it is",
        .critical_when = "and more than {critical} of maxmemory is in use",
        .info = {"used_memory", "maxmemory"},
        .thresholds = {{"critical", 0.90, QUANTITY_RATIO}},
        .harm = "Such a policy evicts only keys that have a TTL: without any it is as noeviction, and at "
                "maxmemory writes are refused with an OOM error.",
        .evaluate = policy_never_evicts,
    },
    {
        .id = "cache-without-eviction",
        .summary = "What looks like a cache, with the policy noeviction",
        .warning_when = "nothing is saved and at least {warning} of {keys} keys or more have a TTL",
        .info = {"used_memory"},
        .config = {"save", "appendonly"},
        .thresholds = {{"warning", 0.90, QUANTITY_RATIO}, {"keys", 100, QUANTITY_COUNT}},
        .harm = "When it is full a cache should drop what is used least; with noeviction it refuses writes.",
        .evaluate = cache_without_eviction,
    },
    {
        .id = "evictions",
        .summary = "Keys that are evicted to keep within maxmemory",
        .warning_when = "there were more within the interval",
        .critical_when = "they are more than {critical} of the keys in a minute",
        .info = {"evicted_keys"},
        .thresholds = {{"critical", 0.01, QUANTITY_RATIO}},
        .harm =
            "Keys go before their time: the application asks the store behind the cache instead, and data "
            "that is nowhere else is lost.",
        .evaluate = evictions,
    },
    {
        .id = "hit-rate-low",
        .summary = "Look-ups that find their key",
        .warning_when = "fewer than {warning} of at least {lookups} do",
        .critical_when = "fewer than {critical} do",
        .info = {"keyspace_hits", "keyspace_misses"},
        .thresholds = {{"warning", 0.80, QUANTITY_RATIO},
                       {"critical", 0.50, QUANTITY_RATIO},
                       {"lookups", 1000, QUANTITY_COUNT}},
        .harm =
            "A cache that misses costs a look-up and saves none: the load stays with the store behind it.",
        .remedy =
            "see evictions and maxmemory-near: a cache that is too small forgets what is asked for next\n"
            "longer TTLs, and the same key names where it is written and where it is read\n"
            "where it is no cache, as for locks, suppress this finding in redis-hosttune.conf",
        .evaluate = hit_rate_low,
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
