/* SPDX-License-Identifier: MIT */
/* How a parameter of a server is changed, and by whom.
 * Owns whether that is CONFIG SET, a line of its file, or its provider's matter; whether CONFIG REWRITE would
 * do harm; and which user may give a command. No rule writes such a step itself. */
#include "diagnose/remedy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis/acl-rules.h"
#include "servers/facts.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { NEVER = 999999 };

/* Parameters that CONFIG SET does not take from every server; all others it does. */
static const struct parameter {
    const char *name;
    int since;         /* of Redis; every Valkey is later than any of these */
    bool is_protected; /* by enable-protected-configs, since 7.0 */
} parameters[] = {
    {.name = "tcp-backlog", .since = NEVER},
    {.name = "databases", .since = NEVER},
    {.name = "disable-thp", .since = NEVER},
    {.name = "rename-command", .since = NEVER},
    {.name = "enable-protected-configs", .since = NEVER},
    {.name = "dir", .is_protected = true},
    {.name = "dbfilename", .is_protected = true},
    {.name = "bind", .since = 60201},
    {.name = "port", .since = 60201},
    {.name = "tls-port", .since = 60201},
};

enum way {
    WAY_COMMAND,      /* CONFIG SET, then CONFIG REWRITE */
    WAY_FILE,         /* its configuration file, then a restart */
    WAY_COMMAND_LINE, /* it has none: what starts it, then a restart */
    WAY_PROVIDER,     /* somebody else runs it */
};

/* --- who gives a command --- */

const char *remedy_asker(const struct diagnosis *diagnosis)
{
    const struct redis_facts *redis = &diagnosis->redis;

    return redis->whoami ? redis->whoami : redis->user ? redis->user : "default";
}

enum trait remedy_password(const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;
    const struct acl_user *user = acl_users_find(&diagnosis->redis.users, "default");

    if (user)
        return user->is_on && user->is_nopass ? TRAIT_NO : TRAIT_YES;
    if (*diagnosis_config_text(diagnosis, "requirepass"))
        return TRAIT_YES;
    /* an empty one says little: a user of the file may have its own */
    if (redis_fields_find(&diagnosis->redis.config, "requirepass") && (!process || process->config.unknown))
        return *diagnosis_config_text(diagnosis, "aclfile") ? TRAIT_UNKNOWN : TRAIT_NO;
    return process ? server_config_password(&process->config) : TRAIT_UNKNOWN;
}

/* How much of an operator it is. */
static int rank(const struct acl_user *user)
{
    return (user->is_unrestricted ? 2 : 0) + (user->is_nopass ? 0 : 1);
}

/* One who may do everything before one who may do this, one with a password before one without. */
static const struct acl_user *find_other(const struct diagnosis *diagnosis, enum acl_command command)
{
    const struct acl_users *users = &diagnosis->redis.users;
    const struct acl_user *found = NULL;

    for (size_t i = 0; i < users->items_count; i++) {
        const struct acl_user *user = &users->items[i];

        if (user->is_on && user->may[command] && (!found || rank(user) > rank(found)))
            found = user;
    }
    return found;
}

/* Whether the user that asks may give it, as far as is known; else *ret_other is one who may, NULL: nobody.
 */
static bool may_give(const struct diagnosis *diagnosis, enum acl_command command,
                     const struct acl_user **ret_other)
{
    const struct acl_user *asker = acl_users_find(&diagnosis->redis.users, remedy_asker(diagnosis));

    if (command == ACL_COMMANDS || !asker || asker->may[command])
        return true;
    *ret_other = find_other(diagnosis, command);
    return false;
}

static void add_line_once(struct verdict *verdict, const char *line)
{
    if (!verdict->remedy || !strstr(verdict->remedy, line))
        verdict_remedy(verdict, "%s", line);
}

/* Once for all steps of that user's. */
static void tell_who_may(const struct diagnosis *diagnosis, struct verdict *verdict, enum acl_command command,
                         const struct acl_user *other)
{
    _cleanup_free_ char *note = NULL;

    if (!other) {
        note =
            memory_format("no user may call %s by ACL LIST: a user line of its configuration has to allow it",
                          acl_command_name(command));
        add_line_once(verdict, note);
        return;
    }
    note = memory_format("but %s may: with that user's password in REDISCLI_AUTH:", other->name);
    if (!verdict->remedy || !strstr(verdict->remedy, note))
        verdict_remedy(verdict, "user %s may not call %s, %s", remedy_asker(diagnosis),
                       acl_command_name(command), note);
}

/* Of a user who was refused so much that it may well be refused this too. */
static void tell_unknown_rights(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (diagnosis_unknown(diagnosis, FACT_ACL) && diagnosis->redis.config_refusal == REFUSAL_ACL)
        add_line_once(verdict,
                      "(what the user that asks may do is not known, as ACL LIST is refused: where a "
                      "command is, give it as one who may, by --user)");
}

