/* SPDX-License-Identifier: MIT */
#include "log/line.h"
#include "log/plain.h"

#include <string.h>

#include "support.h"

#include "diagnose/finding.h"
#include "policy/tunable.h"

#define OVERCOMMIT_OLD                                                                                    \
    "WARNING overcommit_memory is set to 0! Background save may fail under low memory condition. To fix " \
    "this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command "   \
    "'sysctl vm.overcommit_memory=1' for this to take effect."
#define OVERCOMMIT_NEW                                                                                  \
    "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail " \
    "under low memory condition. Being disabled, it can can also cause failures without low memory "    \
    "condition, see https://github.com/jemalloc/jemalloc/issues/1328. To fix this issue add "           \
    "'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command 'sysctl "        \
    "vm.overcommit_memory=1' for this to take effect."
#define THP_OLD                                                                                           \
    "WARNING you have Transparent Huge Pages (THP) support enabled in your kernel. This will create "     \
    "latency and memory usage issues with Redis. To fix this issue run the command 'echo never > "        \
    "/sys/kernel/mm/transparent_hugepage/enabled' as root, and add it to your /etc/rc.local in order to " \
    "retain the setting after a reboot. Redis must be restarted after THP is disabled."
#define THP_MADVISE(you, name)                                                                             \
    you " have Transparent Huge Pages (THP) support enabled in your kernel. This will create latency and " \
        "memory usage issues with " name ". To fix this issue run the command 'echo madvise > "            \
        "/sys/kernel/mm/transparent_hugepage/enabled' as root, and add it to your /etc/rc.local in order " \
        "to retain the setting after a reboot. " name " must be restarted after THP is disabled (set to "  \
        "'madvise' or 'never')."

#define OLD "WARNING overcommit_memory is set to 0!"

#define F "7:M 25 Nov 2026 13:27:43.790 # "

/* A kind of no line. */
static const char *const none = "(none)";

static const char *kind_of(const char *line)
{
    struct log_versions versions = {0};
    struct log_match match;
    char buffer[LOG_LINE_MAX];
    struct log_part plain = log_plain(line, strlen(line), buffer);

    return log_line_find(plain.text, plain.size, &versions, &match) == LOG_FOUND ? match.kind->id : none;
}

/* Its judgement on the host, "yes: reason"; owned by the caller. */
static char *judged(const char *line, const struct log_host *host)
{
    static const char *const names[] = {"unknown", "no", "yes"};
    struct log_versions versions = {0};
    struct log_match match;
    char *reason = NULL, *text = NULL;

    assert_int_equal(log_line_find(line, strlen(line), &versions, &match), LOG_FOUND);
    assert_non_null(match.kind->judge);
    assert_true(asprintf(&text, "%s: ", names[match.kind->judge(&match, host, &reason)]) > 0);
    assert_non_null(reason);
    text = realloc(text, strlen(text) + strlen(reason) + 1);
    assert_non_null(text);
    strcat(text, reason);
    free(reason);
    return text;
}

#define assert_judged(line, host, expected)                \
    do {                                                   \
        _cleanup_free_ char *judged_ = judged(line, host); \
        assert_contains(judged_, expected);                \
    } while (0)

