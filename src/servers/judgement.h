/* SPDX-License-Identifier: MIT */
/* Does a running server live under the values that the plan wants? Pure: from what is known of the server,
 * the plan and the saved state. A value that the kernel has right now may still be an old one to a process
 * that began before. */
#pragma once

#include "plan/plan.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "units/redis-unit.h"

enum judgement_result {
    JUDGEMENT_FINE,
    JUDGEMENT_STALE,     /* it lives under an older value until it is restarted */
    JUDGEMENT_ELSEWHERE, /* what it lives under is set in another place: its network namespace, a cgroup, its
                            starter */
    JUDGEMENT_UNKNOWN,
};

struct judgement {
    const char *topic; /* an object of the plan ("net.core.somaxconn"; points into it), "numa.placement",
                          "unit.LimitNOFILE", "cgroup.memory.max", "cgroup.memory.swap.max" */
    enum judgement_result result;
    char *text; /* the evidence in words, a clause without a full stop: "its listen queue has room for …" */
    char *remedy; /* commands that work when pasted, a line each; NULL: none is needed or known */
};

struct judgements {
    struct judgement *items;
    size_t count;
};

struct judgement_input {
    const struct plan *plan;
    const struct plan_input *plan_input;
    const struct redis_units *units; /* what the Redis units get; NULL: not looked at */
};

/* The server's judgements in the order of the plan's items, then those of no item. A sentinel gets none: it
 * keeps no data and forks no child. Rows that are left or refused are not judged. Owned by the caller,
 * judgements_done. */
void server_judge(const struct judgement_input *input, const struct server_facts *server,
                  struct judgements *ret);
void judgements_done(struct judgements *judgements);

const char *judgement_result_name(enum judgement_result result); /* "fine", "stale", "elsewhere", "unknown" */
