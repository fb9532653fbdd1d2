/* SPDX-License-Identifier: MIT */
/* From a cgroup's path and the word of PID 1 to the unit of a process.
 * Owns the rule which component of the path counts, and the names that container managers give; pure. */
#include "servers/unit.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/text.h"
#include "systemd/unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* What a container's manager calls its cgroup. */
static const struct {
    const char *prefix, *suffix;
    enum container_manager manager;
    bool is_id;      /* what stands between the two is an identity: hexadecimal digits */
    bool is_escaped; /* … is escaped as parts of units' names are */
    bool is_parent;  /* the component itself has no more than the prefix, and the one below it is the name */
} marks[] = {
    {.prefix = "docker-", .suffix = ".scope", .manager = CONTAINER_DOCKER, .is_id = true},
    {.prefix = "docker", .suffix = "", .manager = CONTAINER_DOCKER, .is_id = true, .is_parent = true},
    {.prefix = "libpod-", .suffix = ".scope", .manager = CONTAINER_PODMAN, .is_id = true},
    {.prefix = "libpod-", .suffix = "", .manager = CONTAINER_PODMAN, .is_id = true},
    {.prefix = "libpod-payload-", .suffix = "", .manager = CONTAINER_PODMAN, .is_id = true},
    {.prefix = "nerdctl-", .suffix = ".scope", .manager = CONTAINER_NERDCTL, .is_id = true},
    {.prefix = "lxc.payload.", .suffix = "", .manager = CONTAINER_LXC},
    {.prefix = "lxc.payload", .suffix = "", .manager = CONTAINER_LXC, .is_parent = true},
    {.prefix = "lxc", .suffix = "", .manager = CONTAINER_LXC, .is_parent = true},
    {.prefix = "systemd-nspawn@", .suffix = ".service", .manager = CONTAINER_NSPAWN, .is_escaped = true},
    {.prefix = "machine-", .suffix = ".scope", .manager = CONTAINER_MACHINE, .is_escaped = true},
};

enum { ID_DIGITS_MIN = 12 };

/* The next component, which is cut off *rest; NULL: there is none. */
static char *next_part(char **rest)
{
    char *part;

    while ((part = strsep(rest, "/")))
        if (*part)
            return part;
    return NULL;
}

/* A delegated cgroup may be called anything. */
static bool is_service(const char *part)
{
    return *part != '-' && unit_name_is_service(part);
}

static bool has_unit_below(const char *rest)
{
    while (rest && *rest) {
        size_t length = strcspn(rest, "/");

        if ((length >= strlen(".service") &&
             strncmp(rest + length - strlen(".service"), ".service", strlen(".service")) == 0) ||
            (length >= strlen(".scope") &&
             strncmp(rest + length - strlen(".scope"), ".scope", strlen(".scope")) == 0))
            return true;
        rest += length;
        rest += strspn(rest, "/");
    }
    return false;
}

/* "user@1000.service", the number as systemd writes it. */
static bool is_users_manager(const char *part, unsigned *ret_uid)
{
    const char *digits = part + strlen("user@");
    char number[16] = "";
    long long uid;
    size_t length;

    if (!text_has_prefix(part, "user@"))
        return false;
    length = strspn(digits, "0123456789");
    if (length == 0 || length >= sizeof(number) || strcmp(digits + length, ".service") != 0)
        return false;
    memcpy(number, digits, length);
    if (parse_integer(number, &uid) < 0 || uid >= UINT_MAX)
        return false;
    *ret_uid = (unsigned)uid;
    return true;
}

/* The service of a manager that is not PID 1: the same rule, from that manager's own root on. */
static void find_inner_unit(char *rest, char **ret)
{
    unsigned uid;
    char *part;

    do
        part = next_part(&rest);
    while (part && text_has_suffix(part, ".slice"));
    if (!part || !is_service(part) || is_users_manager(part, &uid) || has_unit_below(rest))
        return;
    memory_set_text(ret, part);
}

/* Whether a container that this row knows has made `part`, with the name in *ret. */
static bool match_mark(size_t row, const char *part, const char *rest, char **ret)
{
    size_t prefix = strlen(marks[row].prefix), suffix = strlen(marks[row].suffix), length = strlen(part);
    _cleanup_free_ char *name = NULL;

    if (marks[row].is_parent) {
        if (strcmp(part, marks[row].prefix) != 0 || !rest)
            return false;
        name = memory_copy_part(rest, strcspn(rest, "/"));
    } else {
        if (length <= prefix + suffix || !text_has_prefix(part, marks[row].prefix) ||
            !text_has_suffix(part, marks[row].suffix))
            return false;
        name = memory_copy_part(part + prefix, length - prefix - suffix);
    }
    length = strlen(name);
    if (length == 0 ||
        (marks[row].is_id && (length < ID_DIGITS_MIN || strspn(name, "0123456789abcdef") != length)))
        return false;
    if (marks[row].is_escaped)
        return systemd_unescape(name, ret) == 0;
    *ret = TAKE_POINTER(name);
    return true;
}

