/* SPDX-License-Identifier: MIT */
/* Rules of the section "Role": what the server is used for, and whether it is set up for that.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/run-record.h"
#include "diagnose/sizing.h"

/* With a maxmemory at which keys go. */
static bool is_evicting(const struct diagnosis *diagnosis)
{
    return *diagnosis_policy(diagnosis) && !diagnosis_policy_begins(diagnosis, "noeviction") &&
           diagnosis_info(diagnosis, "maxmemory") > 0;
}

static void show_role(const struct diagnosis *diagnosis, struct verdict *verdict,
                      const struct keyspace *keyspace)
{
    evidence_policy(verdict, diagnosis);
    evidence_info(verdict, diagnosis, "maxmemory", QUANTITY_BYTES);
    evidence_keyspace(verdict, keyspace);
}

/* Whether nothing saves the keys of a primary, and what is seen of that. */
static bool is_unsaved(const struct diagnosis *diagnosis, struct verdict *verdict,
                       const struct keyspace *keyspace)
{
    bool is_persistent = diagnosis_is_persistent(diagnosis);

    show_role(diagnosis, verdict, keyspace);
    evidence_text(verdict, "persistence", "%s", is_persistent ? "on" : "none");
    evidence_text(verdict, "role", "%s", diagnosis_info_text(diagnosis, "role"));
    evidence_info(verdict, diagnosis, "connected_slaves", QUANTITY_COUNT);
    return !is_persistent && !diagnosis->redis.is_replica && keyspace->keys > 0;
}

static void single_copy(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);

    if (!is_unsaved(diagnosis, verdict, &keyspace) || diagnosis_info(diagnosis, "connected_slaves") > 0 ||
        is_evicting(diagnosis) || keyspace.expires >= keyspace.keys * verdict_threshold(verdict, "ttl"))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    remedy_persist(diagnosis, verdict);
    verdict_remedy(verdict, "or a replica on another host: REPLICAOF there");
    verdict_remedy(
        verdict,
        "or, for data that may go: \"single-copy = a cache\" below [suppress] in redis-hosttune.conf");
}

/* A server that starts empty is copied by its replicas as it is (tried: 5,000 keys became 0). */
static void empties_replicas(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);

    if (!is_unsaved(diagnosis, verdict, &keyspace) || diagnosis_info(diagnosis, "connected_slaves") <= 0)
        return;
    verdict_raise(verdict, diagnosis_is_cache(diagnosis) ? FINDING_WARNING : FINDING_CRITICAL);
    remedy_persist(diagnosis, verdict);
    if (diagnosis->process)
        verdict_remedy(
            verdict, "until then restart it by a way that saves first (see stop-timeout), or fail over to a "
                     "replica before");
}

/* Keys with a TTL beside keys without one: in one database, or each in databases of their own. */
static bool is_mixed(const struct diagnosis *diagnosis, const struct verdict *verdict,
                     const struct keyspace *keyspace)
{
    double least = keyspace->keys * verdict_threshold(verdict, "warning");
    bool has_both = keyspace->expires >= least && keyspace->keys - keyspace->expires >= least;

    if (is_evicting(diagnosis))
        return has_both || keyspace->databases > 1;
    return has_both && keyspace->has_caches && keyspace->has_stores;
}

static void mixed_roles(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);

    show_role(diagnosis, verdict, &keyspace);
    evidence_number(verdict, "databases", QUANTITY_COUNT, keyspace.databases);
    if (keyspace.keys < verdict_threshold(verdict, "keys") || !is_mixed(diagnosis, verdict, &keyspace))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (!is_evicting(diagnosis))
        verdict_harm(
            verdict,
            "Nothing is evicted, so a cache that fills up takes the room of the data beside it, until "
            "writes of every use are refused; and one use stalls the other.");
    else if (diagnosis_policy_begins(diagnosis, "volatile-"))
        verdict_harm(
            verdict,
            "Under pressure only the keys with a TTL go, sessions as well as cached pages, so data that "
            "never goes crowds them out; and one use stalls the other.");
}

/* --- trend --- */

/* Where memory that grows ends: maxmemory, else what the process can have. 0: not known, or keys are evicted
 * there, which is what a cache is meant to do. */
static double ceiling(const struct diagnosis *diagnosis)
{
    double most = diagnosis_info(diagnosis, "maxmemory");
    struct memory_limit limit;

    if (most > 0)
        return diagnosis_policy_begins(diagnosis, "allkeys-") ? 0 : most;
    return memory_limit_find(diagnosis, &limit) ? limit.bytes : 0;
}

/* What the present is compared with. */
struct base {
    double seconds; /* ago */
    double used_memory, keys;
    double expired, evicted; /* since then */
};

