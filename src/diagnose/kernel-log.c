/* SPDX-License-Identifier: MIT */
/* Messages of the kernel about servers that ran out of memory, in the words of Linux 3.10 to 7.1.
 * Owns those words. */
#include "diagnose/kernel-log.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "log/cursor.h"
#include "log/source.h"
#include "util/memory.h"
#include "util/text.h"

#define KILLED  "Killed process "
#define REFUSED "__vm_enough_memory: pid: "
#define SUMMARY "oom-kill:constraint="
#define GROUP   " are going to be killed due to memory.oom.group set"
#define PLACE   " killed as a result of limit of "

enum {
    GROUP_SECONDS = 1,  /* a group's processes are killed in one go */
    AGAIN_SECONDS = 60, /* a process that is named again so soon was killed once */
    ANY_PID = -1,       /* whoever is named next */
};

bool kernel_log_is_server(const char *command)
{
    /* the threads of a server have names of their own, and the one that asks for memory is named */
    static const char *const prefixes[] = {"redis", "valkey", "keydb", "io_thd_", "bio_", "jemalloc_bg_thd"};

    for (size_t i = 0; i < ELEMENTS(prefixes); i++)
        if (text_has_prefix(command, prefixes[i]))
            return !log_is_tool((struct log_part){command, strlen(command)});
    return false;
}

static const char *find_text(const char *text, size_t size, const char *wanted)
{
    return memmem(text, size, wanted, strlen(wanted));
}

bool kernel_log_is_relevant(const char *message, size_t size)
{
    if (size > KERNEL_MESSAGE_MAX)
        size = KERNEL_MESSAGE_MAX;
    return find_text(message, size, KILLED) || find_text(message, size, SUMMARY) ||
           find_text(message, size, GROUP) || find_text(message, size, PLACE) ||
           find_text(message, size, REFUSED);
}

/* --- parts --- */

static bool take_integer(struct cursor *cursor, long long *ret)
{
    struct log_part digits = take_digits(cursor);
    long long value = 0;

    if (digits.size == 0 || digits.size > 18)
        return false;
    for (size_t i = 0; i < digits.size; i++)
        value = value * 10 + (digits.text[i] - '0');
    *ret = value;
    return true;
}

/* The number behind the text; -1: not there. */
static long long number_behind(struct cursor cursor, const char *text)
{
    long long value;

    cursor.at = find_text(cursor.at, (size_t)(cursor.end - cursor.at), text);
    if (!cursor.at)
        return -1;
    cursor.at += strlen(text);
    return take_integer(&cursor, &value) ? value : -1;
}

static bool take_pid(struct cursor *cursor, int *ret)
{
    long long pid;

    if (!take_integer(cursor, &pid) || pid > INT_MAX)
        return false;
    *ret = (int)pid;
    return true;
}

/* What fits, with what cannot be printed as '?'. */
static void copy_part(struct log_part part, char *target, size_t size)
{
    size_t n = 0;

    for (; n < part.size && n + 1 < size; n++)
        if ('!' <= part.text[n] && part.text[n] <= '~')
            target[n] = part.text[n];
        else
            target[n] = '?';
    target[n] = '\0';
}

/* Behind the last `wanted` that comes within `within` bytes: a process may have it in its name. */
static bool take_until_last(struct cursor *cursor, const char *wanted, size_t within, struct log_part *ret)
{
    const char *start = cursor->at, *last = NULL, *found;

    while ((found = find_text(cursor->at, (size_t)(cursor->end - cursor->at), wanted)) &&
           (size_t)(found - start) <= within) {
        last = found;
        cursor->at = found + strlen(wanted);
    }
    *ret = (struct log_part){start, last ? (size_t)(last - start) : 0};
    return last != NULL;
}

/* "NAME:1234kB"; -1: not there. */
static long long figure(const struct cursor *cursor, const char *name)
{
    struct cursor at = *cursor;
    long long kib;

    at.at = find_text(at.at, (size_t)(at.end - at.at), name);
    if (!at.at)
        return -1;
    at.at += strlen(name);
    if (!take_integer(&at, &kib) || !take_text(&at, "kB") || kib > LLONG_MAX / 1024)
        return -1;
    return kib * 1024;
}

/* ",NAME=VALUE" up to the next comma. A cgroup's name may have one: it is cut short there. */
static struct log_part field(struct log_part text, const char *name)
{
    const char *found = find_text(text.text, text.size, name);
    struct cursor at = {found ? found + strlen(name) : NULL, text.text + text.size};
    struct log_part value = {0};

    if (!found)
        return value;
    if (!take_until(&at, ',', &value))
        value = (struct log_part){at.at, (size_t)(at.end - at.at)};
    return value;
}

/* --- events --- */

