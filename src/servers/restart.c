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
#include "util/quantity.h"
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

static char *users_unit(const struct server_process *process, const char *verb)
{
    const struct server_home *home = &process->home;

    if (!home->unit)
        return NULL;
    if (process->systemd_version >= VERSION_USERS)
        return with_unit(home->unit, "sudo systemctl --user -M %u@ %s", home->uid, verb);
    return with_unit(home->unit, "sudo -u '#%u' XDG_RUNTIME_DIR=/run/user/%u systemctl --user %s", home->uid,
                     home->uid, verb);
}

/* A plain restart. */
static char *restart_plainly(const struct server_process *process)
{
    const char *unit = server_confirmed_unit(process);

    if (process->home.kind == SERVER_HOME_CONTAINER)
        return restart_container(&process->home);
    if (process->home.kind == SERVER_HOME_USER)
        return users_unit(process, "restart");
    return unit ? with_unit(unit, "sudo systemctl restart") : NULL;
}

/* A unit's server saves and ends by one command, which fails where it can't save, and starts again: by the
 * unit's own Restart=, or by hand. A container may go with its process, so there it saves before. */
static char *restart_after_saving(const struct server_process *process, const char *cli)
{
    const char *unit = server_confirmed_unit(process);
    _cleanup_free_ char *plain = NULL, *start = NULL;

    if (process->home.kind == SERVER_HOME_USER)
        start = users_unit(process, "start");
    else if (process->home.kind != SERVER_HOME_CONTAINER && unit)
        start = with_unit(unit, "sudo systemctl start");
    if (start)
        return memory_format("%s SHUTDOWN SAVE && %s", cli, start);
    plain = restart_plainly(process);
    return plain ? memory_format("test \"$(%s SAVE)\" = OK && %s", cli, plain) : NULL;
}

/* Its append-only file is written again before, for it loads nothing else. */
static char *restart_after_rewriting(const struct server_process *process, const char *cli, char **ret_before)
{
    _cleanup_free_ char *plain = restart_plainly(process), *before = NULL;

    before = memory_format("test \"$(%s CONFIG SET appendonly yes)\" = OK && while %s INFO persistence | "
                           "grep -qE '^aof_rewrite_(in_progress|scheduled):1'; do sleep 1; done && "
                           "%s INFO persistence | grep '^aof_last_bgrewrite_status:ok'",
                           cli, cli, cli);
    if (plain)
        return memory_format("%s && %s", before, plain);
    *ret_before = TAKE_POINTER(before);
    return NULL;
}

char *server_set_property_command(const struct server_process *process, const char *setting)
{
    const char *unit = server_confirmed_unit(process);
    _cleanup_free_ char *command = unit ? with_unit(unit, "sudo systemctl set-property") : NULL;

    return command ? memory_format("%s %s", command, setting) : NULL;
}

