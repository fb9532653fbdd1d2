/* SPDX-License-Identifier: MIT */
/* The largest safe maxmemory.
 * Owns the rules of sizing and which limit of memory counts. */
#include "diagnose/sizing.h"

#include "servers/facts.h"

#define MIB (1024.0 * 1024)
#define GIB (1024 * MIB)

/* 0: none is set, or none is known. */
static double cgroup_limit(const struct server_facts *process)
{
    if (!process || process->cgroup.unknown || !amount_is_number(process->cgroup.memory_max.limit))
        return 0;
    return (double)process->cgroup.memory_max.limit;
}

bool memory_limit_find(const struct diagnosis *diagnosis, struct memory_limit *ret)
{
    struct memory_limit limit = {0};

    if (diagnosis->memory)
        limit.ram = (double)diagnosis->memory->total;
    else if (redis_fields_number(&diagnosis->redis.now, "total_system_memory", &limit.ram) < 0)
        return false;
    if (limit.ram <= 0)
        return false;
    limit.cgroup = cgroup_limit(diagnosis->process);
    limit.bytes = limit.cgroup > 0 && limit.cgroup < limit.ram ? limit.cgroup : limit.ram;
    *ret = limit;
    return true;
}

const char *memory_limit_name(const struct memory_limit *limit)
{
    return limit->cgroup > 0 && limit->cgroup <= limit->ram ? "the cgroup's limit" : "RAM";
}

bool sizing_is_forking(const struct diagnosis *diagnosis)
{
    return diagnosis_is_persistent(diagnosis) || diagnosis_info(diagnosis, "aof_enabled") > 0 ||
           diagnosis_info(diagnosis, "connected_slaves") > 0;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

double sizing_whole_mib(double bytes)
{
    return bytes > -1e18 && bytes < 1e18 ? (double)(long long)(bytes / MIB) * MIB : bytes;
}

/* What the kernel, its caches and everything else on the host need. */
static double system_share(double ram)
{
    double share = smaller(4 * GIB, ram / 8);

    return smaller(ram / 2, share > 256 * MIB ? share : 256 * MIB);
}

double sizing_maxmemory(const struct memory_limit *limit, bool is_forking, const char **ret_rule)
{
    double host = is_forking ? limit->ram / 2 : (limit->ram - system_share(limit->ram)) * 3 / 4;
    double container = is_forking ? limit->cgroup / 2 : limit->cgroup / 1.25;

    if (limit->cgroup > 0 && container < host) {
        *ret_rule = is_forking ? "half of the cgroup's limit, for a fork may need up to as much again"
                               : "the cgroup's limit with a quarter of maxmemory to spare";
        return sizing_whole_mib(container);
    }
    *ret_rule = is_forking ? "half of RAM, for a fork may need up to as much again"
                           : "three quarters of RAM without the operating system's share";
    return sizing_whole_mib(host);
}
