/* SPDX-License-Identifier: MIT */
/* Questions that many rules ask.
 * Owns how two samples become growth. */
#include "diagnose/diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "util/text.h"

static const char not_gathered[] = "not gathered";

static bool is_there(const struct diagnosis *diagnosis, enum fact fact)
{
    switch (fact) {
    case FACT_PROCESS:
        return diagnosis->process;
    case FACT_MEMORY:
        return diagnosis->memory;
    case FACT_KERNEL:
        return diagnosis->kernel;
    case FACT_KERNEL_LOG:
        return diagnosis->kernel_log;
    case FACT_LOG:
        return diagnosis->log;
    case FACT_HOST:
        return diagnosis->host && diagnosis->plan;
    case FACT_PREVIOUS:
        return diagnosis->previous;
    default:
        return true;
    }
}

const char *diagnosis_unknown(const struct diagnosis *diagnosis, enum fact fact)
{
    if (fact < FACT_REDIS_COUNT)
        return diagnosis->redis.unknown[fact];
    if (is_there(diagnosis, fact))
        return NULL;
    return diagnosis->unknown[fact] ? diagnosis->unknown[fact] : not_gathered;
}

void diagnosis_done(struct diagnosis *diagnosis)
{
    redis_facts_done(&diagnosis->redis);
    for (size_t i = 0; i < FACT_COUNT; i++)
        free(diagnosis->unknown[i]);
    *diagnosis = (struct diagnosis){0};
}

bool diagnosis_has_interval(const struct diagnosis *diagnosis)
{
    return !diagnosis->redis.unknown[FACT_INFO_BEFORE] && diagnosis->redis.interval > 0;
}

/* A counter that fell was reset, by CONFIG RESETSTAT or a restart: all of it is new. */
static void count(const struct diagnosis *diagnosis, double before, double total, struct counter *ret)
{
    *ret = (struct counter){.total = total};
    if (!diagnosis_has_interval(diagnosis))
        return;
    ret->growth = total >= before ? total - before : total;
    ret->per_second = ret->growth / diagnosis->redis.interval;
}

bool diagnosis_counter(const struct diagnosis *diagnosis, const char *field, struct counter *ret)
{
    double before = 0, total;

    if (redis_fields_number(&diagnosis->redis.now, field, &total) < 0)
        return false;
    (void)redis_fields_number(&diagnosis->redis.before, field, &before);
    count(diagnosis, before, total, ret);
    return true;
}

bool diagnosis_counter_part(const struct diagnosis *diagnosis, const char *field, const char *part,
                            struct counter *ret)
{
    const char *value = redis_fields_find(&diagnosis->redis.now, field);
    const char *earlier = redis_fields_find(&diagnosis->redis.before, field);
    long long before = 0, total = 0;

    if (value && redis_value_integer(value, part, &total) < 0)
        return false;
    if (earlier)
        (void)redis_value_integer(earlier, part, &before);
    count(diagnosis, (double)before, (double)total, ret);
    return true;
}

double diagnosis_info(const struct diagnosis *diagnosis, const char *field)
{
    double number = 0;

    (void)redis_fields_number(&diagnosis->redis.now, field, &number);
    return number;
}

double diagnosis_config(const struct diagnosis *diagnosis, const char *parameter)
{
    double number = 0;

    (void)redis_fields_number(&diagnosis->redis.config, parameter, &number);
    return number;
}

double diagnosis_memory_counted(const struct diagnosis *diagnosis)
{
    return diagnosis_info(diagnosis, "used_memory") - diagnosis_info(diagnosis, "mem_not_counted_for_evict");
}

const char *diagnosis_info_text(const struct diagnosis *diagnosis, const char *field)
{
    const char *text = redis_fields_find(&diagnosis->redis.now, field);

    return text ? text : "";
}

const char *diagnosis_config_text(const struct diagnosis *diagnosis, const char *parameter)
{
    const char *text = redis_fields_find(&diagnosis->redis.config, parameter);

    return text ? text : "";
}

bool diagnosis_has_save_points(const struct diagnosis *diagnosis)
{
    const char *save = redis_fields_find(&diagnosis->redis.config, "save");

    return save ? *save != '\0' : diagnosis->redis.config_file != NULL;
}

bool diagnosis_may_be_saved(const struct diagnosis *diagnosis)
{
    return diagnosis_unknown(diagnosis, FACT_CONFIG) || diagnosis_is_persistent(diagnosis) ||
           diagnosis_info(diagnosis, "aof_enabled") > 0;
}

bool diagnosis_is_persistent(const struct diagnosis *diagnosis)
{
    return diagnosis_has_save_points(diagnosis) || diagnosis_info(diagnosis, "aof_enabled") > 0 ||
           strcmp(diagnosis_config_text(diagnosis, "appendonly"), "yes") == 0;
}

/* Of the keys. */
static const double few_with_ttl = 0.05, most_with_ttl = 0.90;

struct keyspace keyspace_of(const struct redis_fields *info)
{
    struct keyspace keyspace = {0};
    size_t n;
    const struct redis_field *field = redis_fields_with_prefix(info, "db", &n);

    for (size_t i = 0; i < n; i++) {
        long long keys, expires;

        if (redis_value_integer(field[i].value, "keys", &keys) < 0 ||
            redis_value_integer(field[i].value, "expires", &expires) < 0)
            continue;
        keyspace.keys += (double)keys;
        keyspace.expires += (double)expires;
        keyspace.databases++;
        keyspace.has_caches = keyspace.has_caches || (double)expires >= (double)keys * most_with_ttl;
        keyspace.has_stores = keyspace.has_stores || (double)expires <= (double)keys * few_with_ttl;
    }
    return keyspace;
}

struct keyspace diagnosis_keyspace(const struct diagnosis *diagnosis)
{
    return keyspace_of(&diagnosis->redis.now);
}

bool diagnosis_ignores_maxmemory(const struct diagnosis *diagnosis)
{
    int version = redis_facts_version(&diagnosis->redis);
    const char *ignores = diagnosis_config_text(diagnosis, "replica-ignore-maxmemory");

    return diagnosis->redis.is_replica && strcmp(ignores, "no") != 0 &&
           (*ignores || diagnosis->redis.is_valkey || version >= 50000);
}

const char *diagnosis_policy(const struct diagnosis *diagnosis)
{
    return diagnosis_info_text(diagnosis, "maxmemory_policy");
}

bool diagnosis_policy_begins(const struct diagnosis *diagnosis, const char *prefix)
{
    return text_has_prefix(diagnosis_policy(diagnosis), prefix);
}

bool diagnosis_is_refusing(const struct diagnosis *diagnosis)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);

    return diagnosis_policy_begins(diagnosis, "noeviction") ||
           (diagnosis_policy_begins(diagnosis, "volatile-") &&
            keyspace.expires <= keyspace.keys * few_with_ttl);
}

bool diagnosis_is_cache(const struct diagnosis *diagnosis)
{
    struct keyspace keyspace = diagnosis_keyspace(diagnosis);
    bool may_all_go =
        diagnosis_policy_begins(diagnosis, "allkeys-") || (diagnosis_policy_begins(diagnosis, "volatile-") &&
                                                           keyspace.expires >= keyspace.keys * most_with_ttl);

    return diagnosis_info(diagnosis, "maxmemory") > 0 && may_all_go &&
           diagnosis_info(diagnosis, "aof_enabled") <= 0;
}
