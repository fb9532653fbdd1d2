/* SPDX-License-Identifier: MIT */
/* Rules of the section "Limits and eviction" on what becomes of the keys: the policy at maxmemory, what is
 * refused and evicted there, and what is found. Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include "diagnose/remedy.h"

/* Unknown where this server does not tell its policy (before 3.2). */
static bool has_policy(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (*diagnosis_policy(diagnosis))
        return true;
    verdict_unknown(verdict, "INFO does not report maxmemory_policy (servers since Redis 3.2 do)");
    return false;
}

static void policy_never_evicts(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    double most = diagnosis_info(diagnosis, "maxmemory");

    if (!has_policy(diagnosis, verdict))
        return;
    evidence_policy(verdict, diagnosis);
    evidence_number(verdict, "maxmemory", QUANTITY_BYTES, most);
    evidence_keyspace(verdict, &keyspace);
    if (!diagnosis_policy_begins(diagnosis, "volatile-") || most <= 0 || keyspace.keys <= 0 ||
        keyspace.expires > keyspace.keys * verdict_threshold(verdict, "ttl"))
        return;
    evidence_number(verdict, "share", QUANTITY_RATIO, diagnosis_memory_counted(diagnosis) / most);
    verdict_raise(verdict, FINDING_WARNING);
    if (diagnosis_memory_counted(diagnosis) > most * verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
    remedy_full(diagnosis, verdict);
}

/* Save points are what a package comes with and tell nothing; an append-only file was wanted. */
static void cache_without_eviction(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);

    if (!has_policy(diagnosis, verdict))
        return;
    evidence_policy(verdict, diagnosis);
    evidence_keyspace(verdict, &keyspace);
    evidence_text(verdict, "save", "%s", diagnosis_config_text(diagnosis, "save"));
    evidence_text(verdict, "appendonly", "%s", diagnosis_info(diagnosis, "aof_enabled") > 0 ? "yes" : "no");
    if (!diagnosis_policy_begins(diagnosis, "noeviction") || diagnosis_info(diagnosis, "aof_enabled") > 0 ||
        keyspace.keys < verdict_threshold(verdict, "keys") ||
        keyspace.expires < keyspace.keys * verdict_threshold(verdict, "warning"))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (diagnosis_info(diagnosis, "maxmemory") <= 0)
        remedy_maxmemory(diagnosis, verdict);
    remedy_evict(diagnosis, verdict);
    verdict_remedy(verdict,
                   "for sessions, which must not go before their time: leave noeviction, with room for all "
                   "of them (maxmemory-near), and suppress this finding in redis-hosttune.conf");
}

struct hit_rate {
    double lookups, in_total; /* since the start; the rate 0 without look-ups */
    double lookups_now, now;  /* within the interval */
    double before;            /* until it */
};

static double rate_of(double hits, double misses)
{
    return hits + misses > 0 ? hits / (hits + misses) : 0;
}

static bool find_hit_rate(const struct diagnosis *diagnosis, struct hit_rate *ret)
{
    struct counter hits, misses;

    if (!diagnosis_counter(diagnosis, "keyspace_hits", &hits) ||
        !diagnosis_counter(diagnosis, "keyspace_misses", &misses))
        return false;
    *ret = (struct hit_rate){
        .lookups = hits.total + misses.total,
        .in_total = rate_of(hits.total, misses.total),
        .lookups_now = hits.growth + misses.growth,
        .now = rate_of(hits.growth, misses.growth),
        .before = rate_of(hits.total - hits.growth, misses.total - misses.growth),
    };
    return true;
}

/* A cache is too small where what it drops is asked for again: it finds less than it did before. */
static bool is_falling(const struct hit_rate *rate, double enough)
{
    return rate->lookups_now >= enough && rate->lookups - rate->lookups_now >= enough &&
           rate->now < rate->before * 0.8;
}

static enum finding_result judge_evicting_cache(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct hit_rate rate;

    if (find_hit_rate(diagnosis, &rate)) {
        evidence_number(verdict, "hit_rate_before", QUANTITY_RATIO, rate.before);
        evidence_number(verdict, "hit_rate_within_interval", QUANTITY_RATIO, rate.now);
        if (is_falling(&rate, verdict_threshold(verdict, "lookups")))
            return FINDING_WARNING;
    }
    verdict_harm(verdict,
                 "None as long as it finds what it is asked for: a full cache makes room for what is new.");
    return FINDING_NOTE;
}

static enum finding_result judge_evictions(const struct diagnosis *diagnosis, double share,
                                           struct verdict *verdict)
{
    if (diagnosis_is_cache(diagnosis))
        return judge_evicting_cache(diagnosis, verdict);
    return share > verdict_threshold(verdict, "critical") ? FINDING_CRITICAL : FINDING_WARNING;
}

static void evictions(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    struct counter evicted;
    double share;

    if (!diagnosis_counter(diagnosis, "evicted_keys", &evicted))
        return;
    evidence_number(verdict, "evicted_keys", QUANTITY_COUNT, evicted.total);
    evidence_number(verdict, "keys", QUANTITY_COUNT, keyspace.keys);
    evidence_policy(verdict, diagnosis);
    if (evicted.total > 0 && verdict_lacks_interval(verdict, diagnosis, "keys were evicted"))
        return;
    evidence_number(verdict, "within_interval", QUANTITY_COUNT, evicted.growth);
    if (evicted.growth <= 0)
        return;
    share = evicted.per_second * 60 / (keyspace.keys + evicted.growth);
    evidence_number(verdict, "share_per_minute", QUANTITY_RATIO, share);
    verdict_raise(verdict, judge_evictions(diagnosis, share, verdict));
    if (verdict->result == FINDING_NOTE) {
        verdict_remedy(verdict, "none is needed");
        return;
    }
    remedy_more_room(diagnosis, verdict);
    verdict_remedy(verdict, "or shorter TTLs and smaller values, so that what is hot fits");
}