/* Memory that comes by loading or by a first copy is no growth. */
static const char *state_of(const struct diagnosis *diagnosis)
{
    if (diagnosis->redis.is_loading)
        return "it is loading its data";
    if (diagnosis_info(diagnosis, "master_sync_in_progress") > 0 ||
        strcmp(diagnosis_info_text(diagnosis, "master_link_status"), "down") == 0)
        return "a replica that is not in step with its primary";
    return NULL;
}

/* An earlier run where it is old enough to tell a trend from a burst. false: there is none. */
static bool take_record(const struct diagnosis *diagnosis, const struct verdict *verdict, struct base *ret)
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
    return true;
}

static void judge_growth(const struct diagnosis *diagnosis, const struct base *base, struct verdict *verdict)
{
    double used = diagnosis_info(diagnosis, "used_memory"), top = ceiling(diagnosis), left;

    if (used - base->used_memory < verdict_threshold(verdict, "growth") || base->evicted > 0 || top <= 0)
        return;
    left = used < top ? (top - used) / ((used - base->used_memory) / base->seconds) : 0;
    evidence_number(verdict, "limit", QUANTITY_BYTES, top);
    evidence_number(verdict, "time_to_limit", QUANTITY_SECONDS, left);
    if (left < verdict_threshold(verdict, "warning"))
        verdict_raise(verdict, FINDING_WARNING);
    if (left < verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
}

static void trend(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *state = state_of(diagnosis);
    char text[QUANTITY_TEXT_MAX];
    struct base base;

    evidence_info(verdict, diagnosis, "used_memory", QUANTITY_BYTES);
    if (state) {
        evidence_text(verdict, "state", "%s", state);
        return;
    }
    if (!take_record(diagnosis, verdict, &base)) {
        verdict_unknown(verdict, "there is no record of a run at least %s ago, which one by root keeps",
                        quantity_format(QUANTITY_SECONDS, verdict_threshold(verdict, "record"), text));
        return;
    }
    evidence_number(verdict, "compared_with_a_run_ago", QUANTITY_SECONDS, base.seconds);
    evidence_number(verdict, "used_memory_then", QUANTITY_BYTES, base.used_memory);
    evidence_text(verdict, "keys_growth", "%+.0f", diagnosis_keyspace(diagnosis).keys - base.keys);
    evidence_number(verdict, "expired_since", QUANTITY_COUNT, base.expired);
    judge_growth(diagnosis, &base, verdict);
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
        .config = {"save"},
        .thresholds = {{"ttl", 0.90, QUANTITY_RATIO}},
        .harm = "A plain restart, a kill or a power cut loses all of it.",
        .evaluate = single_copy,
    },
    {
        .id = "empties-replicas",
        .summary = "A primary that saves nothing, and replicas that copy it",
        .warning_when = "nothing saves it, it has keys and replicas, and it is a cache",
        .critical_when = "nothing saves it, and it has keys and replicas",
        .info = {"connected_slaves"},
        .config = {"save"},
        .harm = "When it restarts, by itself or by hand, it is empty, and its replicas copy that: all of "
                "them lose "
                "everything.",
        .evaluate = empties_replicas,
    },
    {
        .id = "mixed-roles",
        .summary = "One instance for a cache and for data that must stay",
        .warning_when = "at least {warning} of {keys} keys or more have a TTL and as many have none, or it "
                        "evicts and several "
                        "databases are in use; where it evicts nothing, in databases of their own",
        .info = {"maxmemory"},
        .thresholds = {{"warning", 0.20, QUANTITY_RATIO}, {"keys", 100, QUANTITY_COUNT}},
        .harm =
            "Under pressure the policy takes keys of every use and every database: a session or a job goes "
            "to make room for a cached page; and one use stalls the other.",
        .remedy = "one instance for each role: caches with allkeys-lru; sessions, queues and data that must "
                  "stay with "
                  "noeviction, room for all of them, and an append-only file",
        .evaluate = mixed_roles,
    },
    {
        .id = "trend",
        .summary = "Memory that grows: how long until the limit",
        .warning_when = "it grew by {growth} or more since a run that is at least {record} ago, nothing was "
                        "evicted, it is "
                        "not loading, and at this rate the limit is less than {warning} away",
        .critical_when = "it is less than {critical} away",
        .info = {"used_memory"},
        .thresholds = {{"warning", 7.0 * 86400, QUANTITY_SECONDS},
                       {"critical", 86400, QUANTITY_SECONDS},
                       {"growth", 1 * MIB, QUANTITY_BYTES},
                       {"record", 3600, QUANTITY_SECONDS}},
        .harm = "At maxmemory keys are evicted or writes refused; without one the kernel may end the server.",
        .remedy =
            "TTLs for the keys that grow, or a maxmemory and a policy that evicts (see maxmemory-unset)",
        .evaluate = trend,
    },
    {.id = NULL},
};
