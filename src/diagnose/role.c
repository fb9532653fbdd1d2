/* SPDX-License-Identifier: MIT */
/* Rules of the section "Role": what the server is used for, and whether it is set up for that.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/run-record.h"
#include "diagnose/sizing.h"
#include "util/text.h"

/* With a maxmemory at which keys go. */
static bool is_evicting(const struct diagnosis *diagnosis)
{
    const char *policy = diagnosis_info_text(diagnosis, "maxmemory_policy");

    return *policy && strcmp(policy, "noeviction") != 0 && diagnosis_info(diagnosis, "maxmemory") > 0;
}

static void show_role(const struct diagnosis *diagnosis, struct verdict *verdict,
                      const struct keyspace *keyspace)
{
    evidence_text(verdict, "maxmemory_policy", "%s", diagnosis_info_text(diagnosis, "maxmemory_policy"));
    evidence_info(verdict, diagnosis, "maxmemory", QUANTITY_BYTES);
    evidence_number(verdict, "keys", QUANTITY_COUNT, keyspace->keys);
    evidence_number(verdict, "keys_with_ttl", QUANTITY_COUNT, keyspace->expires);
}

static void single_copy(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    bool is_persistent = diagnosis_is_persistent(diagnosis);

    show_role(diagnosis, verdict, &keyspace);
    evidence_text(verdict, "persistence", "%s", is_persistent ? "on" : "none");
    evidence_text(verdict, "role", "%s", diagnosis_info_text(diagnosis, "role"));
    evidence_info(verdict, diagnosis, "connected_slaves", QUANTITY_COUNT);
    if (is_persistent || diagnosis->redis.is_replica || diagnosis_info(diagnosis, "connected_slaves") > 0 ||
        keyspace.keys <= 0 || is_evicting(diagnosis) ||
        keyspace.expires >= keyspace.keys * verdict_threshold(verdict, "ttl"))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    verdict_remedy(verdict, "an append-only file, at most a second of writes is lost then:");
    remedy_set(diagnosis, verdict, "appendonly yes");
    remedy_keep(diagnosis, verdict);
    verdict_remedy(verdict, "or a replica on another host: REPLICAOF there");
    verdict_remedy(
        verdict,
        "or, for data that may go: \"single-copy = a cache\" below [suppress] in redis-hosttune.conf");
}

static void mixed_roles(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    double least = keyspace.keys * verdict_threshold(verdict, "warning");

    show_role(diagnosis, verdict, &keyspace);
    evidence_number(verdict, "databases", QUANTITY_COUNT, keyspace.databases);
    if (!is_evicting(diagnosis) || keyspace.keys < verdict_threshold(verdict, "keys") ||
        ((keyspace.expires < least || keyspace.keys - keyspace.expires < least) && keyspace.databases < 2))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (text_has_prefix(diagnosis_info_text(diagnosis, "maxmemory_policy"), "volatile-"))
        verdict_harm(verdict,
                     "Under pressure only the keys with a TTL go, so data that never goes crowds out the "
                     "cache beside it; and one use stalls the other.");
}

/* --- trend --- */

/* Where memory that grows ends: maxmemory, else what the process can have. 0: not known, or keys are evicted
 * there, which is what a cache is meant to do. */
static double ceiling(const struct diagnosis *diagnosis)
{
    double most = diagnosis_info(diagnosis, "maxmemory");
    struct memory_limit limit;

    if (most > 0)
        return text_has_prefix(diagnosis_info_text(diagnosis, "maxmemory_policy"), "allkeys-") ? 0 : most;
    return memory_limit_find(diagnosis, &limit) ? limit.bytes : 0;
}

/* What the present is compared with. */
struct base {
    double seconds; /* ago */
    double used_memory, keys;
    double expired, evicted; /* since then */
};

/* An earlier run where it is old enough to tell a trend from a burst. false: there is none. */
static bool take_record(const struct diagnosis *diagnosis, struct verdict *verdict, struct base *ret)
{
    const struct run_record *record = diagnosis->previous;
    double age = record ? (double)(diagnosis->now - record->at) : 0;

    if (!record || age < verdict_threshold(verdict, "record"))
        return false;
    *ret = (struct base){
        .seconds = age,
        .used_memory = (double)record->used_memory,
        .keys = (double)record->keys,
        .expired = diagnosis_info(diagnosis, "expired_keys") - (double)record->expired_keys,
        .evicted = diagnosis_info(diagnosis, "evicted_keys") - (double)record->evicted_keys,
    };
    evidence_text(verdict, "compared_with", "an earlier run");
    return true;
}