/* That of a cache at work which finds no less than before is how it is used. */
static bool is_at_work(const struct diagnosis *diagnosis, const struct hit_rate *rate, double enough)
{
    return diagnosis_is_cache(diagnosis) && diagnosis_info(diagnosis, "evicted_keys") > 0 &&
           !is_falling(rate, enough);
}

/* Of the interval where it has enough look-ups to tell, else of the time since the start. */
static void hit_rate_low(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double enough = verdict_threshold(verdict, "lookups"), rate;
    struct hit_rate rates;

    if (!find_hit_rate(diagnosis, &rates))
        return;
    evidence_info(verdict, diagnosis, "keyspace_hits", QUANTITY_COUNT);
    evidence_info(verdict, diagnosis, "keyspace_misses", QUANTITY_COUNT);
    evidence_number(verdict, "lookups_within_interval", QUANTITY_COUNT, rates.lookups_now);
    if (rates.lookups < enough) {
        verdict_unknown(verdict, "fewer than %.0f look-ups since the server's start", enough);
        return;
    }
    evidence_number(verdict, "hit_rate_in_total", QUANTITY_RATIO, rates.in_total);
    rate = rates.lookups_now >= enough ? rates.now : rates.in_total;
    if (rates.lookups_now >= enough)
        evidence_number(verdict, "hit_rate_within_interval", QUANTITY_RATIO, rate);
    if (rate >= verdict_threshold(verdict, "warning"))
        return;
    if (is_at_work(diagnosis, &rates, enough))
        verdict_raise(verdict, FINDING_NOTE);
    else
        verdict_raise(verdict,
                      rate < verdict_threshold(verdict, "critical") ? FINDING_CRITICAL : FINDING_WARNING);
}

static void redis_oom_errors(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct counter errors;

    if (!diagnosis_counter_part(diagnosis, "errorstat_OOM", "count", &errors)) {
        verdict_unknown(verdict, "INFO has no number for errorstat_OOM");
        return;
    }
    evidence_number(verdict, "errorstat_OOM", QUANTITY_COUNT, errors.total);
    evidence_number(verdict, "within_interval", QUANTITY_COUNT, errors.growth);
    evidence_info(verdict, diagnosis, "uptime_in_seconds", QUANTITY_SECONDS);
    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    evidence_info(verdict, diagnosis, "maxmemory", QUANTITY_BYTES);
    evidence_policy(verdict, diagnosis);
    if (errors.total <= 0 || verdict_lacks_interval(verdict, diagnosis, "writes were refused"))
        return;
    /* what is over needs no CONFIG RESETSTAT, which would take everybody's counters */
    verdict_raise(verdict, errors.growth > 0 ? FINDING_CRITICAL : FINDING_NOTE);
    remedy_full(diagnosis, verdict);
}

/* --- the rows --- */

const struct finding findings_eviction[] = {
    {
        .id = "redis-oom-errors",
        .summary = "Commands that the server refused because maxmemory was reached",
        .note_when = "there were any since its start",
        .critical_when = "there were more within the interval",
        .info = {"total_error_replies"}, /* as old as errorstat_*, which shows after the first error only */
        .harm =
            "Clients' writes fail with an OOM error. This is maxmemory, with nothing that may be evicted, "
            "and not the kernel.",
        .evaluate = redis_oom_errors,
    },
    {
        .id = "policy-never-evicts",
        .summary = "A volatile-* policy where hardly a key has a TTL",
        .warning_when = "no more than {ttl} of the keys have one",
        .critical_when = "and more than {critical} of maxmemory is in use",
        .info = {"used_memory", "maxmemory"},
        .thresholds = {{"critical", 0.90, QUANTITY_RATIO}, {"ttl", 0.05, QUANTITY_RATIO}},
        .harm = "Such a policy evicts only keys that have a TTL: when the few that do are gone it is as "
                "noeviction, and at maxmemory writes are refused with an OOM error.",
        .evaluate = policy_never_evicts,
    },
    {
        .id = "cache-without-eviction",
        .summary = "What looks like a cache, with the policy noeviction",
        .warning_when =
            "at least {warning} of {keys} keys or more have a TTL, and there is no append-only file",
        .info = {"used_memory"},
        .config = {"save"},
        .thresholds = {{"warning", 0.90, QUANTITY_RATIO}, {"keys", 100, QUANTITY_COUNT}},
        .harm = "When it is full a cache should drop what is used least; with noeviction it refuses writes.",
        .evaluate = cache_without_eviction,
    },
    {
        .id = "evictions",
        .summary = "Keys that are evicted to keep within maxmemory",
        .note_when = "there were more within the interval, of a cache",
        .warning_when =
            "of a server that is no cache; or of one whose hit rate within the interval is a fifth "
            "below what it was until then, by {lookups} look-ups or more",
        .critical_when =
            "they are more than {critical} of the keys in a minute, of a server that is no cache",
        .info = {"evicted_keys"},
        .thresholds = {{"critical", 0.01, QUANTITY_RATIO}, {"lookups", 1000, QUANTITY_COUNT}},
        .harm =
            "Keys go before their time: the application asks the store behind the cache instead, and data "
            "that is nowhere else is lost.",
        .evaluate = evictions,
    },
    {
        .id = "hit-rate-low",
        .summary = "Look-ups that find their key",
        .note_when = "fewer than {warning} do, of a cache that is full and finds no less than before",
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
    {.id = NULL},
};
