/* SPDX-License-Identifier: MIT */
/* Whether a process is the server of a system service, and the other end of a connection that process: only
 * then is a secret sent. What was seen is gathered by servers/read-peer; the decision is made here.
 * Pure. */
#pragma once

#include <stdbool.h>

#include "host/facts.h"
#include "servers/unit.h"

/* One look at the process. */
struct proof_sight {
    unsigned long long started_usec; /* after boot; 0: there is no such process */
    enum trait shares_pid_namespace; /* PID 1's, which is ours; unknown: it cannot be told */
    const struct server_home *home;
    const char *unasked;            /* why PID 1 gave no answer; NULL: it did */
    const struct system_unit *unit; /* what it said of home->unit; NULL: nothing */
};

/* What the kernel says of the other end of the connection. */
struct proof_end {
    bool is_tcp;
    int pid;             /* unix: SO_PEERCRED, who listens; 0: a process that cannot be seen from here */
    bool held_listener;  /* TCP: the listening socket was among its descriptors before we connected … */
    bool holds_listener; /* … and is there now */
    const char *unseen;  /* TCP: why the other end could not be found; NULL: it was */
    bool holds_end;      /* TCP: it is among its descriptors: it has accepted */
    unsigned uid;        /* TCP: whose it is */
};

struct proof_facts {
    int pid;
    unsigned uid;       /* UINT_MAX: unknown */
    bool is_configured; /* its unit stands in [units]: then what its ExecStart= is called does not matter */
    struct proof_sight before, now; /* we connected */
    struct proof_end end;
};

/* Whether the first look alone allows it. *ret_reason (owned by the caller) says why
 * not, as a sentence's end: "it runs in a container". */
bool server_can_be_proven(const struct proof_facts *facts, char **ret_reason);

/* All of it. */
bool server_is_proven(const struct proof_facts *facts, char **ret_reason);
