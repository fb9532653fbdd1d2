/* SPDX-License-Identifier: MIT */
/* How a server is restarted, by whose it is.
 * Owns which command reaches it, and the words where none is known; pure. */
#include "servers/restart.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    ID_DIGITS = 12,     /* enough for every container's manager */
    VERSION_USERS = 248 /* of systemd, since when --machine=USER@ reaches a user's manager */
};

const char *server_confirmed_unit(const struct server_process *process)
{
    bool is_confirmed = process->proof == SERVER_PROOF_MAIN || process->proof == SERVER_PROOF_MEMBER;

    return process->home.kind == SERVER_HOME_SERVICE && is_confirmed ? process->home.unit : NULL;
}

/* --- commands --- */

/* Whatever a manager of containers takes as a name; what others may stand in a cgroup's path is left to
 * words. */
static bool is_machine_name(const char *name)
{
    return name && *name && *name != '-' && *name != '.' && strlen(name) <= 64 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

/* The formatted command with the unit as its last word. */
__attribute__((format(printf, 2, 3))) static char *with_unit(const char *unit, const char *format, ...)
{
    _cleanup_free_ char *quoted = memory_require(text_shell_quote(unit)), *command = NULL;
    va_list arguments;

    va_start(arguments, format);
    command = memory_format_list(format, arguments);
    va_end(arguments);
    return memory_format("%s %s", command, quoted);
}

static char *restart_container(const struct server_home *home)
{
    static const char *const by_id[] = {
        [CONTAINER_DOCKER] = "docker",
        [CONTAINER_PODMAN] = "podman",
        [CONTAINER_NERDCTL] = "nerdctl",
        [CONTAINER_MACHINE] = NULL,
    };

    if (by_id[home->manager] && home->name)
        return memory_format("sudo %s restart %.*s", by_id[home->manager], ID_DIGITS, home->name);
    if (!home->unit || !is_machine_name(home->name))
        return NULL;
    if (home->manager == CONTAINER_LXC)
        return with_unit(home->unit, "sudo lxc-attach -n %s -- systemctl restart", home->name);
    if (home->manager == CONTAINER_NSPAWN || home->manager == CONTAINER_MACHINE)
        return with_unit(home->unit, "sudo machinectl shell %s /usr/bin/systemctl restart", home->name);
    return NULL;
}

static char *restart_users_unit(const struct server_process *process)
{
    const struct server_home *home = &process->home;

    if (!home->unit)
        return NULL;
    if (process->systemd_version >= VERSION_USERS)
        return with_unit(home->unit, "sudo systemctl --user -M %u@ restart", home->uid);
    return with_unit(home->unit, "sudo -u '#%u' XDG_RUNTIME_DIR=/run/user/%u systemctl --user restart",
                     home->uid, home->uid);
}

char *server_restart_command(const struct server_process *process)
{
    const char *unit = server_confirmed_unit(process);

    if (process->home.kind == SERVER_HOME_CONTAINER)
        return restart_container(&process->home);
    if (process->home.kind == SERVER_HOME_USER)
        return restart_users_unit(process);
    return unit ? with_unit(unit, "sudo systemctl restart") : NULL;
}

char *server_set_property_command(const struct server_process *process, const char *setting)
{
    const char *unit = server_confirmed_unit(process);
    _cleanup_free_ char *command = unit ? with_unit(unit, "sudo systemctl set-property") : NULL;

    return command ? memory_format("%s %s", command, setting) : NULL;
}

/* --- words --- */

static void describe_service(const struct server_process *process, struct text_builder *words)
{
    switch (process->proof) {
    case SERVER_PROOF_UNASKED:
        text_builder_add(words, "in %s by its cgroup, which systemd has not confirmed", process->home.unit);
        break;
    case SERVER_PROOF_REFUTED:
        text_builder_add(words, "in %s, and not its main process", process->home.unit);
        break;
    case SERVER_PROOF_MEMBER:
    case SERVER_PROOF_MAIN:
        text_builder_add_text(words, process->home.unit);
        break;
    }
}

static void describe_user(const struct server_process *process, struct text_builder *words)
{
    if (process->user)
        text_builder_add(words, "user %s", process->user);
    else if (process->uid != UINT_MAX)
        text_builder_add(words, "user %u", process->uid);
    else
        text_builder_add_text(words, "an unknown user");
}

static void describe_home(const struct server_process *process, struct text_builder *words)
{
    const struct server_home *home = &process->home;

    if (process->container) {
        text_builder_add_text(words, process->container);
        return;
    }
    if (home->kind != SERVER_HOME_SERVICE) {
        describe_user(process, words);
        text_builder_add_text(words, ", ");
    }
    switch (home->kind) {
    case SERVER_HOME_UNKNOWN:
        text_builder_add_text(words, "its unit is not known");
        break;
    case SERVER_HOME_NONE:
        text_builder_add_text(words, "in no unit");
        break;
    case SERVER_HOME_SERVICE:
        describe_service(process, words);
        break;
    case SERVER_HOME_NESTED:
        text_builder_add(words, "below %s, which runs units of its own", home->name);
        break;
    case SERVER_HOME_SCOPE:
        text_builder_add(words, "in %s", home->name);
        break;
    case SERVER_HOME_USER:
        text_builder_add(words, "in %s of the manager of user %u", home->unit ? home->unit : "no service",
                         home->uid);
        break;
    case SERVER_HOME_CONTAINER:
        text_builder_add_text(words, "in a container");
        break;
    }
}

static char *finish(struct text_builder *words)
{
    char *text = memory_require(text_builder_take(words));

    memory_check(text_escape(&text));
    return text;
}

char *server_describe_home(const struct server_process *process)
{
    struct text_builder words = {0};

    describe_home(process, &words);
    return finish(&words);
}

char *server_restart_words(const struct server_process *process)
{
    struct text_builder words = {0};

    text_builder_add(&words, "restart the server with pid %d (", process->pid);
    if (process->home.kind != SERVER_HOME_SERVICE && !process->container) {
        text_builder_add(&words, "a process named %s of ", process->comm ? process->comm : "redis-server");
    }
    describe_home(process, &words);
    if (process->home.manager == CONTAINER_KUBERNETES)
        text_builder_add_text(&words, ") by its controller");
    else
        text_builder_add_text(&words, process->container ? ") from within or by its manager"
                                                         : ") by what started it");
    return finish(&words);
}
