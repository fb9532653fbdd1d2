/* SPDX-License-Identifier: MIT */
/* THE table of known log lines, and what of them holds on a host.
 * Owns their meaning; line.c finds them. */
#include <stdio.h>
#include <string.h>

#include "host/kernel.h"
#include "log/line.h"
#include "redis/save-place.h"
#include "util/memory.h"
#include "util/text.h"

#define SYSCTL_CONF                                                                                        \
    "It names /etc/sysctl.conf: systemd reads that file only where /etc/sysctl.d/99-sysctl.conf links to " \
    "it, "                                                                                                 \
    "and Debian 13 has neither. A file in /etc/sysctl.d is read everywhere, and no reboot is needed."
#define RC_LOCAL                                                                                          \
    "It names /etc/rc.local, which systemd runs only where that file exists and is executable, and then " \
    "late: "                                                                                              \
    "Redis may be up already. A file in /etc/tmpfiles.d is in time."

static void say(char **ret_now, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char **ret_now, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    *ret_now = memory_format_list(format, arguments);
    va_end(arguments);
}

static enum trait not_readable(char **ret_now, const char *what)
{
    say(ret_now, "%s cannot be read here", what);
    return TRAIT_UNKNOWN;
}

/* --- overcommit --- */

static enum trait judge_overcommit_is_0(const struct log_match *match, const struct log_host *host,
                                        char **ret_now)
{
    if (host->overcommit_memory < 0)
        return not_readable(ret_now, "vm.overcommit_memory");
    if (host->overcommit_memory == 2) {
        say(ret_now, "vm.overcommit_memory is 2 now, under which a fork is refused sooner than under 0");
        return TRAIT_NO;
    }
    if (match->version.major == 0)
        say(ret_now,
            "vm.overcommit_memory is %lld now; the log does not tell the server's version, and Redis 7.0.2 "
            "writes this where it is not 0",
            host->overcommit_memory);
    else
        say(ret_now, "vm.overcommit_memory is %lld now", host->overcommit_memory);
    return host->overcommit_memory == 0 ? TRAIT_YES : TRAIT_NO;
}

static enum trait judge_overcommit_inverted(const struct log_match *match, const struct log_host *host,
                                            char **ret_now)
{
    (void)match;
    if (host->overcommit_memory < 0)
        return not_readable(ret_now, "vm.overcommit_memory");
    if (host->overcommit_memory == 0)
        say(ret_now, "vm.overcommit_memory is 0 now; it was another when the server wrote this");
    else
        say(ret_now, "vm.overcommit_memory is %lld now, and this Redis says 0 of every other value",
            host->overcommit_memory);
    return host->overcommit_memory == 0 ? TRAIT_YES : TRAIT_NO;
}

static enum trait judge_overcommit_not_1(const struct log_match *match, const struct log_host *host,
                                         char **ret_now)
{
    (void)match;
    if (host->overcommit_memory < 0)
        return not_readable(ret_now, "vm.overcommit_memory");
    say(ret_now, "vm.overcommit_memory is %lld now", host->overcommit_memory);
    return host->overcommit_memory == 1 ? TRAIT_NO : TRAIT_YES;
}

static enum trait judge_fork_memory(const struct log_match *match, const struct log_host *host,
                                    char **ret_now)
{
    (void)match;
    if (host->overcommit_memory < 0)
        return not_readable(ret_now, "vm.overcommit_memory");
    if (host->overcommit_memory == 1) {
        say(ret_now,
            "vm.overcommit_memory is 1 now: its accounting refuses no fork; what still does is a lack "
            "of memory for the page tables");
        return TRAIT_NO;
    }
    if (host->overcommit_memory == 2) {
        say(ret_now, "vm.overcommit_memory is 2 now: a fork is refused where it would pass CommitLimit");
        return TRAIT_YES;
    }
    if (kernel_is_at_least(host->facts, 5, 2))
        say(ret_now,
            "vm.overcommit_memory is 0 now: this kernel refuses a fork only where one single mapping "
            "is larger than all RAM and swap");
    else
        say(ret_now, "vm.overcommit_memory is 0 now: this kernel refuses a fork where one single mapping is "
                     "larger than what is free or can be freed");
    return TRAIT_UNKNOWN;
}

static enum trait judge_allocation(const struct log_match *match, const struct log_host *host, char **ret_now)
{
    (void)match;
    if (host->overcommit_memory < 0)
        return not_readable(ret_now, "vm.overcommit_memory");
    if (host->overcommit_memory == 2) {
        say(ret_now, "vm.overcommit_memory is 2 now: memory is refused where it would pass CommitLimit");
        return TRAIT_YES;
    }
    say(ret_now,
        "vm.overcommit_memory is %lld now, so it was not CommitLimit, unless it was 2 then: look at the "
        "limits "
        "of its process and at vm.max_map_count",
        host->overcommit_memory);
    return TRAIT_UNKNOWN;
}

/* --- huge pages --- */

static enum trait judge_thp(const struct log_host *host, bool madvise_counts, char **ret_now)
{
    if (!host->thp_enabled)
        return not_readable(ret_now, "/sys/kernel/mm/transparent_hugepage/enabled");
    say(ret_now, "transparent huge pages stand at %s now", host->thp_enabled);
    if (strcmp(host->thp_enabled, "always") == 0)
        return TRAIT_YES;
    return madvise_counts && strcmp(host->thp_enabled, "madvise") == 0 ? TRAIT_YES : TRAIT_NO;
}

static enum trait judge_thp_not_never(const struct log_match *match, const struct log_host *host,
                                      char **ret_now)
{
    (void)match;
    return judge_thp(host, true, ret_now);
}

static enum trait judge_thp_always(const struct log_match *match, const struct log_host *host, char **ret_now)
{
    (void)match;
    return judge_thp(host, false, ret_now);
}

/* --- the rest --- */

static enum trait judge_backlog(const struct log_match *match, const struct log_host *host, char **ret_now)
{
    long long wanted = log_match_number(match, 0);

    if (host->somaxconn < 0)
        return not_readable(ret_now, "net.core.somaxconn");
    say(ret_now,
        "net.core.somaxconn is %lld now; a server in a network namespace of its own (a container) has "
        "another",
        host->somaxconn);
    return wanted >= 0 && host->somaxconn < wanted ? TRAIT_YES : TRAIT_NO;
}

static enum trait judge_clocksource(const struct log_match *match, const struct log_host *host,
                                    char **ret_now)
{
    (void)match;
    if (!host->clocksource)
        return not_readable(ret_now, "current_clocksource");
    if (kernel_clocksource_is_slow(host->clocksource)) {
        say(ret_now, "the clocksource is %s now, which takes a system call", host->clocksource);
        return TRAIT_YES;
    }
    say(ret_now,
        "the clocksource is %s now, and its name does not tell: redis-server --check-system measures it "
        "again",
        host->clocksource);
    return TRAIT_UNKNOWN;
}

static enum trait judge_xen_clocksource(const struct log_match *match, const struct log_host *host,
                                        char **ret_now)
{
    (void)match;
    if (!host->clocksource)
        return not_readable(ret_now, "current_clocksource");
    say(ret_now, "the clocksource is %s now", host->clocksource);
    return strcmp(host->clocksource, "xen") == 0 ? TRAIT_YES : TRAIT_NO;
}

static enum trait judge_killed(const struct log_match *match, const struct log_host *host, char **ret_now)
{
    long long number = log_match_number(match, 0);

    (void)host;
    if (number == 9)
        say(ret_now, "signal 9 comes from the kernel's OOM killer or from a person: the kernel's log tells");
    else if (number == 10)
        say(ret_now, "signal 10 is the server's own: it ended the child itself");
    else
        say(ret_now, "the log of that time tells more");
    return number == 10 ? TRAIT_NO : TRAIT_UNKNOWN;
}

static enum trait judge_server_process(const struct log_match *match, const struct log_host *host,
                                       char **ret_now)
{
    (void)match;
    (void)host;
    say(ret_now, "the limit belongs to the server's process: redis-hosttune diagnose reads it there");
    return TRAIT_UNKNOWN;
}

/* --- what must stand in a line --- */

/* "Killed process %d (%*)" */
static bool is_of_server(const struct log_part *values)
{
    return values[1].text && log_is_server(values[1]);
}

/* "redis%*.service: …" */
static bool is_unit_of_server(const struct log_part *values)
{
    return !values[0].text || !log_is_tool(values[0]);
}

/* "MOVED %d %*:%d" */
static bool is_redirect(const struct log_part *values)
{
    return values[0].size <= 5 && values[1].text && !memchr(values[1].text, ' ', values[1].size);
}

/* "… %* (in server root dir %*", of which the first is the file's name; where a third stands before them it
 * is the temporary file's. */
static bool is_written_elsewhere(const struct log_part *values)
{
    const char *end;
    size_t size;

    values += values[2].text != NULL;
    if (!values[1].text)
        return false;
    end = memchr(values[1].text, ')', values[1].size);
    size = end ? (size_t)(end - values[1].text) : values[1].size;
    return save_directory_leads_to(values[1].text, size) ||
           save_name_leads_to(values[0].text, values[0].size);
}

static enum trait judge_written_elsewhere(const struct log_match *match, const struct log_host *host,
                                          char **ret_now)
{
    (void)host;
    if (match->version.major >= 7)
        say(ret_now,
            "Redis %d.%d refuses CONFIG SET dir and dbfilename unless enable-protected-configs is yes, or "
            "local "
            "for clients of this host: where it is no, no client has done it; then look at redis.conf and "
            "the "
            "server's command line, and at who may write them",
            match->version.major, match->version.minor);
    else
        say(ret_now,
            "redis-cli CONFIG GET dir tells where its snapshots go now; an intruder puts it back. From "
            "Redis 7.0 on enable-protected-configs no refuses CONFIG SET dir and dbfilename");
    return TRAIT_UNKNOWN;
}

/* Template:
 *  {
 *      .id = "", as other findings: words and dashes
 *      .speaker = LOG_SPEAKER_REPLY, where it is no server in its own log
 *      .patterns = {""}, from the message's first character on, four of which stand for themselves; %d a
 *                  number, %* anything. redis-py takes the first word off a reply (OOM, READONLY, ERR) and
 *                  puts an exception of its own before it.
 *      .applies = , what else must stand in it; left out where the patterns suffice
 *      .versions = "", who writes it
 *      .meaning = "", what the server found, and what comes of it
 *      .wrong = "", what it gets wrong; left out where it is right
 *      .judge = , whether it holds here now; left out where a host cannot show it
 *      .remedy = "", a command first, where one mends it
 *      .see = "", the tunable or finding that has more
 *      .counts_as = LOG_STARTUP_WARNING, where a finding takes it as evidence
 *  },
 * The first row that matches counts. What begins like a pattern and is none goes to log_lines_harmless. */
