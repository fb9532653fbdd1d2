/* SPDX-License-Identifier: MIT */
/* Rules of the section "Exposure" on the server's users: what they may do, and without a password.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "redis/acl-rules.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { USERS_SHOWN = 8 };

static bool has_users(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (diagnosis->redis.users.items_count > 0)
        return true;
    verdict_unknown(verdict, "ACL LIST names no user");
    return false;
}

/* Users live in a file of their own where aclfile names one. */
static bool has_users_file(const struct diagnosis *diagnosis)
{
    return *diagnosis_config_text(diagnosis, "aclfile");
}

/* Whether they are written into its file by hand: CONFIG REWRITE can't, and no other file has some. */
static bool is_written_by_hand(const struct diagnosis *diagnosis)
{
    const struct server_facts *process = diagnosis->process;

    return !remedy_can_rewrite(diagnosis) && remedy_config_file(diagnosis) && process &&
           !process->process.container && process->config.included_users == 0;
}

/* ACL LIST has them as lines of that file. The file is left alone where nothing comes; a link stays one. */
static void write_users(const struct diagnosis *diagnosis, struct verdict *verdict, const char *asked)
{
    _cleanup_free_ char *path = memory_require(text_shell_quote(remedy_config_file(diagnosis)));

    if (!verdict->remedy || !strstr(verdict->remedy, "umask 077"))
        verdict_remedy(verdict, "umask 077");
    verdict_remedy_cli(verdict, diagnosis,
                       "%s | grep '^user ' > ~/redis-users && sudo sed -i --follow-symlinks "
                       "-e \"\\$r $HOME/redis-users\" -e '/^ *user /Id' %s",
                       asked, path);
}

static void keep_users(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (has_users_file(diagnosis))
        verdict_remedy_cli(verdict, diagnosis, "ACL SAVE");
    else if (is_written_by_hand(diagnosis))
        write_users(diagnosis, verdict, "ACL LIST");
    else
        remedy_keep(diagnosis, verdict);
}

/* --- a default user who may do everything --- */

/* Channels have rules since 6.2. */
static const char *channels(const struct diagnosis *diagnosis)
{
    return redis_facts_is_before(&diagnosis->redis, 60200) ? "" : "'&*' ";
}

/* The base name, or with a number what no user has. */
static char *free_name(const struct acl_users *users, const char *base)
{
    char *name = memory_copy(base);

    for (int number = 2; acl_users_find(users, name); number++) {
        free(name);
        name = memory_format("%s%d", base, number);
    }
    return name;
}

/* Its password is made by the server and goes into a file: none stands in a shell's history, in a list of
 * processes or in this text. */
static void add_user(const struct diagnosis *diagnosis, struct verdict *verdict, const char *name,
                     const char *rules)
{
    verdict_remedy_cli(verdict, diagnosis, "ACL GENPASS > ~/redis-%s.password", name);
    verdict_remedy_cli(
        verdict, diagnosis,
        "ACL SETUSER %s on \"#$(tr -d '\\n' < ~/redis-%s.password | sha256sum | cut -c -64)\" '~*' %s%s",
        name, name, channels(diagnosis), rules);
}

/* An operator may do everything, and not everybody is one. NULL: there is none. */
static const struct acl_user *find_other(const struct acl_users *users, bool is_operator)
{
    for (size_t i = 0; i < users->items_count; i++) {
        const struct acl_user *user = &users->items[i];

        if (strcmp(user->name, "default") != 0 && user->is_on &&
            (!is_operator || (user->is_unrestricted && !user->is_nopass)))
            return user;
    }
    return NULL;
}

/* As a user who still gets in. as: "--user op". */
static void keep_users_as(const struct diagnosis *diagnosis, struct verdict *verdict, const char *as,
                          const char *password)
{
    _cleanup_free_ char *list = memory_format("%s ACL LIST%s", as, password);

    if (has_users_file(diagnosis)) {
        verdict_remedy_cli(verdict, diagnosis, "%s ACL SAVE%s", as, password);
    } else if (remedy_can_rewrite(diagnosis)) {
        verdict_remedy_cli(verdict, diagnosis, "%s CONFIG REWRITE%s", as, password);
        remedy_mend_mode(diagnosis, verdict);
    } else if (is_written_by_hand(diagnosis)) {
        write_users(diagnosis, verdict, list);
    } else {
        remedy_keep(diagnosis, verdict);
    }
}

/* Who asks as the default user is refused behind this; what follows is given as the operator that was made
 * (admin), or that was there (other). */
