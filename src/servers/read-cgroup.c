/* SPDX-License-Identifier: MIT */
/* What the cgroups of a server allow it, v1 and v2: cgroups(7), the kernel's cgroup-v2.rst and v1/memory.rst.
 * Owns the walk from a process' cgroup up to the root. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "servers/read-process.h"
#include "servers/readers.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_MAX = 64 * 1024 };

/* v1 prints a limit that is none as the largest number of pages there is. */
#define V1_UNLIMITED (1ULL << 62)

/* A controller's hierarchy and where in it the process is. */
struct place {
    bool is_v1;
    const char *mount;
    char *path; /* below the mount, "/system.slice/redis.service" */
};

static void place_done(struct place *place)
{
    free(place->path);
}

/* The path of the line "N:cpu,CONTROLLER:PATH", or of "0::PATH" for NULL; the caller's, NULL without the
 * line. */
static char *find_path(const char *content, const char *controller)
{
    _cleanup_free_ char *lines = memory_copy(content);
    char *rest = lines, *line;

    while ((line = strsep(&rest, "\n"))) {
        const char *number = strsep(&line, ":");
        char *controllers = line ? strsep(&line, ":") : NULL, *name;
        bool is_it = !controller && controllers && strcmp(number, "0") == 0 && !*controllers;

        while (controller && controllers && (name = strsep(&controllers, ",")))
            is_it = is_it || strcmp(name, controller) == 0;
        if (is_it && line)
            return memory_copy(line);
    }
    return NULL;
}

/* The controller is v1's where it has a line of its own. *ret.path stays NULL where neither is there. */
static void find_place(const struct root *root, const char *content, const char *controller,
                       const char *v1_mount, struct place *ret)
{
    ret->path = find_path(content, controller);
    ret->is_v1 = ret->path != NULL;
    ret->mount = v1_mount;
    if (ret->path)
        return;
    ret->mount =
        root_exists(root, "/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
    ret->path = find_path(content, NULL);
}

static int read_file(const struct root *root, const struct place *place, const char *path, const char *file,
                     char **ret)
{
    char full[PATH_MAX];

    if ((size_t)snprintf(full, sizeof(full), "%s%s/%s", place->mount, path, file) >= sizeof(full))
        return -ENAMETOOLONG;
    return memory_check(root_read_file(root, full, FILE_MAX, ret, NULL));
}

static amount parse_amount(const char *text)
{
    unsigned long long value;

    if (text_has_prefix(text, "max"))
        return AMOUNT_UNLIMITED;
    if (*text == '-' || sscanf(text, "%19llu", &value) != 1)
        return AMOUNT_UNKNOWN;
    return value >= V1_UNLIMITED ? AMOUNT_UNLIMITED : value;
}

static amount read_amount(const struct root *root, const struct place *place, const char *path,
                          const char *file)
{
    _cleanup_free_ char *content = NULL;

    return read_file(root, place, path, file, &content) < 0 ? AMOUNT_UNKNOWN : parse_amount(content);
}

/* The number behind "KEY " at the start of a line. */
static amount read_keyed(const struct root *root, const struct place *place, const char *path,
                         const char *file, const char *key)
{
    _cleanup_free_ char *content = NULL;
    size_t length = strlen(key);

    if (read_file(root, place, path, file, &content) < 0)
        return AMOUNT_UNKNOWN;
    for (const char *line = content; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return parse_amount(line + length + 1);
    }
    return AMOUNT_UNKNOWN;
}

/* Cuts the last component off; false above the root's children. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');

    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

static void add_limit(struct cgroup_limit *limit, amount value, amount current, const char *path)
{
    amount headroom = !amount_is_number(current) ? AMOUNT_UNKNOWN : current < value ? value - current : 0;

    /* what is not known may be the least */
    if (!amount_is_known(headroom) || (amount_is_known(limit->headroom) && headroom < limit->headroom))
        limit->headroom = headroom;
    if (value >= limit->limit)
        return;
    limit->limit = value;
    limit->current = current;
    memory_set_text(&limit->at, path);
    memory_check(text_escape(&limit->at));
}

/* The tightest limit of the chain. The root has no such files in v2 and no limit in v1. */
static void walk_limit(const struct root *root, const struct place *place, const char *limit_file,
                       const char *current_file, struct cgroup_limit *limit)
{
    _cleanup_free_ char *path = memory_copy(place->path);

    *limit = (struct cgroup_limit){AMOUNT_UNLIMITED, AMOUNT_UNKNOWN, AMOUNT_UNLIMITED, NULL};
    while (strcmp(path, "/") != 0) {
        amount value = read_amount(root, place, path, limit_file);

        if (amount_is_number(value))
            add_limit(limit, value, read_amount(root, place, path, current_file), path);
        if (!go_up(path))
            break;
    }
}

/* Every limit of the chain, for each may be shared with others. high_file: a second one that binds as well;
 * NULL: none does. */
