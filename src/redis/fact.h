/* SPDX-License-Identifier: MIT */
/* The groups in which facts are gathered. A group is known as a whole or unknown with a reason; what may be
 * missing within one (a field that an old server does not report) is asked for where it is used. */
#pragma once

enum fact {
    /* of the server, struct redis_facts */
    FACT_INFO,
    FACT_INFO_BEFORE, /* the first of the two samples */
    FACT_CONFIG,
    FACT_CLIENTS,
    FACT_SLOWLOG,
    FACT_LATENCY,
    FACT_ACL,
    FACT_REDIS_COUNT,

    /* beneath it, struct diagnosis */
    FACT_PROCESS = FACT_REDIS_COUNT, /* struct server_facts */
    FACT_MEMORY,                     /* struct host_memory */
    FACT_KERNEL,                     /* struct kernel_facts */
    FACT_KERNEL_LOG,                 /* struct kernel_log */
    FACT_LOG,                        /* struct log_summary */
    FACT_HOST,                       /* struct host_facts and the plan of the tunables */
    FACT_PREVIOUS,                   /* the record of an earlier run */
    FACT_COUNT,
};

#define NEEDS(fact) (1U << (fact))
