/* SPDX-License-Identifier: MIT */
/* What the kernel shows of each running Redis or Valkey server. Filled by servers/read-facts, judged
 * by server-judgement and by the rules of the findings.
 *
 * Every group has .unknown: why none of it could be learned ("cannot read /proc/812/numa_maps: …"), NULL
 * where it could; a group that was not asked for has "not looked at". Within a group that is known, a figure
 * that this kernel does not show is AMOUNT_UNKNOWN. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "host/facts.h"
#include "servers/process.h"

typedef unsigned long long amount;

#define AMOUNT_UNKNOWN   ULLONG_MAX
#define AMOUNT_UNLIMITED (ULLONG_MAX - 1) /* "max", "unlimited" */

static inline bool amount_is_known(amount value)
{
    return value != AMOUNT_UNKNOWN;
}

/* Neither unknown nor without limit: a figure to count with. */
static inline bool amount_is_number(amount value)
{
    return value < AMOUNT_UNLIMITED;
}

/* --- /proc/PID/status; readable by everybody --- */
struct server_status {
    char *unknown;
    /* TRAIT_NO: this process gets no huge page of any size; unknown before Linux 5.0. TRAIT_YES says less: it
     * stays with PR_THP_DISABLE_EXCEPT_ADVISED, Linux 6.18. */
    enum trait thp_enabled;
    bool has_one_node; /* it may have memory of this node alone, Mems_allowed_list */
    unsigned only_node;
    amount size_bytes, rss_bytes, swap_bytes, page_tables_bytes; /* VmSize, VmRSS, VmSwap, VmPTE */
};

/* --- /proc/PID/limits --- */
struct server_limits {
    char *unknown;
    amount open_files, open_files_hard;
    amount processes, processes_hard; /* of its user, RLIMIT_NPROC */
    amount user_tasks; /* that its user has, as that limit counts them; looked at only where the limit is in
                          reach */
};

/* --- /proc/PID/smaps_rollup; needs CAP_SYS_PTRACE for a process of somebody else --- */
struct server_memory {
    char *unknown;
    amount rss_bytes, anonymous_bytes, anonymous_huge_bytes, private_dirty_bytes, swap_bytes;
};

/* --- /proc/PID/smaps: each mapping is walked, so only where it is asked for --- */
struct server_mappings {
    char *unknown;
    enum trait is_system_jemalloc; /* the allocator is a library of the system's, which cannot defragment */
    amount count;
    amount accountable_largest_bytes, accountable_sum_bytes; /* of those with "ac", which a fork charges */
};

/* --- /proc/PID/numa_maps --- */
struct server_node {
    unsigned node;
    amount bytes; /* of its anonymous memory, that is its data */
};

struct server_numa {
    char *unknown; /* also: this kernel has no NUMA */
    char *policy;  /* what most of its anonymous memory lies under, as the kernel prints it: "default",
                      "interleave:0-1", "weighted interleave:0-1", "bind:0", "prefer:0"; NULL: it has none */
    /* All of it; under (weighted) interleave; under bind. */
    amount anonymous_bytes, interleaved_bytes, bound_bytes;
    struct server_node *nodes; /* by number */
    size_t nodes_count;
};

/* --- its listening sockets --- */
enum listener_family {
    LISTENER_IPV4,
    LISTENER_IPV6,
    LISTENER_UNIX,
};

struct server_listener {
    enum listener_family family;
    char *address;      /* "127.0.0.1", "::", a path in its own mount namespace, "@name" for an abstract one;
                           control      characters are escaped */
    unsigned port;      /* 0: LISTENER_UNIX */
    amount inode;       /* of the socket */
    amount queue_now;   /* connections that wait to be accepted */
    amount queue_limit; /* what listen(2) got: unknown where sock_diag could not be asked */
    amount drops; /* connections that did not fit into it, of TCP, since the socket was made; likewise */
};

/* What is taken of one network namespace. */
enum { SERVER_LISTENERS_MAX = 262144 };

struct server_listeners {
    char *unknown;
    struct server_listener *items;
    size_t count;
    char *limits_unknown; /* why a queue limit is not known although the sockets are; NULL: all are */
};

/* Beyond the host itself: neither loopback nor a unix socket. */
bool server_listener_is_remote(const struct server_listener *listener);

/* --- its network namespace --- */
struct server_network {
    char *unknown;      /* of the counters, which /proc/PID/net/netstat has */
    enum trait is_ours; /* the one that this program runs in; unknown: it cannot be told */
    amount listen_overflows, listen_drops;
    char *sysctls_unknown;                 /* why the two below are not known: it could not be entered */
    amount somaxconn, tcp_max_syn_backlog; /* as that namespace has them */
};

/* --- its cgroups --- */
struct cgroup_limit {
    /* The tightest from the process' cgroup up to the root: AMOUNT_UNLIMITED where none is set. */
    amount limit;
    amount current;  /* what is used of it in that cgroup; unknown where there is no limit */
    amount headroom; /* the least that any of them has left; AMOUNT_UNLIMITED likewise */
    char *at; /* the cgroup that sets the tightest: "/system.slice/redis-server.service"; NULL: none does */
};

/* A cgroup of the chain that has an end: what several servers below it share. */
struct cgroup_level {
    char *path;       /* "/system.slice/redis-server.service" */
    amount limit;     /* bytes: the lower one of memory.max and memory.high; v1: memory.limit_in_bytes */
    amount anonymous; /* of all that is in it: what can't be dropped; unknown where memory.stat has none */
};