char *remedy_cli(const struct diagnosis *diagnosis, struct verdict *verdict, const char *step)
{
    const char *cli = diagnosis->redis.cli ? diagnosis->redis.cli : "redis-cli";
    enum acl_command command = acl_command_of(step);
    const char *user = diagnosis->redis.user;
    const struct acl_user *other = NULL;
    _cleanup_free_ char *quoted = NULL;

    if (!may_give(diagnosis, command, &other)) {
        user = other ? other->name : user;
        if (verdict)
            tell_who_may(diagnosis, verdict, command, other);
    } else if (verdict && command != ACL_COMMANDS) {
        tell_unknown_rights(diagnosis, verdict);
    }
    if (user)
        quoted = memory_require(text_shell_quote(user));
    return memory_format("%s%s%s", cli, quoted ? " --user " : "", quoted ? quoted : "");
}

void verdict_remedy_cli(struct verdict *verdict, const struct diagnosis *diagnosis, const char *format, ...)
{
    _cleanup_free_ char *step = NULL, *cli = NULL;
    va_list arguments;

    va_start(arguments, format);
    step = memory_format_list(format, arguments);
    va_end(arguments);
    cli = remedy_cli(diagnosis, verdict, step);
    verdict_remedy(verdict, "%s %s", cli, step);
}

/* --- how a parameter is changed --- */

/* "-" is what a provider's server says. */
const char *remedy_config_file(const struct diagnosis *diagnosis)
{
    const char *path = diagnosis_info_text(diagnosis, "config_file");

    if (*path == '/')
        return path;
    if (!*path && diagnosis->process && !diagnosis->process->config.unknown)
        return diagnosis->process->config.path;
    return NULL;
}

static bool can_be_set(const struct diagnosis *diagnosis, const char *name)
{
    const struct parameter *row = array_find(&parameters[0], ELEMENTS(parameters), name, name);

    if (row && row->is_protected)
        return strcmp(diagnosis_config_text(diagnosis, "enable-protected-configs"), "no") != 0;
    return !row || (row->since != NEVER && !redis_facts_is_before(&diagnosis->redis, row->since));
}

/* By its answer to CONFIG GET, and by what its ACL says of CONFIG SET. */
static bool takes_config(const struct diagnosis *diagnosis)
{
    const struct acl_user *other = NULL;

    if (diagnosis->redis.config_refusal == REFUSAL_MISSING)
        return false;
    if (diagnosis->redis.users.items_count == 0)
        return diagnosis->redis.config_refusal != REFUSAL_ACL;
    return may_give(diagnosis, ACL_CONFIG_SET, &other) || other;
}

static enum way way_of(const struct diagnosis *diagnosis, const char *name)
{
    if (can_be_set(diagnosis, name) && takes_config(diagnosis))
        return WAY_COMMAND;
    if (remedy_config_file(diagnosis))
        return WAY_FILE;
    return diagnosis->process ? WAY_COMMAND_LINE : WAY_PROVIDER;
}

bool remedy_starts_with(const struct diagnosis *diagnosis, const char *name)
{
    enum way way = way_of(diagnosis, name);

    return way == WAY_FILE || way == WAY_COMMAND_LINE;
}

/* Whether CONFIG REWRITE makes a new file of it. */
static bool is_replaced(const struct diagnosis *diagnosis)
{
    return !redis_facts_is_before(&diagnosis->redis, 60009);
}

/* CONFIG REWRITE writes all users into the file itself; those of a file that it includes are declared twice
 * then, and the server does not start any more: "Duplicate user found" (tried, Redis 7.0.15 and 8.0.2, Valkey
 * 8.1.1). */
static bool has_included_users(const struct diagnosis *diagnosis)
{
    return diagnosis->process && diagnosis->process->config.included_users > 0;
}

/* Whether the file must be edited by hand, for CONFIG REWRITE would fail or break it. */
static bool is_edited(const struct diagnosis *diagnosis)
{
    const struct config_file *file = &diagnosis->config_file;

    return has_included_users(diagnosis) ||
           (file->is_known && is_replaced(diagnosis) && (file->is_link || file->is_closed));
}

static void write_line(const struct diagnosis *diagnosis, struct verdict *verdict, const char *name,
                       const char *value)
{
    const char *path = remedy_config_file(diagnosis);

    verdict_remedy(verdict, "in %s%s: %s %s", path,
                   !diagnosis->process                     ? " of its host"
                   : diagnosis->process->process.container ? " of its container"
                                                           : "",
                   name, value);
}

/* What a shell would make of the value: "'normal 0 0 0'" without its quotes. */
static char *without_quotes(const char *value)
{
    size_t size = strlen(value);

    if (size >= 2 && *value == '\'' && value[size - 1] == '\'')
        return memory_copy_part(value + 1, size - 2);
    return memory_copy(value);
}

