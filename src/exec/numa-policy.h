/* SPDX-License-Identifier: MIT */
#pragma once

#include "exec/nodelist.h"

/* How far the policy came. */
enum policy_step {
    POLICY_LOAD,    /* loading libnuma.so.1; detail is the loader's reason */
    POLICY_SYMBOL,  /* finding its functions; detail is the missing one */
    POLICY_KERNEL,  /* asking whether the kernel has the system calls */
    POLICY_ALLOWED, /* asking for the allowed nodes */
    POLICY_SET,     /* setting the policy */
    POLICY_VERIFY,  /* reading it back */
    POLICY_DIFFERS, /* read back, and it is another one: mode and nodes say which */
    POLICY_DONE,    /* set and verified over nodes */
};

struct policy_result {
    enum policy_step step; /* where it ended */
    int error;             /* errno of that step, 0 where there is none */
    int mode;              /* POLICY_DIFFERS: the MPOL_ mode that the kernel keeps */
    struct nodelist nodes; /* POLICY_DIFFERS, POLICY_DONE: the nodes that the kernel keeps */
    char detail[160];      /* empty where the step has none */
};

/* Interleaves this process's memory over those of the nodes in memory that its cpuset allows now. */
void policy_interleave(const struct nodelist *memory, struct policy_result *ret_result);
