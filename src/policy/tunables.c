/* SPDX-License-Identifier: MIT */
/* THE table: one row for each knob of the kernel that decides how Redis lives on a host.
 * A row is data; plan, diff, apply, revert, explain and the drop-ins all work from it. */
#include "policy/tunable.h"

#include <stdio.h>
#include <string.h>

#include "host/facts.h"
#include "policy/placement.h"
#include "util/text.h"

/* A new row, with what each part is for:
 *
 *  {
 *      .name = "vm.example",                   the sysctl's name, or a dotted one of our own
 *      .path = "proc/sys/vm/example",          the kernel's file, below the root
 *      .syntax = SYNTAX_INTEGER, .minimum = 0, .maximum = 2,
 *      .satisfied_when = SATISFIED_EQUAL, .standard = "1",
 *      .scope = SCOPE_HOST, .persistence = PERSIST_SYSCTL_EXACT,
 *      .judge = JUDGE_NOBODY,                  the rule that looks at running servers, servers/judgement
 *      .searched_word = "example",             what scripts that write it have in them
 *      .summary = "…", .rationale = "…", .remarks = (…), .documentation = "https://…",
 *  }
 */

static const char *const thp_modes[] = {"always", "madvise", "never", NULL};
static const char *const thp_defrag_modes[] = {"always", "defer", "defer+madvise", "madvise", "never", NULL};
static const char *const thp_size_modes[] = {"always", "inherit", "madvise", "never", NULL};
static const char *const thp_size_satisfying[] = {"inherit", "never", NULL};

/* --- where a sentence holds --- */

static bool swap_is_off(const struct host_facts *facts)
{
    return facts->has_swap == TRAIT_NO;
}

static bool mglru_is_on(const struct host_facts *facts)
{
    return facts->has_multi_gen_lru == TRAIT_YES;
}

static bool mglru_is_off(const struct host_facts *facts)
{
    return facts->has_multi_gen_lru == TRAIT_NO;
}

static bool memory_cgroup_is_v1(const struct host_facts *facts)
{
    return facts->has_cgroup_v1_memory == TRAIT_YES;
}

static bool syncookies_are_on(const struct host_facts *facts)
{
    return facts->has_syncookies == TRAIT_YES;
}

static bool syncookies_are_off(const struct host_facts *facts)
{
    return facts->has_syncookies == TRAIT_NO;
}

/* Linux 5.2, commit 8c7829b04c52, changed what the heuristic compares. */
static bool overcommit_compares_with_total(const struct host_facts *facts)
{
    return kernel_is_at_least(facts, 5, 2);
}

static bool overcommit_compares_with_free(const struct host_facts *facts)
{
    return kernel_is_before(facts, 5, 2);
}

/* Linux 5.8, commit 3917c80280c9: a write to a shared huge page splits it and copies one small page. */
static bool cow_copies_small_pages(const struct host_facts *facts)
{
    return kernel_is_at_least(facts, 5, 8);
}

static bool cow_copies_huge_pages(const struct host_facts *facts)
{
    return kernel_is_before(facts, 5, 8);
}

/* Linux 5.4, commit 19f92a030ca6, raised the built-in value from 128 to 4096. */
static bool somaxconn_starts_at_4096(const struct host_facts *facts)
{
    return kernel_is_at_least(facts, 5, 4);
}

/* mm/util.c: __vm_enough_memory; kernel/fork.c: copy_process, dup_mmap; jemalloc issue 1328. */
static const struct remark overcommit_remarks[] = {
    {overcommit_compares_with_total,
     "In mode 0 this kernel compares each accountable mapping on its own with all RAM and swap; it looks "
     "neither at "
     "free memory nor at the size of the process, so a fork is refused only in corner cases."},
    {overcommit_compares_with_free, "In mode 0 kernels before 5.2 compare each accountable mapping with what "
                                    "is free or can be freed at the moment, "
                                    "unless their distribution has brought the newer rule back: a fork can "
                                    "be refused on a host with memory to "
                                    "spare."},
    {NULL, "In mode 2 the whole committed memory is limited, and jemalloc, the usual allocator of Redis, "
           "splits its "
           "memory into very many mappings; Redis has to be restarted after mode 2 was left."},
    {NULL,
     "What 1 does not change: a fork still fails at a limit of processes (pids of the cgroup, ulimit -u) and "
     "where no memory is left for its page tables; a memory limit of the cgroup refuses none, and kills."},
    {0},
};