/* Between a container's cgroup and the root of the manager inside it. */
static char *skip_payload(char *rest)
{
    static const char *const names[] = {"payload/", "container/"};

    for (size_t i = 0; rest && i < ELEMENTS(names); i++)
        if (text_has_prefix(rest, names[i]))
            return rest + strlen(names[i]);
    return rest;
}

static bool find_container(const char *part, char *rest, bool is_in_kubepods, struct server_home *home)
{
    if (is_in_kubepods || strcmp(part, "kubepods") == 0) {
        home->kind = SERVER_HOME_CONTAINER;
        home->manager = CONTAINER_KUBERNETES;
        return true;
    }
    for (size_t i = 0; i < ELEMENTS(marks); i++) {
        if (!match_mark(i, part, rest, &home->name))
            continue;
        home->kind = SERVER_HOME_CONTAINER;
        home->manager = marks[i].manager;
        if (marks[i].is_parent)
            (void)next_part(&rest);
        find_inner_unit(skip_payload(rest), &home->unit);
        return true;
    }
    return false;
}

static void find_home(char *path, struct server_home *home)
{
    bool is_in_kubepods = false;
    char *rest = path, *part;

    while ((part = next_part(&rest))) {
        if (!text_has_suffix(part, ".slice") && strcmp(part, "libpod_parent") != 0)
            break;
        is_in_kubepods = is_in_kubepods || text_has_prefix(part, "kubepods");
    }
    home->kind = SERVER_HOME_NONE;
    if (!part || find_container(part, rest, is_in_kubepods, home))
        return;
    if (is_users_manager(part, &home->uid)) {
        home->kind = SERVER_HOME_USER;
        find_inner_unit(rest, &home->unit);
        return;
    }
    if (is_service(part) && !has_unit_below(rest)) {
        home->kind = SERVER_HOME_SERVICE;
        home->unit = memory_copy(part);
        return;
    }
    if (is_service(part))
        home->kind = SERVER_HOME_NESTED;
    else if (text_has_suffix(part, ".scope"))
        home->kind = SERVER_HOME_SCOPE;
    home->name = memory_copy(part);
}

void server_home_find(const char *cgroup, struct server_home *ret)
{
    struct server_home home = {0};
    _cleanup_free_ char *path = NULL;

    if (cgroup && *cgroup == '/') {
        path = memory_copy(cgroup);
        find_home(path, &home);
    }
    *ret = home;
}

void server_home_done(struct server_home *home)
{
    free(home->unit);
    free(home->name);
    *home = (struct server_home){0};
}

bool server_stands_in(const char *cgroup, const char *name)
{
    const char *part = cgroup ? cgroup : "";
    size_t length;

    for (part += strspn(part, "/"); *part; part += length, part += strspn(part, "/")) {
        length = strcspn(part, "/");
        if (length < strlen(".slice") ||
            strncmp(part + length - strlen(".slice"), ".slice", strlen(".slice")) != 0)
            return text_equals_part(name, part, length);
    }
    return false;
}

/* --- what PID 1 says --- */

bool server_is_program(const char *path)
{
    static const char *const names[] = {"redis-server",   "valkey-server",   "keydb-server",
                                        "redis-sentinel", "valkey-sentinel", NULL};

    return strings_have(names, text_file_name(path));
}

/* Programs that become the one that their command line names. */
static bool is_wrapper(const char *path)
{
    static const char *const names[] = {
        "redis-hosttune-exec", "numactl", "taskset", "chrt", "nice", "ionice", NULL};

    return strings_have(names, text_file_name(path));
}

bool system_unit_runs_server(const struct system_unit *unit)
{
    if (!unit->exec_path)
        return false;
    if (server_is_program(unit->exec_path))
        return true;
    if (!is_wrapper(unit->exec_path) || !unit->exec_argv)
        return false;
    for (char **word = unit->exec_argv; *word; word++)
        if (**word == '/' && server_is_program(*word))
            return true;
    return false;
}

enum server_proof server_unit_prove(int pid, const char *cgroup, const struct system_unit *unit)
{
    if (!unit)
        return SERVER_PROOF_UNASKED;
    if (!text_equal(unit->load_state, "loaded"))
        return SERVER_PROOF_REFUTED;
    if (unit->main_pid == pid)
        return SERVER_PROOF_MAIN;
    if (cgroup && text_equal(unit->control_group, cgroup) && system_unit_runs_server(unit))
        return SERVER_PROOF_MEMBER;
    return SERVER_PROOF_REFUTED;
}