static void walk_levels(const struct root *root, const struct place *place, const char *limit_file,
                        const char *high_file, const char *anonymous_key, struct server_cgroup *cgroup)
{
    _cleanup_free_ char *path = memory_copy(place->path);

    while (strcmp(path, "/") != 0) {
        amount limit = read_amount(root, place, path, limit_file),
               high = high_file ? read_amount(root, place, path, high_file) : AMOUNT_UNKNOWN;

        if (high < limit)
            limit = high;
        if (amount_is_number(limit)) {
            struct cgroup_level *level = memory_add(cgroup->levels, cgroup->levels_count);

            level->limit = limit;
            level->anonymous = read_keyed(root, place, path, "memory.stat", anonymous_key);
            level->path = memory_copy(path);
            memory_check(text_escape(&level->path));
        }
        if (!go_up(path))
            break;
    }
}

static void walk_swappiness(const struct root *root, const struct place *place, struct server_cgroup *cgroup)
{
    _cleanup_free_ char *path = memory_copy(place->path);
    struct cgroup_swappiness *entry;

    while (strcmp(path, "/") != 0) {
        amount value = read_amount(root, place, path, "memory.swappiness");

        if (amount_is_number(value)) {
            entry = memory_add(cgroup->swappiness, cgroup->swappiness_count);
            entry->value = value;
            entry->path = memory_copy(path);
            memory_check(text_escape(&entry->path));
        }
        if (!go_up(path))
            break;
    }
}

static void read_memory_v2(const struct root *root, const struct place *place, struct server_cgroup *cgroup)
{
    cgroup->oom_kills = read_keyed(root, place, place->path, "memory.events", "oom_kill");
    walk_limit(root, place, "memory.max", "memory.current", &cgroup->memory_max);
    walk_limit(root, place, "memory.high", "memory.current", &cgroup->memory_high);
    walk_limit(root, place, "memory.swap.max", "memory.swap.current", &cgroup->swap_max);
    walk_levels(root, place, "memory.max", "memory.high", "anon", cgroup);
}

static void read_memory_v1(const struct root *root, const struct place *place, struct server_cgroup *cgroup)
{
    cgroup->oom_kills = read_keyed(root, place, place->path, "memory.oom_control", "oom_kill");
    walk_limit(root, place, "memory.limit_in_bytes", "memory.usage_in_bytes", &cgroup->memory_max);
    walk_limit(root, place, "memory.soft_limit_in_bytes", "memory.usage_in_bytes", &cgroup->memory_high);
    walk_limit(root, place, "memory.memsw.limit_in_bytes", "memory.memsw.usage_in_bytes", &cgroup->swap_max);
    walk_levels(root, place, "memory.limit_in_bytes", NULL, "total_rss", cgroup);
    walk_swappiness(root, place, cgroup);
}

/* A namespace shows what lies outside of it as "/..", and a mount of it may have less than the path. */
static bool has_place(const struct root *root, const struct place *place, int pid, char **unknown)
{
    char full[PATH_MAX];

    if (!place->path)
        memory_error(unknown, 0, "%s/%d/cgroup names no memory controller", root_display(root, "/proc"), pid);
    else if (text_has_prefix(place->path, "/.."))
        memory_error(unknown, 0, "the cgroup of process %d lies outside of this cgroup namespace", pid);
    else if ((size_t)snprintf(full, sizeof(full), "%s%s", place->mount, place->path) >= sizeof(full) ||
             !root_exists(root, full))
        memory_error(unknown, 0, "the cgroup of process %d is not there: %s%s", pid,
                     root_display(root, place->mount), place->path);
    else
        return true;
    memory_check(text_escape(unknown));
    return false;
}

static void read_pids(const struct root *root, const char *content, struct server_cgroup *cgroup)
{
    _cleanup_(place_done) struct place place = {0};

    find_place(root, content, "pids", "/sys/fs/cgroup/pids", &place);
    cgroup->pids_max = (struct cgroup_limit){AMOUNT_UNKNOWN, AMOUNT_UNKNOWN, AMOUNT_UNKNOWN, NULL};
    if (place.path)
        walk_limit(root, &place, "pids.max", "pids.current", &cgroup->pids_max);
}

void server_cgroup_read(const struct root *root, struct server_facts *server)
{
    struct server_cgroup *cgroup = &server->cgroup;
    _cleanup_(place_done) struct place place = {0};
    _cleanup_free_ char *content = NULL;

    if (!server_read_file(root, server, "cgroup", &content, &cgroup->unknown))
        return;
    find_place(root, content, "memory", "/sys/fs/cgroup/memory", &place);
    if (!has_place(root, &place, server->process.pid, &cgroup->unknown))
        return;
    cgroup->is_memory_v1 = place.is_v1;
    if (place.is_v1)
        read_memory_v1(root, &place, cgroup);
    else
        read_memory_v2(root, &place, cgroup);
    read_pids(root, content, cgroup);
    cgroup->memory_path = TAKE_POINTER(place.path);
    memory_check(text_escape(&cgroup->memory_path));
}