static void log_line__warnings_of_all_versions_and_formats(void **state)
{
    static const struct {
        const char *line, *id;
    } cases[] = {
        {"[812] 14 Nov 07:01:22.119 # " OVERCOMMIT_OLD, "overcommit-is-0"},                /* 2.8 */
        {"[812] 14 Nov 07:01:22 # " OVERCOMMIT_OLD, "overcommit-is-0"},                    /* 2.4 */
        {"812:M 14 Nov 07:01:22.119 # " OVERCOMMIT_OLD, "overcommit-is-0"},                /* 3.0 to 4.0 */
        {"812:M 14 Nov 2019 07:01:22.119 # " OVERCOMMIT_OLD, "overcommit-is-0"},           /* 5.0 and later */
        {"1:M 01 Jun 2022 07:01:22.119 # WARNING " OVERCOMMIT_OLD, "overcommit-inverted"}, /* 7.0.1 */
        {"25004:M 25 Nov 2026 13:27:43.790 # " OVERCOMMIT_NEW, "overcommit-is-not-1"},
        {"1:C 21 Feb 2024 16:01:02.326 # " OVERCOMMIT_NEW "\r\n",
         "overcommit-is-not-1"}, /* 7.2: before all else */
        {"pid=7 role=primary timestamp=\"21 Feb 2024 16:01:02.326\" level=warning message=\"" OVERCOMMIT_NEW
         "\"",
         "overcommit-is-not-1"},
        {"pid=7 role=RDB/AOF timestamp=\"2026-11-25T13:27:43.786+01:00\" level=warning "
         "message=\"" OVERCOMMIT_NEW "\"",
         "overcommit-is-not-1"},
        {"7:M 2026-11-25T13:27:43.786+01:00 # " OVERCOMMIT_NEW, "overcommit-is-not-1"},
        {"7:M 1795613263786 # " OVERCOMMIT_NEW, "overcommit-is-not-1"},
        {"Memory overcommit must be enabled! Without it, a background save or replication may fail",
         "overcommit-is-not-1"}, /* --check-system */
        {"812:M 14 Nov 07:01:22.119 # " THP_OLD, "thp-not-never"},
        {"812:M 14 Nov 2020 07:01:22.119 # WARNING " THP_MADVISE("you", "Redis"), "thp-always"},
        {"812:M 14 Nov 2022 07:01:22.119 # WARNING " THP_MADVISE("You", "Redis"), "thp-always"},
        {"812:M 14 Nov 2024 07:01:22.119 # WARNING " THP_MADVISE("You", "Valkey"), "thp-always"},
        {THP_MADVISE("You", "Valkey"), "thp-always"},
        {"7:M 25 Nov 2026 13:27:43.790 # WARNING: The TCP backlog setting of 511 cannot be enforced because "
         "/proc/sys/net/core/somaxconn is set to the lower value of 128.",
         "backlog-truncated"},
        {"7:M 25 Nov 2026 13:27:43.790 # WARNING: The TCP backlog setting of 511 cannot be enforced because "
         "kern.ipc.somaxconn is set to the lower value of 128.",
         "backlog-truncated"},
        {"7:M 25 Nov 2026 13:27:43.787 # Server can't set maximum open files to 10032 because of OS error: "
         "Operation not permitted.",
         "open-files-refused"},
        {"7:M 25 Nov 2026 13:27:43.788 # Current maximum open files is 200. maxclients has been reduced to "
         "168 to "
         "compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'.",
         "maxclients-reduced"},
        {"7:M 25 Nov 2026 13:27:43.788 # Can't save in background: fork: Cannot allocate memory",
         "fork-no-memory"},
        {"7:M 25 Nov 2026 13:27:43.788 # Can't save in background: fork: Resource temporarily unavailable",
         "fork-no-process"},
        {"7:M 25 Nov 2026 13:27:43.788 # Can't save in background: fork: Operation not permitted",
         "fork-refused"},
        {"7:M 25 Nov 2026 13:27:43.788 # Write error saving DB on disk(rdbSaveRio): No space left on device",
         "save-no-space"},
        {"18348:C 25 Nov 2026 14:47:41.455 # Write error while saving DB to the disk(rdbSaveRio): No space "
         "left on "
         "device",
         "save-no-space"},
        {"18348:C 25 Nov 2026 14:47:41.455 # Write error while saving DB to the disk(rdbSaveInfo): "
         "Input/output error",
         "save-failed"},
        {"7:M 25 Nov 2026 13:27:43.788 # Write error saving DB on disk: Input/output error", "save-failed"},
        {"\xef\xbb\xbf"
         "812:M 14 Nov 2020 07:01:22.119 # WARNING " THP_MADVISE("you", "Redis"),
         "thp-always"}, /* saved by an editor */
        {"/var/log/redis/redis.log:812:M 14 Nov 2019 07:01:22.119 # " OVERCOMMIT_OLD,
         "overcommit-is-0"}, /* grep -H */
        {"    MESSAGE=812:M 14 Nov 2019 07:01:22.119 # " OVERCOMMIT_OLD,
         "overcommit-is-0"}, /* journalctl -o verbose */
        {"`812:M 14 Nov 2019 07:01:22.119 # " OVERCOMMIT_OLD "`", "overcommit-is-0"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        assert_text(kind_of(cases[i].line), cases[i].id);
}

/* As servers, the kernel and systemd have written them. */
static void log_line__incidents_of_all_kinds(void **state)
{
    static const struct {
        const char *line, *id;
    } cases[] = {
        /* starts and supervision */
        {F "WARNING supervised by systemd - you MUST set appropriate values for TimeoutStartSec and "
           "TimeoutStopSec in your service unit.",
         "supervised-by-systemd"},
        {F "Supervised by systemd. Please make sure you set appropriate values for TimeoutStartSec and "
           "TimeoutStopSec in your service unit.",
         "supervised-by-systemd"},
        {F
         "systemd supervision requested or auto-detected, but Redis is compiled without libsystemd support!",
         "no-libsystemd"},
        {F "systemd supervision requested, but NOTIFY_SOCKET not found", "no-notify-socket"},
        {F "Failed to configure LOCALE for invalid locale name.", "locale"},
        {F "Failed to write PID file: Permission denied", "pid-file"},
        {F "Failed after writing (0) bytes to tmp config file (No space left on device)",
         "config-rewrite-failed"},
        {F "Failed after writing (0) bytes to tmp cluster config file: No space left on device",
         "cluster-configuration"},
        {F "Fail to fsync AOF directory appendonlydir: Input/output error.", "aof-rewrite-failed"},
        {F "Error truncating the AOF file appendonly.aof.1.incr.aof: Read-only file system",
         "aof-unreadable"},
        {F "rdbGenericLoadStringObject failed allocating 1073741824 bytes", "rdb-broken"},
        {F
         "Replication buffer limit has been reached (268435456 bytes), stopped buffering replication stream. "
         "Further accumulation may occur on master side.",
         "replica-buffer-full"},
        {"(error) ERR CONFIG SET failed (possibly related to argument 'activedefrag') - Active "
         "defragmentation cannot be enabled: it requires a Redis server compiled with a modified Jemalloc",
         "defrag-unavailable"},
        {F "Can't chdir to '/var/lib/redis': No such file or directory", "chdir-failed"},
        {F "CONFIG REWRITE failed: Read-only file system", "config-rewrite-failed"},
        {"(error) ERR Rewriting config file: Read-only file system", "config-rewrite-failed"},
        {"*** FATAL CONFIG FILE ERROR (Redis 6.0.16) ***", "config-file-error"},
        {"<jemalloc>: Unsupported system page size", "page-size-unsupported"},
        {F "Failed to test the kernel for a bug that could lead to data corruption during background save. "
           "Your "
           "system could be affected, please report this error.",
         "arm64-cow-untested"},
        {F "WARNING Your kernel has a bug that could lead to data corruption during background save. Please "
           "upgrade to the latest stable kernel.",
         "arm64-cow-bug"},
        /* sockets */
        {F "Could not create server TCP listening socket *:6379: bind: Address already in use",
         "bind-in-use"},
        {F
         "Warning: Could not create server TCP listening socket 10.0.0.5:6379: bind: Cannot assign requested "
         "address",
         "bind-no-address"},
        {F "Creating Server TCP listening socket 0.0.0.0:80: bind: Permission denied", "bind-denied"},
        {F "Failed listening on port 6379 (tcp), aborting.", "listen-failed"},
        {F "Accepting client connection: accept: Too many open files in system", "accept-no-files-host"},
        {F "Accepting client connection: accept: Too many open files", "accept-no-files"},
        {F "Accepting client connection: accept: Software caused connection abort", "accept-failed"},
        {F "Error accepting a client connection: error:1408F10B:SSL routines:ssl3_get_record:wrong version "
           "number "
           "(addr=10.0.0.9:40000 laddr=10.0.0.5:6379)",
         "tls-handshake"},
        /* snapshots */
        {F "Failed opening the RDB file root (in server root dir /var/spool/cron) for saving: Permission "
           "denied",
         "written-elsewhere"},
        {F "Failed opening the temp RDB file temp-9.rdb (in server root dir /root/.ssh) for saving: No space "
           "left "
           "on device",
         "written-elsewhere"},
        {F "Failed opening the RDB file shell.php (in server root dir /srv) for saving: Permission denied",
         "written-elsewhere"},
        {F "Error moving temp DB file temp-9.rdb on the final destination crontab (in server root dir /etc): "
           "Permission denied",
         "written-elsewhere"},
        {F "Failed opening the RDB file dump.rdb (in server root dir /etc/redis) for saving: Read-only file "
           "system",
         "save-failed"},
        {F "Failed opening the temp RDB file temp-9.rdb (in server root dir /data) for saving: No space left "
           "on "
           "device",
         "save-no-space"},
        {F
         "Error moving temp DB file temp-9.rdb on the final destination dump.rdb (in server root dir /data): "
         "Permission denied",
         "save-failed"},
        {F "Error trying to save the DB, can't exit.", "shutdown-refused"},
        {F "Can't handle RDB format version 11", "rdb-version"},
        {F "Bad file format reading the append only file: make a backup of your AOF file, then use "
           "./redis-check-aof --fix <filename>",
         "aof-broken"},
        {F "Unexpected end of file reading the append only file appendonly.aof.1.incr.aof. You can: 1) Make",
         "aof-truncated"},
        {F "Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...",
         "aof-always-ended"},
        {F "Fail to fsync the AOF file: Input/output error", "aof-failed"},
        /* replies */
        {"(error) READONLY You can't write against a read only slave.", "read-only-replica"},
        {"(error) BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
         "busy"},
        {"redis.exceptions.BusyLoadingError: LOADING Redis is loading the dataset in memory", "loading"},
        {"(error) CLUSTERDOWN Hash slot not served", "cluster-down"},
        {"(error) NOREPLICAS Not enough good replicas to write.", "replicas-too-few"},
        {"(error) MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
         "primary-down"},
        {"(error) NOAUTH Authentication required.", "no-authentication"},
        {"(error) WRONGPASS invalid username-password pair or user is disabled.", "wrong-password"},
        {"(error) MISCONF Errors writing to the AOF file: No space left on device", "aof-writes-refused"},
        {"(error) MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist",
         "writes-refused"},
        {"-ERR max number of clients reached", "maxclients-reached"},
        {"-DENIED Redis is running in protected mode because protected mode is enabled", "protected-mode"},
        {"(error) MOVED 3999 127.0.0.1:6381", "cluster-redirect"},
        {"MOVED 3 files to host x:80", "(none)"},
        {"(error) ERR invalid password", "wrong-password"},
        {"Nov 25 13:27:43 web1 mail[9]: ERR invalid password for x", "(none)"},
        {"(error) NOPERM User x has no permissions to run the 'get' command", "no-permission"},
        {"Nov 25 13:27:43 web1 mail[9]: NOPERM to do that", "(none)"},
        {"Nov 25 13:27:43 web1 mail[9]: ERR Protocol error: no greeting", "(none)"},
        /* replication, cluster, Sentinel */
        {F "MASTER aborted replication with an error: NOAUTH Authentication required.",
         "primary-wants-password"},
        {F "Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair", "primary-wants-password"},
        {F "MASTER aborted replication with an error: ERR Can't SYNC while not connected with my master",
         "primary-refuses"},
        {F "Error condition on socket for SYNC: Connection refused", "primary-unreachable"},
        {F "Timeout receiving bulk data from MASTER... If the problem persists try to set", "sync-timeout"},
        {F "Cluster state changed: fail", "cluster-state"},
        {"9:X 25 Nov 2026 13:27:43.790 # +sdown master mymaster 127.0.0.1 6379", "sentinel-down"},
        {"9:X 25 Nov 2026 13:27:43.790 # +switch-master mymaster 127.0.0.1 6379 127.0.0.1 6380",
         "sentinel-failover"},
        {"9:X 25 Nov 2026 13:27:43.790 # -failover-abort-no-good-slave master mymaster 127.0.0.1 6379",
         "sentinel-failover-failed"},
        {"9:X 25 Nov 2026 13:27:43.790 # +tilt #tilt mode entered", "sentinel-tilt"},
        /* the kernel and systemd */
        {"Nov 25 13:27:43 web1 kernel: Out of memory: Killed process 812 (redis-server) total-vm:1kB, "
         "anon-rss:1kB",
         "kernel-kill"},
        {"[12345.678901] Memory cgroup out of memory: Killed process 812 (valkey-server) total-vm:1kB",
         "kernel-kill"},
        {"[Wed Nov 25 13:27:43 2026] Killed process 812 (keydb-server), UID 107, total-vm:1kB",
         "kernel-kill"},
        {"kern  :err   : [Wed Nov 25 13:27:43 2026] Out of memory: Killed process 812 (redis-server) "
         "total-vm:1kB",
         "kernel-kill"}, /* dmesg -x */
        {"Nov 25 13:27:43 web1 kernel: Out of memory: Killed process 812 (postgres) total-vm:1kB", "(none)"},
        {"Nov 25 13:27:43 web1 kernel: Out of memory: Killed process 812 (redis_exporter) total-vm:1kB",
         "(none)"},
        {"Nov 25 13:27:43 web1 systemd[1]: redis-exporter.service: A process of this unit has been killed by "
         "the OOM killer.",
         "(none)"},
        {"Nov 25 13:27:43 web1 systemd[1]: redis-hosttune.service: start operation timed out. Terminating.",
         "(none)"},
        {"Nov 25 13:27:43 web1 redis[9]: Out of memory: Killed process 812 (redis-server) total-vm:1kB",
         "(none)"},
        {"Nov 25 13:27:43 web1 systemd[1]: redis-server.service: A process of this unit has been killed by "
         "the OOM "
         "killer.",
         "unit-oom-killed"},
        {"Nov 25 13:27:43 web1 systemd[1]: redis@a.service: State 'stop-sigterm' timed out. Killing.",
         "unit-stop-timeout"},
        {"Nov 25 13:27:43 web1 (edis-server)[9]: redis-server.service: Failed at step NAMESPACE spawning "
         "/usr/bin/x",
         "unit-step-failed"},
        {"Nov 25 13:27:43 web1 systemd[1]: nginx.service: Failed with result 'oom-kill'.", "(none)"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        assert_text(kind_of(cases[i].line), cases[i].id);
}

static void log_line__a_break_in_is_told_by_version(void **state)
{
    static const char line[] =
        F "Failed opening the temp RDB file temp-9.rdb (in server root dir /etc) for saving: x";
    static const struct log_host host = {.overcommit_memory = -1, .somaxconn = -1};
    struct log_match match;

    (void)state;
    for (int major = 6; major <= 7; major++) {
        struct log_versions versions = {0};
        _cleanup_free_ char *version = NULL, *reason = NULL;

        assert_true(asprintf(&version, F "Redis version=%d.2.1, bits=64", major) > 0);
        assert_int_equal(log_line_find(version, strlen(version), &versions, &match), LOG_FOUND_NOTHING);
        assert_int_equal(log_line_find(line, strlen(line), &versions, &match), LOG_FOUND);
        assert_int_equal(match.kind->judge(&match, &host, &reason), TRAIT_UNKNOWN);
        assert_contains(reason, major == 7 ? "Redis 7.2 refuses CONFIG SET dir and dbfilename unless"
                                           : "CONFIG GET dir tells where its snapshots go now");
    }
}

static void log_line__other_lines_are_none(void **state)
{
    static const char *const lines[] = {
        "",
        "\r",
        " ",
        "7:M 25 Nov 2026 13:27:43.790 # Server initialized",
        "7:M 25 Nov 2026 13:27:43.791 * Ready to accept connections",
        "7:M 25 Nov 2026 13:27:43.791 * DB loaded: WARNING overcommit_memory is set to 0!", /* within a
                                                                                               message */
        "7:M 25 Nov 2026 13:27:43.791 # WARNING: The TCP backlog setting of many cannot be enforced",
        "7:M 25 Nov 2026 13:27:43.791 # WARNING",
        "pid=7 role=primary timestamp=\"",
        "         (    '      ,       .-`  | `,    )     Running in standalone mode",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_text(kind_of(lines[i]), none);
}

static void log_line__prefixes_of_others_are_skipped(void **state)
{
    (void)state;
    assert_text(
        kind_of("Nov 25 13:27:43 web1 redis-server[812]: 812:M 25 Nov 2026 13:27:43.790 # " OVERCOMMIT_NEW),
        "overcommit-is-not-1");
    assert_text(kind_of("redis-1  | 1:C 21 Feb 2024 16:01:02.326 # " OVERCOMMIT_NEW), "overcommit-is-not-1");
    assert_text(
        kind_of("2024-02-21T16:01:02.326123456Z stderr F 1:C 21 Feb 2024 16:01:02.326 # " OVERCOMMIT_NEW),
        "overcommit-is-not-1");
    assert_text(kind_of("Nov 25 13:27:43 web1 redis[812]: " OVERCOMMIT_NEW),
                "overcommit-is-not-1"); /* syslog */
}

static void log_line__phrases_of_other_programs_are_theirs(void **state)
{
    static const char *const others[] = {
        "Nov 25 13:27:43 web1 postgres[9]: Can't save in background: fork: Cannot allocate memory",
        "Nov 25 13:27:43 web1 nginx[9]: Accepting client connection: accept: Too many open files",
        "Nov 25 13:27:43 web1 kernel: Background saving error",
        "Nov 25 13:27:43 web1 redis_exporter[9]: Background saving error",
        "Nov 25 13:27:43 web1 redis-server[9]: somebody says: Background saving error",
        "2026-11-25T13:27:43+01:00 web1 (sd-executor)[9]: Background saving error",
        "the manual has: Background saving error",
        "+slave = db2", /* a difference of two files */
        "{\"level\":30,\"pid\":9,\"msg\":\"Background saving error\"}",
        "{\"MESSAGE\":\"Background saving error\",\"SYSLOG_IDENTIFIER\":\"nginx\",\"_PID\":\"9\"}",
    };
    static const char *const servers[] = {
        "Background saving error",
        "# Background saving error",
        "13:27:43.790 # Background saving error",
        "Nov 25 13:27:43 web1 redis[9]: Background saving error",
        "Nov 25 13:27:43 web1 valkey-server: Background saving error",
        "2026-11-25T13:27:43.790Z web1 redis 9 - - Background saving error",
        "cache-1  | Background saving error",
        "[pod/cache-0/cache] Background saving error",
        "2026-11-25T13:27:43.790Z stdout F Background saving error",
        "{\"MESSAGE\":\"Background saving error\",\"SYSLOG_IDENTIFIER\":\"redis\",\"_PID\":\"9\"}",
        /* whoever has passed it on */
        "Nov 25 13:27:43 web1 nginx[9]: 812:M 25 Nov 2026 13:27:43.790 # Background saving error",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(others); i++)
        assert_text(kind_of(others[i]), none);
    for (size_t i = 0; i < ELEMENTS(servers); i++)
        assert_text(kind_of(servers[i]), "save-error");
    /* what a server replies is in the logs of its clients */
    assert_text(
        kind_of("Nov 25 13:27:43 web1 shop[9]: ResponseError('OOM command not allowed when used memory > "
                "'maxmemory'.')"),
        "maxmemory-reached");
}

/* redis-py takes the first word off. */
static void log_line__replies_as_a_client_prints_them(void **state)
{
    static const struct {
        const char *line, *id;
    } cases[] = {
        {"redis.exceptions.ReadOnlyError: You can't write against a read only replica.", "read-only-replica"},
        {"Nov 25 13:27:43 web1 shop[9]: ReadOnlyError(\"You can't write against a read only replica.\")",
         "read-only-replica"},
        {"redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory", "loading"},
        {"redis.exceptions.OutOfMemoryError: command not allowed when used memory > 'maxmemory'.",
         "maxmemory-reached"},
        {"redis.exceptions.AuthenticationError: Authentication required.", "no-authentication"},
        {"redis.exceptions.AuthenticationError: invalid username-password pair or user is disabled.",
         "wrong-password"},
        {"redis.exceptions.NoPermissionError: this user has no permissions to run the 'get' command",
         "no-permission"},
        {"redis.exceptions.ClusterDownError: The cluster is down", "cluster-down"},
        {"redis.exceptions.MasterDownError: Link with MASTER is down and replica-serve-stale-data is set to "
         "'no'.",
         "primary-down"},
        {"redis.exceptions.ExecAbortError: Transaction discarded because of previous errors.",
         "transaction-discarded"},
        {"redis.exceptions.ConnectionError: max number of clients reached", "maxclients-reached"},
        {"redis.exceptions.ClusterCrossSlotError: Keys in request don't hash to the same slot",
         "cluster-slots"},
        {"redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
         "(none)"},
        {"ReplyError: READONLY You can't write against a read only replica.", "read-only-replica"},
        {"redis.clients.jedis.exceptions.JedisDataException: LOADING Redis is loading the dataset in memory",
         "loading"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        assert_text(kind_of(cases[i].line), cases[i].id);
}

/* The kind of the last of the lines; they end with NULL. */
static const char *kind_of_last(const char *const *lines)
{
    struct log_versions versions = {0};
    struct log_match match = {0};

    for (; *lines; lines++) {
        char buffer[LOG_LINE_MAX];
        struct log_part line = log_plain(*lines, strlen(*lines), buffer);

        match.kind = NULL;
        (void)log_line_find(line.text, line.size, &versions, &match);
    }
    return match.kind ? match.kind->id : none;
}

static void log_line__a_version_is_known_in_each_frame_and_of_its_server_alone(void **state)
{
    static const struct {
        const char *lines[4], *id;
    } cases[] = {
        {{"Nov 25 13:27:43 web1 redis[71]: Redis version=7.0.2, bits=64",
          "Nov 25 13:27:44 web1 redis[71]: " OLD},
         "overcommit-inverted"},
        {{"Nov 25 13:27:43 web1 cache[71]: Redis version=7.0.2, bits=64", /* syslog-ident */
          "Nov 25 13:27:44 web1 cache[71]: " OLD},
         "overcommit-inverted"},
        {{"Nov 25 13:27:43 web1 redis[71]: Redis version=7.0.2, bits=64",
          "Nov 25 13:27:44 web1 redis[72]: " OLD},
         "overcommit-is-0"},
        {{"Redis version=7.0.2, bits=64", OLD}, "overcommit-inverted"},
        {{"{\"log\":\"1:C 30 Jun 2022 10:00:00.000 # Redis version=7.0.2, "
          "bits=64\\n\",\"stream\":\"stdout\"}",
          "{\"log\":\"1:M 30 Jun 2022 10:00:00.001 # " OLD "\\n\",\"stream\":\"stdout\"}"},
         "overcommit-inverted"},
        {{"\033[36ma-1  | \033[0m1:C 30 Jun 2022 10:00:00.000 # Redis version=7.0.2, bits=64",
          "\033[36ma-1  | \033[0m1:M 30 Jun 2022 10:00:00.001 # " OLD},
         "overcommit-inverted"},
        {{"\033[36ma-1  | \033[0m1:C 30 Jun 2022 10:00:00.000 # Redis version=7.0.2, bits=64",
          "\033[33mb-1  | \033[0m1:M 30 Jun 2022 10:00:00.001 # " OLD},
         "overcommit-is-0"},
        {{"{", "    \"MESSAGE\" : \"1:C 30 Jun 2022 10:00:00.000 # Redis version=7.0.2, bits=64\",",
          "    \"MESSAGE\" : \"1:M 30 Jun 2022 10:00:00.001 # " OLD "\","},
         "overcommit-inverted"},
        {{"[INFO] cache: Redis version=7.0.2, bits=64", "[WARN] cache: " OLD}, "overcommit-inverted"},
        {{"a-1  | 1:C 30 Jun 2022 10:00:00.000 # Redis version=7.0.2, bits=64",
          "b-1  | 1:C 30 Jun 2022 10:00:00.000 # Redis version=6.2.6, bits=64",
          "a-1  | 1:M 30 Jun 2022 10:00:00.001 # " OLD},
         "overcommit-inverted"},
        {{"7:C 30 Jun 2022 10:00:00.000 # Redis version=7.0.2, bits=64",
          "8:C 30 Jun 2022 10:00:00.000 # Redis version=6.2.6, bits=64",
          "8:M 30 Jun 2022 10:00:00.001 # " OLD},
         "overcommit-is-0"},
        {{"7:7:C 14 Sep 2020 15:07:11.900 # KeyDB version=6.0.13, bits=64",
          "7:7:M 14 Sep 2020 15:07:11.951 # " OLD},
         "overcommit-is-0"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++)
        assert_text(kind_of_last(cases[i].lines), cases[i].id);
}

static void log_version__the_newest_sources_are_kept(void **state)
{
    struct log_versions versions = {0};

    (void)state;
    for (int i = 1; i <= LOG_SOURCES_MAX + 1; i++)
        log_version_told(&versions, (uint64_t)i, (struct log_version){i, 0, 0});
    log_version_told(&versions, 5, (struct log_version){500, 0, 0});
    assert_int_equal(log_version_of(&versions, 1).major, 0);
    assert_int_equal(log_version_of(&versions, 3).major, 3);
    assert_int_equal(log_version_of(&versions, 5).major, 500);
}

static void log_plain__what_carries_a_line(void **state)
{
    static const char *const cases[][2] = {
        {"a line", "a line"},
        {"\033[1;36ma\033[0m b\033[2J", "a b\033[2J"},
        {"{\"pid\":812,\"role\":\"primary\",\"timestamp\":\"25 Nov 2026 13:27:43.786\",\"level\":"
         "\"warning\",\"message\":\"a \\\"b\\\" \\u003e c\"}",
         "812:M 25 Nov 2026 13:27:43.786 # a \"b\" > c"},
        {" { \"level\" : \"notice\", \"x\" : [1,{\"message\":\"no\"},\"]\"], \"message\" : \"a\" , "
         "\"role\":\"replica\", "
         "\"timestamp\":\"1795613263786\",\"pid\":\"7\"}",
         "7:S 1795613263786 * a"},
        {"{\"log\":\"1:M 25 Nov a\\tb", "1:M 25 Nov a\tb"}, /* cut */
        {"{\"log\":\"a\\", "a"},
        {"{\"message\":\"a\",\"pid\":7}", "json: a"},
        {"{\"MESSAGE\":\"a\",\"SYSLOG_IDENTIFIER\":\"redis\",\"_PID\":\"7\"}", "redis[7]: a"},
        {"{\"\\u00e4\":1,\"log\":\"\\u00e4\\u12\"}", "??"},
        {"{}", "{}"},
        {"{\"a\":{", "{\"a\":{"},
        {"{", "{"},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        char buffer[LOG_LINE_MAX];
        struct log_part line = log_plain(cases[i][0], strlen(cases[i][0]), buffer);
        _cleanup_free_ char *plain = strndup(line.text, line.size);

        assert_text(plain, cases[i][1]);
    }
}

static void log_frame__parts(void **state)
{
    static const struct {
        const char *line, *pid, *time, *message;
        char role, level;
    } cases[] = {
        {"7:M 25 Nov 2026 13:27:43.790 # a b", "7", "25 Nov 2026 13:27:43.790", "a b", 'M', '#'},
        {"7:S 25 Nov 13:27:43.790 * a", "7", "25 Nov 13:27:43.790", "a", 'S', '*'},
        {"[7] 25 Nov 13:27:43.790 - a\r", "7", "25 Nov 13:27:43.790", "a", 0, '-'},
        {"7:signal-handler (1795613265) a", "7", "1795613265", "a", 0, 0},
        {"pid=7 role=replica timestamp=\"x\" level=info message=\"a\"", "7", "x", "a", 'S', '-'},
        {"7:9:M 14 Sep 2020 15:07:11.951 # a", "7", "14 Sep 2020 15:07:11.951", "a", 'M', '#'}, /* KeyDB */
        {"7:X 1795613263786 . a", "7", "1795613263786", "a", 'X', '.'},
        {"7:M a", "", "", "7:M a", 0, 0},
        {"7:M 25 Nov 2026 13:27 # a", "", "", "7:M 25 Nov 2026 13:27 # a", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(cases); i++) {
        struct log_frame frame = log_frame_parse(cases[i].line, strlen(cases[i].line));
        _cleanup_free_ char *pid = log_part_copy(frame.pid), *time = log_part_copy(frame.time),
                            *message = log_part_copy(frame.message);

        assert_text(pid, cases[i].pid);
        assert_text(time, cases[i].time);
        assert_text(message, cases[i].message);
        assert_int_equal(frame.role, cases[i].role);
        assert_int_equal(frame.level, cases[i].level);
    }
}

static void log_part_copy__shows_nothing_that_a_terminal_obeys(void **state)
{
    static const char bytes[] = "a\033[2Jb\x9b\x7f";
    _cleanup_free_ char *copy = log_part_copy((struct log_part){bytes, strlen(bytes)});

    (void)state;
    assert_text(copy, "a\\x1b[2Jb\\x9b\\x7f");
}

/* That a copy ends like this. */
static void assert_copy(const char *text, size_t size, const char *end)
{
    _cleanup_free_ char *copy = log_part_copy((struct log_part){text, size});

    assert_true(strlen(copy) >= strlen(end));
    assert_text(copy + strlen(copy) - strlen(end), end);
}

static void log_part_copy__says_that_it_is_cut(void **state)
{
    char text[256];

    (void)state;
    memset(text, 'a', sizeof(text));
    text[190] = ' ';
    assert_copy(text, 200, " aaaaaaaaa");
    assert_copy(text, 250, "aaaa [...]");
    text[190] = 'a';
    assert_copy(text, 250, "aaaa [...]"); /* one word */
    memcpy(text + 199, "\xc3\xa4", 2);
    assert_copy(text, 250, "aaaa [...]"); /* no half of a character */
}

/* A message that fits the pattern, with the word for %*; owned by the caller. */
static char *example_of(const char *pattern, const char *word)
{
    char *message = calloc(1, (1 + strlen(word)) * strlen(pattern) + 1);

    assert_non_null(message);
    for (; *pattern; pattern++) {
        const char letter[] = {*pattern, '\0'};

        strcat(message, *pattern != '%' ? letter : pattern[1] == 'd' ? "7" : word);
        pattern += *pattern == '%';
    }
    return message;
}

/* The row's own, or another's that stands before it. */
static const char *kind_of_example(const struct log_line_kind *kind, const char *pattern, const char *frame)
{
    static const char *const words[] = {"x", "redis-server", "/etc"};
    const char *found = none;

    for (size_t i = 0; i < ELEMENTS(words) && strcmp(found, kind->id) != 0; i++) {
        _cleanup_free_ char *message = example_of(pattern, words[i]), *line = NULL;

        assert_true(asprintf(&line, "%s%s", frame, message) > 0);
        found = kind_of(line);
    }
    return found;
}

static void log_lines__no_row_hides_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < log_line_kinds_count; i++)
        for (const char *const *pattern = log_line_kinds[i].patterns; *pattern; pattern++) {
            const struct log_line_kind *kind = &log_line_kinds[i];

            assert_true(strcspn(*pattern, "%") >= 4); /* rows are told by the first characters */
            assert_text(kind_of_example(kind, *pattern, ""), kind->id);
            if (kind->speaker == LOG_SPEAKER_SERVER || kind->speaker == LOG_SPEAKER_REPLY)
                assert_text(kind_of_example(kind, *pattern, "7:M 25 Nov 2026 13:27:43.790 # "), kind->id);
            if (kind->speaker == LOG_SPEAKER_REPLY)
                assert_text(kind_of_example(kind, *pattern, "Nov 25 13:27:43 web1 shop[9]: error: -"),
                            kind->id);
            if (kind->speaker == LOG_SPEAKER_KERNEL)
                assert_text(kind_of_example(kind, *pattern, "Nov 25 13:27:43 web1 kernel: "), kind->id);
            if (kind->speaker == LOG_SPEAKER_SYSTEMD)
                assert_text(kind_of_example(kind, *pattern, "Nov 25 13:27:43 web1 systemd[1]: "), kind->id);
        }
}

static void log_lines__are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < log_line_kinds_count; i++) {
        const struct log_line_kind *kind = &log_line_kinds[i];

        assert_ptr_equal(log_line_kind_find(kind->id), kind); /* no id twice */
        assert_true(kind->versions && kind->meaning && kind->remedy);
        assert_null(kind->patterns[ELEMENTS(kind->patterns) - 1]); /* the list has an end */
        for (const char *const *pattern = kind->patterns; *pattern; pattern++) {
            size_t values = 0;

            for (const char *percent = *pattern; (percent = strchr(percent, '%')); percent += 2) {
                assert_true(percent[1] == 'd' || percent[1] == '*');
                values++;
            }
            assert_true(values <= LOG_VALUES_MAX);
        }
        if (kind->see)
            assert_true(tunable_find(kind->see) || finding_find(kind->see));
    }
}

static void log_line__the_same_words_mean_the_opposite_in_7_0_2(void **state)
{
    static const char *const versions[][2] = {
        {"7:M 25 Nov 2026 13:27:43.786 # Redis version=7.0.2, bits=64, commit=00000000",
         "overcommit-inverted"},
        {"7:M 25 Nov 2026 13:27:43.786 # Redis version=7.0.5, bits=64, commit=00000000", "overcommit-is-0"},
        {"7:M 25 Nov 13:27:43.786 # Server started, Redis version 3.2.6", "overcommit-is-0"},
    };
    static const char line[] = "7:M 25 Nov 2026 13:27:43.790 # " OVERCOMMIT_OLD;
    struct log_versions told = {0};
    struct log_match match;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(versions); i++) {
        assert_int_equal(log_line_find(versions[i][0], strlen(versions[i][0]), &told, &match),
                         LOG_FOUND_NOTHING);
        assert_int_equal(log_line_find(line, strlen(line), &told, &match), LOG_FOUND);
        assert_text(match.kind->id, versions[i][1]);
    }
}

static void log_line__is_judged_on_this_host(void **state)
{
    static const char old[] = "7:M 25 Nov 2019 13:27:43.790 # " OVERCOMMIT_OLD;
    static const char new[] = "7:M 25 Nov 2026 13:27:43.790 # " OVERCOMMIT_NEW;
    static const char inverted[] = "7:M 25 Nov 2022 13:27:43.790 # WARNING " OVERCOMMIT_OLD;
    static const char backlog[] =
        "7:M 25 Nov 2026 13:27:43.790 # WARNING: The TCP backlog setting of 511 cannot be "
        "enforced because /proc/sys/net/core/somaxconn is set to the lower value of 128.";
    static const char refused[] =
        "7:M 25 Nov 2026 13:27:43.788 # Can't save in background: fork: Cannot allocate "
        "memory";
    struct host_facts facts = {.kernel_major = 6, .kernel_minor = 12};
    struct log_host host = {&facts, -1, -1, NULL, NULL};

    (void)state;
    assert_judged(old, &host, "unknown: vm.overcommit_memory cannot be read here");
    assert_judged(backlog, &host, "unknown: net.core.somaxconn cannot be read here");
    host.overcommit_memory = 0;
    host.somaxconn = 511;
    assert_judged(old, &host, "yes: vm.overcommit_memory is 0 now");
    assert_judged(new, &host, "yes: vm.overcommit_memory is 0 now");
    assert_judged(inverted, &host, "yes: vm.overcommit_memory is 0 now");
    assert_judged(backlog, &host, "no: net.core.somaxconn is 511 now");
    assert_judged(refused, &host,
                  "unknown: vm.overcommit_memory is 0 now: this kernel refuses a fork only where one "
                  "single mapping is larger than all RAM and swap");
    facts = (struct host_facts){.kernel_major = 4, .kernel_minor = 19};
    assert_judged(refused, &host, "larger than what is free or can be freed");
    host.overcommit_memory = 1;
    host.somaxconn = 510;
    assert_judged(old, &host, "no: vm.overcommit_memory is 1 now");
    assert_judged(new, &host, "no: vm.overcommit_memory is 1 now");
    assert_judged(inverted, &host,
                  "no: vm.overcommit_memory is 1 now, and this Redis says 0 of every other value");
    assert_judged(refused, &host, "no: vm.overcommit_memory is 1 now");
    assert_judged(backlog, &host, "yes: net.core.somaxconn is 510 now");
    host.overcommit_memory = 2;
    assert_judged(old, &host, "no: vm.overcommit_memory is 2 now, under which a fork is refused sooner");
    assert_judged(new, &host, "yes: vm.overcommit_memory is 2 now");
    assert_judged(refused, &host, "yes: vm.overcommit_memory is 2 now");
}

static void log_line__huge_pages_and_clocks_are_judged(void **state)
{
    static const char old[] = "7:M 25 Nov 2019 13:27:43.790 # " THP_OLD;
    static const char new[] = "7:M 25 Nov 2022 13:27:43.790 # WARNING " THP_MADVISE("You", "Redis");
    static const char xen[] =
        "WARNING Your system is configured to use the 'xen' clocksource which might lead to";
    static const char slow[] =
        "7:M 25 Nov 2022 13:27:43.790 # WARNING Slow system clocksource detected. This can";
    static const char killed[] = "7:M 25 Nov 2022 13:27:43.790 # Background saving terminated by signal 9";
    static const char ended[] = "7:M 25 Nov 2022 13:27:43.790 # Background saving terminated by signal 10";
    struct host_facts facts = {0};
    struct log_host host = {&facts, -1, -1, NULL, NULL};

    (void)state;
    assert_judged(old, &host, "unknown: /sys/kernel/mm/transparent_hugepage/enabled cannot be read here");
    assert_judged(xen, &host, "unknown: current_clocksource cannot be read here");
    host.thp_enabled = "madvise";
    host.clocksource = "tsc";
    assert_judged(old, &host, "yes: transparent huge pages stand at madvise now");
    assert_judged(new, &host, "no: transparent huge pages stand at madvise now");
    assert_judged(xen, &host, "no: the clocksource is tsc now");
    host.thp_enabled = "always";
    host.clocksource = "hpet";
    assert_judged(new, &host, "yes: transparent huge pages stand at always now");
    assert_judged(xen, &host, "no: the clocksource is hpet now");
    assert_judged(slow, &host, "yes: the clocksource is hpet now, which takes a system call");
    host.clocksource = "xen";
    assert_judged(xen, &host, "yes: the clocksource is xen now");
    host.clocksource = "hyperv_clocksource_tsc_page";
    assert_judged(slow, &host,
                  "unknown: the clocksource is hyperv_clocksource_tsc_page now, and its name does not "
                  "tell"); /* what it measured is not contradicted */
    host.thp_enabled = "never";
    assert_judged(old, &host, "no: transparent huge pages stand at never now");
    assert_judged(killed, &host, "unknown: signal 9 comes from the kernel's OOM killer or from a person");
    assert_judged(ended, &host, "no: signal 10 is the server's own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_line__warnings_of_all_versions_and_formats),
        cmocka_unit_test(log_line__incidents_of_all_kinds),
        cmocka_unit_test(log_line__a_break_in_is_told_by_version),
        cmocka_unit_test(log_line__other_lines_are_none),
        cmocka_unit_test(log_line__prefixes_of_others_are_skipped),
        cmocka_unit_test(log_line__phrases_of_other_programs_are_theirs),
        cmocka_unit_test(log_line__a_version_is_known_in_each_frame_and_of_its_server_alone),
        cmocka_unit_test(log_version__the_newest_sources_are_kept),
        cmocka_unit_test(log_plain__what_carries_a_line),
        cmocka_unit_test(log_frame__parts),
        cmocka_unit_test(log_part_copy__says_that_it_is_cut),
        cmocka_unit_test(log_part_copy__shows_nothing_that_a_terminal_obeys),
        cmocka_unit_test(log_lines__no_row_hides_another),
        cmocka_unit_test(log_lines__are_complete),
        cmocka_unit_test(log_line__the_same_words_mean_the_opposite_in_7_0_2),
        cmocka_unit_test(log_line__is_judged_on_this_host),
        cmocka_unit_test(log_line__replies_as_a_client_prints_them),
        cmocka_unit_test(log_line__huge_pages_and_clocks_are_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