struct cgroup_swappiness {
    char *path; /* the cgroup's, "/system.slice" */
    amount value;
};

struct server_cgroup {
    char *unknown;
    bool is_memory_v1;                           /* the memory controller is cgroup v1's */
    char *memory_path;                           /* the process' cgroup for the memory controller */
    struct cgroup_limit memory_max, memory_high; /* bytes; v1: memory.limit_in_bytes and its soft limit */
    struct cgroup_limit swap_max; /* bytes; v1: of memory and swap together, memsw.limit_in_bytes */
    struct cgroup_limit pids_max;
    struct cgroup_level *levels; /* of memory, from its own cgroup up; those without a limit are not here */
    size_t levels_count;
    amount oom_kills;                     /* memory.events of its own cgroup and those below it */
    struct cgroup_swappiness *swappiness; /* v1 only: the chain from its own cgroup up, without the root */
    size_t swappiness_count;
};

/* --- what it was told, from its command line, its unit's ExecStart= and the configuration file that these
 * name. A hint only: CONFIG SET may have changed it since. Passwords are never kept. --- */
struct server_config {
    char *unknown;         /* none of the three tells: e.g. the file cannot be read, and why */
    char *path;            /* the configuration file; NULL: none is named */
    amount port, tls_port; /* 0: off; unknown: not told */
    amount tcp_backlog;
    amount maxclients;
    amount maxmemory;           /* bytes; 0: none */
    enum trait has_save_points; /* unknown where no line tells: it depends on the version then */
    enum trait has_append_only_file;
    char *unixsocket, *logfile;     /* NULL: not told */
    char *dir, *dbfilename;         /* likewise */
    bool has_requirepass;           /* which a "user default" of the file or of an aclfile overrides */
    bool has_users_file;            /* aclfile: who is in there is not looked at */
    unsigned users, included_users; /* lines "user": of all its files, of those that it includes */
    enum trait default_password; /* by a line "user default": whether it lets nobody in without one; unknown:
                                    no such line. server_config_password */
};

/* Whether the default user lets nobody in without a password, by what the server was told. */
enum trait server_config_password(const struct server_config *config);

void server_config_done(struct server_config *config);

/* A child that writes a snapshot, rewrites the append-only file or feeds a replica. */
struct saving_child {
    int pid;
    amount private_dirty_bytes; /* what copy-on-write has cost so far; unknown without CAP_SYS_PTRACE */
};

struct server_facts {
    struct server_process process;
    char *unproven; /* why it is not known to be the server of a unit (servers/proof), a sentence's
                       end; NULL: it is, or nobody has asked */
    struct server_status status;
    struct server_limits limits;
    struct server_memory memory;
    struct server_mappings mappings;
    struct server_numa numa;
    struct server_listeners listeners;
    struct server_network network;
    struct server_cgroup cgroup;
    struct server_config config;
    amount answered_backlog; /* its tcp-backlog by its own answer, which counts more; unknown: not asked */
    struct saving_child *children;
    size_t children_count;
};

/* The servers and sentinels of a host by pid. */
struct server_list {
    struct server_facts *servers;
    size_t count;
    char *unseen;  /* why there may be servers that are not here ("processes of others are hidden …"); NULL:
                      all are seen */
    size_t beyond; /* so many more that no unit's server is proven to be were not looked at, as there are more
                      than STRANGERS_MAX */
    int first_beyond; /* the pid of the first of these */
};

/* Looked at in one run: of strangers there may be any number. */
enum { STRANGERS_MAX = 1000 };

/* Which groups are to be read. The command lines and cgroup paths always are. */
enum server_group {
    SERVER_GROUP_STATUS = 1 << 0,
    SERVER_GROUP_LIMITS = 1 << 1,
    SERVER_GROUP_MEMORY = 1 << 2,
    SERVER_GROUP_MAPPINGS = 1 << 3,
    SERVER_GROUP_NUMA = 1 << 4,
    SERVER_GROUP_LISTENERS = 1 << 5,
    SERVER_GROUP_NETWORK = 1 << 6,
    SERVER_GROUP_CGROUP = 1 << 7,
    SERVER_GROUP_CONFIG = 1 << 8,
    SERVER_GROUP_CHILDREN = 1 << 9,
    SERVER_GROUP_UNIT = 1 << 10, /* PID 1 is asked whose they are */
    SERVER_GROUPS_ALL = (1 << 11) - 1,
    SERVER_GROUPS_CHEAP = SERVER_GROUPS_ALL & ~SERVER_GROUP_MAPPINGS,
};

/* How a message names it: by its unit where PID 1 has confirmed that, else "redis-server (pid 812, in no
 * unit)", with the container where it is in one. Static buffer. */
const char *server_display(const struct server_facts *server);

/* Every group as "not looked at". */
void server_facts_init(struct server_facts *server);

/* Every group as unknown for this reason. */
void server_facts_unknown(struct server_facts *server, const char *reason);

/* The reason where the time that one run may take (util/budget) did not suffice. */
extern const char server_no_time[];

/* Takes the address over. -E2BIG: the namespace has more than are taken. */
int server_listeners_add(struct server_listeners *listeners, struct server_listener listener);

void server_listeners_done(struct server_listeners *listeners);
void server_facts_done(struct server_facts *server);
void server_list_done(struct server_list *list);
