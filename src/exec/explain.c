/* SPDX-License-Identifier: MIT */
/* Owns the wording of every message: what is wrong, what the wrapper does
 * instead, and what mends it. Pure. */
#include "exec/explain.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define ALLOW_CALLS \
    "SystemCallFilter=set_mempolicy get_mempolicy in its unit allows the calls (Docker: --cap-add=SYS_NICE)"

static const struct {
    const char *what;
    const char *mend;
} steps[] = {
    [POLICY_LOAD] = {"cannot load libnuma", "install libnuma1 (Debian) or numactl-libs (Fedora)"},
    [POLICY_SYMBOL] = {"this libnuma.so.1 is too old, it lacks",
                       "update libnuma1 (Debian) or numactl-libs (Fedora)"},
    [POLICY_KERNEL] = {"the NUMA system calls are not available", ALLOW_CALLS},
    [POLICY_ALLOWED] = {"cannot get the allowed memory nodes", ALLOW_CALLS},
    [POLICY_SET] = {"set_mempolicy failed", ALLOW_CALLS},
};

void explain_unreadable(const char *path, int error, const char *command, char *buffer, size_t size)
{
    snprintf(buffer, size,
             "cannot read %s: %s; %s runs without interleaved memory; its unit or container has to show it "
             "/sys and /proc",
             path, strerror(error), command);
}

static void explain_kept(const struct policy_result *result, const char *command, char *buffer, size_t size)
{
    char nodes[64];

    if (result->step == POLICY_VERIFY) {
        snprintf(buffer, size,
                 "get_mempolicy failed: %s; %s runs with a policy that could not be verified; " ALLOW_CALLS,
                 strerror(result->error), command);
        return;
    }
    nodelist_format(&result->nodes, nodes, sizeof(nodes));
    snprintf(buffer, size,
             "the kernel keeps memory policy %d over nodes %s instead of interleave over all allowed ones; "
             "%s runs with that; if nodes or its cpuset just changed, restart it",
             result->mode, *nodes ? nodes : "none", command);
}

void explain_policy(const struct policy_result *result, const char *command, char *buffer, size_t size)
{
    const char *reason = result->error ? strerror(result->error) : result->detail;

    if (result->step >= POLICY_VERIFY) {
        explain_kept(result, command, buffer, size);
        return;
    }
    snprintf(buffer, size, "%s%s%s; %s runs without interleaved memory; %s", steps[result->step].what,
             *reason ? ": " : "", reason, command, steps[result->step].mend);
}

void explain_trial(int trial, const char *command, char *buffer, size_t size)
{
    if (trial > 0)
        snprintf(buffer, size,
                 "trying the NUMA system calls in a child ended with signal %d%s; "
                 "%s runs without interleaved memory; " ALLOW_CALLS,
                 trial, trial == SIGSYS ? " (bad system call)" : "", command);
    else
        snprintf(buffer, size,
                 "cannot try the NUMA system calls in a child: %s; %s runs without interleaved memory; "
                 "placement = systemd in redis-hosttune.conf needs no child",
                 trial == -ECHILD ? "it ended early" : strerror(-trial), command);
}

void explain_slow_nodes(const struct nodelist *slow, const struct nodelist *fast, char *buffer, size_t size)
{
    char slow_text[64], fast_text[64];

    nodelist_format(slow, slow_text, sizeof(slow_text));
    nodelist_format(fast, fast_text, sizeof(fast_text));
    snprintf(buffer, size,
             "memory nodes without CPUs (CXL or another slower kind) take an equal share: %s; %s%s%s",
             slow_text, *fast_text ? "AllowedMemoryNodes=" : "its cpuset allows no others", fast_text,
             *fast_text ? " in the unit leaves them out" : "");
}

void explain_exec(const char *command, int error, char *buffer, size_t size)
{
    const char *mend = "the unit's ExecPaths= and NoExecPaths=, the mode bits and the mount options decide";

    if (error == ENOENT)
        mend = strrchr(command, '/') ? "the file or its interpreter is missing" : "it is nowhere in PATH";
    else if (error != EACCES && error != EPERM)
        mend = "run it without redis-hosttune-exec to see more";
    snprintf(buffer, size, "cannot run %s: %s; %s", command, strerror(error), mend);
}

void explain_option(const char *option, char *buffer, size_t size)
{
    snprintf(buffer, size, "unknown option %s; redis-hosttune-exec --help lists them", option);
}