static void add(struct kernel_log *log, const struct kernel_event *event)
{
    if (log->events_count == KERNEL_EVENTS_MAX) {
        memmove(log->events, log->events + 1, (KERNEL_EVENTS_MAX - 1) * sizeof(*log->events));
        log->events[KERNEL_EVENTS_MAX - 1] = *event;
        return;
    }
    *memory_add(log->events, log->events_count) = *event;
}

/* What a line before it has told of an event. */
static void take_place(struct kernel_event *event, const struct kernel_event *place)
{
    event->constraint = place->constraint;
    event->is_of_group = place->is_of_group;
    memcpy(event->limit_cgroup, place->limit_cgroup, sizeof(event->limit_cgroup));
    memcpy(event->task_cgroup, place->task_cgroup, sizeof(event->task_cgroup));
}

/* "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,
 * task=redis-server,pid=812,uid=107", since Linux 4.19; "global_oom" in place of oom_memcg= for the host's.
 */
static void take_summary(struct kernel_log *log, struct log_part text)
{
    static const struct {
        const char *word;
        enum oom_constraint constraint;
    } words[] = {
        {"CONSTRAINT_NONE", OOM_HOST},
        {"CONSTRAINT_MEMCG", OOM_CGROUP},
        {"CONSTRAINT_CPUSET", OOM_NODES},
        {"CONSTRAINT_MEMORY_POLICY", OOM_NODES},
    };
    struct log_part pid = field(text, ",pid="), word = field(text, SUMMARY);
    struct kernel_event event = {0};
    struct cursor at;

    if (!pid.text)
        return;
    at = (struct cursor){pid.text, pid.text + pid.size};
    if (!take_pid(&at, &event.pid))
        return;
    for (size_t i = 0; i < ELEMENTS(words); i++)
        if (text_equals_part(words[i].word, word.text, word.size))
            event.constraint = words[i].constraint;
    copy_part(field(text, ",oom_memcg="), event.limit_cgroup, sizeof(event.limit_cgroup));
    copy_part(field(text, ",task_memcg="), event.task_cgroup, sizeof(event.task_cgroup));
    log->pending = event;
    log->group = (struct kernel_event){0};
}

/* "Task in CGROUP killed as a result of limit of CGROUP", before Linux 4.19, of the process that is named
 * next. */
static void take_old_place(struct kernel_log *log, struct log_part text, long long at)
{
    const char *end = find_text(text.text, text.size, PLACE), *limit = end + strlen(PLACE);
    struct cursor cursor = {text.text, end};

    if (!take_text(&cursor, "Task in "))
        return;
    log->pending = (struct kernel_event){.pid = ANY_PID, .at = at, .constraint = OOM_CGROUP};
    copy_part((struct log_part){cursor.at, (size_t)(end - cursor.at)}, log->pending.task_cgroup,
              sizeof(log->pending.task_cgroup));
    copy_part((struct log_part){limit, (size_t)(text.text + text.size - limit)}, log->pending.limit_cgroup,
              sizeof(log->pending.limit_cgroup));
}

/* "Tasks in CGROUP are going to be killed due to memory.oom.group set", since Linux 4.19: behind the first of
 * them, which is then named again, and before the others; none of these has a summary. */
static void take_group(struct kernel_log *log, struct log_part text, long long at)
{
    const char *end = find_text(text.text, text.size, GROUP);
    struct cursor cursor = {text.text, end};
    struct kernel_event *first;

    if (!take_text(&cursor, "Tasks in "))
        return;
    log->group = (struct kernel_event){.at = at, .constraint = log->killed.constraint, .is_of_group = true};
    copy_part((struct log_part){cursor.at, (size_t)(end - cursor.at)}, log->group.task_cgroup,
              sizeof(log->group.task_cgroup));
    memcpy(log->group.limit_cgroup, log->killed.limit_cgroup, sizeof(log->group.limit_cgroup));
    first = log->events_count > 0 ? &log->events[log->events_count - 1] : NULL;
    if (first && first->pid == log->killed.pid && first->at == log->killed.at && !*log->killed.task_cgroup)
        take_place(first, &log->group); /* its summary was not printed */
}

static bool was_killed_before(const struct kernel_log *log, const struct kernel_event *event)
{
    for (size_t i = log->events_count; i-- > 0 && log->events[i].at >= event->at - AGAIN_SECONDS;)
        if (log->events[i].kind == KERNEL_EVENT_OOM_KILL && log->events[i].pid == event->pid &&
            log->events[i].is_this_boot == event->is_this_boot &&
            strcmp(log->events[i].command, event->command) == 0)
            return true;
    return false;
}

/* Where the process was and whose limit it met, by the line before it. */
static void find_place(struct kernel_log *log, struct log_part line, struct kernel_event *event)
{
    if (log->pending.pid == event->pid ||
        (log->pending.pid == ANY_PID && event->at <= log->pending.at + AGAIN_SECONDS))
        take_place(event, &log->pending);
    else if (find_text(line.text, line.size, "emory cgroup out of memory"))
        event->constraint = OOM_CGROUP;
    log->pending.pid = 0;
    log->killed = *event;
    if (!*event->task_cgroup && *log->group.task_cgroup && event->at <= log->group.at + GROUP_SECONDS)
        take_place(event, &log->group);
}