char *server_dropin_command(const struct server_process *process, const char *name, const char *setting)
{
    const char *unit = server_confirmed_unit(process);
    _cleanup_free_ char *directory = unit ? memory_format("/etc/systemd/system/%s.d", unit) : NULL,
                        *quoted = unit ? memory_require(text_shell_quote(directory)) : NULL;

    return unit ? memory_format("sudo mkdir -p %s && printf '[Service]\\n%s\\n' | sudo tee %s/%s.conf && "
                                "sudo systemctl daemon-reload",
                                quoted, setting, quoted, name)
                : NULL;
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

static char *restart_in_words(const struct server_process *process)
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

/* --- the price --- */

bool restart_kills_save(const struct server_process *process, const struct restart_stake *stake)
{
    return stake->has_save_points && process->stop_timeout > 0 && stake->save_seconds > process->stop_timeout;
}

/* Loading takes about as long as the last save did; a host that starts does more than that. */
static bool is_start_too_short(const struct server_process *process, const struct restart_stake *stake)
{
    return process->start_timeout > 0 && stake->save_seconds * 2 > process->start_timeout;
}

/* Whether a plain restart would lose what is in memory. */
static bool is_losing(const struct server_process *process, const struct restart_stake *stake)
{
    if (stake->keys == 0 || stake->is_replica)
        return false;
    if (restart_kills_save(process, stake) || stake->has_failed || stake->file == RESTART_FILE_STALE)
        return true;
    return stake->is_kept == TRAIT_NO || (stake->is_kept == TRAIT_UNKNOWN && stake->keys > 0);
}

static void describe_loss(const struct restart_stake *stake, struct text_builder *words)
{
    char text[QUANTITY_TEXT_MAX];

    if (stake->file == RESTART_FILE_STALE) {
        text_builder_add_text(words, "CONFIG SET switched its append-only file off and what starts it has "
                                     "appendonly yes: a plain restart loads what that file held then, or "
                                     "nothing, whatever is saved");
    } else if (stake->has_failed) {
        text_builder_add(words,
                         "its last save failed, and %.0f changes since then are in its memory alone: "
                         "where it can't save, it goes on",
                         stake->changes < 0 ? 0 : stake->changes);
    } else if (stake->is_kept == TRAIT_YES) {
        text_builder_add(words,
                         "the save at its end takes about %s, and systemctl restart would kill it for that",
                         quantity_format(QUANTITY_SECONDS, stake->save_seconds, text));
    } else {
        text_builder_add_text(words,
                              stake->file == RESTART_FILE_FORGOTTEN
                                  ? "what starts it has no appendonly yes, which CONFIG SET alone has set: a "
                                    "plain restart does not load that file and loses "
                              : stake->is_kept == TRAIT_NO
                                  ? "it saves nothing by itself: a plain restart loses "
                                  : "whether it saves by itself is not known: a plain restart may lose ");
        if (stake->keys >= 0)
            text_builder_add(words, "%.0f keys", stake->keys);
        else
            text_builder_add_text(words, "all that it holds");
        if (stake->replicas > 0)
            text_builder_add_text(words, ", and its replicas become as empty");
    }
}

static void describe_stay(const struct restart_stake *stake, struct text_builder *words)
{
    char text[QUANTITY_TEXT_MAX];

    if (stake->keys == 0) {
        text_builder_add_text(words, "it holds no keys");
    } else if (stake->is_replica && stake->is_kept != TRAIT_YES) {
        text_builder_add_text(words,
                              "a replica that saves nothing: it copies everything again from its primary");
    } else if (stake->is_kept == TRAIT_UNKNOWN) {
        text_builder_add_text(words,
                              "whether it saves is not known from here: CONFIG GET save and appendonly tell");
    } else if (stake->is_by_configuration) {
        text_builder_add_text(words, stake->is_kept == TRAIT_NO ? "by its configuration it saves nothing"
                                     : stake->is_default ? "by Redis' default, which is that of 6.2 and "
                                                           "later, it saves at its end"
                                                         : "by its configuration what it holds is saved");
    } else {
        text_builder_add_text(words, stake->has_save_points ? "it saves at its end and loads "
                                                            : "it loads its append-only file again, ");
        text_builder_add_text(words, quantity_format(QUANTITY_BYTES, stake->bytes, text));
        if (stake->save_seconds >= 1)
            text_builder_add(words, ", each in about %s",
                             quantity_format(QUANTITY_SECONDS, stake->save_seconds, text));
    }
}

static char *find_command(const struct server_process *process, const struct restart_stake *stake,
                          char **ret_before)
{
    char *command;

    if (!is_losing(process, stake) || !stake->cli)
        return restart_plainly(process);
    if (stake->file == RESTART_FILE_STALE)
        return restart_after_rewriting(process, stake->cli, ret_before);
    command = restart_after_saving(process, stake->cli);
    if (!command)
        *ret_before = memory_format("%s SAVE", stake->cli);
    return command;
}

void server_restart_find(const struct server_process *process, const struct restart_stake *stake,
                         struct server_restart *ret)
{
    struct text_builder price = {0};
    char *longer = NULL;

    *ret = (struct server_restart){0};
    ret->command = find_command(process, stake, &ret->before);
    if (ret->command && is_start_too_short(process, stake))
        longer = server_dropin_command(process, "TimeoutStartSec", "TimeoutStartSec=infinity");
    if (longer) {
        memory_join(&longer, "\n", ret->command);
        free(ret->command);
        ret->command = longer;
    }
    if (!ret->command)
        ret->words = restart_in_words(process);
    if (is_losing(process, stake))
        describe_loss(stake, &price);
    else
        describe_stay(stake, &price);
    ret->price = finish(&price);
}

void server_restart_done(struct server_restart *restart)
{
    free(restart->command);
    free(restart->words);
    free(restart->before);
    free(restart->price);
    *restart = (struct server_restart){0};
}
