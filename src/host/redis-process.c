/* SPDX-License-Identifier: MIT */
/* Server processes by their comm: /proc/PID/exe names redis-check-rdb on Debian, where all tools are one
 * file. Owns how a server is told from its saving child, and which unit it belongs to. */
#include "host/redis-process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

enum { PROC_FILE_MAX = 64 * 1024 };

static int read_proc(const struct root *root, const char *pid, const char *file, char **ret)
{
    char path[300];

    snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
    return root_read_file(root, path, PROC_FILE_MAX, ret, NULL);
}

/* One program is both; a sentinel says so in its title. */
static bool is_sentinel(const struct root *root, const char *pid)
{
    _cleanup_free_ char *title = NULL;

    return read_proc(root, pid, "cmdline", &title) == 0 && text_has_suffix(text_trim(title), "[sentinel]");
}

static bool is_server(const struct root *root, const char *pid)
{
    static const char *const names[] = {"redis-server", "valkey-server", "keydb-server"};
    _cleanup_free_ char *comm = NULL;

    if (read_proc(root, pid, "comm", &comm) < 0)
        return false;
    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (strcmp(text_trim(comm), names[i]) == 0)
            return !is_sentinel(root, pid);
    return false;
}

/* Parent and start time of proc_pid_stat(5); the command before them may hold any character, ')' too. */
static int read_stat(const struct root *root, const char *pid, char parent[static 16],
                     unsigned long long *ret_started)
{
    _cleanup_free_ char *content = NULL;
    unsigned long long ticks;
    const char *rest;
    int parent_pid, error = read_proc(root, pid, "stat", &content);

    if (error < 0)
        return error;
    rest = strrchr(content, ')');
    if (!rest ||
        sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               &parent_pid, &ticks) != 2)
        return -EINVAL;
    snprintf(parent, 16, "%d", parent_pid);
    *ret_started = ticks * (1000000ULL / (unsigned long long)sysconf(_SC_CLK_TCK));
    return 0;
}

/* The innermost component of the cgroup's path that is a service. */
static char *read_unit(const struct root *root, const char *pid)
{
    _cleanup_free_ char *content = NULL;
    char *unit = NULL, *lines, *line, *part;

    if (read_proc(root, pid, "cgroup", &content) < 0)
        return NULL;
    lines = content;
    while (!unit && (line = strsep(&lines, "\n"))) {
        if (!text_has_prefix(line, "0::") && !strstr(line, ":name=systemd:"))
            continue;
        while ((part = strsep(&line, "/")))
            if (text_has_suffix(part, ".service")) {
                free(unit);
                unit = strdup(part);
            }
    }
    return unit;
}

static bool has_thp_disabled(const struct root *root, const char *pid)
{
    _cleanup_free_ char *content = NULL;
    const char *line;

    if (read_proc(root, pid, "status", &content) < 0)
        return false;
    line = strstr(content, "\nTHP_enabled:");
    return line && line[strlen("\nTHP_enabled:") + strspn(line + strlen("\nTHP_enabled:"), " \t")] == '0';
}

static int add_server(const struct root *root, const char *pid, struct observation *observation)
{
    struct server_process server = {0};
    unsigned long long started;
    char parent[16];
    long long number;
    int error;

    if (parse_integer(pid, &number) < 0 || !is_server(root, pid) ||
        read_stat(root, pid, parent, &started) < 0 || is_server(root, parent))
        return 0;
    error = array_grow(&observation->servers, observation->servers_count, sizeof(*observation->servers));
    if (error < 0)
        return error;
    server.pid = (int)number;
    server.started_usec = started;
    server.unit = read_unit(root, pid);
    server.has_thp_disabled = has_thp_disabled(root, pid);
    observation->servers[observation->servers_count++] = server;
    return 0;
}

int redis_process_find(const struct root *root, struct observation *observation)
{
    _cleanup_strings_ char **pids = NULL;
    int error = root_list(root, "/proc", "[0-9]*", &pids);

    if (error == -ENOMEM)
        return error;
    /* with hidepid, and in our own unit's sandbox, even PID 1 cannot be seen */
    observation->sees_servers = !observation->facts.is_running || root_exists(root, "/proc/1/comm");
    for (char **pid = pids; error == 0 && *pid; pid++)
        error = add_server(root, *pid, observation);
    return error == -ENOMEM ? error : 0;
}
