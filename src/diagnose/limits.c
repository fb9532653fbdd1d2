/* SPDX-License-Identifier: MIT */
/* Rules of the section "Limits and eviction": maxmemory, the policy at it, and what becomes of the keys.
 * Each judges facts and nothing else. */
#include "diagnose/findings.h"

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

/* What eviction counts: used_memory without what feeds replicas and the append-only file (5.0+). */
static double memory_counted(const struct diagnosis *diagnosis)
{
    return diagnosis_info(diagnosis, "used_memory") - diagnosis_info(diagnosis, "mem_not_counted_for_evict");
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

void maxmemory_unset(const struct diagnosis *diagnosis, struct verdict *verdict)
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

void maxmemory_over_ram(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double most = diagnosis_info(diagnosis, "maxmemory");
    struct memory_limit limit;

    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    if (!has_ram(verdict, diagnosis, &limit))
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, most / limit.bytes);
    if (verdict_compare(verdict, most / limit.bytes))
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
void maxmemory_near(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double counted = memory_counted(diagnosis), most = diagnosis_info(diagnosis, "maxmemory");

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

void policy_never_evicts(const struct diagnosis *diagnosis, struct verdict *verdict)
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
    evidence_number(verdict, "share", QUANTITY_RATIO, memory_counted(diagnosis) / most);
    verdict_raise(verdict, FINDING_WARNING);
    if (memory_counted(diagnosis) > most * verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    verdict_remedy(verdict, "for a cache, let every key be evicted:");
    remedy_evict(diagnosis, verdict);
    verdict_remedy(verdict, "for mixed data, give the keys that may go a TTL: EXPIRE, or SET with EX");
}

void cache_without_eviction(const struct diagnosis *diagnosis, struct verdict *verdict)
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

void evictions(const struct diagnosis *diagnosis, struct verdict *verdict)
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
void hit_rate_low(const struct diagnosis *diagnosis, struct verdict *verdict)
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

void big_instance(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "latest_fork_usec", QUANTITY_COUNT);
    (void)verdict_compare(verdict, diagnosis_info(diagnosis, "used_memory"));
}