void remedy_set(const struct diagnosis *diagnosis, struct verdict *verdict, const char *format, ...)
{
    _cleanup_free_ char *setting = NULL, *name = NULL, *value = NULL;
    va_list arguments;
    size_t size;

    va_start(arguments, format);
    setting = memory_format_list(format, arguments);
    va_end(arguments);
    size = strcspn(setting, " ");
    name = memory_copy_part(setting, size);
    value = without_quotes(setting + size + (setting[size] == ' '));
    switch (way_of(diagnosis, name)) {
    case WAY_COMMAND:
        verdict_remedy_cli(verdict, diagnosis, "CONFIG SET %s", setting);
        if (remedy_config_file(diagnosis) && !remedy_can_rewrite(diagnosis))
            write_line(diagnosis, verdict, name, value);
        break;
    case WAY_FILE:
        write_line(diagnosis, verdict, name, value);
        break;
    case WAY_COMMAND_LINE:
        verdict_remedy(verdict, "on the command line that starts it: --%s %s", name, value);
        break;
    case WAY_PROVIDER:
        verdict_remedy(verdict, "in the parameter group, or what its provider has for that: %s %s", name,
                       value);
        break;
    }
    verdict->needs_restart = verdict->needs_restart || way_of(diagnosis, name) != WAY_COMMAND;
}

bool remedy_can_rewrite(const struct diagnosis *diagnosis)
{
    return takes_config(diagnosis) && remedy_config_file(diagnosis) && !is_edited(diagnosis);
}

void remedy_mend_mode(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct config_file *file = &diagnosis->config_file;
    unsigned mode = 0644 & ~file->umask;
    _cleanup_free_ char *quoted = NULL;

    if (!file->is_known || !is_replaced(diagnosis) || (mode & ~file->mode) == 0 || is_edited(diagnosis))
        return;
    quoted = memory_require(text_shell_quote(remedy_config_file(diagnosis)));
    if (diagnosis->process && diagnosis->process->process.uid != file->uid)
        verdict_remedy(verdict, "sudo chown %u:%u %s  # CONFIG REWRITE has made it the server's", file->uid,
                       file->gid, quoted);
    verdict_remedy(verdict, "sudo chmod %04o %s  # CONFIG REWRITE has made it %04o", file->mode, quoted,
                   mode);
}

/* Once, behind all that was set. */
static void drop_rewrites(struct verdict *verdict)
{
    _cleanup_free_ char *steps = verdict->remedy;
    char *rest = steps, *line;

    verdict->remedy = NULL;
    while ((line = strsep(&rest, "\n")))
        if (!text_has_suffix(line, " CONFIG REWRITE") && !strstr(line, "  # CONFIG REWRITE has made it "))
            memory_join(&verdict->remedy, "\n", line);
}

void remedy_keep(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *path = remedy_config_file(diagnosis);

    if (verdict->needs_restart) {
        if (diagnosis->process)
            remedy_restart(diagnosis, verdict);
        else if (path)
            verdict_remedy(verdict, "and restart it there");
        return;
    }
    if (!path) {
        add_line_once(verdict, diagnosis_unknown(diagnosis, FACT_INFO) && !diagnosis->process
                                   ? "to keep it, give the same where the server is started, or write it "
                                     "into its configuration file, if it has one: without INFO that is not "
                                     "known"
                                   : "to keep it, give the same where the server is started: it has no "
                                     "configuration file");
        return;
    }
    if (remedy_can_rewrite(diagnosis)) {
        drop_rewrites(verdict);
        verdict_remedy_cli(verdict, diagnosis, "CONFIG REWRITE");
        remedy_mend_mode(diagnosis, verdict);
        return;
    }
    verdict_remedy(verdict, "to keep it, write the same into %s: %s", path,
                   !takes_config(diagnosis) ? "this server takes no CONFIG REWRITE"
                   : has_included_users(diagnosis)
                       ? "CONFIG REWRITE would declare the users of an included file twice, and the server "
                         "would not start with that"
                   : diagnosis->config_file.is_link
                       ? "CONFIG REWRITE would put a file in the place of that link"
                       : "CONFIG REWRITE would fail, for the server may make no new "
                         "file in that directory");
}

/* By a socket, or by loopback. */
static bool is_asked_locally(const struct diagnosis *diagnosis)
{
    const char *host = diagnosis->redis.cli ? strstr(diagnosis->redis.cli, " -h ") : NULL;

    return !host || text_has_prefix(host, " -h ::1") || text_has_prefix(host, " -h localhost") ||
           text_has_prefix(host, " -h 127.");
}

void remedy_bind_loopback(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    remedy_set(diagnosis, verdict, "bind 127.0.0.1");
    if (is_asked_locally(diagnosis) || verdict->needs_restart || !remedy_config_file(diagnosis))
        remedy_keep(diagnosis, verdict);
    else
        write_line(diagnosis, verdict, "bind",
                   "127.0.0.1"); /* the next command would not reach it any more */
}