const struct log_line_kind log_line_kinds[] = {

    /* --- memory --- */
    {
        .id = "overcommit-inverted",
        .patterns = {"WARNING WARNING overcommit_memory is set to 0!"},
        .versions = "Redis 7.0.1 and 7.0.2",
        .meaning = "Nothing: these two releases test the wrong way round and warn where vm.overcommit_memory "
                   "is not 0, and keep silent where it is.",
        .wrong = "It says the opposite of what is. Redis 7.0.3 mends it.",
        .judge = judge_overcommit_inverted,
        .remedy = "Upgrade Redis to 7.0.15; leave vm.overcommit_memory at 1.",
        .see = "vm.overcommit_memory",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "overcommit-is-0",
        .patterns = {"WARNING overcommit_memory is set to 0!", "overcommit_memory is set to 0!"},
        .versions = "Redis 2.6 to 6.2.7, 7.0.0, 7.0.3 to 7.0.5 (in 7.0.2 it stands for the opposite), KeyDB",
        .meaning = "vm.overcommit_memory was 0 when the server started: the kernel judges each mapping at "
                   "fork by itself, and in corner cases refuses the fork of a snapshot or an AOF rewrite.",
        .wrong = "Low memory is not what mode 0 looks at: since Linux 5.2 it compares one mapping with all "
                 "RAM and swap, whatever is free, and jemalloc's heap is not counted at all from Redis 5 "
                 "on. " SYSCTL_CONF,
        .judge = judge_overcommit_is_0,
        .remedy = "redis-hosttune apply --only=vm.overcommit_memory",
        .see = "vm.overcommit_memory",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "overcommit-is-not-1",
        .patterns = {"WARNING Memory overcommit must be enabled!", "Memory overcommit must be enabled!"},
        .versions = "Redis 6.2.8 and later, 7.0.6 and later, Valkey",
        .meaning = "vm.overcommit_memory was 0 or 2 when the server started. Under 2 the fork of a snapshot "
                   "is refused where it would pass CommitLimit; under 0 in corner cases only.",
        .wrong = "Under 0 overcommit is on already, and free memory is not looked at; what it says of "
                 "failures without low memory is true of 2. " SYSCTL_CONF,
        .judge = judge_overcommit_not_1,
        .remedy = "redis-hosttune apply --only=vm.overcommit_memory (and restart the server where it was 2)",
        .see = "vm.overcommit_memory",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "thp-not-never",
        .patterns =
            {"WARNING you have Transparent Huge Pages (THP) support enabled in your kernel.%*'echo never >"},
        .versions = "Redis 2.8.18 to 6.0.7",
        .meaning = "Transparent huge pages did not stand at never when the server started. They make memory "
                   "use and latency uneven; under madvise only a program that asks gets them, and Redis' "
                   "allocator does not ask.",
        .wrong = "It warns of madvise too, which does Redis no harm by itself. " RC_LOCAL,
        .judge = judge_thp_not_never,
        .remedy = "redis-hosttune apply --only=thp.enabled, then restart the server",
        .see = "thp.enabled",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "thp-always",
        .patterns =
            {"WARNING you have Transparent Huge Pages (THP) support enabled in your kernel.%*'echo madvise >",
             "WARNING You have Transparent Huge Pages (THP) support enabled in your kernel.",
             "You have Transparent Huge Pages (THP) support enabled in your kernel."},
        .versions = "Redis 6.0.8 and later, Valkey",
        .meaning = "Transparent huge pages stood at always when the server started, and from Redis 6.2 on it "
                   "could not keep itself out of them (disable-thp no, or prctl was refused). --check-system "
                   "says it of the host alone.",
        .wrong = "Since Linux 5.8 a write after a fork copies one small page, not the whole huge one; what "
                 "is left is uneven memory use and stalls of compaction. " RC_LOCAL,
        .judge = judge_thp_always,
        .remedy = "redis-hosttune apply --only=thp.enabled, then restart the server",
        .see = "thp.enabled",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "thp-cut-short",
        .patterns = {"WARNING you have Transparent Huge Pages"},
        .versions = "Redis 2.8.18 to 7.0.0, as a line that is cut",
        .meaning = "Transparent huge pages stood at always when the server started, or, up to Redis 6.0.7, "
                   "at madvise: the line is cut before the word that tells.",
        .judge = judge_thp_not_never,
        .remedy = "redis-hosttune apply --only=thp.enabled, then restart the server",
        .see = "thp.enabled",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "arm64-cow-bug",
        .patterns =
            {"WARNING Your kernel has a bug that could lead to data corruption during background save.",
             "Your kernel has a bug that could lead to data corruption during background save."},
        .versions = "Redis 5.0.11, 6.0.10, 6.2 and later on 64-bit ARM, Valkey",
        .meaning =
            "This kernel loses writes to memory that was given back with MADV_FREE and then forked: a "
            "snapshot may hold wrong data. The server does not start, unless ignore-warnings allows it.",
        .remedy = "Upgrade the kernel (the fix is commit ff1712f953e2). ignore-warnings ARM64-COW-BUG only "
                  "silences it.",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "arm64-cow-untested",
        .patterns = {"WARNING Failed to test the kernel for a bug that could lead to data corruption",
                     "Failed to test the kernel for a bug that could lead to data corruption",
                     "Failed to create pipe: %*", "Failed to fork: %*", "Failed to madvise(): %*",
                     "Failed to mmap(): %*", "Failed to mprotect(): %*", "Failed to read from child: %*",
                     "Failed to write to parent: %*"},
        .versions = "Redis 5.0.11, 6.0.10, 6.2 and later on 64-bit ARM, Valkey",
        .meaning =
            "The server could not try whether this kernel has the bug: a system call of the test failed (up "
            "to Redis 6.2 the line before it names which), as in a container that forbids fork or hides "
            "/proc. It does not say that the kernel has the bug. The server does not start all the same.",
        .remedy = "Let the server fork and read /proc/self/smaps; where the kernel is known to be sound (it "
                  "has commit ff1712f953e2), ignore-warnings ARM64-COW-BUG in redis.conf.",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "arm64-cow-exit",
        .patterns = {"Redis will now exit to prevent data corruption.",
                     "Valkey will now exit to prevent data corruption."},
        .versions = "Redis 5.0.11, 6.0.10, 6.2 and later on 64-bit ARM, Valkey",
        .meaning = "The server ended at its start, for the reason in the line before: the kernel has the "
                   "bug, or it could not be tried.",
        .remedy = "As the line before it needs: a newer kernel, or what keeps the test from running.",
    },
    {
        .id = "page-size-unsupported",
        .patterns = {"<jemalloc>: Unsupported system page size"},
        .versions = "jemalloc, as the server starts",
        .meaning =
            "The server's jemalloc was built for smaller memory pages than this kernel has (16 or 64 KiB on "
            "some ARM and POWER kernels), so it can give no memory at all: the server does not start.",
        .remedy = "getconf PAGESIZE, then a build of the server for pages of that size (jemalloc's "
                  "--with-lg-page), or a kernel with pages of 4 KiB",
    },
    {
        .id = "maxmemory-below-1mb",
        .patterns = {"WARNING: You specified a maxmemory value that is less than 1MB"},
        .versions = "all",
        .meaning = "maxmemory is below 1,048,576 bytes, about what an empty server takes: most likely the "
                   "unit is missing. Writes are refused, or evict what was there.",
        .remedy = "Set maxmemory with its unit, by redis-cli CONFIG SET maxmemory and in redis.conf: 4 is "
                  "four bytes, 4gb four GiB. redis-hosttune diagnose says what this host has room for.",
        .see = "maxmemory-unset",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "maxmemory-below-use",
        .patterns = {"WARNING: the new maxmemory value set via CONFIG SET"},
        .versions = "all",
        .meaning = "maxmemory was set below what the server uses: it evicts down to it, or refuses writes "
                   "where the policy does not evict or finds nothing to evict.",
        .remedy = "redis-cli INFO memory, then redis-cli CONFIG SET maxmemory above used_memory, unless "
                  "evicting was the purpose",
        .see = "maxmemory-near",
    },
    {
        .id = "32-bit-limit",
        .patterns = {"Warning: 32 bit instance detected but no memory limit set."},
        .versions = "all",
        .meaning = "A 32-bit server cannot address more, so it has set itself maxmemory 3gb and noeviction.",
        .remedy = "Run the 64-bit build, or set maxmemory and a policy.",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "out-of-memory",
        .patterns = {"Out Of Memory allocating %d bytes!", "Redis aborting for OUT OF MEMORY",
                     "Valkey aborting for OUT OF MEMORY", "KeyDB aborting for OUT OF MEMORY",
                     "zmalloc: Out of memory trying to allocate %d bytes"},
        .versions = "all",
        .meaning = "An allocation failed and the server ended itself: a limit on its address space, "
                   "overcommit mode 2, too many mappings, or one request larger than all RAM and swap. It is "
                   "not the kernel's OOM killer, which leaves no line here.",
        .judge = judge_allocation,
        .remedy = "redis-hosttune diagnose; where vm.overcommit_memory is 2: redis-hosttune apply "
                  "--only=vm.overcommit_memory",
        .see = "map-count",
    },
    {
        .id = "maxmemory-reached",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns =
            {"OOM command not allowed when used memory > 'maxmemory'",
             "command not allowed when used memory > 'maxmemory'",
             "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"},
        .versions = "all, as a reply to clients",
        .meaning = "maxmemory is reached and nothing may be evicted. This is the server's own limit, not the "
                   "kernel's.",
        .remedy = "Raise maxmemory within what the host has (redis-hosttune diagnose), or delete. Of a cache "
                  "alone: choose a maxmemory-policy that evicts.",
        .see = "redis-oom-errors",
    },
    {
        .id = "defrag-unavailable",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"DISABLED Active defragmentation cannot be enabled",
                     "ERR CONFIG SET failed (possibly related to argument 'activedefrag') - Active "
                     "defragmentation cannot be enabled",
                     "ERR Invalid argument 'yes' for CONFIG SET 'activedefrag' - Active defragmentation "
                     "cannot be enabled"},
        .versions = "Redis 4.0 and later, Valkey, as a reply to clients",
        .meaning = "This build has no allocator that can defragment: distributions link the system's "
                   "jemalloc, or libc's malloc. Nothing was changed.",
        .remedy = "A build with the jemalloc of its own source (make MALLOC=jemalloc), as the official "
                  "images have. A replica that has fetched its copy anew has no fragmentation.",
        .see = "fragmentation-high",
    },
    {
        .id = "client-evicted",
        .patterns = {"Evicting client: %*", "Over client maxmemory after evicting all evictable clients"},
        .versions = "Redis 7.0 and later, Valkey",
        .meaning = "The buffers of all clients together passed maxmemory-clients, and the client with the "
                   "largest was cut off.",
        .remedy = "redis-cli CLIENT LIST shows the buffers (tot-mem); mend the client, or raise "
                  "maxmemory-clients within what the host has.",
        .see = "client-buffers",
    },
    {
        .id = "query-buffer-exceeded",
        .patterns = {"Closing client that reached max query buffer length: %*",
                     "Closing client that reached max query buffer length"},
        .versions = "all",
        .meaning = "A client has sent more than client-query-buffer-limit (1 GiB by default) that was not "
                   "yet worked off, and was cut off.",
        .remedy =
            "Send less at once (shorter pipelines, smaller values); the limit protects the server's memory.",
        .see = "client-buffers",
    },
    {
        .id = "oom-score-adj",
        .patterns = {"Unable to write oom_score_adj: %*", "Unable to read oom_score_adj: %*",
                     "The oom-score-adj-values configuration may not work for non-privileged processes!"},
        .versions = "Redis 6.0 and later, Valkey",
        .meaning =
            "The server may not write its own oom_score_adj: a value below the one it was started with needs "
            "CAP_SYS_RESOURCE, and a container may show /proc read-only. The score stays as it was; where "
            "that goes for a child that saves too, the kernel may take the server in its place.",
        .remedy = "redis-cli CONFIG SET oom-score-adj relative, with oom-score-adj-values that are not "
                  "negative: then values are only raised, which needs no privilege. OOMScoreAdjust= of its "
                  "unit does not stand in for it, for the child inherits it.",
        .see = "kernel-oom-kill",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "kernel-kill",
        .speaker = LOG_SPEAKER_KERNEL,
        .patterns = {"Out of memory: Killed process %d (%*)",
                     "Memory cgroup out of memory: Killed process %d (%*)",
                     "Out of memory (oom_kill_allocating_task): Killed process %d (%*)",
                     "Killed process %d (%*)"},
        .applies = is_of_server,
        .versions = "the kernel, of a server or its child",
        .meaning =
            "The kernel's OOM killer ended this process, which could not save: the memory of the host was "
            "used up, or, where it says \"Memory cgroup\", what its cgroup (unit, container) may have. A "
            "kill of a child that saves leaves the server running, where the unit lets it (OOMPolicy=).",
        .remedy = "redis-hosttune diagnose, which says whose limit it was; then lower maxmemory or raise "
                  "that limit",
        .see = "kernel-oom-kill",
    },
    {
        .id = "kernel-refused-memory",
        .speaker = LOG_SPEAKER_KERNEL,
        .patterns = {"__vm_enough_memory: pid: %d, comm: redis", "__vm_enough_memory: pid: %d, comm: valkey",
                     "__vm_enough_memory: pid: %d, comm: keydb"},
        .versions = "Linux 6.1 and later, of a server",
        .meaning = "The kernel refused the server a fork or an allocation by its accounting "
                   "(vm.overcommit_memory 0 or 2), whatever was free.",
        .judge = judge_fork_memory,
        .remedy = "redis-hosttune apply --only=vm.overcommit_memory",
        .see = "fork-would-fail",
    },

    /* --- forks and snapshots --- */
    {
        .id = "written-elsewhere",
        .patterns = {"Failed opening the RDB file %* (in server root dir %*",
                     "Failed opening the temp RDB file %* (in server root dir %*",
                     "Error moving temp DB file %* on the final destination %* (in server root dir %*"},
        .applies = is_written_elsewhere,
        .versions = "Redis 3.2 and later, Valkey",
        .meaning =
            "A break-in was tried: the snapshot was to go to a directory or a name that no administrator "
            "gives it (cron, ssh, /etc, a web server's). Who may say CONFIG SET dir and dbfilename writes "
            "files with the server's rights that way. This time it failed; another time it may not have.",
        .judge = judge_written_elsewhere,
        .remedy = "Do not open that directory to the server. Cut the server off (bind to loopback, a "
                  "firewall), then look for what was written: crontabs, authorized_keys and new files of the "
                  "server's user, modules (redis-cli MODULE LIST) and REPLICAOF. Then a password, users "
                  "without CONFIG, enable-protected-configs no, and a server that does not run as root.",
        .see = "written-elsewhere",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "fork-no-memory",
        .patterns = {"Can't save in background: fork: Cannot allocate memory",
                     "Can't rewrite append only file in background: fork: Cannot allocate memory",
                     "Can't save in background: fork: Out of memory",
                     "Can't rewrite append only file in background: fork: Out of memory"},
        .versions = "all",
        .meaning =
            "The kernel refused the fork of a snapshot or an AOF rewrite with ENOMEM: by its overcommit "
            "accounting, or because it had no page for the child's page tables. No snapshot was made.",
        .judge = judge_fork_memory,
        .remedy = "redis-hosttune apply --only=vm.overcommit_memory",
        .see = "fork-would-fail",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "fork-no-process",
        .patterns = {"Can't save in background: fork: Resource temporarily unavailable",
                     "Can't rewrite append only file in background: fork: Resource temporarily unavailable"},
        .versions = "all",
        .meaning = "The kernel refused the fork with EAGAIN: the user's processes (RLIMIT_NPROC), the "
                   "cgroup's (pids.max) or the host's (kernel.pid_max, kernel.threads-max) are used up. It "
                   "has nothing to do with memory.",
        .judge = judge_server_process,
        .remedy = "LimitNPROC= and TasksMax= in a drop-in of its unit, then systemctl daemon-reload and "
                  "restart the server",
        .see = "fork-would-fail",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "fork-refused",
        .patterns = {"Can't save in background: fork: %*",
                     "Can't rewrite append only file in background: fork: %*", "Can't fork for module: %*"},
        .versions = "all",
        .meaning =
            "The fork of a snapshot or an AOF rewrite was refused; the reason stands at the line's end.",
        .judge = judge_server_process,
        .remedy = "redis-hosttune diagnose",
        .see = "fork-would-fail",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-killed",
        .patterns = {"Background saving terminated by signal %d",
                     "Background AOF rewrite terminated by signal %d",
                     "Background transfer terminated by signal %d",
                     "Background RDB transfer terminated by signal %d"},
        .versions = "all",
        .meaning = "The child that wrote the snapshot was killed, and its work is lost. With signal 9 "
                   "suspect the kernel's OOM killer: copy-on-write did not fit.",
        .judge = judge_killed,
        .remedy = "journalctl -k -g 'Killed process'; then lower maxmemory or raise the limit that was hit",
        .see = "kernel-oom-kill",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-no-space",
        .patterns =
            {"Write error saving DB on disk%*No space left on device",
             "Write error while saving DB to the disk%*No space left on device",
             "Failed opening %*No space left on device",
             "Write error writing append only file on disk%*No space left on device",
             "Error moving temp DB file %*No space left on device",
             "Opening the temp file for AOF rewrite in rewriteAppendOnlyFile(): No space left on device"},
        .versions = "all",
        .meaning = "The file system that holds dir is full, or has no inodes left (df -i): the snapshot or "
                   "the rewritten AOF was not kept.",
        .remedy = "df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\": it needs room for the old file and the "
                  "new one at once",
        .see = "bgsave-failed",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-failed",
        .patterns = {"Write error saving DB on disk%*", "Write error while saving DB to the disk%*",
                     "Failed opening the temp RDB file %*", "Failed opening the RDB file %*",
                     "Failed opening .rdb for saving: %*", "Write error writing append only file on disk%*",
                     "Error moving temp DB file %*", "Failed to fsync directory while saving DB: %*",
                     "Opening the temp file for AOF rewrite in rewriteAppendOnlyFile(): %*",
                     "Error moving temp append only file on the final destination: %*"},
        .versions = "all",
        .meaning = "A snapshot or a rewritten AOF could not be written; the reason stands in the line.",
        .remedy = "Mend what it names: the directory's owner, its mode, a read-only mount or the unit's "
                  "ReadWritePaths=. Where you did not choose the directory that it names, change nothing and "
                  "read redis-hosttune explain written-elsewhere: an intruder may have.",
        .see = "bgsave-failed",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-error",
        .patterns = {"Background saving error", "Background AOF rewrite terminated with error",
                     "Background transfer error", "Background RDB transfer error",
                     "BGSAVE for replication failed", "SYNC failed. BGSAVE child returned an error"},
        .versions = "all",
        .meaning = "The child that wrote the snapshot or the AOF gave up; the line before this one says why.",
        .remedy = "Read the line before it, which the child wrote (role C).",
        .see = "bgsave-failed",
        .counts_as = LOG_FAILURE_NOTED,
    },
    {
        .id = "aof-rewrite-failed",
        .patterns = {"Error trying to rename the temporary AOF %*",
                     "Error trying to move the old AOF file %*",
                     "Error trying to write the temporary AOF manifest file %*",
                     "Error trying to flush the parent diff to the rewritten AOF: %*",
                     "Error trying to fsync the parent diff to the rewritten AOF: %*",
                     "Unable to open the temporary AOF produced by the child: %*",
                     "Fail to fsync the temp AOF file %*", "Fail to fsync AOF directory %*"},
        .versions = "all",
        .meaning = "The AOF was rewritten and could not be put in place, for the reason in the line: the old "
                   "one, which grows, stays in use.",
        .remedy = "Mend what it names; df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\"; then redis-cli "
                  "BGREWRITEAOF",
        .see = "aof-failed",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "aof-rewrite-postponed",
        .patterns = {"Background AOF rewrite has repeatedly failed and triggered the limit, will retry in %d "
                     "minutes"},
        .versions = "Redis 7.0 and later, Valkey",
        .meaning = "Rewrites of the AOF failed again and again, so the server waits longer before each new "
                   "try; meanwhile the AOF grows.",
        .remedy = "Mend what the lines before it say, then redis-cli BGREWRITEAOF",
        .see = "aof-failed",
        .counts_as = LOG_FAILURE_NOTED,
    },
    {
        .id = "save-in-progress",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"ERR Background save already in progress",
                     "ERR Background append only file rewriting already in progress",
                     "ERR Can't BGSAVE while AOF log rewriting is in progress",
                     "ERR An AOF log rewriting in progress: can't BGSAVE right now",
                     "ERR Another child process is active"},
        .versions = "all, as a reply to clients",
        .meaning = "Another child is saving or rewriting already; the server has one at a time.",
        .remedy = "Wait for it (redis-cli INFO persistence), or redis-cli BGSAVE SCHEDULE.",
    },
    {
        .id = "writes-refused",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"MISCONF Redis is configured to save RDB snapshots",
                     "MISCONF Valkey is configured to save RDB snapshots",
                     "MISCONF KeyDB is configured to save RDB snapshots"},
        .versions = "all, as a reply to clients",
        .meaning = "The last snapshot failed, so writes are refused until one succeeds "
                   "(stop-writes-on-bgsave-error, where save points are set).",
        .wrong = "Switching that off hides the failure and leaves the data without a snapshot.",
        .remedy = "Mend the snapshot, then redis-cli BGSAVE",
        .see = "bgsave-failed",
    },
    {
        .id = "shutdown-refused",
        .patterns = {"Error trying to save the DB, can't exit.", "Writing initial AOF, can't exit.",
                     "SIGTERM received but errors trying to shut down the server, check the logs",
                     "Errors trying to shut down the server. Check the logs for more information.",
                     "Can't restart: %*"},
        .versions = "all",
        .meaning =
            "The server was told to end, could not save its data and so runs on. What manages it may kill it "
            "when its time is over (systemd: TimeoutStopSec=), and then what was not saved is lost.",
        .remedy = "Mend what the lines before it say, redis-cli SAVE, then stop it; redis-cli SHUTDOWN "
                  "NOSAVE ends it without its data.",
        .see = "bgsave-failed",
    },
    {
        .id = "shutdown-refused-reply",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"ERR Errors trying to SHUTDOWN. Check logs."},
        .versions = "all, as a reply to clients",
        .meaning = "The server could not save its data and so did not end; its log says why.",
        .remedy = "Mend what its log says; redis-cli SHUTDOWN NOSAVE ends it without its data.",
        .see = "bgsave-failed",
    },
    {
        .id = "stopped-while-loading",
        .patterns = {"Received shutdown signal during loading, exiting now.",
                     "Received shutdown signal during loading, scheduling shutdown."},
        .versions = "all",
        .meaning = "The server was told to end before it had loaded its data: by its unit, whose "
                   "TimeoutStartSec= was over, or by a person. Nothing is lost.",
        .remedy = "systemctl status and its unit tells who; TimeoutStartSec= in a drop-in of it, longer than "
                  "loading takes.",
        .see = "restarted",
    },
    {
        .id = "shutdown-without-data",
        .patterns = {"Error trying to save the DB. Exit anyway.", "Writing initial AOF. Exit anyway."},
        .versions = "Redis 7.0 and later, Valkey",
        .meaning =
            "The server could not save its data and ended all the same (SHUTDOWN FORCE, or "
            "shutdown-on-sigterm force): what came since the last snapshot, or is not in the AOF, is lost.",
        .remedy = "Mend what the lines before it say, before it is stopped again.",
        .see = "bgsave-failed",
    },
    {
        .id = "copy-on-write",
        .patterns = {"RDB: %d MB of memory used by copy-on-write",
                     "AOF rewrite: %d MB of memory used by copy-on-write", "Fork CoW for %* current %d MB"},
        .versions = "all, as a notice",
        .meaning =
            "What a snapshot cost in memory besides the data: pages that were written while the child ran.",
        .remedy = "Nothing, while the host and the cgroup have room for it.",
        .see = "cow-large",
    },

    /* --- loading --- */
    {
        .id = "loading",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"LOADING Redis is loading the dataset in memory",
                     "LOADING Valkey is loading the dataset in memory",
                     "LOADING KeyDB is loading the dataset in memory",
                     "Redis is loading the dataset in memory", "Valkey is loading the dataset in memory"},
        .versions = "all, as a reply to clients",
        .meaning = "The server is reading its snapshot or AOF after a start, or a replica its primary's "
                   "data, and answers INFO and little else until that is done.",
        .remedy = "Wait: redis-cli INFO persistence has loading_loaded_perc and loading_eta_seconds. Where "
                  "it starts anew again and again, TimeoutStartSec= of its unit may be shorter than the "
                  "loading takes.",
        .see = "restarted",
    },
    {
        .id = "rdb-version",
        .patterns = {"Can't handle RDB format version %d"},
        .versions = "all",
        .meaning = "The snapshot was written by a newer server than this one, or by one of another product: "
                   "it is not read, and the server does not start, or as a replica does not get its copy.",
        .remedy = "Start the version that wrote it (redis-cli INFO server there). Do not delete the file: it "
                  "is the data.",
    },
    {
        .id = "rdb-module",
        .patterns = {"The RDB file contains module %*",
                     "The RDB file contains AUX module data I can't load: no matching module%*"},
        .versions = "Redis 4.0 and later, Valkey",
        .meaning = "The snapshot has data of a module that is not loaded, or is another version than the one "
                   "that wrote it: the server does not start.",
        .remedy = "loadmodule in redis.conf, with the module that the line names, then start the server.",
    },
    {
        .id = "rdb-broken",
        .patterns = {"Short read or OOM loading DB. Unrecoverable error, aborting now.", "Wrong RDB checksum",
                     "Wrong signature trying to load DB from file", "Internal error in RDB reading %*",
                     "Terminating server after rdb file reading failure.", "Fatal error loading the DB: %*",
                     "Fatal error loading the DB, check server logs. Exiting.",
                     "Fatal error: can't open the RDB file %*",
                     "rdbGenericLoadStringObject failed allocating %d bytes",
                     "rdbLoadLzfStringObject failed allocating %d bytes"},
        .versions = "all",
        .meaning = "The snapshot could not be read, for want of rights or of memory, or as it is damaged or "
                   "cut short: the server does not start, rather than start empty.",
        .remedy = "Copy the file first, then redis-check-rdb on it; else the last good copy. Where the line "
                  "says Permission denied: the file's owner is to be the server's user.",
        .see = "bgsave-failed",
    },
    {
        .id = "rdb-databases",
        .patterns =
            {"FATAL: Data file was created with a %* server configured to handle more than %d databases."},
        .versions = "all",
        .meaning = "The data has keys in databases of a higher number than databases allows here: the server "
                   "does not start.",
        .remedy =
            "databases in redis.conf as large as it was where the file was written, then start the server.",
    },
    {
        .id = "cluster-databases",
        .patterns = {"You can't have keys in a DB different than DB 0 when in Cluster mode. Exiting."},
        .versions = "Redis 3.0 to 7.0",
        .meaning = "The data has keys in another database than 0, which a cluster has not: the server does "
                   "not start.",
        .remedy = "Start it with cluster-enabled no, move those keys, save, and then start the cluster node.",
    },
    {
        .id = "aof-truncated",
        .patterns = {"Unexpected end of file reading the append only file%*",
                     "!!! Warning: short read while loading the AOF file%*",
                     "AOF loaded anyway because aof-load-truncated is enabled",
                     "AOF %* loaded anyway because aof-load-truncated is enabled",
                     "!!! Truncating the AOF%*"},
        .versions = "all",
        .meaning = "The AOF ends within a command: the host went down or the disk was full while it was "
                   "written. With aof-load-truncated yes, the default, that command (or transaction) is cut "
                   "off and the server starts; with no it does not start.",
        .remedy = "Nothing where it started: one command is lost. Else copy the file first, then "
                  "redis-check-aof --fix on it.",
        .see = "aof-failed",
    },
    {
        .id = "aof-broken",
        .patterns = {"Bad file format reading the append only file%*",
                     "Unknown command '%*' reading the append only file%*",
                     "Error reading the RDB preamble of the AOF file%*", "Error reading the RDB base file %*",
                     "*** FATAL AOF MANIFEST FILE ERROR", "Reading the manifest file, at line %d",
                     "Fatal error: the truncated file is not the last file"},
        .versions = "all",
        .meaning =
            "The AOF is damaged before its end, or was written by a newer server: the server does not start.",
        .remedy = "Copy it first. redis-check-aof without --fix shows where; --fix cuts off everything "
                  "behind that place. With a newer version or a replica's copy nothing need be lost.",
        .see = "aof-failed",
    },
    {
        .id = "aof-unreadable",
        .patterns = {"Unrecoverable error reading the append only file%*",
                     "Can't open the append-only file%*", "Can't open or create append-only dir %*",
                     "Fatal error: can't open the append log file%*",
                     "Fatal error: can't open the AOF manifest file %*",
                     "Can't seek the end of the AOF file%*", "Error truncating the AOF file%*",
                     "The AOF directory %* doesn't exist", "The AOF manifest file %* doesn't exist",
                     "The append log file %* doesn't exist"},
        .versions = "all",
        .meaning = "The AOF or its directory could not be opened or read: the server does not start.",
        .remedy = "Mend what the line names: the owner and mode of dir and appenddirname, a read-only mount, "
                  "the unit's ReadWritePaths=, a disk that gives errors (journalctl -k).",
        .see = "aof-failed",
    },

    /* --- the append-only file --- */
    {
        .id = "fsync-slow",
        .patterns = {"Asynchronous AOF fsync is taking too long (disk is busy?)."},
        .versions = "all",
        .meaning = "An fsync of the AOF by the background thread ran for more than two seconds. The server "
                   "has held its writes back so long, and now writes all the same: that write may wait for "
                   "the fsync to end, and with it every client. The disk is too slow or shared with "
                   "something heavy, often the server's own snapshot.",
        .remedy =
            "Where it comes with snapshots and rewrites: redis-cli CONFIG SET no-appendfsync-on-rewrite yes, "
            "if what came meanwhile may be lost when the host goes down. Else a faster disk.",
        .see = "latency-events",
    },
    {
        .id = "aof-always-ended",
        .patterns = {"Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...",
                     "Can't persist AOF for fsync error when the AOF fsync policy is 'always': %*"},
        .versions = "all",
        .meaning = "Under appendfsync always a write or fsync of the AOF failed, and the server ended "
                   "itself: it had promised what it could not keep.",
        .remedy = "df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\" and journalctl -k for errors of the "
                  "disk, then start the server",
        .see = "aof-failed",
        .counts_as = LOG_AOF_FAILURE,
    },
    {
        .id = "aof-no-space",
        .patterns = {"Error writing to the AOF file: No space left on device",
                     "Short write while writing to the AOF file",
                     "Fail to fsync the AOF file: No space left on device"},
        .versions = "all",
        .meaning = "The file system that holds the AOF is full (or a quota: a write that ends short is a "
                   "sign of either): writes are refused (MISCONF) until there is room, and under appendfsync "
                   "always the server ends.",
        .remedy = "df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\"",
        .see = "aof-failed",
        .counts_as = LOG_AOF_FAILURE,
    },
    {
        .id = "aof-failed",
        .patterns = {"Error writing to the AOF file: %*", "Fail to fsync the AOF file: %*",
                     "Could not remove short write from the append-only file.%*"},
        .versions = "all",
        .meaning =
            "The AOF could not be written or synced; the reason stands in this line or near it. Writes are "
            "refused (MISCONF) until it works again, and under appendfsync always the server ends.",
        .remedy = "Mend what it names; redis-cli INFO persistence shows aof_last_write_status. df -h "
                  "\"$(redis-cli CONFIG GET dir | tail -n 1)\"",
        .see = "aof-failed",
        .counts_as = LOG_AOF_FAILURE,
    },
    {
        .id = "aof-writes-refused",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"MISCONF Errors writing to the AOF file: %*",
                     "MISCONF Redis is configured to persist data to AOF",
                     "MISCONF Valkey is configured to persist data to AOF"},
        .versions = "all, as a reply to clients",
        .meaning = "The AOF cannot be written or synced, for the reason that the reply ends with, so writes "
                   "are refused until it can.",
        .remedy = "df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\"; the server goes on by itself when a "
                  "write succeeds",
        .see = "aof-failed",
    },
    {
        .id = "aof-recovered",
        .patterns = {"AOF write error looks solved"},
        .versions = "all",
        .meaning = "The AOF can be written again, and with it writes are taken again.",
        .remedy = "Nothing more; look for what filled the disk.",
        .see = "aof-failed",
    },
    {
        .id = "aof-not-enabled",
        .patterns = {"FATAL: this replica instance finished the synchronization with its master, but the AOF "
                     "can't be turned on.",
                     "FATAL: this slave instance finished the synchronization with its master, but the AOF "
                     "can't be turned on.",
                     "FATAL: this replica instance finished the synchronization with its primary, but the "
                     "AOF can't be turned on.",
                     "FATAL: AOF can't be turned on. Exiting now.",
                     "Failed enabling the AOF after successful master synchronization!",
                     "Failed enabling the AOF after successful primary synchronization!",
                     "Failed to enable AOF! Trying it again in one second.",
                     "Redis needs to enable the AOF but can't %*",
                     "The server needs to enable the AOF but can't %*"},
        .versions = "all",
        .meaning = "appendonly was to be turned on (by CONFIG SET, or on a replica after its first copy) and "
                   "the first AOF could not be written; a replica ends after some tries.",
        .remedy = "Mend what the lines before it say. df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\"",
        .see = "aof-failed",
        .counts_as = LOG_AOF_FAILURE,
    },

    /* --- the network and descriptors --- */
    {
        .id = "backlog-truncated",
        .patterns = {"WARNING: The TCP backlog setting of %d cannot be enforced because "
                     "/proc/sys/net/core/somaxconn is set to the lower value of %d.",
                     "WARNING: The TCP backlog setting of %d cannot be enforced because kern.%*is set to the "
                     "lower value of %d",
                     "WARNING: The TCP backlog setting of %d cannot be enforced because SOMAXCONN is set to "
                     "the lower value of %d"},
        .versions = "Redis 2.8.18 and later, Valkey",
        .meaning =
            "The listen queue is shorter than tcp-backlog asks for. In a burst of connections the kernel "
            "drops what does not fit: such a client connects a second or more later, or not at all.",
        .judge = judge_backlog,
        .remedy = "redis-hosttune apply --only=net.core.somaxconn, then restart the server: the limit is "
                  "taken when it starts to listen",
        .see = "net.core.somaxconn",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "maxclients-reduced",
        .patterns = {"You requested maxclients of %d requiring at least %d max file descriptors.",
                     "Current maximum open files is %d. maxclients has been reduced to %d to compensate for "
                     "low ulimit.",
                     "Unable to set the max number of files limit to %d",
                     "Unable to obtain the current NOFILE limit (%*), assuming 1024"},
        .versions = "all",
        .meaning = "The limit on open files is below maxclients + 32, so the server has lowered maxclients: "
                   "connections above it are refused.",
        .judge = judge_server_process,
        .remedy = "LimitNOFILE= of its unit, which redis-hosttune's generator raises, then restart the "
                  "server. ulimit -n of a shell does not reach a service.",
        .see = "nofile-low",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "open-files-refused",
        .patterns = {"Server can't set maximum open files to %d because of OS error: %*",
                     "Redis can't set maximum open files to %d because of OS error: %*"},
        .versions = "all",
        .meaning = "The server tried to raise its own limit on open files and may not: the hard limit of its "
                   "unit is lower.",
        .judge = judge_server_process,
        .remedy =
            "LimitNOFILE= of its unit, which redis-hosttune's generator raises, then restart the server",
        .see = "nofile-low",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "open-files-too-few",
        .patterns = {"Your current 'ulimit -n' of %d is not enough for the server to start.",
                     "Your current 'ulimit -n' of %d is not enough for Redis to start."},
        .versions = "all",
        .meaning = "The limit on open files does not even cover the 32 that the server keeps for itself: it "
                   "does not start.",
        .judge = judge_server_process,
        .remedy = "LimitNOFILE= of its unit, which redis-hosttune's generator raises, then start the server",
        .see = "nofile-low",
    },
    {
        .id = "accept-no-files-host",
        .patterns = {"Accepting client connection: accept: Too many open files in system",
                     "Accepting client connection: Too many open files in system"},
        .versions = "all",
        .meaning =
            "A connection could not be taken: the whole host has as many files open as it may (fs.file-max).",
        .remedy = "cat /proc/sys/fs/file-nr, and find which program holds so many",
    },
    {
        .id = "accept-no-files",
        .patterns = {"Accepting client connection: accept: Too many open files",
                     "Accepting client connection: Too many open files"},
        .versions = "all",
        .meaning = "A connection could not be taken: the process has as many files open as it may.",
        .judge = judge_server_process,
        .remedy =
            "LimitNOFILE= of its unit, which redis-hosttune's generator raises, then restart the server",
        .see = "nofile-low",
    },
    {
        .id = "accept-failed",
        .patterns = {"Accepting client connection: %*", "Error registering fd event for the new client%*"},
        .versions = "all",
        .meaning = "A connection could not be taken; the reason stands at the line's end. A client that has "
                   "gone meanwhile is no fault.",
        .remedy = "Mend what it names; redis-hosttune diagnose shows the limits of its process.",
        .see = "nofile-low",
    },
    {
        .id = "maxclients-reached",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"ERR max number of clients reached",
                     "ERR max number of clients + cluster connections reached",
                     "redis.exceptions.ConnectionError: max number of clients reached"},
        .versions = "all, as a reply to clients",
        .meaning = "As many clients are connected as maxclients allows, so this one was refused.",
        .remedy =
            "redis-cli CLIENT LIST shows who they are: clients that open connections and do not close them "
            "are the usual cause. maxclients may be raised where the limit on open files has room.",
        .see = "clients-near-max",
    },
    {
        .id = "protected-mode",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"DENIED Redis is running in protected mode", "DENIED Running in protected mode"},
        .versions = "Redis 3.2 and later, Valkey, as a reply to clients",
        .meaning = "The server has no password (and, up to Redis 6.2, no bind), so it refuses everybody but "
                   "its own host.",
        .wrong = "Its first proposals, CONFIG SET protected-mode no and --protected-mode no, open the server "
                 "to everybody who reaches it.",
        .remedy = "A password (requirepass, or ACL SETUSER) and the address to bind to, in redis.conf, then "
                  "restart the server.",
        .see = "open-to-network",
    },
    {
        .id = "bind-in-use",
        .patterns = {"Could not create server TCP listening socket %*bind: Address already in use",
                     "Warning: Could not create server TCP listening socket %*bind: Address already in use",
                     "Creating Server TCP listening socket %*bind: Address already in use"},
        .versions = "all",
        .meaning = "Another process listens on that address and port, most often another server or an "
                   "earlier start of this one: it does not start.",
        .remedy = "ss -ltnp shows who listens (as root)",
    },
    {
        .id = "bind-no-address",
        .patterns =
            {"Could not create server TCP listening socket %*bind: Cannot assign requested address",
             "Warning: Could not create server TCP listening socket %*bind: Cannot assign requested address",
             "Creating Server TCP listening socket %*bind: Cannot assign requested address"},
        .versions = "all",
        .meaning =
            "The host does not have that address, or did not have it yet: the server started before the "
            "network was up. Redis 4.0 to 6.0 starts all the same where it has another address, and does not "
            "listen on this one; others do not start, unless (from 6.2 on) bind has a - before the address.",
        .remedy =
            "After=network-online.target and Wants=network-online.target in a drop-in of its unit, or "
            "net.ipv4.ip_nonlocal_bind 1 where the address comes later by design; then restart the server.",
    },
    {
        .id = "bind-denied",
        .patterns = {"Could not create server TCP listening socket %*bind: Permission denied",
                     "Warning: Could not create server TCP listening socket %*bind: Permission denied",
                     "Creating Server TCP listening socket %*bind: Permission denied"},
        .versions = "all",
        .meaning = "The server may not listen on that port: below 1024 it needs CAP_NET_BIND_SERVICE, and "
                   "SELinux allows only the ports it knows as redis_port_t.",
        .remedy = "A port from 1024 up; with SELinux semanage port -a -t redis_port_t -p tcp and its number",
    },
    {
        .id = "listen-failed",
        .patterns = {"Could not create server TCP listening socket %*",
                     "Warning: Could not create server TCP listening socket %*",
                     "Creating Server TCP listening socket %*", "Failed listening on port %d%*",
                     "Opening Unix socket: %*", "Failed opening Unix socket: %*",
                     "Configured to not listen anywhere, exiting."},
        .versions = "all",
        .meaning = "A socket could not be opened for clients; the reason stands at the line's end or in the "
                   "line before. Where no address is left the server does not start.",
        .remedy = "Mend what it names: bind, port, unixsocket and its directory's mode, in redis.conf.",
    },
    {
        .id = "tls-configuration",
        .patterns = {"Failed to load certificate: %*", "Failed to load private key: %*",
                     "Failed to configure CA certificate(s) file/directory: %*",
                     "Failed to configure TLS. Check logs for more info.", "No tls-cert-file configured!",
                     "No tls-key-file configured!",
                     "Either tls-ca-cert-file or tls-ca-cert-dir must be specified",
                     "Failed to load DH params file: %*", "Failed to configure ciphers%*"},
        .versions = "Redis 6.0 and later, Valkey",
        .meaning = "TLS could not be set up with the files that redis.conf names: a server that starts does "
                   "not start, CONFIG SET changes nothing.",
        .remedy = "Mend what it names: the path, that the server's user may read it, that key and "
                  "certificate belong together and are no older than they may be.",
    },
    {
        .id = "tls-handshake",
        .patterns = {"Error accepting a client connection: %*",
                     "Accepted client connection in error state: %*"},
        .versions = "Redis 6.0 and later, Valkey",
        .meaning = "A client reached the TLS port and its handshake failed, for the reason in the line: it "
                   "spoke plain text, has no certificate that the server trusts, or went away.",
        .remedy = "At the client: TLS, and the right certificates. tls-auth-clients says whether the server "
                  "asks for one.",
    },
    {
        .id = "protocol-error",
        .patterns = {"Protocol error (%*) from client%*", "Protocol error from client%*",
                     "ERR Protocol error: invalid %*bulk length",
                     "ERR Protocol error: unauthenticated %*bulk length", "ERR Protocol error: too big %*",
                     "ERR Protocol error: unbalanced quotes in request", "ERR Protocol error: expected '$'"},
        .versions = "all",
        .meaning = "A client sent what is no Redis protocol: another protocol at this port (TLS, HTTP, a "
                   "scanner), or a request that is too large before AUTH.",
        .remedy = "At the client: the right port and protocol.",
        .see = "open-to-network",
    },
    {
        .id = "output-buffer-exceeded",
        .patterns = {"Client %* scheduled to be closed ASAP for overcoming of output buffer limits.",
                     "Client %* closed for overcoming of output buffer limits."},
        .versions = "all",
        .meaning = "What waited to be sent to a client passed client-output-buffer-limit and the client was "
                   "cut off: it reads too slowly, or one reply is larger than the limit.",
        .remedy = "For replicas and subscribers raise the limit of their class; for others mend the client, "
                  "or ask for less at once.",
        .see = "client-buffers",
    },
    {
        .id = "cross-protocol-attack",
        .patterns = {"Possible SECURITY ATTACK detected."},
        .versions = "Redis 3.2 and later, Valkey",
        .meaning = "Something spoke HTTP to the server and was cut off: a scanner, a browser that was lured, "
                   "or a health check of the wrong kind. The port is reachable for it.",
        .remedy = "bind to loopback or close the port in the firewall; a health check should send PING",
        .see = "open-to-network",
    },

    /* --- permissions --- */
    {
        .id = "no-authentication",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"NOAUTH Authentication required",
                     "NOAUTH HELLO must be called with the client already authenticated",
                     "redis.exceptions.AuthenticationError: Authentication required"},
        .versions = "all, as a reply to clients",
        .meaning = "The client gave no password and the server wants one.",
        .remedy = "The password at the client (redis-cli: --user and --askpass, or REDISCLI_AUTH).",
        .see = "default-user-all",
    },
    {
        .id = "wrong-password",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"WRONGPASS invalid username-password pair",
                     "invalid username-password pair or user is disabled", "(error) ERR invalid password",
                     "redis.exceptions.AuthenticationError: invalid password", "-ERR invalid password",
                     "ReplyError: ERR invalid password", "ResponseError: ERR invalid password"},
        .versions = "all, as a reply to clients (WRONGPASS from Redis 6.0 on)",
        .meaning = "The password is not the user's, or there is no such user, or it is off.",
        .remedy = "redis-cli ACL LIST as an administrator, and ACL LOG, which tells who was refused; then "
                  "the client's password.",
        .see = "default-user-all",
    },
    {
        .id = "password-unexpected",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"ERR Client sent AUTH, but no password is set",
                     "ERR AUTH <password> called without any password configured for the default user.",
                     "Client sent AUTH, but no password is set",
                     "AUTH <password> called without any password configured for the default user."},
        .versions = "all, as a reply to clients",
        .meaning = "The client gives a password to a server that has none: it is open to everybody who "
                   "reaches it, or it is the wrong server.",
        .remedy = "A password for the server (requirepass, or ACL SETUSER) where it should have one.",
        .see = "default-user-all",
    },
    {
        .id = "no-permission",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"NOPERM this user has no permissions to %*", "NOPERM User %* has no permissions to %*",
                     "redis.exceptions.NoPermissionError: %*", "NOPERM No permissions to access a %*",
                     "NOPERM ACLs rules changed between the moment"},
        .versions = "Redis 6.0 and later, Valkey, as a reply to clients",
        .meaning = "The user may not run that command, or not with that key or channel.",
        .remedy = "redis-cli ACL GETUSER and the user's name, as an administrator, and ACL LOG; then what "
                  "the user needs, no more.",
        .see = "dangerous-commands",
    },
    {
        .id = "config-protected",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns =
            {"ERR CONFIG SET failed (possibly related to argument '%*') - can't set protected config",
             "ERR CONFIG SET failed (possibly related to argument '%*') - can't set immutable config"},
        .versions = "Redis 7.0 and later, Valkey, as a reply to clients",
        .meaning =
            "That parameter cannot be changed while the server runs: protected ones (dir, dbfilename) as "
            "enable-protected-configs is no, which keeps intruders from writing files, the others at all.",
        .remedy = "The line in redis.conf, then restart the server.",
    },
    {
        .id = "command-protected",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"ERR DEBUG command not allowed. If the %*", "ERR MODULE command not allowed. If the %*"},
        .versions = "Redis 7.0 and later, Valkey, as a reply to clients",
        .meaning = "DEBUG and MODULE are off by default (enable-debug-command, enable-module-command), which "
                   "keeps intruders from loading code.",
        .remedy = "Leave them off; local allows them from the server's own host.",
    },
    {
        .id = "config-rewrite-failed",
        .patterns = {"CONFIG REWRITE failed: %*", "ERR Rewriting config file: %*",
                     "Could not create tmp config file (%*)", "Could not rename tmp config file (%*)",
                     "Could not chmod config file (%*)", "Could not sync tmp config file to disk (%*)",
                     "Failed after writing (%d) bytes to tmp config file (%*)",
                     "Could not sync config file dir (%*)"},
        .versions = "all",
        .meaning = "The server could not write its configuration: the directory of redis.conf is not its "
                   "user's, read-only, or not among its unit's ReadWritePaths=. What CONFIG SET has changed "
                   "is lost at the next start.",
        .remedy = "Write the lines into redis.conf by hand, or let the server's user write the file and its "
                  "directory.",
    },
    {
        .id = "config-rewrite-no-file",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"ERR The server is running without a config file"},
        .versions = "all, as a reply to clients",
        .meaning = "The server was started without a configuration file, so CONFIG REWRITE has none to "
                   "write: what CONFIG SET has changed is lost at the next start.",
        .remedy = "Name a file on its command line.",
    },
    {
        .id = "config-file-error",
        .patterns = {"*** FATAL CONFIG FILE ERROR", "Reading the configuration file, at line %d",
                     "Fatal error, can't open config file '%*"},
        .versions = "all",
        .meaning = "The configuration cannot be read, or a line of it is not understood: the server does not "
                   "start. The lines behind it name the line and why.",
        .remedy = "Mend the line that it names: a directive of another version is the usual reason. The "
                  "server's user must be able to read the file.",
    },
    {
        .id = "chdir-failed",
        .patterns = {"Can't chdir to '%*': %*", "ERR Changing directory: %*"},
        .versions = "Redis up to 6.2, KeyDB (later ones say it as a fault of the configuration file)",
        .meaning = "The directory that dir names does not exist or may not be entered: the server does not "
                   "start (CONFIG SET dir changes nothing).",
        .remedy = "The directory, with the server's user as its owner, or another dir in redis.conf. Where "
                  "nobody has changed dir, an intruder may have tried to.",
        .see = "written-elsewhere",
    },
    {
        .id = "log-file",
        .patterns = {"Can't open the log file: %*"},
        .versions = "all",
        .meaning = "The file that logfile names cannot be written: the server does not start.",
        .remedy =
            "The directory of logfile with the server's user as its owner, or logfile \"\" for the journal.",
    },
    {
        .id = "acl-at-start",
        .patterns = {"Aborting Redis startup because of ACL errors: %*",
                     "Aborting Valkey startup because of ACL errors: %*",
                     "Aborting KeyDB startup because of ACL errors: %*", "Error loading ACL rule '%*",
                     "Error loading ACLs, opening file '%*", "Critical error while loading ACLs. Exiting.",
                     "Configuring Redis with users defined in redis.conf and at the same setting an ACL file "
                     "path is invalid",
                     "Configuring Valkey with users defined in valkey.conf and at the same setting an ACL "
                     "file path is invalid"},
        .versions = "Redis 6.0 and later, Valkey",
        .meaning = "The users in redis.conf or in the file that aclfile names cannot be read: the server "
                   "does not start.",
        .remedy = "Mend the line that it names; users stand in redis.conf or in aclfile, not in both.",
    },
    {
        .id = "module-failed",
        .patterns = {"Can't load module from %*: server aborting", "Module %* failed to load%*"},
        .versions = "Redis 4.0 and later, Valkey",
        .meaning = "A module that redis.conf names could not be loaded, and the server does not start "
                   "(MODULE LOAD loads nothing): the file is missing, not executable, built for another "
                   "version, or its own check failed.",
        .remedy = "Mend what the lines before it say; the file needs mode 0755.",
    },

    /* --- supervision --- */
    {
        .id = "supervised-by-systemd",
        .patterns = {"WARNING supervised by systemd - you MUST set appropriate values for TimeoutStartSec "
                     "and TimeoutStopSec",
                     "WARNING auto-supervised by systemd - you MUST set appropriate values for "
                     "TimeoutStartSec and TimeoutStopSec",
                     "Supervised by systemd. Please make sure you set appropriate values for TimeoutStartSec "
                     "and TimeoutStopSec"},
        .versions = "Redis 6.0 and later, Valkey",
        .meaning = "No fault: it is said at each start under systemd. The server tells systemd that it is "
                   "ready when its data is loaded, and, where it has save points, saves when it is stopped: "
                   "whichever takes longer than the unit's time is cut off, the save by SIGKILL.",
        .remedy = "systemctl show -p TimeoutStartUSec -p TimeoutStopUSec and its unit, against what DB "
                  "loaded from disk and a save take; longer ones in a drop-in of the unit.",
    },
    {
        .id = "no-libsystemd",
        .patterns = {"systemd supervision requested or auto-detected, but Redis is compiled without "
                     "libsystemd support!",
                     "systemd supervision requested or auto-detected, but Valkey is compiled without "
                     "libsystemd support!"},
        .versions = "Redis 6.2 and later, Valkey",
        .meaning = "This build cannot tell systemd that it is ready: under a unit of Type=notify it is "
                   "killed when TimeoutStartSec= is over.",
        .remedy = "Type=simple and --supervised no in a drop-in of its unit, or a build with USE_SYSTEMD=yes "
                  "(make), as distributions have.",
    },
    {
        .id = "no-notify-socket",
        .patterns = {"systemd supervision requested, but NOTIFY_SOCKET not found",
                     "systemd supervision error: NOTIFY_SOCKET not found!",
                     "systemd supervision error: sd_notify: %d",
                     "upstart supervision requested, but UPSTART_JOB not found",
                     "Can't connect to systemd socket %*", "Can't send notification to systemd"},
        .versions = "Redis 3.2 and later, Valkey",
        .meaning = "supervised systemd is set, and nobody waits for word: the server was started by hand, or "
                   "its unit is not of Type=notify. The server runs.",
        .remedy = "supervised auto in redis.conf, or Type=notify in the unit",
    },
    {
        .id = "pid-file",
        .patterns = {"Failed to write PID file: %*"},
        .versions = "Redis 7.2 and later, Valkey",
        .meaning = "The file that pidfile names could not be written: the directory is missing or not the "
                   "server's user's. The server runs; only what looks for that file (a unit of Type=forking "
                   "with PIDFile=) does not find it.",
        .remedy = "RuntimeDirectory= in its unit makes the directory, or pidfile \"\" where nobody needs it.",
    },
    {
        .id = "locale",
        .patterns = {"Failed to configure LOCALE for invalid locale name."},
        .versions = "Redis 7.2 and later, Valkey",
        .meaning = "LC_ALL, LC_COLLATE or LANG, or locale-collate of redis.conf, names a locale that this "
                   "host does not have: the server does not start.",
        .remedy = "Environment=LC_ALL=C.UTF-8 in a drop-in of its unit, or locale-collate C in redis.conf; "
                  "locale -a lists those that are there.",
    },
    {
        .id = "threads-refused",
        .patterns = {"Fatal: Can't initialize IO thread%*", "Fatal: Can't initialize Background Jobs%*",
                     "Fatal: too many I/O threads configured. The maximum number is %d."},
        .versions = "all",
        .meaning =
            "A thread could not be started, for the limit on tasks (TasksMax=, RLIMIT_NPROC) or a filter of "
            "system calls: the server does not start. The last one: io-threads is too large.",
        .judge = judge_server_process,
        .remedy = "TasksMax= and LimitNPROC= in a drop-in of its unit, or a smaller io-threads.",
    },
    {
        .id = "event-loop-failed",
        .patterns = {"Failed creating the event loop. Error message: '%*'", "Unrecoverable error creating %*",
                     "Can't create event loop timers."},
        .versions = "all",
        .meaning = "The server has got no memory or no descriptor for its event loop: it does not start.",
        .remedy =
            "A smaller maxclients, or LimitNOFILE= of its unit, which redis-hosttune's generator raises.",
        .see = "nofile-low",
    },
    {
        .id = "crashed",
        .patterns = {"Redis %*crashed by signal: %d", "valkey %*crashed by signal: %d",
                     "KeyDB %*crashed by signal: %d", "=== REDIS BUG REPORT START",
                     "=== VALKEY BUG REPORT START", "=== ASSERTION FAILED ==="},
        .versions = "all",
        .meaning = "The server has crashed, by a bug of its own or of a module, or by memory that is broken: "
                   "it ended without a last snapshot.",
        .remedy = "Keep the report that follows, upgrade to the last release of its series, and where it "
                  "comes again test the memory: redis-server --test-memory with the MiB to test, while the "
                  "server is stopped.",
        .see = "restarted",
    },
    {
        .id = "unit-oom-killed",
        .speaker = LOG_SPEAKER_SYSTEMD,
        .patterns = {"redis%*.service: A process of this unit has been killed by the OOM killer",
                     "redis%*.service: Failed with result 'oom-kill'",
                     "valkey%*.service: A process of this unit has been killed by the OOM killer",
                     "valkey%*.service: Failed with result 'oom-kill'",
                     "keydb%*.service: A process of this unit has been killed by the OOM killer",
                     "keydb%*.service: Failed with result 'oom-kill'"},
        .applies = is_unit_of_server,
        .versions = "systemd, of a unit of a server",
        .meaning = "The OOM killer took a process of the unit, and with OOMPolicy=stop, systemd's default, "
                   "the whole service was ended: also where only a child that saved was taken.",
        .remedy = "redis-hosttune diagnose; OOMPolicy=continue in the unit, which redis-hosttune's generator "
                  "writes, lets the server live where the child dies.",
        .see = "kernel-oom-kill",
    },
    {
        .id = "unit-start-timeout",
        .speaker = LOG_SPEAKER_SYSTEMD,
        .patterns =
            {"redis%*.service: start operation timed out", "redis%*.service: Start operation timed out",
             "valkey%*.service: start operation timed out", "valkey%*.service: Start operation timed out",
             "keydb%*.service: start operation timed out", "keydb%*.service: Start operation timed out"},
        .applies = is_unit_of_server,
        .versions = "systemd, of a unit of a server",
        .meaning = "The server did not say within TimeoutStartSec= that it is ready, and was ended: it loads "
                   "longer than that, or was built without libsystemd and its unit is of Type=notify.",
        .remedy = "TimeoutStartSec= in a drop-in of its unit, longer than loading takes (DB loaded from "
                  "disk, in its log).",
        .see = "restarted",
    },
    {
        .id = "unit-stop-timeout",
        .speaker = LOG_SPEAKER_SYSTEMD,
        .patterns = {"redis%*.service: State 'stop-sigterm' timed out. Killing.",
                     "redis%*.service: State 'final-sigterm' timed out. Killing.",
                     "valkey%*.service: State 'stop-sigterm' timed out. Killing.",
                     "valkey%*.service: State 'final-sigterm' timed out. Killing.",
                     "keydb%*.service: State 'stop-sigterm' timed out. Killing.",
                     "keydb%*.service: State 'final-sigterm' timed out. Killing."},
        .applies = is_unit_of_server,
        .versions = "systemd, of a unit of a server",
        .meaning = "The server did not end within TimeoutStopSec= and was killed: a save that was under way "
                   "was cut off, and without an AOF what came since the one before is lost.",
        .remedy = "TimeoutStopSec= in a drop-in of its unit, longer than a save takes (redis-cli INFO "
                  "persistence: rdb_last_bgsave_time_sec).",
        .see = "bgsave-failed",
    },
    {
        .id = "unit-start-limit",
        .speaker = LOG_SPEAKER_SYSTEMD,
        .patterns = {"redis%*.service: Start request repeated too quickly.",
                     "valkey%*.service: Start request repeated too quickly.",
                     "keydb%*.service: Start request repeated too quickly."},
        .applies = is_unit_of_server,
        .versions = "systemd, of a unit of a server",
        .meaning = "The server has ended so often in a short time that systemd does not start it any more.",
        .remedy = "Mend what its log says, then systemctl reset-failed and systemctl start, with its unit",
        .see = "restarted",
    },
    {
        .id = "unit-step-failed",
        .speaker = LOG_SPEAKER_SYSTEMD,
        .patterns = {"redis%*.service: Failed at step %*",
                     "redis%*.service: Failed to set up mount namespacing: %*",
                     "valkey%*.service: Failed at step %*",
                     "valkey%*.service: Failed to set up mount namespacing: %*",
                     "keydb%*.service: Failed at step %*",
                     "keydb%*.service: Failed to set up mount namespacing: %*"},
        .applies = is_unit_of_server,
        .versions = "systemd, of a unit of a server",
        .meaning =
            "systemd could not start the server as its unit asks: at the step that is named (EXEC: the file "
            "or a missing right to run it; NAMESPACE: a path of the unit that is not there; CHDIR; USER).",
        .remedy = "systemctl cat and its unit: mend the line that it means.",
    },
    {
        .id = "unit-pid-file",
        .speaker = LOG_SPEAKER_SYSTEMD,
        .patterns = {"redis%*.service: Can't open PID file %*",
                     "redis%*.service: PID file %* not readable (yet?) after start",
                     "valkey%*.service: Can't open PID file %*",
                     "valkey%*.service: PID file %* not readable (yet?) after start",
                     "keydb%*.service: Can't open PID file %*",
                     "keydb%*.service: PID file %* not readable (yet?) after start"},
        .applies = is_unit_of_server,
        .versions = "systemd, of a unit of a server",
        .meaning = "systemd waits for the file of PIDFile= and does not find it: pidfile of redis.conf is "
                   "another one, or the server may not write it.",
        .remedy = "pidfile of redis.conf the same as PIDFile= of the unit, in a directory of "
                  "RuntimeDirectory=; or Type=notify with supervised systemd.",
    },

    /* --- replication --- */
    {
        .id = "partial-resync-lacking",
        .patterns = {"Unable to partial resync with %*for lack of backlog"},
        .versions = "all, as a notice",
        .meaning =
            "A replica was away longer than repl-backlog-size covers and must fetch the whole data again.",
        .remedy = "redis-cli CONFIG SET repl-backlog-size to what is written in the longest interruption "
                  "that is to be bridged, and the same in redis.conf",
        .see = "repl-backlog-small",
    },
    {
        .id = "partial-resync-refused",
        .patterns = {"Partial resynchronization not accepted: %*",
                     "Partial resynchronization not possible (no cached master)",
                     "Partial resynchronization not possible (no cached primary)"},
        .versions = "all",
        .meaning = "Replica and primary have no common history (the primary was restarted or another took "
                   "its place, or the replica is new): the replica fetches the whole data.",
        .remedy = "Nothing where it is the first copy. Where it comes after each restart of the primary: "
                  "from Redis 7.0 on a primary that saves when it is stopped keeps its history.",
        .see = "replication-lag",
    },
    {
        .id = "full-resync",
        .patterns = {"Full resync requested by replica %*", "Full resync requested by slave %*",
                     "Full resync from master: %*", "Full resync from primary: %*"},
        .versions = "all, as a notice",
        .meaning = "A replica fetches the whole data: the primary forks for it, and the replica answers from "
                   "old data or not at all until it has it.",
        .remedy = "Nothing where it is the first copy or after a failover. Where it comes again and again: "
                  "repl-backlog-size, client-output-buffer-limit replica and repl-timeout.",
        .see = "replication-lag",
    },
    {
        .id = "read-only-replica",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"READONLY You can't write against a read only replica",
                     "READONLY You can't write against a read only slave",
                     "You can't write against a read only replica",
                     "You can't write against a read only slave",
                     "READONLY Can not run script with write flag on readonly replica"},
        .versions = "all, as a reply to clients",
        .meaning = "A client wrote to a replica. Most often it kept its connection through a failover, or "
                   "the address it has is a replica's.",
        .wrong = "replica-read-only no does not mend it: what is written to a replica reaches nobody and is "
                 "lost at the next full copy.",
        .remedy = "At the client: ask the sentinels or the cluster who is the primary, and connect anew at "
                  "READONLY. redis-cli INFO replication shows master_host.",
        .see = "replication-lag",
    },
    {
        .id = "primary-down",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"MASTERDOWN Link with MASTER is down and %*-serve-stale-data is set to 'no'",
                     "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no'",
                     "redis.exceptions.MasterDownError: Link with MASTER is down"},
        .versions = "all, as a reply to clients",
        .meaning = "The replica has lost its primary and is told not to answer from data that may be old.",
        .remedy = "redis-cli INFO replication on the replica: master_link_status; then its log, which says "
                  "why it cannot connect.",
        .see = "replication-lag",
    },
    {
        .id = "replicas-too-few",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"NOREPLICAS Not enough good replicas to write",
                     "NOREPLICAS Not enough good slaves to write"},
        .versions = "all, as a reply to clients",
        .meaning = "Fewer replicas are connected, and no more than min-replicas-max-lag seconds behind, than "
                   "min-replicas-to-write demands: writes are refused.",
        .wrong = "Lowering min-replicas-to-write takes writes again, and with them the risk that it was set "
                 "against: they are lost if the primary is.",
        .remedy =
            "redis-cli INFO replication: connected_slaves and the lag of each; bring the replicas back.",
        .see = "replication-lag",
    },
    {
        .id = "no-primary-link",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"NOMASTERLINK Can't SYNC while %*",
                     "UNBLOCKED force unblock from blocking operation, instance state changed"},
        .versions = "all, as a reply to clients",
        .meaning = "The server's role is changing: a replica of a replica waits until that one has its "
                   "primary, a client that waited in a blocking command is sent away.",
        .remedy = "Nothing where it ends within seconds; else redis-cli INFO replication along the chain.",
        .see = "replication-lag",
    },
    {
        .id = "primary-wants-password",
        .patterns = {"MASTER aborted replication with an error: NOAUTH%*",
                     "PRIMARY aborted replication with an error: NOAUTH%*", "Unable to AUTH to MASTER: %*",
                     "Unable to AUTH to PRIMARY: %*", "Unable to AUTH to Primary: %*",
                     "(Non critical) Master does not understand REPLCONF listening-port: -NOAUTH%*",
                     "(Non critical) Primary does not understand REPLCONF listening-port: -NOAUTH%*",
                     "MASTER aborted replication with an error: WRONGPASS%*",
                     "MASTER aborted replication with an error: NOPERM%*"},
        .versions = "all",
        .meaning = "The primary refuses the replica: masterauth (and masteruser) are missing or wrong, or "
                   "that user may not PSYNC and REPLCONF.",
        .remedy = "redis-cli CONFIG SET masterauth with the primary's password, and the same in redis.conf "
                  "of each server, for a failover changes who is the replica.",
        .see = "replication-lag",
    },
    {
        .id = "primary-refuses",
        .patterns = {"MASTER aborted replication with an error: %*",
                     "PRIMARY aborted replication with an error: %*", "Error reply to PING from master: %*",
                     "Error reply to PING from primary: %*",
                     "Master is currently unable to PSYNC but should be in the future: %*",
                     "Primary is currently unable to PSYNC but should be in the future: %*",
                     "Master does not support PSYNC or is in error state (reply: %*",
                     "Primary does not support PSYNC or is in error state (reply: %*"},
        .versions = "all",
        .meaning = "The primary answered the replica with an error, which stands in the line: it may be "
                   "loading, be a replica without its own primary, or be full. The replica tries again.",
        .remedy = "Mend what the error names, at the primary.",
        .see = "replication-lag",
    },
    {
        .id = "primary-unreachable",
        .patterns = {"Error condition on socket for SYNC: %*", "Unable to connect to MASTER: %*",
                     "Unable to connect to PRIMARY: %*", "Unable to connect to Primary: %*",
                     "Timeout connecting to the MASTER...", "Timeout connecting to the PRIMARY...",
                     "Failed to resolve hostname '%*"},
        .versions = "all",
        .meaning = "The replica does not reach its primary; the reason stands in the line. Connection "
                   "refused: nobody listens there, or not on that address (bind, protected mode). It tries "
                   "again each second.",
        .remedy = "From the replica's host: redis-cli -h and -p with the primary's address, PING. Then bind, "
                  "port and firewall at the primary.",
        .see = "replication-lag",
    },
    {
        .id = "primary-lost",
        .patterns = {"Connection with master lost.", "Connection with primary lost.",
                     "MASTER timeout: no data nor PING received...",
                     "PRIMARY timeout: no data nor PING received...",
                     "I/O error reading bulk count from MASTER: %*",
                     "I/O error reading bulk count from PRIMARY: %*",
                     "I/O error trying to sync with MASTER: %*", "I/O error trying to sync with PRIMARY: %*",
                     "I/O error writing to MASTER: %*", "I/O error writing to Primary: %*",
                     "Unable to send PSYNC to %*", "Write error sending the PSYNC command."},
        .versions = "all",
        .meaning = "The replica has lost its primary, which ended, was too busy to answer for repl-timeout "
                   "seconds, or cut the replica off (its log says so: output buffer limits).",
        .remedy = "The primary's log of that minute. Where it was cut off during a copy: "
                  "client-output-buffer-limit replica and repl-timeout there.",
        .see = "replication-lag",
    },
    {
        .id = "sync-timeout",
        .patterns = {"Timeout receiving bulk data from MASTER...",
                     "Timeout receiving bulk data from PRIMARY..."},
        .versions = "all",
        .meaning = "No data came from the primary for repl-timeout seconds during the first copy: its "
                   "snapshot or the network takes longer.",
        .remedy = "redis-cli CONFIG SET repl-timeout longer, on both; and the primary's log, whether its "
                  "child was killed.",
        .see = "replication-lag",
    },
    {
        .id = "sync-disk",
        .patterns = {"Write error or short write writing to the DB dump file needed for %*",
                     "Opening the temp file needed for %*", "Failed trying to rename the temp DB into %*",
                     "Failed trying to sync %*synchronization: %*",
                     "Failed trying to load the MASTER synchronization DB %*",
                     "Failed trying to load the PRIMARY synchronization DB %*",
                     "SYNC failed. Can't open/stat DB after BGSAVE: %*"},
        .versions = "all",
        .meaning = "The copy of the primary's data could not be written, read or put in place at the "
                   "replica's dir; the reason stands in the line, or before it.",
        .remedy = "df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\" at the replica; the directory's owner "
                  "and the unit's ReadWritePaths=",
        .see = "replication-lag",
    },
    {
        .id = "replica-lost",
        .patterns = {"Connection with replica %*lost.", "Connection with slave %*lost.",
                     "Disconnecting timedout replica%*", "Disconnecting timedout slave%*"},
        .versions = "all",
        .meaning = "The primary has lost a replica, which ended, did not answer for repl-timeout seconds, or "
                   "was cut off by a limit (the line before says so).",
        .remedy = "The replica's log of that minute. Where it was busy loading: repl-timeout.",
        .see = "replication-lag",
    },
    {
        .id = "replica-diverged",
        .patterns = {"== CRITICAL == This %* is sending an error to its %*",
                     "This %* panicked sending an error to its %*",
                     "WARNING: Receiving inline protocol from master, master stream corruption?",
                     "WARNING: Receiving inline protocol from primary, primary stream corruption?",
                     "Warning: replica %* tried to PSYNC with an offset that is greater than the %* "
                     "replication offset.",
                     "Warning: slave %* tried to PSYNC with an offset that is greater than the master "
                     "replication offset."},
        .versions = "all",
        .meaning = "Replica and primary do not have the same data: a command of the stream failed at the "
                   "replica (it is writable, has another version or less memory), or the stream is damaged.",
        .remedy = "A full copy: stop the replica, move its snapshot and AOF away, and start it, with "
                  "replica-read-only yes and the primary's version.",
        .see = "replication-lag",
    },
    {
        .id = "replica-buffer-full",
        .patterns = {"Replication buffer limit reached, stopping buffering.",
                     "Replication buffer limit has been reached (%d bytes), stopped buffering"},
        .versions = "Redis 8.0 and later, Valkey 8.0 and later",
        .meaning =
            "A replica that loads its first copy keeps what is written meanwhile, and its room for that is "
            "full (client-output-buffer-limit replica there; in Redis replica-full-sync-buffer-limit where "
            "that is not 0). The rest waits at the primary, which cuts the replica off at its own limit.",
        .remedy = "Where the copy does not come to its end: a larger client-output-buffer-limit replica on "
                  "both, within what the hosts have, or the copy at a time with fewer writes.",
        .see = "client-buffers",
    },
    {
        .id = "sync-send-failed",
        .patterns = {"Write error sending DB to %*", "Write error sending RDB preamble to %*",
                     "Read error sending DB to %*",
                     "Diskless rdb transfer, write error sending DB to replica: %*",
                     "Diskless rdb transfer, read error sending DB to replicas: %*",
                     "Closing slave %* RDB transfer failed: %*"},
        .versions = "all",
        .meaning = "The primary could not send a replica its first copy; the reason stands in the line: "
                   "mostly the replica went away, or was too slow for repl-timeout.",
        .remedy = "The replica's log of that minute.",
        .see = "replication-lag",
    },
    {
        .id = "replica-no-disk",
        .patterns = {"Replica is applying a command even though it is unable to write to disk.",
                     "Replica was unable to write command to disk."},
        .versions = "Redis 7.0 and later, Valkey",
        .meaning = "The replica cannot write its AOF or snapshot: by replica-ignore-disk-write-errors it "
                   "goes on, or ends.",
        .remedy = "df -h \"$(redis-cli CONFIG GET dir | tail -n 1)\" at the replica",
        .see = "aof-failed",
    },
    {
        .id = "transaction-discarded",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"EXECABORT Transaction discarded because of: %*",
                     "EXECABORT Transaction discarded because of previous errors.",
                     "redis.exceptions.ExecAbortError: %*"},
        .versions = "all, as a reply to clients",
        .meaning =
            "A transaction was not carried out as one of its commands was refused: the reply to that "
            "command, or what stands behind \"because of\", says why (maxmemory, a replica, the disk).",
        .remedy = "Mend that reason; redis-hosttune explain knows those replies too.",
    },

    /* --- scripts --- */
    {
        .id = "busy",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"BUSY Redis is busy running %*", "BUSY Valkey is busy running %*",
                     "BUSY KeyDB is busy running %*"},
        .versions = "all, as a reply to clients",
        .meaning = "A script, function or module command has run for longer than lua-time-limit "
                   "(busy-reply-threshold) and everybody else waits for it.",
        .remedy = "redis-cli SCRIPT KILL, or FUNCTION KILL, as the reply says; neither ends one that has "
                  "written: wait, or SHUTDOWN NOSAVE, which loses what was not saved.",
        .see = "slow-commands",
    },
    {
        .id = "script-slow",
        .patterns = {"Lua slow script detected: still in execution after %d milliseconds.",
                     "Slow script detected: still in execution after %d milliseconds."},
        .versions = "all",
        .meaning = "A script or function runs for so long already, and everybody else waits for it (BUSY).",
        .remedy = "redis-cli SCRIPT KILL, or FUNCTION KILL; neither ends one that has written.",
        .see = "slow-commands",
    },
    {
        .id = "unkillable",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"UNKILLABLE Sorry the script already executed write commands against the dataset.",
                     "UNKILLABLE The busy script was sent by a master instance"},
        .versions = "all, as a reply to clients",
        .meaning = "The script has written already, or comes from the primary, so it is not ended: half of "
                   "it would be left.",
        .remedy = "Wait for its end. SHUTDOWN NOSAVE ends the server without saving: what came since the "
                  "last snapshot or AOF write is lost.",
        .see = "slow-commands",
    },

    /* --- cluster --- */
    {
        .id = "cluster-down",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"CLUSTERDOWN The cluster is down", "CLUSTERDOWN Hash slot not served",
                     "redis.exceptions.ClusterDownError: %*"},
        .versions = "Redis 3.0 and later, Valkey, as a reply to clients",
        .meaning = "The cluster does not serve: slots have no node (with cluster-require-full-coverage yes "
                   "one is enough for all), or this node sees too few primaries.",
        .remedy = "redis-cli --cluster check with any node's address names the slots and nodes; bring the "
                  "failed node or its replica back.",
        .see = "replication-lag",
    },
    {
        .id = "cluster-state",
        .patterns = {"Cluster state changed: %*"},
        .versions = "Redis 3.0 and later, Valkey",
        .meaning = "By this node the cluster now serves (ok) or does not (fail): then slots have no node, or "
                   "too few primaries are seen.",
        .remedy = "redis-cli CLUSTER NODES and CLUSTER INFO; the lines before it name the node that failed.",
        .see = "replication-lag",
    },
    {
        .id = "cluster-node-failing",
        .patterns = {"Marking node %* as failing (quorum reached).", "FAIL message received from %*"},
        .versions = "Redis 3.0 and later, Valkey",
        .meaning =
            "Most primaries have not reached that node for cluster-node-timeout: it is down, or hung for so "
            "long (a slow command, swapping, a stalled disk), or cut off. Its replica takes its place.",
        .remedy = "That node's own log of that minute.",
        .see = "latency-events",
    },
    {
        .id = "cluster-no-failover",
        .patterns = {"Currently unable to failover: %*", "Failover auth denied to %*",
                     "Manual failover timed out."},
        .versions = "Redis 3.0 and later, Valkey",
        .meaning =
            "A replica cannot take its primary's place; the reason stands in the line: its data is too old "
            "(cluster-replica-validity-factor), it did not get the votes of most primaries, or must wait.",
        .remedy = "Where most primaries are down nobody can vote: redis-cli CLUSTER FAILOVER TAKEOVER at the "
                  "replica, which is without anybody's consent.",
        .see = "replication-lag",
    },
    {
        .id = "cluster-failover",
        .patterns = {"Failover election won: I'm the new master.",
                     "Failover election won: I'm the new primary.",
                     "Starting a failover election for epoch %d", "A failover occurred in shard %*"},
        .versions = "Redis 3.0 and later, Valkey",
        .meaning = "A replica is taking, or has taken, its primary's place. Writes that the old primary had "
                   "taken and not passed on are lost.",
        .remedy = "Why the old primary was gone: its log, and that of its host.",
        .see = "restarted",
    },
    {
        .id = "cluster-configuration",
        .patterns = {"Sorry, the cluster configuration file %* is already used by a different%*",
                     "Impossible to lock %*", "Can't open %* in order to acquire a lock: %*",
                     "Unrecoverable error: corrupted cluster config file%*",
                     "Fatal: can't update cluster config file.", "Loading the cluster node config from %*",
                     "Could not rename tmp cluster config file: %*",
                     "Could not open temp cluster config file: %*", "Could not sync %*cluster config file%*",
                     "Failed after writing (%d) bytes to tmp cluster config file: %*",
                     "Unable to obtain the cluster node config file stat %*",
                     "error saving the cluster node config: %*"},
        .versions = "Redis 3.0 and later, Valkey",
        .meaning = "The file of cluster-config-file cannot be used: another server has it, it is damaged, or "
                   "it cannot be written. A node without it does not start, or ends.",
        .remedy = "A dir or cluster-config-file of its own for each node; the directory's owner and room. A "
                  "damaged one: from another node's CLUSTER NODES, or reset and join the node again. df -h "
                  "\"$(redis-cli CONFIG GET dir | tail -n 1)\"",
    },
    {
        .id = "cluster-port",
        .patterns = {"Redis port number too high. Cluster communication port is 10,000 port numbers higher "
                     "than your Redis port.",
                     "Valkey port number too high. Cluster communication port is 10,000 port numbers higher "
                     "than your Valkey port."},
        .versions = "Redis 3.0 and later, Valkey",
        .meaning = "The cluster's own port is the port and 10000, which is above 65535 here. The node does "
                   "not start.",
        .remedy = "A port up to 55535, or cluster-port from Redis 7.0 on, in its configuration",
    },
    {
        .id = "cluster-link-limit",
        .patterns = {"Freeing cluster link(%*due to exceeding send buffer memory limit."},
        .versions = "Redis 7.0 and later, Valkey",
        .meaning = "What waited to be sent to another node passed cluster-link-sendbuf-limit and the link "
                   "was dropped: that node or the network is too slow, or much is published.",
        .remedy = "Sharded channels (SPUBLISH) for much that is published; else that node's log.",
        .see = "client-buffers",
    },
    {
        .id = "cluster-slots",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"CROSSSLOT Keys in request don't hash to the same slot",
                     "TRYAGAIN Multiple keys request during rehashing of slot",
                     "redis.exceptions.ClusterCrossSlotError: Keys in request",
                     "redis.exceptions.TryAgainError: Multiple keys request"},
        .versions = "Redis 3.0 and later, Valkey, as a reply to clients",
        .meaning = "One command names keys of several nodes (CROSSSLOT), or keys that are being moved "
                   "between two (TRYAGAIN).",
        .remedy = "CROSSSLOT: a hash tag in braces in the names of keys that belong together. TRYAGAIN: the "
                  "client asks again.",
    },
    {
        .id = "cluster-redirect",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"MOVED %d %*:%d", "ASK %d %*:%d"},
        .applies = is_redirect,
        .versions = "Redis 3.0 and later, Valkey, as a reply to clients",
        .meaning = "The key lies at the node that the reply names. A client made for clusters goes there by "
                   "itself; where its users see this, it was not told that there is a cluster.",
        .remedy = "At the client: cluster mode (redis-cli -c).",
    },
    {
        .id = "migrate-failed",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"IOERR error or timeout %*", "ERR Target instance replied with error: %*"},
        .versions = "all, as a reply to clients",
        .meaning = "MIGRATE could not reach the other server, not within its time (big keys take longer), or "
                   "was refused there: then the reply ends with that server's own.",
        .remedy =
            "Ask again, with a longer time; redis-cli --cluster check shows slots that are left half moved.",
    },

    /* --- sentinel --- */
    {
        .id = "sentinel-down",
        .patterns = {"+sdown %*", "+odown %*"},
        .versions = "Sentinel, all",
        .meaning = "A sentinel has had no answer for down-after-milliseconds (+sdown, its own view); +odown: "
                   "as many as the quorum agree, and a failover begins. The instance is down, was too slow "
                   "to answer, or cannot be reached from here.",
        .remedy = "The log of that instance and its host of that minute: a slow command, a long fork, "
                  "swapping, an OOM kill.",
        .see = "latency-events",
    },
    {
        .id = "sentinel-up",
        .patterns = {"-sdown %*", "-odown %*"},
        .versions = "Sentinel, all",
        .meaning = "The instance answers again.",
        .remedy = "What it was: +sdown before it tells when it began.",
        .see = "latency-events",
    },
    {
        .id = "sentinel-failover-failed",
        .patterns = {"-failover-abort-no-good-slave %*", "-failover-abort-not-elected %*",
                     "-failover-abort-slave-timeout %*", "+failover-end-for-timeout %*",
                     "-slave-reconf-sent-timeout %*"},
        .versions = "Sentinel, all",
        .meaning = "A failover came to nothing: no replica was fit (all down, too long without the primary, "
                   "or with priority 0), the sentinels did not agree on one of them, or the replica did not "
                   "turn in time. It is tried again after twice failover-timeout.",
        .remedy = "redis-cli -p 26379 SENTINEL REPLICAS and SENTINEL CKQUORUM, with the primary's name.",
        .see = "replication-lag",
    },
    {
        .id = "sentinel-failover",
        .patterns = {"+switch-master %*", "+try-failover %*", "+elected-leader %*", "+selected-slave %*",
                     "+promoted-slave %*", "+failover-end %*", "+failover-state-%*", "+vote-for-leader %*",
                     "+new-epoch %*", "Next failover delay: I will not start a failover before %*"},
        .versions = "Sentinel, all",
        .meaning = "A failover, step by step; +switch-master names the old address and the new one. Writes "
                   "that the old primary had taken and not passed on are lost.",
        .remedy = "Why the old primary was gone: +sdown before it, its log, and that of its host.",
        .see = "restarted",
    },
    {
        .id = "sentinel-tilt",
        .patterns = {"+tilt %*", "-tilt %*"},
        .versions = "Sentinel, all",
        .meaning = "The sentinel's clock jumped, or the sentinel itself did not run for more than 2 seconds: "
                   "it does nothing until the time has gone normally for 30 seconds. On a host whose "
                   "sentinel stalls, the servers stall too.",
        .remedy = "A host that swaps, is short of CPU or stops as a virtual machine (snapshots, migration): "
                  "journalctl of that minute.",
        .see = "latency-events",
    },
    {
        .id = "sentinel-no-quorum",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"NOQUORUM %d usable Sentinels", "NOGOODSLAVE No suitable %*to promote",
                     "INPROG Failover already in progress"},
        .versions = "Sentinel, all, as a reply",
        .meaning = "No failover is possible now: too few sentinels see each other (or most of them are "
                   "gone), no replica is fit, or one is under way.",
        .remedy = "redis-cli -p 26379 SENTINEL SENTINELS and SENTINEL REPLICAS, with the primary's name: "
                  "bring those back that are down.",
    },
    {
        .id = "sentinel-configuration",
        .patterns = {"WARNING: Sentinel was not able to save the new configuration on disk!!!%*",
                     "Sentinel config file %* is not writable: %*",
                     "Sentinel started without a config file. Exiting...",
                     "Sentinel needs config file on disk to save state.%*",
                     "Sentinel config from STDIN not allowed."},
        .versions = "Sentinel, all",
        .meaning = "The sentinel cannot write its configuration, where it keeps who is the primary: it does "
                   "not start, or after a restart takes an old primary for the new one.",
        .remedy = "The file and its directory with the sentinel's user as their owner, on a disk with room, "
                  "in its unit's ReadWritePaths=.",
    },
    {
        .id = "sentinel-script",
        .patterns = {"-script-timeout %*", "-script-error %*"},
        .versions = "Sentinel, all",
        .meaning = "A notification or reconfiguration script ended with an error or was killed after 60 "
                   "seconds: who waits for it (an address to be moved, an alert) was not told.",
        .remedy = "Run the script by hand as the sentinel's user, with the arguments that the line shows.",
    },
    {
        .id = "sentinel-topology",
        .patterns = {"+monitor master %*", "+slave slave %*", "+sentinel sentinel %*", "+sentinel-%*",
                     "+reset-master %*", "+convert-to-slave %*", "+fix-slave-config %*",
                     "+config-update-from %*", "+slave-reconf-%*", "-monitor master %*", "+reboot %*",
                     "+role-change %*"},
        .versions = "Sentinel, all",
        .meaning =
            "What the sentinel learnt or changed: whom it watches, who came, who was told to follow whom. "
            "+reboot: that server was restarted. +fix-slave-config: it followed another than it should.",
        .remedy = "Nothing by itself; read it with the failover around it.",
    },

    /* --- the rest --- */
    {
        .id = "slow-clocksource",
        .patterns = {"WARNING Slow system clocksource detected.", "Slow system clocksource detected."},
        .versions = "redis-server --check-system of Redis 7.0.1 and later, Valkey",
        .meaning =
            "Reading the clock takes a system call here, as it measured. Redis reads it for every command.",
        .wrong = "It names tsc, which this host may not have: available_clocksource tells.",
        .judge = judge_clocksource,
        .remedy = "cat /sys/devices/system/clocksource/clocksource0/available_clocksource, and write tsc (on "
                  "ARM arch_sys_counter) into current_clocksource beside it where it is listed",
        .see = "slow-clocksource",
    },
    {
        .id = "xen-clocksource",
        .patterns = {"WARNING Your system is configured to use the 'xen' clocksource",
                     "Your system is configured to use the 'xen' clocksource"},
        .versions = "Redis 7.0.1 and later, Valkey",
        .meaning = "The clocksource is xen. On old kernels and hypervisors each reading of the clock calls "
                   "the hypervisor, and Redis reads it for every command.",
        .wrong = "The name alone proves nothing: where the kernel reads that clock without a system call, "
                 "nothing is lost.",
        .judge = judge_xen_clocksource,
        .remedy = "redis-server --check-system measures it. Where it is slow and available_clocksource lists "
                  "tsc: echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource",
        .see = "slow-clocksource",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "no-configuration",
        .patterns = {"Warning: no config file specified, using the default config."},
        .versions = "all",
        .meaning = "The server was started without its configuration file: no maxmemory, no password, "
                   "snapshots in the directory it was started from.",
        .remedy = "Name the file on its command line: redis-server /etc/redis/redis.conf",
        .counts_as = LOG_STARTUP_WARNING,
    },
};

