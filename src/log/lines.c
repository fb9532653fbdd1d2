/* SPDX-License-Identifier: MIT */
/* THE table of known log lines, and what of them holds on a host.
 * Owns their meaning; line.c finds them. */
#include <stdio.h>
#include <string.h>

#include "log/line.h"
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
        say(ret_now, "vm.overcommit_memory is 1 now: no fork is refused for what it might use");
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
    static const char *const slow[] = {"xen", "hpet", "acpi_pm", "jiffies", "refined-jiffies"};

    (void)match;
    if (!host->clocksource)
        return not_readable(ret_now, "current_clocksource");
    say(ret_now, "the clocksource is %s now", host->clocksource);
    for (size_t i = 0; i < ELEMENTS(slow); i++)
        if (strcmp(host->clocksource, slow[i]) == 0)
            return TRAIT_YES;
    return TRAIT_NO;
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

/* Template:
 *  {
 *      .id = "", as other findings: words and dashes
 *      .patterns = {""}, from the message's first character on; %d a number, %* anything
 *      .versions = "", who writes it
 *      .meaning = "", what the server found, and what comes of it
 *      .wrong = "", what it gets wrong; left out where it is right
 *      .judge = , whether it holds here now; left out where a host cannot show it
 *      .remedy = "", a command first, where one mends it
 *      .see = "", the tunable or finding that has more
 *      .counts_as = LOG_STARTUP_WARNING, where a finding takes it as evidence
 *  },
 * The first row that matches counts. */
