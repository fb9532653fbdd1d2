/* SPDX-License-Identifier: MIT */
/* Rules on commands that hold up everybody else: one thread serves all clients.
 * Each judges facts and nothing else; which form of a command does not block stands in a table here. */
#include "diagnose/finding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "util/text.h"

/* --- slow log --- */

static const struct gentler_form {
    const char *command, *form;
} gentler_forms[] = {
    {.command = "KEYS", .form = "SCAN with MATCH and COUNT"},
    {.command = "SMEMBERS", .form = "SSCAN"},
    {.command = "HGETALL", .form = "HSCAN, or HMGET of the fields that are needed"},
    {.command = "HKEYS", .form = "HSCAN"},
    {.command = "HVALS", .form = "HSCAN"},
    {.command = "LRANGE", .form = "LRANGE in pages"},
    {.command = "ZRANGE", .form = "ZSCAN, or ZRANGE in pages"},
    {.command = "ZREVRANGE", .form = "ZREVRANGE in pages"},
    {.command = "ZRANGEBYSCORE", .form = "ZRANGEBYSCORE with LIMIT"},
    {.command = "ZUNIONSTORE", .form = "smaller sets, or ZUNION of a replica (6.2 and later)"},
    {.command = "ZINTERSTORE", .form = "smaller sets, or ZINTER of a replica (6.2 and later)"},
    {.command = "SUNION", .form = "smaller sets, or a replica for it"},
    {.command = "SINTER", .form = "smaller sets, or a replica for it"},
    {.command = "SDIFF", .form = "smaller sets, or a replica for it"},
    {.command = "SORT", .form = "SORT with LIMIT, or sorting in the application"},
    {.command = "MGET", .form = "fewer keys in one call"},
    {.command = "MSET", .form = "fewer keys in one call"},
    {.command = "DEL", .form = "UNLINK"},
    {.command = "FLUSHALL", .form = "FLUSHALL ASYNC"},
    {.command = "FLUSHDB", .form = "FLUSHDB ASYNC"},
    {.command = "SAVE", .form = "BGSAVE"},
    {.command = "DEBUG", .form = "nothing of it in production"},
    {.command = "EVAL", .form = "a script with a bounded loop"},
    {.command = "EVALSHA", .form = "a script with a bounded loop"},
    {.command = "FCALL", .form = "a function with a bounded loop"},
};

struct slow_group {
    const char *command;
    size_t calls;
    long long slowest; /* microseconds */
};

enum { GROUPS_MAX = 32, GROUPS_SHOWN = 3 };

/* What is beyond the first 32 commands goes into the last group: its calls count all the same. */
static struct slow_group *group_of(struct slow_group *groups, size_t *count, const char *command)
{
    for (size_t i = 0; i < *count; i++)
        if (strcasecmp(groups[i].command, command) == 0)
            return &groups[i];
    if (*count == GROUPS_MAX)
        return &groups[GROUPS_MAX - 1];
    groups[*count] = (struct slow_group){.command = command};
    return &groups[(*count)++];
}

/* The server's clock, which its entries are dated by; INFO has it since 6.2. */
static double server_time(const struct diagnosis *diagnosis)
{
    double usec = diagnosis_info(diagnosis, "server_time_usec");

    return usec > 0 ? usec / 1e6 : (double)diagnosis->now;
}

static size_t group_slowlog(const struct diagnosis *diagnosis, double window, struct slow_group *groups)
{
    double since = server_time(diagnosis) - window;
    size_t count = 0;

    for (size_t i = 0; i < diagnosis->redis.slowlog_count; i++) {
        const struct slow_command *slow = &diagnosis->redis.slowlog[i];
        struct slow_group *group;

        if ((double)slow->at < since)
            continue;
        group = group_of(groups, &count, slow->command);
        group->calls++;
        if (slow->duration_usec > group->slowest)
            group->slowest = slow->duration_usec;
    }
    return count;
}

/* The slowest first; a few elements. */
static void sort_groups(struct slow_group *groups, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && groups[j].slowest > groups[j - 1].slowest; j--) {
            struct slow_group swapped = groups[j];

            groups[j] = groups[j - 1];
            groups[j - 1] = swapped;
        }
}

/* Of a command with a subcommand ("DEBUG SLEEP") the first word counts. */
static void suggest_form(struct verdict *verdict, const char *command)
{
    size_t size = strcspn(command, " ");

    for (size_t i = 0; i < ELEMENTS(gentler_forms); i++)
        if (strlen(gentler_forms[i].command) == size &&
            strncasecmp(gentler_forms[i].command, command, size) == 0) {
            verdict_remedy(verdict, "instead of %s: %s", command, gentler_forms[i].form);
            return;
        }
    verdict_remedy(verdict, "%s: smaller arguments or smaller keys", command); /* a replica takes no writes */
}

static void show_groups(struct verdict *verdict, const struct slow_group *groups, size_t count)
{
    char slowest[QUANTITY_TEXT_MAX];

    for (size_t i = 0; i < count && i < GROUPS_SHOWN; i++)
        evidence_text(verdict, groups[i].command, "%zu in the log, the slowest took %s", groups[i].calls,
                      quantity_format(QUANTITY_SECONDS, (double)groups[i].slowest / 1e6, slowest));
}

