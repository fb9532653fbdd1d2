/* SPDX-License-Identifier: MIT */
/* Server processes by their comm: /proc/PID/exe names redis-check-rdb on Debian, where all tools are one
 * file. Owns how a server is told from its saving child and from a sentinel, and which unit it belongs to. */
#include "servers/read-process.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "servers/container.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { PROC_FILE_MAX = 64 * 1024 };

static const struct {
    const char *comm;
    enum server_kind kind;
} names[] = {
    {"redis-server", SERVER_KIND_SERVER},      {"valkey-server", SERVER_KIND_SERVER},
    {"keydb-server", SERVER_KIND_SERVER},      {"redis-sentinel", SERVER_KIND_SENTINEL},
    {"valkey-sentinel", SERVER_KIND_SENTINEL},
};

int redis_process_read(const struct root *root, int pid, const char *file, char **ret)
{
    char path[300];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
    return memory_check(root_read_file(root, path, PROC_FILE_MAX, ret, NULL));
}

/* One program is both; a sentinel says so in its title. */
static bool is_sentinel(const struct root *root, int pid)
{
    _cleanup_free_ char *title = NULL;

    return redis_process_read(root, pid, "cmdline", &title) == 0 &&
           text_has_suffix(text_trim(title), "[sentinel]");
}

/* Its name in the table; NULL: it is neither server nor sentinel. */
static const char *find_comm(const struct root *root, int pid, enum server_kind *ret_kind)
{
    _cleanup_free_ char *comm = NULL;

    if (redis_process_read(root, pid, "comm", &comm) < 0)
        return NULL;
    for (size_t i = 0; i < ELEMENTS(names); i++) {
        if (strcmp(text_trim(comm), names[i].comm) != 0)
            continue;
        *ret_kind = is_sentinel(root, pid) ? SERVER_KIND_SENTINEL : names[i].kind;
        return names[i].comm;
    }
    return NULL;
}

/* Parent and start time of proc_pid_stat(5); the command before them may hold any character, ')' too. */
static int read_stat(const struct root *root, int pid, int *ret_parent, unsigned long long *ret_started)
{
    _cleanup_free_ char *content = NULL;
    unsigned long long ticks;
    const char *rest;
    int parent, error = redis_process_read(root, pid, "stat", &content);

    if (error < 0)
        return error;
    rest = strrchr(content, ')');
    if (!rest ||
        sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               &parent, &ticks) != 2)
        return -EINVAL;
    *ret_parent = parent;
    *ret_started = ticks * (1000000ULL / (unsigned long long)sysconf(_SC_CLK_TCK));
    return 0;
}

int redis_process_started(const struct root *root, int pid, unsigned long long *ret_usec)
{
    int parent, error = read_stat(root, pid, &parent, ret_usec);

    return error == -ESRCH ? -ENOENT : error;
}

char *redis_process_cgroup(const struct root *root, int pid)
{
    _cleanup_free_ char *content = NULL;
    const char *unified = NULL, *named = NULL;
    char *lines, *line;

    redis_process_read(root, pid, "cgroup", &content);
    lines = content;
    while ((line = strsep(&lines, "\n"))) {
        if (text_has_prefix(line, "0::"))
            unified = line + strlen("0::");
        else if (strstr(line, ":name=systemd:"))
            named = strstr(line, ":name=systemd:") + strlen(":name=systemd:");
    }
    if (named && (!unified || strcmp(named, "/") != 0))
        unified = named;
    return memory_copy(unified);
}

static void read_home(const struct root *root, struct server_process *process)
{
    process->cgroup = redis_process_cgroup(root, process->pid);
    server_home_find(process->cgroup, &process->home);
    if (process->home.kind == SERVER_HOME_SERVICE)
        process->unit = memory_copy(process->home.unit);
}

const char *process_value(const char *content, const char *key)
{
    size_t length = strlen(key);

    for (const char *line = content; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " \t");
    }
    return NULL;
}

enum trait process_has_inner_pid(const char *status)
{
    const char *numbers = process_value(status, "NSpid");

    if (!numbers)
        return TRAIT_UNKNOWN;
    return strcspn(numbers, "\t ") < strcspn(numbers, "\n") ? TRAIT_YES : TRAIT_NO;
}

static void read_status(const struct root *root, const struct host_facts *facts,
                        struct server_process *process)
{
    _cleanup_free_ char *status = NULL;
    const char *line, *cgroup = facts->container ? NULL : process->cgroup; /* the paths are our own there */

    process->uid = UINT_MAX;
    if (redis_process_read(root, process->pid, "status", &status) < 0) {
        process->container = server_container_name(cgroup, false);
        return;
    }
    line = process_value(status, "THP_enabled");
    process->has_thp_disabled = line && *line == '0';
    line = process_value(status, "Uid");
    if (line && sscanf(line, "%u", &process->uid) != 1)
        process->uid = UINT_MAX;
    process->container = server_container_name(cgroup, process_has_inner_pid(status) == TRAIT_YES);
}

static void add_process(const struct root *root, const struct host_facts *facts, const char *name,
                        struct server_process **processes, size_t *count)
{
    struct server_process process = {0}, *added;
    enum server_kind parents_kind;
    long long number;

    if (parse_integer(name, &number) < 0 || number < 1 || number > INT_MAX)
        return;
    process.pid = (int)number;
    process.comm = find_comm(root, process.pid, &process.kind);
    if (!process.comm || read_stat(root, process.pid, &process.parent, &process.started_usec) < 0)
        return;
    if (find_comm(root, process.parent, &parents_kind))
        process.kind = SERVER_KIND_SAVING_CHILD;
    added = memory_add(*processes, *count);
    *added = process;
    read_home(root, added);
    read_status(root, facts, added);
}

static int compare_pids(const void *a, const void *b)
{
    const struct server_process *first = a, *second = b;

    return first->pid < second->pid ? -1 : first->pid > second->pid;
}

int redis_process_list(const struct root *root, const struct host_facts *facts, struct server_process **ret,
                       size_t *ret_count)
{
    _cleanup_strings_ char **pids = NULL;
    struct server_process *processes = NULL;
    size_t count = 0;
    int error = memory_check(root_list(root, "/proc", "[0-9]*", &pids));

    if (error < 0 && error != -ENOENT) /* an image has no /proc */
        return error;
    for (char **pid = pids; pid && *pid; pid++)
        add_process(root, facts, *pid, &processes, &count);
    if (count > 1)
        qsort(processes, count, sizeof(*processes), compare_pids);
    *ret = processes;
    *ret_count = count;
    return 0;
}

void redis_process_list_free(struct server_process *processes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        server_process_done(&processes[i]);
    free(processes);
}

unsigned redis_process_gid(const struct root *root, int pid)
{
    _cleanup_free_ char *status = NULL;
    const char *line = NULL;
    unsigned gid;

    if (redis_process_read(root, pid, "status", &status) == 0)
        line = process_value(status, "Gid");
    return line && sscanf(line, "%*u %u", &gid) == 1 ? gid : UINT_MAX;
}

bool redis_process_sees_others(const struct root *root, const struct host_facts *facts)
{
    return !facts->is_running || root_exists(root, "/proc/1/comm");
}
