/* SPDX-License-Identifier: MIT */
/* How a running server stands to an object of a plan. Made by servers/judgement. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct server_facts; /* servers/facts.h */

enum judgement_result {
    JUDGEMENT_FINE,
    JUDGEMENT_STALE,     /* it lives under an older value until it is restarted */
    JUDGEMENT_ELSEWHERE, /* what it lives under is set in another place: its network namespace, a cgroup, its
                            starter */
    JUDGEMENT_UNKNOWN,
};

struct judgement {
    const struct server_facts *server; /* NULL: there may be some that cannot be seen */
    const char *unit;  /* the server's, where PID 1 has confirmed it (servers/restart.h); NULL: it has none */
    int pid;           /* 0: .server is NULL */
    const char *topic; /* "net.core.somaxconn", "numa.placement", "cgroup.memory.max" */
    enum judgement_result result;
    /* Stale by a value that the plan is still to set: until then a restart changes nothing. */
    bool is_pending;
    char *text;   /* the evidence, a clause without a full stop: "its listen queue has room for …" */
    char *remedy; /* commands that work when pasted, a line each; NULL: none is needed or known */
    char *price;  /* of a stale one: what the restart costs, a clause */
    char *words;  /* of a stale one without a remedy: what is to be done, and whose process it is */
};

struct judgements {
    struct judgement *items;
    size_t count;
};

const char *judgement_result_name(enum judgement_result result); /* "fine", "stale", "elsewhere", "unknown" */

void judgements_done(struct judgements *judgements);