const size_t log_line_kinds_count = ELEMENTS(log_line_kinds);

const char *const log_lines_harmless[] = {
    "(Non critical) Master does not understand REPLCONF capa: ",
    "(Non critical) Master does not understand REPLCONF ip-address: ",
    "(Non critical) Primary does not understand REPLCONF VERSION: ",
    "(Non critical) Primary does not understand REPLCONF capa: ",
    "(Non critical) Primary does not understand REPLCONF ip-address: ",
    "BGSAVE for replication: replication information not available",
    "Background AOF rewrite finished successfully",
    "Background AOF rewrite signal handler took ",
    "Background AOF rewrite terminated with success",
    "Background RDB transfer started by pid ",
    "Background RDB transfer terminated with success",
    "Background saving scheduled ",
    "Background saving started by pid ",
    "Background saving terminated with success",
    "Background saving will be aborted due to user request",
    "Connection with Node ",
    "Diskless rdb transfer, done reading from pipe, ",
    "Diskless rdb transfer, last replica dropped, ",
    "Error accepting cluster node",
    "Error condition on socket for dual channel replication: ",
    "Error reading the consumer ",
    "Error registering functions: ",
    "Error writing to client: ",
    "Failed creating function, ",
    "Failed creating the lua ",
    "I/O error reading from node link: ",
    "I/O error writing to node link: ",
    "Manual failover requested by ",
    "Manual failover user request accepted",
    "Partial resynchronization request from ",
    "Primary does not understand REPLCONF identify: ",
    "Received shutdown signal, scheduling shutdown",
    "Unable to connect to Cluster Node [",
    "Unable to obtain the AOF file ",
    "Unknown command or category name in ACL",
    NULL,
};