/* mm/vmscan.c: get_scan_count, isolate_folios; mm/memcontrol-v1.c. */
static const struct remark swappiness_remarks[] = {
    {swap_is_off, "This host has no swap: the setting has no effect until it gets some."},
    {mglru_is_on,
     "This kernel reclaims with the multi-generational LRU: with 1 it turns to cached files first, with 0 "
     "it never swaps at all and kills sooner."},
    {mglru_is_off,
     "This kernel weighs memory of processes against cached files, with 1 as 1 to 199 and near the end "
     "alike: under pressure a little is swapped before all files are gone. 0 is no safer: within a "
     "memory cgroup the kernel then never swaps and kills instead."},
    {memory_cgroup_is_v1,
     "The memory controller is cgroup v1 here: cgroups that exist already keep a copy of their "
     "own (memory.swappiness), which this setting does not reach."},
    {0},
};

/* net/socket.c: __sys_listen; net/core/net_namespace.c. */
static const struct remark somaxconn_remarks[] = {
    {NULL,
     "Redis asks for tcp-backlog connections, 511 unless configured: the smaller of the two counts, so raise "
     "tcp-backlog as well to gain from this."},
    {NULL, "The limit is taken when Redis begins to listen: restart it after a change."},
    {somaxconn_starts_at_4096,
     "Every new network namespace starts at the kernel's own 4096 again: set it inside "
     "containers and pods."},
    {0},
};

/* net/ipv4/tcp_input.c: tcp_conn_request, the one place that reads it. */
static const struct remark syn_backlog_remarks[] = {
    {syncookies_are_on,
     "net.ipv4.tcp_syncookies is on here: the kernel does not look at this limit then. It is set so "
     "that nothing changes for Redis when somebody turns syncookies off."},
    {syncookies_are_off, "net.ipv4.tcp_syncookies is 0 here: with three quarters of this limit half-open, "
                         "the kernel drops requests of "
                         "clients that it does not remember."},
    {0},
};

/* mm/huge_memory.c: do_huge_pmd_wp_page; mm/khugepaged.c: set_recommended_min_free_kbytes; Redis, syscheck.c.
 */
static const struct remark thp_remarks[] = {
    {cow_copies_small_pages,
     "On this kernel a write after a fork copies one small page, not the whole huge one. What remains are "
     "memory lost "
     "to huge pages that are used in part, and stalls when the kernel compacts memory to build them."},
    {cow_copies_huge_pages, "On this kernel the first write to each huge page after a fork copies all of it: "
                            "latency and memory use of a "
                            "save grow accordingly."},
    {NULL, "There is a price: without huge pages a fork copies more page-table entries, so latest_fork_usec "
           "rises."},
    {NULL, "From 6.2 on Redis turns huge pages off for itself where the host says always (disable-thp yes)."},
    {NULL, "The kernel recomputes vm.min_free_kbytes whenever this changes."},
    {NULL, "This leaves alone the huge pages that a process has already: restart it."},
    {0},
};

/* --- the size that existed before there were several follows thp.enabled, the others are off: the kernel's
 * own defaults, Documentation/admin-guide/mm/transhuge.rst --- */
static const char *thp_size_standard(const char *object, const struct host_facts *facts)
{
    char pmd_size[64];

    snprintf(pmd_size, sizeof(pmd_size), "thp.hugepages-%lukB", facts->pmd_size_kib);
    return strcmp(object, pmd_size) == 0 ? "inherit" : NULL;
}

/* --- what the kernel starts with --- */

static const char *overcommit_default(const char *object, const struct host_facts *facts)
{
    (void)object;
    (void)facts;
    return "0";
}

static const char *swappiness_default(const char *object, const struct host_facts *facts)
{
    (void)object;
    (void)facts;
    return "60";
}

static const char *somaxconn_default(const char *object, const struct host_facts *facts)
{
    (void)object;
    return kernel_is_at_least(facts, 5, 4) ? "4096" : facts->kernel_major > 0 ? "128" : NULL;
}

static const char *thp_default(const char *object, const struct host_facts *facts)
{
    (void)object;
    return facts->thp_built_in;
}

/* Linux 4.6, commit 444eb2a449ef */
static const char *thp_defrag_default(const char *object, const struct host_facts *facts)
{
    (void)object;
    return kernel_is_at_least(facts, 4, 6) ? "madvise" : NULL;
}

static const char *thp_size_default(const char *object, const struct host_facts *facts)
{
    unsigned long size;

    if (facts->pmd_size_kib == 0 || sscanf(object, "thp.hugepages-%lukB", &size) != 1)
        return NULL;
    return size == facts->pmd_size_kib ? "inherit" : "never";
}

