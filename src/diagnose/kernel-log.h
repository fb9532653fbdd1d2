/* SPDX-License-Identifier: MIT */
/* What the kernel has logged of Redis and Valkey servers: those that its OOM killer took, and those that it
 * refused memory by its accounting. Fed line by line by diagnose/read-kernel-log, in the order of time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    KERNEL_EVENTS_MAX = 128,   /* the newest are kept */
    KERNEL_MESSAGE_MAX = 2048, /* what is looked at of a message; the kernel cuts its own at about 1,000 */
    KERNEL_LOG_DAYS = 7,       /* how far back it is read */
};

enum kernel_event_kind {
    KERNEL_EVENT_OOM_KILL,
    KERNEL_EVENT_REFUSED, /* memory, by vm.overcommit_memory: a fork or an allocation */
};

enum oom_constraint {
    OOM_UNKNOWN, /* kernels before 4.19 tell only whether it was a cgroup's limit */
    OOM_HOST,    /* the whole host ran out */
    OOM_CGROUP,  /* a cgroup's memory limit was reached */
    OOM_NODES,   /* the memory nodes that a cpuset or a policy allows ran out */
};

struct kernel_event {
    enum kernel_event_kind kind;
    long long at; /* seconds since the epoch */
    bool is_this_boot;
    int pid;
    char command[16]; /* printable; of the thread that it was */

    /* of an OOM kill; bytes, -1 where not stated */
    enum oom_constraint constraint;
    long long anon_rss;
    long long uid;          /* the process'; -1: not stated */
    char limit_cgroup[256]; /* whose limit it was; empty: the host's, or not stated */
    char task_cgroup[256];  /* that the process was in; empty: not stated */
    bool is_of_group; /* all of task_cgroup was killed (memory.oom.group): it may have been in one below */
};

struct kernel_log {
    struct kernel_event *events; /* by time */
    size_t events_count;
    bool has_earlier_boots; /* false: only this boot could be read */
    long long from;         /* since when it was read, seconds since the epoch */
    char *source;           /* "the journal", "/dev/kmsg" */

    struct kernel_event pending; /* what an "oom-kill:" line said of the process that the next one names */
    struct kernel_event group;   /* what "Tasks in" said of those that are killed next; .task_cgroup is empty:
                                    nothing */
    struct kernel_event
        killed; /* the last process that was killed, a server or not, as its own lines have it */
};

/* A name that a server or one of its threads has. */
bool kernel_log_is_server(const char *command);

/* Whether a message may be one of those that count: cheap, for the reader to pass over all others. */
bool kernel_log_is_relevant(const char *message, size_t size);

/* A message that is relevant; others do nothing. */
void kernel_log_feed(struct kernel_log *log, const char *message, size_t size, long long at,
                     bool is_this_boot);

/* A record of /dev/kmsg, "6,1234,5678901,-;MESSAGE\n KEY=VALUE\n": its message (points into the record) and
 * the microseconds since boot. false: none, or one that a program wrote there. */
bool kernel_record_parse(const char *record, size_t size, const char **ret_message, size_t *ret_size,
                         unsigned long long *ret_usec);

/* The newest event of the kind, of the process or (pid 0) of any; NULL: none. */
const struct kernel_event *kernel_log_last(const struct kernel_log *log, enum kernel_event_kind kind,
                                           int pid);

void kernel_log_done(struct kernel_log *log);