/* "Memory cgroup out of memory: Killed process 812 (redis-server) total-vm:1kB, anon-rss:1kB, …"; before
 * Linux 5.1 without what is in front, in RHEL 7 with ", UID 107," behind the name. */
static void take_killed(struct kernel_log *log, struct cursor cursor, struct kernel_event event)
{
    struct log_part line = {cursor.at, (size_t)(cursor.end - cursor.at)}, command;

    cursor.at = find_text(cursor.at, line.size, KILLED) + strlen(KILLED);
    if (!take_pid(&cursor, &event.pid) || !take_text(&cursor, " (") ||
        !take_until_last(&cursor, ")", sizeof(event.command) - 1, &command))
        return;
    line.size = (size_t)(cursor.at - line.text);
    copy_part(command, event.command, sizeof(event.command));
    event.kind = KERNEL_EVENT_OOM_KILL;
    event.anon_rss = figure(&cursor, "anon-rss:");
    event.uid = number_behind(cursor, "UID:");
    if (event.uid < 0)
        event.uid = number_behind(cursor, ", UID ");
    find_place(log, line, &event);
    if (kernel_log_is_server(event.command) && !was_killed_before(log, &event))
        add(log, &event);
}

/* "__vm_enough_memory: pid: 812, comm: redis-server, bytes: 27917287424 not enough memory for the
 * allocation"; before Linux 6.12 ", no enough memory for the allocation". */
static void take_refused(struct kernel_log *log, struct cursor cursor, struct kernel_event event)
{
    struct log_part command;

    cursor.at = find_text(cursor.at, (size_t)(cursor.end - cursor.at), REFUSED) + strlen(REFUSED);
    if (!take_pid(&cursor, &event.pid) || !take_text(&cursor, ", comm: ") ||
        !take_until_last(&cursor, ", ", sizeof(event.command) - 1, &command))
        return;
    copy_part(command, event.command, sizeof(event.command));
    if (!kernel_log_is_server(event.command))
        return;
    event.kind = KERNEL_EVENT_REFUSED;
    event.anon_rss = event.uid = -1;
    add(log, &event);
}

void kernel_log_feed(struct kernel_log *log, const char *message, size_t size, long long at,
                     bool is_this_boot)
{
    struct cursor cursor = {message, message + (size < KERNEL_MESSAGE_MAX ? size : KERNEL_MESSAGE_MAX)};
    struct log_part text = {message, (size_t)(cursor.end - message)};
    struct kernel_event event = {.at = at, .is_this_boot = is_this_boot};
    const char *summary = find_text(text.text, text.size, SUMMARY);

    if (summary) {
        take_summary(log, (struct log_part){summary, (size_t)(cursor.end - summary)});
        return;
    }
    if (find_text(text.text, text.size, GROUP)) {
        take_group(log, text, at);
        return;
    }
    if (find_text(text.text, text.size, PLACE)) {
        take_old_place(log, text, at);
        return;
    }
    if (find_text(text.text, text.size, KILLED)) {
        take_killed(log, cursor, event);
        return;
    }
    if (find_text(text.text, text.size, REFUSED)) {
        take_refused(log, cursor, event);
        return;
    }
}

/* --- /dev/kmsg, Documentation/ABI/testing/dev-kmsg --- */

bool kernel_record_parse(const char *record, size_t size, const char **ret_message, size_t *ret_size,
                         unsigned long long *ret_usec)
{
    struct cursor cursor = {record, record + size};
    struct log_part part;
    long long priority, usec;
    const char *end;

    if (!take_integer(&cursor, &priority) || priority >= LOG_USER || !take_until(&cursor, ',', &part) ||
        !take_until(&cursor, ',', &part) || !take_integer(&cursor, &usec) || !take_until(&cursor, ';', &part))
        return false;
    end = memchr(cursor.at, '\n', (size_t)(cursor.end - cursor.at));
    *ret_message = cursor.at;
    *ret_size = (size_t)((end ? end : cursor.end) - cursor.at);
    *ret_usec = (unsigned long long)usec;
    return true;
}

/* --- what was found --- */

const struct kernel_event *kernel_log_last(const struct kernel_log *log, enum kernel_event_kind kind, int pid)
{
    for (size_t i = log->events_count; i-- > 0;)
        if (log->events[i].kind == kind && (pid == 0 || log->events[i].pid == pid))
            return &log->events[i];
    return NULL;
}

void kernel_log_done(struct kernel_log *log)
{
    free(log->events);
    free(log->source);
    *log = (struct kernel_log){0};
}