const struct tunable tunables[] = {
    {
        .name = "vm.overcommit_memory",
        .path = "proc/sys/vm/overcommit_memory",
        .syntax = SYNTAX_INTEGER,
        .minimum = 0,
        .maximum = 2,
        .satisfied_when = SATISFIED_EQUAL,
        .standard = "1",
        .kernel_default = overcommit_default,
        .scope = SCOPE_HOST,
        .persistence = PERSIST_SYSCTL_EXACT,
        .judge = JUDGE_OVERCOMMIT,
        .is_taken_at_start = true,
        .is_critical = true,
        .searched_word = "overcommit_memory",
        .summary = "no fork refused for what it might need",
        .rationale = "Redis forks to save and to feed replicas. The child shares its parent's memory, but "
                     "the kernel may account "
                     "for it once more and refuse: \"Can't save in background: fork: Cannot allocate "
                     "memory\". Where there are "
                     "save points and stop-writes-on-bgsave-error is on, writes are then rejected. With 1 "
                     "the accounting refuses "
                     "nothing.",
        .remarks = overcommit_remarks,
        .documentation = "https://docs.kernel.org/admin-guide/sysctl/vm.html#overcommit-memory",
    },
    {
        .name = "vm.swappiness",
        .path = "proc/sys/vm/swappiness",
        .syntax = SYNTAX_INTEGER,
        .minimum = 0,
        .maximum = 200,
        .satisfied_when = SATISFIED_EQUAL,
        .standard = "1",
        .kernel_default = swappiness_default,
        .scope = SCOPE_HOST,
        .persistence = PERSIST_SYSCTL_EXACT,
        .judge = JUDGE_SWAPPINESS,
        .searched_word = "swappiness",
        .summary = "cached files go long before memory of Redis",
        .rationale = "Redis executes commands in one thread: a page of its that was swapped out stalls every "
                     "client until it is "
                     "read back. With 1 the kernel takes cached files long before such pages.",
        .remarks = swappiness_remarks,
        .documentation = "https://docs.kernel.org/admin-guide/sysctl/vm.html#swappiness",
    },
    {
        .name = "net.core.somaxconn",
        .path = "proc/sys/net/core/somaxconn",
        .syntax = SYNTAX_INTEGER,
        .minimum = 1,
        .maximum = 2147483647,
        .satisfied_when = SATISFIED_AT_LEAST,
        .standard = "65535",
        .kernel_default = somaxconn_default,
        .scope = SCOPE_NETWORK_NAMESPACE,
        .persistence = PERSIST_SYSCTL_FLOOR,
        .judge = JUDGE_LISTEN_QUEUE,
        .is_taken_at_start = true,
        .searched_word = "somaxconn",
        .summary = "room for bursts of new connections",
        .rationale = "Connections that Redis has not accepted yet wait in a queue that this value limits. "
                     "When it is full the "
                     "kernel drops requests over TCP without a word: the client's kernel asks again, after a "
                     "second at first, "
                     "so that connecting takes seconds or fails.",
        .remarks = somaxconn_remarks,
        .documentation = "https://docs.kernel.org/networking/ip-sysctl.html",
    },
    {
        .name = "net.ipv4.tcp_max_syn_backlog",
        .path = "proc/sys/net/ipv4/tcp_max_syn_backlog",
        .syntax = SYNTAX_INTEGER,
        .minimum = 1,
        .maximum = 2147483647,
        .satisfied_when = SATISFIED_AT_LEAST,
        .standard = "65535",
        .scope = SCOPE_NETWORK_NAMESPACE,
        .persistence = PERSIST_SYSCTL_FLOOR,
        .judge = JUDGE_SYN_BACKLOG,
        .searched_word = "tcp_max_syn_backlog",
        .summary = "room for half-open connections",
        .rationale = "A limit of connection requests that the client has not confirmed yet, where syncookies "
                     "do not stand in "
                     "for it. The queue of a listener (net.core.somaxconn, tcp-backlog) limits them besides.",
        .remarks = syn_backlog_remarks,
        .documentation = "https://docs.kernel.org/networking/ip-sysctl.html",
    },
    {
        .name = "thp.enabled",
        .path = "sys/kernel/mm/transparent_hugepage/enabled",
        .syntax = SYNTAX_CHOICE,
        .choices = thp_modes,
        .satisfied_when = SATISFIED_EQUAL,
        .standard = "never",
        .kernel_default = thp_default,
        .scope = SCOPE_HOST,
        .persistence = PERSIST_TMPFILES,
        .judge = JUDGE_HUGE_PAGES,
        .is_taken_at_start = true,
        .kernel_parameter = "transparent_hugepage",
        .tuned_option = "transparent_hugepages",
        .searched_word = "transparent_hugepage",
        .summary = "no huge pages behind the allocator's back",
        .rationale = "Transparent huge pages let the kernel back memory with pages, many times as large, "
                     "that nobody asked for. "
                     "Redis scatters small values, so such pages may hold memory that is not used, and "
                     "building them can stall "
                     "the one thread that executes all commands.",
        .remarks = thp_remarks,
        .documentation = "https://docs.kernel.org/admin-guide/mm/transhuge.html",
    },
    {
        .name = "thp.defrag",
        .path = "sys/kernel/mm/transparent_hugepage/defrag",
        .syntax = SYNTAX_CHOICE,
        .choices = thp_defrag_modes,
        .satisfied_when = SATISFIED_EQUAL,
        .standard = "never",
        .kernel_default = thp_defrag_default,
        .scope = SCOPE_HOST,
        .persistence = PERSIST_TMPFILES,
        .tuned_option = "transparent_hugepage.defrag",
        .searched_word = "transparent_hugepage",
        .summary = "no stall to build a huge page",
        .rationale = "Decides whether a page fault waits while the kernel moves memory around to build a "
                     "huge page. It matters "
                     "wherever something on the host still asks for huge pages.",
        .documentation = "https://docs.kernel.org/admin-guide/mm/transhuge.html",
    },
    {
        .name = "thp.hugepages-*kB",
        .path = "sys/kernel/mm/transparent_hugepage/hugepages-*kB/enabled",
        .syntax = SYNTAX_CHOICE,
        .choices = thp_size_modes,
        .satisfied_when = SATISFIED_ONE_OF,
        .satisfying = thp_size_satisfying,
        .standard = "never",
        .standard_for = thp_size_standard,
        .kernel_default = thp_size_default,
        .follows = "thp.enabled",
        .scope = SCOPE_HOST,
        .persistence = PERSIST_TMPFILES,
        .judge = JUDGE_HUGE_PAGE_SIZE,
        .is_taken_at_start = true,
        .kernel_parameter = "thp_anon",
        .kernel_parameter_since = {6, 12}, /* commit dd4d30d1cdbe */
        .searched_word = "transparent_hugepage",
        .summary = "no size is exempt from thp.enabled",
        .rationale = "From Linux 6.8 on each size of huge page has a switch of its own, and one that stands "
                     "at always, or at "
                     "madvise for memory that asks, is used whatever thp.enabled says. Sizes at inherit or "
                     "never are fine and "
                     "are not touched.",
        .documentation = "https://docs.kernel.org/admin-guide/mm/transhuge.html",
    },
    {
        .name = TUNABLE_PLACEMENT,
        .syntax = SYNTAX_CHOICE,
        .choices = placement_names,
        .satisfied_when = SATISFIED_EQUAL,
        .standard = "exec",
        .scope = SCOPE_UNIT,
        .judge = JUDGE_PLACEMENT,
        .is_taken_at_start = true,
        .summary = "memory over all nodes, none runs full alone",
        .rationale = "The kernel gives a process memory of the node that it runs on, and of others when that "
                     "is full. A large "
                     "Redis fills its node: all its traffic goes to the memory of that one, what is bound to "
                     "the node finds none "
                     "left, and where vm.zone_reclaim_mode is set the kernel reclaims there with memory to "
                     "spare elsewhere. "
                     "Interleaved, its pages go to all nodes in turn. The wrapper sets that and hands over "
                     "to Redis; where a "
                     "wrapper cannot be trusted to work under the unit's own confinement, systemd's "
                     "NUMAPolicy= is set instead.",
        .documentation = "man:redis-hosttune.conf(5), man:numa(7), man:systemd.exec(5)",
    },
    {
        .name = TUNABLE_OPEN_FILES,
        .syntax = SYNTAX_INTEGER,
        .minimum = 1,
        .maximum = 1073741816, /* the most that fs.nr_open can be raised to */
        .satisfied_when = SATISFIED_AT_LEAST,
        .standard = "65536",
        .scope = SCOPE_UNIT,
        .judge = JUDGE_OPEN_FILES,
        .is_taken_at_start = true,
        .summary = "room for clients, files and replicas",
        .rationale = "Each client of Redis is an open file. With too few, and no right to more, Redis lowers "
                     "maxclients when it "
                     "starts, and says so in its log. The limit is raised to 65536, or to what the "
                     "configuration has, where it "
                     "is lower; it is never lowered.",
        .documentation = "man:redis-hosttune.conf(5), man:systemd.exec(5)",
    },
};

const size_t tunables_and_units_count = ELEMENTS(tunables);
const size_t tunables_count = ELEMENTS(tunables) - 2;