/* A log that is off, or that leaves out what would warn, can't clear anybody. */
static void judge_blind_log(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    long long threshold;

    if (redis_fields_integer(&diagnosis->redis.config, "slowlog-log-slower-than", &threshold) < 0)
        return;
    if (threshold < 0 || strcmp(diagnosis_config_text(diagnosis, "slowlog-max-len"), "0") == 0)
        verdict_unknown(
            verdict, "the slow log is off: slowlog-log-slower-than 10000 and slowlog-max-len 128 turn it on");
    else if ((double)threshold / 1e6 > verdict_threshold(verdict, "warning"))
        verdict_unknown(verdict,
                        "the slow log has only what takes longer than %lld us (slowlog-log-slower-than)",
                        threshold);
}

static size_t sum_calls(const struct slow_group *groups, size_t count)
{
    size_t calls = 0;

    for (size_t i = 0; i < count; i++)
        calls += groups[i].calls;
    return calls;
}

static void slow_commands(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct slow_group groups[GROUPS_MAX];
    size_t count = group_slowlog(diagnosis, verdict_threshold(verdict, "window"), groups);

    evidence_number(verdict, "entries_in_the_log", QUANTITY_COUNT, (double)sum_calls(groups, count));
    sort_groups(groups, count);
    show_groups(verdict, groups, count);
    for (size_t i = 0; i < count; i++)
        if (verdict_compare(verdict, (double)groups[i].slowest / 1e6))
            suggest_form(verdict, groups[i].command);
    judge_blind_log(diagnosis, verdict);
}

/* --- commands that walk or wipe the whole keyspace --- */

static const struct keyspace_command {
    const char *field, *name, *instead;
} keyspace_command_rows[] = {
    {.field = "cmdstat_keys", .name = "KEYS", .instead = "SCAN with MATCH and COUNT"},
    {.field = "cmdstat_flushall", .name = "FLUSHALL", .instead = "FLUSHALL ASYNC, by the operator alone"},
    {.field = "cmdstat_flushdb", .name = "FLUSHDB", .instead = "FLUSHDB ASYNC, by the operator alone"},
    {.field = "cmdstat_debug", .name = "DEBUG", .instead = "nothing of it in production"},
};

static void keyspace_commands(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    size_t commands;

    if (!redis_fields_with_prefix(&diagnosis->redis.now, "cmdstat_", &commands) || commands == 0) {
        verdict_unknown(verdict, "INFO has no statistics of commands");
        return;
    }
    evidence_info(verdict, diagnosis, "uptime_in_seconds", QUANTITY_SECONDS);
    for (size_t i = 0; i < ELEMENTS(keyspace_command_rows); i++) {
        const struct keyspace_command *row = &keyspace_command_rows[i];
        struct counter calls;

        if (!diagnosis_counter_part(diagnosis, row->field, "calls", &calls)) {
            verdict_unknown(verdict, "INFO has no number of calls for %s", row->field);
            continue;
        }
        evidence_text(verdict, row->name, "called %.0f times, %.0f of them within the interval", calls.total,
                      calls.growth);
        if (calls.total <= 0)
            continue;
        verdict_raise_by_counter(verdict, diagnosis, &calls);
        verdict_remedy(verdict, "instead of %s: %s", row->name, row->instead);
    }
    verdict_remedy(
        verdict, "take them from the applications' users (Redis 6 and later): ACL SETUSER NAME -@dangerous");
}

/* --- latency monitor --- */

static const struct latency_cause {
    const char *event, *cause;
} latency_causes[] = {
    {.event = "fork", .cause = "the copy of the page tables at a fork: smaller instances, fewer saves"},
    {.event = "command", .cause = "slow commands: see slow-commands"},
    {.event = "fast-command",
     .cause = "commands that should be fast: the CPU was taken away, or memory was swapped"},
    {.event = "aof-fsync-always",
     .cause = "fsync on every write: a faster disk; or appendfsync everysec, by which a host that dies "
              "loses up to two seconds of writes"},
    {.event = "aof-write", .cause = "writes of the append-only file waited for the disk"},
    {.event = "aof-write-pending-fsync",
     .cause = "a write waited for an fsync: a faster disk; or no-appendfsync-on-rewrite yes, by which a host "
              "that dies loses what was written since the rewrite began"},
    {.event = "aof-write-active-child",
     .cause = "a write while a child saves: a disk of its own for the append-only file"},
    {.event = "aof-write-alone", .cause = "writes of the append-only file waited for the disk"},
    {.event = "aof-rewrite-diff-write",
     .cause = "the end of a rewrite of the append-only file: a faster disk"},
    {.event = "rdb-unlink-temp-file",
     .cause = "removing a big temporary snapshot: a file system that unlinks fast"},
    {.event = "expire-cycle", .cause = "many keys that expire together: spread their TTLs"},
    {.event = "expire-del", .cause = "big keys that expire: lazyfree-lazy-expire yes"},
    {.event = "eviction-cycle", .cause = "eviction can't keep up: more room, or smaller values"},
    {.event = "eviction-del", .cause = "big keys that are evicted: lazyfree-lazy-eviction yes"},
    {.event = "active-defrag-cycle", .cause = "defragmentation: a lower active-defrag-cycle-max"},
    {.event = "module-acquire-GIL", .cause = "a module that holds the server's lock"},
};

