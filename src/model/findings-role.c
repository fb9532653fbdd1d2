/* SPDX-License-Identifier: MIT */
/* Rules of the section "Role": what the server is used for, and whether it is set up for that.
 * Each judges facts and nothing else. */
#include "model/findings.h"

#include <string.h>

#include "model/remedy.h"
#include "model/sizing.h"
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

void single_copy(const struct diagnosis *diagnosis, struct verdict *verdict)
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

void mixed_roles(const struct diagnosis *diagnosis, struct verdict *verdict)
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

void trend(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct keyspace now = diagnosis_keyspace(diagnosis), before = keyspace_of(&diagnosis->redis.before);
    double used = diagnosis_info(diagnosis, "used_memory"), earlier = 0, top = ceiling(diagnosis), left;
    struct counter expired = {0}, evicted = {0};

    (void)redis_fields_number(&diagnosis->redis.before, "used_memory", &earlier);
    (void)diagnosis_counter(diagnosis, "expired_keys", &expired);
    (void)diagnosis_counter(diagnosis, "evicted_keys", &evicted);
    evidence_number(verdict, "interval", QUANTITY_SECONDS, diagnosis->redis.interval);
    evidence_number(verdict, "used_memory", QUANTITY_BYTES, used);
    evidence_text(verdict, "used_memory_growth", "%+.0f bytes", used - earlier);
    evidence_text(verdict, "keys_growth", "%+.0f", now.keys - before.keys);
    evidence_number(verdict, "expired_within_interval", QUANTITY_COUNT, expired.growth);
    evidence_info(verdict, diagnosis, "instantaneous_ops_per_sec", QUANTITY_PER_SECOND);
    if (used - earlier < verdict_threshold(verdict, "growth") || evicted.growth > 0 || top <= 0 ||
        diagnosis->redis.interval <= 0)
        return;
    left = used < top ? (top - used) / ((used - earlier) / diagnosis->redis.interval) : 0;
    evidence_number(verdict, "limit", QUANTITY_BYTES, top);
    evidence_number(verdict, "time_to_limit", QUANTITY_SECONDS, left);
    if (left < verdict_threshold(verdict, "warning"))
        verdict_raise(verdict, FINDING_WARNING);
    if (left < verdict_threshold(verdict, "critical"))
        verdict_raise(verdict, FINDING_CRITICAL);
}
