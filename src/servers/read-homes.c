/* SPDX-License-Identifier: MIT */
/* From the names of units to what is proven of their processes.
 * Owns who is asked below which root. */
#include "servers/read-homes.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/read-system-units.h"
#include "systemd/read-unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    PASSWD_MAX = 1024 * 1024,
    UNITS_MAX = 256, /* as many are asked for in one run; the rest is not confirmed */
};

/* --- the running host --- */

/* All units' names, each once, into a list of NULLs; they point into the processes. */
static size_t list_units(const struct server_process *processes, size_t count, const char **names)
{
    size_t n = 0;

    for (size_t i = 0; i < count && n < UNITS_MAX; i++)
        if (processes[i].home.kind == SERVER_HOME_SERVICE && !strings_have(names, processes[i].home.unit))
            names[n++] = processes[i].home.unit;
    return n;
}

static bool has_other_manager(const struct server_process *processes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (processes[i].home.kind == SERVER_HOME_USER)
            return true;
    return false;
}

static double seconds_of(unsigned long long usec)
{
    return usec == ULLONG_MAX ? INFINITY : (double)usec / 1e6;
}

static void take_timeouts(const struct system_unit *unit, struct server_process *process)
{
    if (!unit || process->proof == SERVER_PROOF_REFUTED)
        return;
    process->stop_timeout = seconds_of(unit->stop_timeout_usec);
    if (unit->type && text_has_prefix(unit->type, "notify"))
        process->start_timeout = seconds_of(unit->start_timeout_usec);
}

static void ask_manager(struct server_process *processes, size_t count)
{
    _cleanup_(system_units_done) struct system_units units = {0};
    const char *names[UNITS_MAX + 1] = {NULL};
    size_t names_count = list_units(processes, count, names);

    if (names_count > 0 || has_other_manager(processes, count))
        system_units_ask(names, names_count, &units);
    for (size_t i = 0; i < count; i++) {
        struct server_process *process = &processes[i];

        process->systemd_version = units.version;
        if (process->home.kind == SERVER_HOME_SERVICE) {
            const struct system_unit *unit = system_units_find(&units, process->home.unit);

            process->proof = server_unit_prove(process->pid, process->cgroup, unit);
            take_timeouts(unit, process);
        }
    }
}

/* --- another root --- */

static void look_for_files(const struct root *root, struct server_process *processes, size_t count)
{
    _cleanup_(unit_directories_done) struct unit_directories directories = {0};

    if (unit_directories_read(root, &directories, NULL) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        _cleanup_(unit_done) struct unit unit = {0};
        _cleanup_free_ char *message = NULL;

        if (processes[i].home.kind != SERVER_HOME_SERVICE)
            continue;
        if (unit_file_read(root, &directories, processes[i].home.unit, &unit, &message) == 0)
            processes[i].proof = SERVER_PROOF_MAIN;
    }
}

/* --- users --- */

/* The name of the line of passwd(5) with this number, which is read from the file alone: a directory service
 * may be slow, or down. Not terminated: its length is in *ret_length; NULL: there is none. */
static const char *find_user(const char *passwd, unsigned uid, size_t *ret_length)
{
    for (const char *line = passwd, *next; line && *line; line = next) {
        const char *end = line + strcspn(line, "\n"), *colon = memchr(line, ':', (size_t)(end - line));
        unsigned number;

        next = *end ? end + 1 : end;
        if (!colon || colon == line)
            continue;
        *ret_length = (size_t)(colon - line);
        colon = memchr(colon + 1, ':', (size_t)(end - colon - 1));
        if (colon && sscanf(colon + 1, "%10u:", &number) == 1 && number == uid)
            return line;
    }
    return NULL;
}

static void name_users(const struct root *root, struct server_process *processes, size_t count)
{
    _cleanup_free_ char *passwd = NULL;

    if (count == 0 || memory_check(root_read_file(root, "/etc/passwd", PASSWD_MAX, &passwd, NULL)) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        struct server_process *process = &processes[i];
        size_t length;
        const char *name =
            process->uid == UINT_MAX || process->container ? NULL : find_user(passwd, process->uid, &length);

        if (!name)
            continue;
        free(process->user);
        process->user = memory_require(text_escaped(name, length));
    }
}

void server_homes_confirm(const struct root *root, struct server_process *processes, size_t count)
{
    if (root_is_host(root))
        ask_manager(processes, count);
    else
        look_for_files(root, processes, count);
    for (size_t i = 0; i < count; i++)
        if (processes[i].proof == SERVER_PROOF_REFUTED)
            memory_set_text(&processes[i].unit, NULL);
    name_users(root, processes, count);
}