static bool take_first_sample(const struct diagnosis *diagnosis, struct verdict *verdict, struct base *ret)
{
    struct counter expired = {0}, evicted = {0};
    struct base base = {.seconds = diagnosis->redis.interval};

    if (diagnosis_unknown(diagnosis, FACT_INFO_BEFORE) || base.seconds <= 0 ||
        redis_fields_number(&diagnosis->redis.before, "used_memory", &base.used_memory) < 0)
        return false;
    (void)diagnosis_counter(diagnosis, "expired_keys", &expired);
    (void)diagnosis_counter(diagnosis, "evicted_keys", &evicted);
    base.keys = keyspace_of(&diagnosis->redis.before).keys;
    base.expired = expired.growth;
    base.evicted = evicted.growth;
    *ret = base;
    evidence_text(verdict, "compared_with", "the first sample");
    return true;
}

static void trend(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory"), top = ceiling(diagnosis), left;
    struct base base;

    if (!take_record(diagnosis, verdict, &base) && !take_first_sample(diagnosis, verdict, &base)) {
        verdict_unknown(verdict, "there is one sample and no record of an earlier run");
        return;
    }
    evidence_number(verdict, "ago", QUANTITY_SECONDS, base.seconds);
    evidence_number(verdict, "used_memory", QUANTITY_BYTES, used);
    evidence_text(verdict, "used_memory_growth", "%+.0f bytes", used - base.used_memory);
    evidence_text(verdict, "keys_growth", "%+.0f", diagnosis_keyspace(diagnosis).keys - base.keys);
    evidence_number(verdict, "expired_since", QUANTITY_COUNT, base.expired);
    evidence_info(verdict, diagnosis, "instantaneous_ops_per_sec", QUANTITY_PER_SECOND);
    if (used - base.used_memory < verdict_threshold(verdict, "growth") || base.evicted > 0 || top <= 0)
        return;
    left = used < top ? (top - used) / ((used - base.used_memory) / base.seconds) : 0;
    evidence_number(verdict, "limit", QUANTITY_BYTES, top);
    evidence_number(verdict, "time_to_limit", QUANTITY_SECONDS, left);
    if (left < verdict_threshold(verdict, "warning"))
        verdict_raise(verdict, FINDING_WARNING);
    if (left < verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
}

/* --- the rows --- */

const struct finding findings_role[] = {
    {
        .id = "single-copy",
        .summary = "Data that is in the memory of this one process alone",
        .warning_when =
            "nothing saves it, no replica has it, and it is no cache: it evicts nothing, and fewer "
            "than {ttl} of the keys have a TTL",
        .info = {"connected_slaves"},
        .config = {"save", "appendonly"},
        .thresholds = {{"ttl", 0.90, QUANTITY_RATIO}},
        .harm = "A restart, a kill or a power cut loses all of it.",
        .evaluate = single_copy,
    },
    {
        .id = "mixed-roles",
        .summary = "One evicting instance for a cache and for data that must stay",
        .warning_when =
            "at least {warning} of {keys} keys or more have a TTL and as many have none, or several "
            "databases are in use",
        .info = {"maxmemory"},
        .thresholds = {{"warning", 0.20, QUANTITY_RATIO}, {"keys", 100, QUANTITY_COUNT}},
        .harm =
            "Under pressure the policy takes keys of every use and every database: a session or a job goes "
            "to make room for a cached page; and one use stalls the other.",
        .remedy =
            "one instance for each role: caches with allkeys-lru, sessions with volatile-ttl, queues and "
            "data that must stay with noeviction and an append-only file",
        .evaluate = mixed_roles,
    },
    {
        .id = "trend",
        .summary = "Memory that grows: how long until the limit",
        .warning_when =
            "it grew by {growth} or more since a run that is at least {record} ago, or within the "
            "interval, nothing was evicted, and at this rate the limit is less than {warning} away",
        .critical_when = "it is less than {critical} away",
        .info = {"used_memory"},
        .thresholds = {{"warning", 7.0 * 86400, QUANTITY_SECONDS},
                       {"critical", 86400, QUANTITY_SECONDS},
                       {"growth", 1 * MIB, QUANTITY_BYTES},
                       {"record", 60, QUANTITY_SECONDS}},
        .harm = "At maxmemory writes are refused; without one the kernel ends the server.",
        .remedy =
            "look again after a while, or with a longer --interval: a burst is no trend\n"
            "TTLs for the keys that grow, or a maxmemory and a policy that evicts (see maxmemory-unset)",
        .evaluate = trend,
    },
    {.id = NULL},
};
