/* SPDX-License-Identifier: MIT */
/* What one server says of itself.
 * Owns how its version is read. */
#include "redis/facts.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/text.h"

int redis_facts_version(const struct redis_facts *facts)
{
    int major = 0, minor = 0, patch = 0;

    if (!facts->version || sscanf(facts->version, "%3d.%3d.%3d", &major, &minor, &patch) < 2 || major < 0 ||
        minor < 0 || minor > 99 || patch < 0 || patch > 99)
        return 0;
    return major * 10000 + minor * 100 + patch;
}

bool redis_facts_is_before(const struct redis_facts *facts, int version)
{
    int own = redis_facts_version(facts);

    return own > 0 && own < version && !facts->is_valkey;
}

void redis_facts_done(struct redis_facts *facts)
{
    free(facts->address);
    free(facts->cli);
    free(facts->user);
    free(facts->config_file);
    free(facts->unproven);
    free(facts->version);
    free(facts->product_version);
    free(facts->whoami);
    free(facts->slowlog);
    free(facts->latency);
    acl_users_done(&facts->users);
    for (size_t i = 0; i < FACT_REDIS_COUNT; i++)
        free(facts->unknown[i]);
    redis_fields_done(&facts->before);
    redis_fields_done(&facts->now);
    redis_fields_done(&facts->config);
    *facts = (struct redis_facts){0};
}