const struct log_line_kind log_line_kinds[] = {
    /* --- memory --- */
    {
        .id = "overcommit-inverted",
        .patterns = {"WARNING WARNING overcommit_memory is set to 0!"},
        .versions = "Redis 7.0.1 and 7.0.2",
        .meaning =
            "Nothing: these two releases test the wrong way round and warn where vm.overcommit_memory is "
            "not 0, and keep silent where it is.",
        .wrong = "It says the opposite of what is. Redis 7.0.3 mends it.",
        .judge = judge_overcommit_inverted,
        .remedy = "Upgrade Redis to 7.0.15; leave vm.overcommit_memory at 1.",
        .see = "vm.overcommit_memory",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "overcommit-is-0",
        .patterns = {"WARNING overcommit_memory is set to 0!", "overcommit_memory is set to 0!"},
        .versions = "Redis 2.6 to 6.2.7, 7.0.0, 7.0.3 to 7.0.5 (in 7.0.2 it stands for the opposite)",
        .meaning =
            "vm.overcommit_memory was 0 when the server started: the kernel judges each mapping at fork "
            "by itself, and in corner cases refuses the fork of a snapshot or an AOF rewrite.",
        .wrong =
            "Low memory is not what mode 0 looks at: since Linux 5.2 it compares one mapping with all RAM "
            "and swap, whatever is free, and jemalloc's heap is not counted at all from Redis 5 "
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
        .meaning =
            "vm.overcommit_memory was 0 or 2 when the server started. Under 2 the fork of a snapshot is "
            "refused where it would pass CommitLimit; under 0 in corner cases only.",
        .wrong =
            "Under 0 overcommit is on already, and free memory is not looked at; what it says of failures "
            "without low memory is true of 2. " SYSCTL_CONF,
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
        .meaning =
            "Transparent huge pages did not stand at never when the server started. They make memory use "
            "and latency uneven; under madvise only a program that asks gets them, and Redis' allocator "
            "does not ask.",
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
             "WARNING You have Transparent Huge Pages (THP) support enabled in your kernel.%*'echo madvise >",
             "You have Transparent Huge Pages (THP) support enabled in your kernel.%*'echo madvise >"},
        .versions = "Redis 6.0.8 and later, Valkey",
        .meaning = "Transparent huge pages stood at always when the server started, and from Redis 6.2 on it "
                   "could not keep itself out of them (disable-thp no, or prctl was refused).",
        .wrong = "Since Linux 5.8 a write after a fork copies 4 kB, not the whole huge page; what is left is "
                 "uneven memory use and stalls of compaction. " RC_LOCAL,
        .judge = judge_thp_always,
        .remedy = "redis-hosttune apply --only=thp.enabled, then restart the server",
        .see = "thp.enabled",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "arm64-cow-bug",
        .patterns =
            {"WARNING Your kernel has a bug that could lead to data corruption during background save.",
             "Your kernel has a bug that could lead to data corruption during background save.",
             "WARNING Failed to test the kernel for a bug that could lead to data corruption",
             "Failed to test the kernel for a bug that could lead to data corruption"},
        .versions = "Redis 5.0.11, 6.0.10, 6.2 and later on 64-bit ARM, Valkey",
        .meaning = "This kernel loses writes to memory that was given back with MADV_FREE and then forked: a "
                   "snapshot may hold wrong data. The server does not start.",
        .remedy = "Upgrade the kernel. ignore-warnings ARM64-COW-BUG only silences it.",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "maxmemory-below-1mb",
        .patterns = {"WARNING: You specified a maxmemory value that is less than 1MB"},
        .versions = "all",
        .meaning = "maxmemory is a few bytes: most likely the unit is missing. Every write is refused, or "
                   "evicts what was there.",
        .remedy = "redis-cli CONFIG SET maxmemory 4gb, and the same in redis.conf",
        .counts_as = LOG_STARTUP_WARNING,
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
        .patterns = {"Out Of Memory allocating %d bytes!"},
        .versions = "all",
        .meaning =
            "An allocation failed and the server ended itself: a limit on its address space, overcommit "
            "mode 2, or too many mappings. It is not the kernel's OOM killer, which leaves no line here.",
        .judge = judge_fork_memory,
        .remedy = "redis-hosttune apply --only=vm.overcommit_memory; then read redis-hosttune diagnose",
        .see = "fork-would-fail",
    },
    {
        .id = "maxmemory-reached",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"OOM command not allowed when used memory > 'maxmemory'"},
        .versions = "all, as a reply to clients",
        .meaning = "maxmemory is reached and nothing may be evicted. This is the server's own limit, not the "
                   "kernel's.",
        .remedy = "Raise maxmemory within what the host has, or choose a maxmemory-policy that evicts.",
        .see = "redis-oom-errors",
    },
    {
        .id = "oom-score-adj",
        .patterns = {"Unable to write oom_score_adj: %*", "Unable to read oom_score_adj: %*"},
        .versions = "Redis 6.0 and later, Valkey",
        .meaning = "The server may not change how soon the OOM killer takes it: lowering the score needs a "
                   "privilege that it does not have. It runs on with the score it was started with.",
        .remedy = "OOMScoreAdjust= in a drop-in of its unit does the same without the privilege.",
        .counts_as = LOG_STARTUP_WARNING,
    },

    /* --- forks and snapshots --- */
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
        .meaning = "The kernel refused the fork with EAGAIN: the user's processes (RLIMIT_NPROC) or the "
                   "cgroup's (pids.max) are used up. It has nothing to do with memory.",
        .judge = judge_server_process,
        .remedy =
            "LimitNPROC= and TasksMax= in a drop-in of its unit, then systemctl daemon-reload and restart "
            "the server",
        .see = "fork-would-fail",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "fork-refused",
        .patterns = {"Can't save in background: fork: %*",
                     "Can't rewrite append only file in background: fork: %*"},
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
                     "Background transfer terminated by signal %d"},
        .versions = "all",
        .meaning =
            "The child that wrote the snapshot was killed, and its work is lost. With signal 9 suspect "
            "the kernel's OOM killer: copy-on-write did not fit.",
        .judge = judge_killed,
        .remedy = "journalctl -k -g 'Killed process'; then lower maxmemory or raise the limit that was hit",
        .see = "kernel-oom-kill",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-no-space",
        .patterns = {"Write error saving DB on disk%*No space left on device",
                     "Write error while saving DB to the disk%*No space left on device", /* newer ones */
                     "Failed opening %*No space left on device",
                     "Write error writing append only file on disk%*No space left on device"},
        .versions = "all",
        .meaning = "The file system that holds dir is full: the snapshot or the rewritten AOF was not kept.",
        .remedy =
            "df -h on the server's dir (redis-cli CONFIG GET dir): it needs room for the old file and the "
            "new one at once",
        .see = "bgsave-failed",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-failed",
        .patterns = {"Write error saving DB on disk%*", "Write error while saving DB to the disk%*",
                     "Failed opening the temp RDB file %*", "Failed opening the RDB file %*",
                     "Failed opening .rdb for saving: %*", "Write error writing append only file on disk%*"},
        .versions = "all",
        .meaning = "A snapshot could not be written; the reason stands in the line.",
        .remedy = "Mend what it names: the directory's owner, its mode, a read-only mount or the unit's "
                  "ReadWritePaths=.",
        .see = "bgsave-failed",
        .counts_as = LOG_SAVE_FAILURE,
    },
    {
        .id = "save-error",
        .patterns = {"Background saving error", "Background AOF rewrite terminated with error"},
        .versions = "all",
        .meaning = "The child that wrote the snapshot or the AOF gave up; the line before this one says why.",
        .remedy = "Read the line before it, which the child wrote (role C).",
        .see = "bgsave-failed",
        .counts_as = LOG_FAILURE_NOTED,
    },
    {
        .id = "writes-refused",
        .speaker = LOG_SPEAKER_REPLY,
        .patterns = {"MISCONF Redis is configured to save RDB snapshots",
                     "MISCONF Valkey is configured to save RDB snapshots"},
        .versions = "all, as a reply to clients",
        .meaning = "The last snapshot failed, so writes are refused until one succeeds "
                   "(stop-writes-on-bgsave-error).",
        .wrong = "Switching that off hides the failure and leaves the data without a snapshot.",
        .remedy = "Mend the snapshot, then redis-cli BGSAVE",
        .see = "bgsave-failed",
    },
    {
        .id = "copy-on-write",
        .patterns = {"RDB: %d MB of memory used by copy-on-write",
                     "AOF rewrite: %d MB of memory used by copy-on-write", "Fork CoW for %* current %d MB"},
        .versions = "all, as a notice",
        .meaning = "What a snapshot cost in memory besides the data: pages that were written while the child "
                   "ran.",
        .remedy = "Nothing, while the host and the cgroup have room for it.",
        .see = "cow-large",
    },

    /* --- the append-only file --- */
    {
        .id = "fsync-slow",
        .patterns = {"Asynchronous AOF fsync is taking too long (disk is busy?)."},
        .versions = "all",
        .meaning =
            "An fsync of the AOF ran for more than two seconds, and the server writes on without waiting "
            "for it: the disk is too slow or shared with something heavy, often the server's own "
            "snapshot.",
        .remedy =
            "redis-cli CONFIG SET no-appendfsync-on-rewrite yes, where losing the seconds of a rewrite is "
            "allowed; or a faster disk",
        .see = "latency-events",
    },
    {
        .id = "aof-no-space",
        .patterns = {"Error writing to the AOF file: No space left on device",
                     "Short write while writing to the AOF file"},
        .versions = "all",
        .meaning = "The file system that holds the AOF is full; writes are refused until there is room.",
        .remedy = "df -h on the server's dir (redis-cli CONFIG GET dir)",
        .see = "aof-failed",
        .counts_as = LOG_AOF_FAILURE,
    },
    {
        .id = "aof-failed",
        .patterns = {"Error writing to the AOF file: %*", "Can't recover from AOF write error"},
        .versions = "all",
        .meaning = "The AOF could not be written; the reason stands in this line or near it.",
        .remedy = "Mend what it names; redis-cli INFO persistence shows aof_last_write_status.",
        .see = "aof-failed",
        .counts_as = LOG_AOF_FAILURE,
    },

    /* --- the network and descriptors --- */
    {
        .id = "backlog-truncated",
        .patterns =
            {"WARNING: The TCP backlog setting of %d cannot be enforced because "
             "/proc/sys/net/core/somaxconn is set to the lower value of %d.",
             "WARNING: The TCP backlog setting of %d cannot be enforced because kern.%*is set to the "
             "lower value of %d",
             "WARNING: The TCP backlog setting of %d cannot be enforced because SOMAXCONN is set to the "
             "lower value of %d"},
        .versions = "Redis 2.8.18 and later, Valkey",
        .meaning =
            "The listen queue is shorter than tcp-backlog asks for. In a burst of connections the kernel "
            "drops what does not fit, and clients see time-outs.",
        .judge = judge_backlog,
        .remedy =
            "redis-hosttune apply --only=net.core.somaxconn, then restart the server: the limit is taken "
            "when it starts to listen",
        .see = "net.core.somaxconn",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "maxclients-reduced",
        .patterns =
            {"You requested maxclients of %d requiring at least %d max file descriptors.",
             "Current maximum open files is %d. maxclients has been reduced to %d to compensate for low "
             "ulimit.",
             "Unable to set the max number of files limit to %d"},
        .versions = "all",
        .meaning = "The limit on open files is below maxclients + 32, so the server has lowered maxclients: "
                   "connections above it are refused.",
        .judge = judge_server_process,
        .remedy = "LimitNOFILE=65536 in a drop-in of its unit (redis-hosttune's generator writes it), then "
                  "restart the server. ulimit -n of a shell does not reach a service.",
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
        .remedy = "LimitNOFILE=65536 in a drop-in of its unit (redis-hosttune's generator writes it), then "
                  "restart the server",
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
        .remedy = "LimitNOFILE=65536 in a drop-in of its unit, then start the server",
        .see = "nofile-low",
    },
    {
        .id = "accept-no-files",
        .patterns = {"Accepting client connection: accept: Too many open files",
                     "Accepting client connection: Too many open files"},
        .versions = "all",
        .meaning = "A connection could not be taken: the process has as many files open as it may.",
        .judge = judge_server_process,
        .remedy = "LimitNOFILE=65536 in a drop-in of its unit, then restart the server",
        .see = "nofile-low",
    },
    {
        .id = "output-buffer-exceeded",
        .patterns = {"Client %* scheduled to be closed ASAP for overcoming of output buffer limits.",
                     "Client %* closed for overcoming of output buffer limits."},
        .versions = "all",
        .meaning =
            "A client read more slowly than it was sent data, passed client-output-buffer-limit and was "
            "cut off. The limit did its work; the client is what is slow.",
        .remedy = "For replicas and subscribers raise the limit of their class; for others mend the client.",
        .see = "client-buffers",
    },
    {
        .id = "partial-resync-lacking",
        .patterns = {"Unable to partial resync with %*for lack of backlog"},
        .versions = "all, as a notice",
        .meaning = "A replica was away longer than repl-backlog-size covers and must fetch the whole data "
                   "again.",
        .remedy = "redis-cli CONFIG SET repl-backlog-size 100mb",
        .see = "repl-backlog-small",
    },
    {
        .id = "cross-protocol-attack",
        .patterns = {"Possible SECURITY ATTACK detected."},
        .versions = "Redis 3.2 and later, Valkey",
        .meaning =
            "Something spoke HTTP to the server and was cut off: a scanner, a browser that was lured, or "
            "a health check of the wrong kind. The port is reachable for it.",
        .remedy = "bind to loopback or close the port in the firewall; a health check should send PING",
        .see = "open-to-network",
    },

    /* --- the rest --- */
    {
        .id = "slow-clocksource",
        .patterns = {"WARNING Slow system clocksource detected.", "Slow system clocksource detected."},
        .versions = "redis-server --check-system of Redis 7.0.1 and later, Valkey",
        .meaning = "Reading the clock takes a system call here. Redis reads it for every command.",
        .wrong = "It names tsc, which this host may not have: available_clocksource tells.",
        .judge = judge_clocksource,
        .remedy =
            "cat /sys/devices/system/clocksource/clocksource0/available_clocksource, and write tsc into "
            "current_clocksource beside it where it is listed",
        .see = "slow-clocksource",
    },
    {
        .id = "xen-clocksource",
        .patterns = {"WARNING Your system is configured to use the 'xen' clocksource",
                     "Your system is configured to use the 'xen' clocksource"},
        .versions = "Redis 7.0.1 and later, Valkey",
        .meaning = "Reading the clock takes a call to the hypervisor here. Redis reads it for every command.",
        .judge = judge_clocksource,
        .remedy = "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource, where "
                  "available_clocksource lists tsc",
        .see = "slow-clocksource",
        .counts_as = LOG_STARTUP_WARNING,
    },
    {
        .id = "no-configuration",
        .patterns = {"Warning: no config file specified, using the default config."},
        .versions = "all",
        .meaning =
            "The server was started without its configuration file: no maxmemory, no password, snapshots "
            "in the directory it was started from.",
        .remedy = "Name the file on its command line: redis-server /etc/redis/redis.conf",
        .counts_as = LOG_STARTUP_WARNING,
    },
};

const size_t log_line_kinds_count = ELEMENTS(log_line_kinds);

const char *const log_lines_harmless[] = {
    "Background AOF rewrite finished successfully",    "Background AOF rewrite terminated with success",
    "Background RDB transfer terminated with success", "Background saving started by pid ",
    "Background saving terminated with success",       NULL,
};