static void turn_default_off(const struct diagnosis *diagnosis, struct verdict *verdict, const char *admin,
                             const struct acl_user *other)
{
    _cleanup_free_ char *quoted = other ? memory_require(text_shell_quote(other->name)) : NULL, *as = NULL,
                        *password = NULL;

    verdict_remedy_cli(verdict, diagnosis, "ACL SETUSER default off");
    if (admin) {
        as = memory_format("--user %s --askpass", admin);
        password = memory_format(" < ~/redis-%s.password", admin);
        keep_users_as(diagnosis, verdict, as, password);
    } else if (other) {
        as = memory_format("--user %s", quoted);
        verdict_remedy(verdict, "the default user is refused now; with the password of %s in REDISCLI_AUTH:",
                       other->name);
        keep_users_as(diagnosis, verdict, as, "");
    } else {
        keep_users(diagnosis, verdict);
    }
}

/* They stay connected until the link breaks, and are refused then: that is before, not after. */
static void add_replicas_user(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_free_ char *name = free_name(&diagnosis->redis.users, "replica");

    add_user(diagnosis, verdict, name, "+psync +replconf +ping");
    verdict_remedy(verdict,
                   "before the next step, on each of its %.0f replicas that has no masteruser: CONFIG SET "
                   "masteruser %s, CONFIG SET masterauth with what ~/redis-%s.password holds, CONFIG REWRITE",
                   diagnosis_info(diagnosis, "connected_slaves"), name, name);
}

static void give_users(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct acl_users *users = &diagnosis->redis.users;
    bool is_default = strcmp(remedy_asker(diagnosis), "default") == 0;
    const struct acl_user *other = is_default ? find_other(users, true) : NULL;
    _cleanup_free_ char *admin = NULL, *app = NULL;

    verdict_remedy(verdict, "a user for you and one for each application, then none for everybody: whoever "
                            "comes without a name afterwards is refused, an application, a replica without "
                            "masteruser, a Sentinel without auth-user");
    verdict_remedy(verdict, "umask 077");
    if (is_default && !other) {
        admin = free_name(users, "operator");
        add_user(diagnosis, verdict, admin, "+@all");
    }
    if (!find_other(users, false)) {
        app = free_name(users, "app");
        add_user(diagnosis, verdict, app, "+@all -@dangerous");
        verdict_remedy(verdict, "(for %s its own keys alone are better than ~*)", app);
    }
    if (diagnosis_info(diagnosis, "connected_slaves") > 0)
        add_replicas_user(diagnosis, verdict);
    turn_default_off(diagnosis, verdict, admin, other);
}

static void default_user_all(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct acl_user *user = acl_users_find(&diagnosis->redis.users, "default");

    if (!has_users(diagnosis, verdict))
        return;
    if (!user) {
        verdict_unknown(verdict, "ACL LIST has no user named default");
        return;
    }
    evidence_text(verdict, "default_user", "%s, %s, %s", user->is_on ? "on" : "off",
                  user->is_nopass ? "no password" : "password",
                  user->is_unrestricted ? "every command on every key" : "restricted");
    if (!user->is_on || !user->is_nopass || !user->is_unrestricted)
        return;
    verdict_raise(verdict, FINDING_WARNING);
    give_users(diagnosis, verdict);
}

/* --- dangerous commands --- */

enum { DENIAL_MAX = 24 };

/* How the command is taken away, where that is not its own rule: as a whole. What else it does is an
 * operator's too. */
static const char *denial(enum acl_command command)
{
    return command == ACL_ACL_SETUSER   ? "acl"
           : command == ACL_MODULE_LOAD ? "module"
                                        : acl_command_rule(command);
}

/* The rule that takes the command away, as a word of a shell. Subcommands can be taken away since 7.0;
 * before, CONFIG as a whole. */
static void deny(const struct diagnosis *diagnosis, enum acl_command command, char rule[static DENIAL_MAX])
{
    bool is_old = redis_facts_is_before(&diagnosis->redis, 70000);
    const char *name = command == ACL_CONFIG_SET && is_old ? "config" : denial(command);
    const char *quote = strchr(name, '|') ? "'" : "";

    snprintf(rule, DENIAL_MAX, "%s-%s%s", quote, name, quote);
}

/* Appends to a text that has room for all commands. */
static void join(char *text, const char *separator, const char *word)
{
    if (*text)
        strcat(text, separator);
    strcat(text, word);
}

/* What this server does not have, or refuses to everybody (DEBUG and MODULE since 7.0). */
static bool is_out_of_use(const struct diagnosis *diagnosis, enum acl_command command)
{
    const char *enabled = command == ACL_DEBUG         ? "enable-debug-command"
                          : command == ACL_MODULE_LOAD ? "enable-module-command"
                                                       : NULL;

    if (command == ACL_FAILOVER)
        return redis_facts_is_before(&diagnosis->redis, 60200);
    return enabled && strcmp(diagnosis_config_text(diagnosis, enabled), "no") == 0;
}