static const char *cause_of(const char *event)
{
    for (size_t i = 0; i < ELEMENTS(latency_causes); i++)
        if (strcmp(latency_causes[i].event, event) == 0)
            return latency_causes[i].cause;
    return "LATENCY DOCTOR says more of it";
}

/* Of the server's clock, which need not be this host's. */
static void show_event(const struct diagnosis *diagnosis, struct verdict *verdict,
                       const struct latency_event *event)
{
    char worst[QUANTITY_TEXT_MAX], latest[QUANTITY_TEXT_MAX], ago[QUANTITY_TEXT_MAX];
    char at[QUANTITY_TEXT_MAX];

    evidence_text(verdict, event->name,
                  "the latest lasted %s, at %s (%s ago); the longest since LATENCY RESET %s",
                  quantity_format(QUANTITY_SECONDS, (double)event->latest_ms / 1e3, latest),
                  moment_format(event->at, at),
                  quantity_format(QUANTITY_SECONDS, fmax(server_time(diagnosis) - (double)event->at, 0), ago),
                  quantity_format(QUANTITY_SECONDS, (double)event->max_ms / 1e3, worst));
}

/* The latest has a date; the longest may be of any time, and is no more than worth a note. */
static void judge_event(const struct diagnosis *diagnosis, struct verdict *verdict,
                        const struct latency_event *event)
{
    bool is_recent = (double)event->at >= server_time(diagnosis) - verdict_threshold(verdict, "window");
    bool is_raised = is_recent && verdict_compare(verdict, (double)event->latest_ms / 1e3);

    if (!is_raised && (double)event->max_ms / 1e3 > verdict_threshold(verdict, "warning"))
        verdict_raise(verdict, FINDING_NOTE);
    else if (!is_raised)
        return;
    verdict_remedy(verdict, "%s: %s", event->name, cause_of(event->name));
}

static void latency_events(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    long long threshold;

    for (size_t i = 0; i < diagnosis->redis.latency_count; i++) {
        show_event(diagnosis, verdict, &diagnosis->redis.latency[i]);
        judge_event(diagnosis, verdict, &diagnosis->redis.latency[i]);
    }
    if (redis_fields_integer(&diagnosis->redis.config, "latency-monitor-threshold", &threshold) < 0) {
        if (diagnosis->redis.latency_count == 0)
            verdict_unknown(verdict,
                            "whether the latency monitor is on stands in CONFIG, which is not known");
    } else if (threshold == 0) {
        verdict_unknown(verdict, "the latency monitor is off: latency-monitor-threshold 100 turns it on");
    } else if ((double)threshold / 1e3 > verdict_threshold(verdict, "warning")) {
        verdict_unknown(verdict,
                        "the latency monitor keeps only what takes longer than %lld ms "
                        "(latency-monitor-threshold)",
                        threshold);
    }
}

/* --- the rows --- */

const struct finding findings_commands[] = {
    {
        .id = "slow-commands",
        .summary = "Commands in the slow log",
        .warning_when = "one of the last {window} took longer than {warning}",
        .critical_when = "one took longer than {critical}",
        .needs = NEEDS(FACT_SLOWLOG),
        .thresholds = {{"warning", 0.1, QUANTITY_SECONDS},
                       {"critical", 1, QUANTITY_SECONDS},
                       {"window", 3600, QUANTITY_SECONDS}},
        .harm = "One thread serves all clients: for as long as the command ran, everybody else waited.",
        .evaluate = slow_commands,
    },
    {
        .id = "keyspace-commands",
        .summary = "Commands that walk or wipe the whole keyspace, and DEBUG",
        .note_when = "KEYS, FLUSHALL, FLUSHDB or DEBUG was called since the start",
        .warning_when = "and that was less than {recent} ago",
        .critical_when = "one was called within the interval",
        .needs = NEEDS(FACT_INFO),
        .thresholds = {{"recent", 3600, QUANTITY_SECONDS}},
        .harm =
            "KEYS looks at every key while everybody waits; FLUSHALL and FLUSHDB delete all data; DEBUG can "
            "stop or end the server.",
        .evaluate = keyspace_commands,
    },
    {
        .id = "latency-events",
        .summary = "Stalls that the server's latency monitor has seen, by event",
        .note_when = "the longest of one, of whatever time, was above {warning}",
        .warning_when = "the latest of one was within the last {window} and longer than {warning}",
        .critical_when = "and longer than {critical}",
        .needs = NEEDS(FACT_LATENCY),
        .thresholds = {{"warning", 0.1, QUANTITY_SECONDS},
                       {"critical", 1, QUANTITY_SECONDS},
                       {"window", 3600, QUANTITY_SECONDS}},
        .harm = "For so long nobody was served.",
        .evaluate = latency_events,
    },
    {.id = NULL},
};
