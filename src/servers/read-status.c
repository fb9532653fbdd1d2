/* SPDX-License-Identifier: MIT */
/* What /proc/PID/status and /proc/PID/limits say of a server.
 * Owns how their lines are read, and how a file that cannot be read is explained. */
#include "servers/readers.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "servers/read-process.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

void server_unknown(char **unknown, const struct root *root, int pid, const char *file, int error)
{
    const char *shown;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
    shown = root_display(root, path);
    if (error == -EACCES || error == -EPERM)
        memory_error(unknown, error, "%s cannot be read without CAP_SYS_PTRACE: run as root", shown);
    else if (error == -ETIME)
        memory_error(
            unknown, error,
            "%s was not read to its end: the time of this run is used up, shared with the other servers",
            shown);
    else
        memory_error(unknown, error, "%s: %s", shown, strerror(-error));
}

bool server_read_file(const struct root *root, const struct server_facts *server, const char *file,
                      char **ret, char **unknown)
{
    int error = redis_process_read(root, server->process.pid, file, ret);

    if (error < 0)
        server_unknown(unknown, root, server->process.pid, file, error);
    else
        memory_set_text(unknown, NULL);
    return error >= 0;
}

void server_parse_kib(const char *content, const struct kib_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = process_value(content, rows[i].key);
        amount kib;

        *rows[i].bytes = AMOUNT_UNKNOWN;
        if (value && isdigit((unsigned char)*value) && sscanf(value, "%18llu", &kib) == 1 &&
            kib <= AMOUNT_UNKNOWN / 4096)
            *rows[i].bytes = kib * 1024;
    }
}

static amount parse_amount(const char *value)
{
    amount number;

    return value && isdigit((unsigned char)*value) && sscanf(value, "%18llu", &number) == 1 ? number
                                                                                            : AMOUNT_UNKNOWN;
}

void server_status_parse(const char *content, struct server_status *status)
{
    const struct kib_row rows[] = {
        {"VmSize", &status->size_bytes},
        {"VmRSS", &status->rss_bytes},
        {"VmSwap", &status->swap_bytes},
        {"VmPTE", &status->page_tables_bytes},
    };
    const char *value;
    char behind = '\0';

    server_parse_kib(content, rows, ELEMENTS(rows));
    value = process_value(content, "Mems_allowed_list");
    status->has_one_node = value && isdigit((unsigned char)*value) &&
                           sscanf(value, "%9u%c", &status->only_node, &behind) == 2 && behind == '\n';
    value = process_value(content, "THP_enabled");
    status->thp_enabled = !value ? TRAIT_UNKNOWN : *value == '0' ? TRAIT_NO : TRAIT_YES;
}

void server_status_read(const struct root *root, struct server_facts *server)
{
    _cleanup_free_ char *content = NULL;

    if (server_read_file(root, server, "status", &content, &server->status.unknown))
        server_status_parse(content, &server->status);
}

/* "Max open files   1024   524288   files": the name may have blanks, the figures follow it. */
static void parse_limit(const char *content, const char *name, amount *ret_soft, amount *ret_hard)
{
    const char *line = strstr(content, name);
    char words[2][24] = {"", ""};
    amount *const ret[] = {ret_soft, ret_hard};

    *ret_soft = *ret_hard = AMOUNT_UNKNOWN;
    if (!line || (line != content && line[-1] != '\n') ||
        sscanf(line + strlen(name), "%23s %23s", words[0], words[1]) != 2)
        return;
    for (size_t i = 0; i < ELEMENTS(words); i++)
        *ret[i] = strcmp(words[i], "unlimited") == 0 ? AMOUNT_UNLIMITED : parse_amount(words[i]);
}

/* With fewer tasks on the whole host than the limit no user can have reached it: the walk is saved then. */
static bool is_in_reach(const struct root *root, amount limit)
{
    _cleanup_free_ char *load = NULL;
    unsigned long long tasks;

    return memory_check(root_read_file(root, "/proc/loadavg", 4096, &load, NULL)) < 0 ||
           sscanf(load, "%*s %*s %*s %*u/%llu", &tasks) != 1 || tasks >= limit;
}

void server_limits_parse(const char *content, struct server_limits *limits)
{
    parse_limit(content, "Max open files ", &limits->open_files, &limits->open_files_hard);
    parse_limit(content, "Max processes ", &limits->processes, &limits->processes_hard);
}

void server_limits_read(const struct root *root, struct server_facts *server)
{
    _cleanup_free_ char *content = NULL;

    if (server_read_file(root, server, "limits", &content, &server->limits.unknown))
        server_limits_parse(content, &server->limits);
    server->limits.user_tasks = AMOUNT_UNKNOWN;
}

/* --- the tasks of their users --- */

/* All threads of a user's processes count. */
struct user {
    unsigned uid;
    amount tasks;
};

static int compare_users(const void *a, const void *b)
{
    const struct user *left = a, *right = b;

    return (left->uid > right->uid) - (left->uid < right->uid);
}

static struct user *find_user(struct user *users, size_t count, unsigned uid)
{
    const struct user key = {.uid = uid};

    return count > 0 ? bsearch(&key, users, count, sizeof(key), compare_users) : NULL;
}

static void count_process(const struct root *root, int pid, struct user *users, size_t count)
{
    _cleanup_free_ char *status = NULL;
    const char *uids, *threads;
    struct user *user;
    unsigned uid;
    amount tasks;

    if (redis_process_read(root, pid, "status", &status) < 0)
        return;
    uids = process_value(status, "Uid");
    threads = process_value(status, "Threads");
    if (!uids || !threads || sscanf(uids, "%u", &uid) != 1 || sscanf(threads, "%llu", &tasks) != 1)
        return;
    user = find_user(users, count, uid);
    if (user)
        user->tasks += tasks;
}

/* false: processes are hidden, so that a sum would be too small. */
static bool count_processes(const struct root *root, struct user *users, size_t count)
{
    _cleanup_strings_ char **pids = NULL;
    long long number;

    if (memory_check(root_list(root, "/proc", "[0-9]*", &pids)) < 0 || !root_exists(root, "/proc/1/comm"))
        return false;
    for (char **pid = pids; *pid; pid++)
        if (parse_integer(*pid, &number) == 0)
            count_process(root, (int)number, users, count);
    return true;
}

static bool needs_tasks(const struct root *root, const struct server_facts *server)
{
    return amount_is_number(server->limits.processes) && server->process.uid != 0 &&
           server->process.uid != UINT_MAX && is_in_reach(root, server->limits.processes);
}

void server_tasks_read(const struct root *root, struct server_list *list)
{
    _cleanup_free_ struct user *users = memory_new(list->count, sizeof(*users));
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        if (needs_tasks(root, &list->servers[i]))
            users[count++].uid = list->servers[i].process.uid;
    qsort(users, count, sizeof(*users), compare_users);
    for (size_t i = 1, all = count; i < all; i++) { /* one for each user */
        if (i == 1)
            count = 1;
        if (users[i].uid != users[count - 1].uid)
            users[count++] = users[i];
    }
    if (count == 0 || !count_processes(root, users, count))
        return;
    for (size_t i = 0; i < list->count; i++) {
        const struct user *user = find_user(users, count, list->servers[i].process.uid);

        if (user && needs_tasks(root, &list->servers[i]))
            list->servers[i].limits.user_tasks = user->tasks;
    }
}