static bool may_call(const struct diagnosis *diagnosis, const struct acl_user *user, enum acl_command command)
{
    return user->may[command] && !is_out_of_use(diagnosis, command);
}

/* is_left: it may be the operator's, whose rights are not taken by guess. */
static void show_user(const struct diagnosis *diagnosis, struct verdict *verdict, const struct acl_user *user,
                      bool is_left)
{
    _cleanup_free_ char *quoted = memory_require(text_shell_quote(user->name));
    char may[ACL_DANGEROUS * 16] = "", rules[ACL_DANGEROUS * DENIAL_MAX] = "", name[80] = "user ";
    char rule[DENIAL_MAX];

    for (enum acl_command command = 0; command < ACL_DANGEROUS; command++)
        if (may_call(diagnosis, user, command)) {
            join(may, ", ", acl_command_name(command));
            deny(diagnosis, command, rule);
            join(rules, " ", rule);
        }
    strncat(name, user->name, sizeof(name) - strlen(name) - 1);
    evidence_text(verdict, name, "may call %s%s", may, user->is_nopass ? ", without a password" : "");
    if (!is_left)
        verdict_remedy_cli(verdict, diagnosis, "ACL SETUSER %s %s%s", quoted,
                           user->has_selectors ? "clearselectors " : "", rules);
}

static bool is_dangerous(const struct diagnosis *diagnosis, const struct acl_user *user)
{
    for (enum acl_command command = 0; command < ACL_DANGEROUS; command++)
        if (user->is_on && may_call(diagnosis, user, command))
            return true;
    return false;
}

/* The one that asks, where it may give users their rights; else the only one that may do everything and has a
 * password. NULL: it cannot be told, and who may give rights keeps them: there must be one. */
static const struct acl_user *find_operator(const struct diagnosis *diagnosis)
{
    const struct acl_users *users = &diagnosis->redis.users;
    const struct acl_user *asker = acl_users_find(users, remedy_asker(diagnosis)), *found = NULL;

    if (asker && asker->is_on && asker->may[ACL_ACL_SETUSER])
        return asker;
    for (size_t i = 0; i < users->items_count; i++) {
        const struct acl_user *user = &users->items[i];

        if (!user->is_on || !user->is_unrestricted || user->is_nopass)
            continue;
        if (found)
            return NULL;
        found = user;
    }
    return found;
}

static void dangerous_commands(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct acl_users *users = &diagnosis->redis.users;
    const char *self = remedy_asker(diagnosis);
    const struct acl_user *admin = find_operator(diagnosis);
    size_t found = 0;

    if (!has_users(diagnosis, verdict))
        return;
    evidence_number(verdict, "users", QUANTITY_COUNT, (double)users->items_count);
    evidence_text(verdict, "asked_as", "%s", self);
    if (admin)
        evidence_text(verdict, "taken_for_the_operator", "%s", admin->name);
    for (size_t i = 0; i < users->items_count; i++)
        if (&users->items[i] != admin && strcmp(users->items[i].name, self) != 0 &&
            is_dangerous(diagnosis, &users->items[i]) && ++found <= USERS_SHOWN)
            show_user(diagnosis, verdict, &users->items[i], !admin && users->items[i].may[ACL_ACL_SETUSER]);
    if (found == 0)
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (found > USERS_SHOWN)
        evidence_number(verdict, "users_not_shown", QUANTITY_COUNT, (double)(found - USERS_SHOWN));
    if (verdict->remedy)
        keep_users(diagnosis, verdict);
    if (!admin)
        verdict_remedy(verdict,
                       "a user of the operator's may keep them, and which one that is can't be told: those "
                       "who may call ACL SETUSER are left as they are. Ask as the operator's (--user), or "
                       "suppress this finding with a reason");
}

/* --- the rows --- */

const struct finding findings_users[] = {
    {
        .id = "default-user-all",
        .summary = "What a client may do that gives no password",
        .warning_when = "the default user is on, without a password, for every command and every key",
        .needs = NEEDS(FACT_ACL),
        .harm =
            "Every process that reaches the socket or the port, any web application on this host too, can "
            "read and delete all data and change the server's configuration.",
        .evaluate = default_user_all,
    },
    {
        .id = "dangerous-commands",
        .summary = "Users besides the operator's who may call what ends the service",
        .warning_when = "one may call FLUSHALL, FLUSHDB, CONFIG SET, DEBUG, KEYS, SHUTDOWN, REPLICAOF, "
                        "FAILOVER, MODULE LOAD "
                        "or ACL SETUSER",
        .needs = NEEDS(FACT_ACL),
        .harm =
            "A fault in one application, or its stolen password, can delete all data, stall the server or "
            "change its configuration.",
        .evaluate = dangerous_commands,
    },
    {.id = NULL},
};
