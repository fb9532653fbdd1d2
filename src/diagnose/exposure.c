/* SPDX-License-Identifier: MIT */
/* Rules of the section "Exposure": the server's users, its addresses and whom it runs as.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "redis/acl-rules.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { USERS_SHOWN = 8 };

static bool read_users(const struct diagnosis *diagnosis, struct verdict *verdict, struct acl_users *ret)
{
    for (char **line = diagnosis->redis.acl; line && *line; line++)
        acl_users_add(ret, *line);
    if (ret->items_count > 0)
        return true;
    verdict_unknown(verdict, "ACL LIST names no user");
    return false;
}

/* Users live in a file of their own where aclfile names one. */
static bool has_users_file(const struct diagnosis *diagnosis)
{
    return *diagnosis_config_text(diagnosis, "aclfile");
}

static void keep_users(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (has_users_file(diagnosis))
        verdict_remedy_cli(verdict, diagnosis, "ACL SAVE");
    else
        remedy_keep(diagnosis, verdict);
}

/* --- a default user who may do everything --- */

/* Channels have rules since 6.2. */
static const char *channels(const struct diagnosis *diagnosis)
{
    int version = redis_facts_version(&diagnosis->redis);

    return version > 0 && version < 60200 && !diagnosis->redis.is_valkey ? "" : "'&*' ";
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

static bool has_other(const struct acl_users *users, bool is_operator)
{
    for (size_t i = 0; i < users->items_count; i++)
        if (strcmp(users->items[i].name, "default") != 0 && users->items[i].is_on &&
            (!is_operator || users->items[i].is_unrestricted))
            return true;
    return false;
}

/* Who takes the default user away: the one that asks, else an operator, for nobody else gets in afterwards.
 */
static void turn_default_off(const struct diagnosis *diagnosis, struct verdict *verdict, const char *operator)
{
    const char *keep = has_users_file(diagnosis) ? "ACL SAVE" : "CONFIG REWRITE";

    verdict_remedy_cli(verdict, diagnosis, "ACL SETUSER default off");
    if (!operator||(!has_users_file(diagnosis) && !remedy_can_rewrite(diagnosis)))
        keep_users(diagnosis, verdict);
    else
        verdict_remedy_cli(verdict, diagnosis, "--user %s --askpass %s < ~/redis-%s.password", operator,
                           keep, operator);
    if (operator&& !has_users_file(diagnosis))
        remedy_mend_mode(diagnosis, verdict);
}

static void give_users(const struct diagnosis *diagnosis, struct verdict *verdict,
                       const struct acl_users *users)
{
    bool is_default = strcmp(remedy_asker(diagnosis), "default") == 0;
    _cleanup_free_ char *operator= NULL, *app = NULL;

    verdict_remedy(verdict, "a user for you and one for each application, then none for everybody: whoever "
                            "comes without a name afterwards is refused, an application, a replica without "
                            "masteruser, a Sentinel without auth-user");
    verdict_remedy(verdict, "umask 077");
    if (is_default && !has_other(users, true)) {
        operator= free_name(users, "operator");
        add_user(diagnosis, verdict, operator, "+@all");
    }
    if (!has_other(users, false)) {
        app = free_name(users, "app");
        add_user(diagnosis, verdict, app, "+@all -@dangerous");
        verdict_remedy(verdict, "(for %s its own keys alone are better than ~*)", app);
    }
    turn_default_off(diagnosis, verdict, operator);
}

static void default_user_all(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_acl_users_ struct acl_users users = {0};
    const struct acl_user *user;

    if (!read_users(diagnosis, verdict, &users))
        return;
    user = acl_users_find(&users, "default");
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
    give_users(diagnosis, verdict, &users);
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
    int version = redis_facts_version(&diagnosis->redis);
    bool is_old = version > 0 && version < 70000 && !diagnosis->redis.is_valkey;
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
    int version = redis_facts_version(&diagnosis->redis);
    const char *enabled = command == ACL_DEBUG         ? "enable-debug-command"
                          : command == ACL_MODULE_LOAD ? "enable-module-command"
                                                       : NULL;

    if (command == ACL_FAILOVER)
        return version > 0 && version < 60200 && !diagnosis->redis.is_valkey;
    return enabled && strcmp(diagnosis_config_text(diagnosis, enabled), "no") == 0;
}

static bool may_call(const struct diagnosis *diagnosis, const struct acl_user *user, enum acl_command command)
{
    return user->may[command] && !is_out_of_use(diagnosis, command);
}

static void show_user(const struct diagnosis *diagnosis, struct verdict *verdict, const struct acl_user *user)
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

/* The one that asks, where it may do such things; else the only one that may do everything and has a
 * password. NULL: it cannot be told. */
static const struct acl_user *find_operator(const struct diagnosis *diagnosis, const struct acl_users *users)
{
    const struct acl_user *asker = acl_users_find(users, remedy_asker(diagnosis)), *found = NULL;

    if (asker && is_dangerous(diagnosis, asker))
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
    _cleanup_acl_users_ struct acl_users users = {0};
    const char *self = remedy_asker(diagnosis);
    const struct acl_user *operator;
    size_t found = 0;

    if (!read_users(diagnosis, verdict, &users))
        return;
    operator= find_operator(diagnosis, &users);
    evidence_number(verdict, "users", QUANTITY_COUNT, (double)users.items_count);
    evidence_text(verdict, "asked_as", "%s", self);
    if (operator)
        evidence_text(verdict, "taken_for_the_operator", "%s", operator->name);
    for (size_t i = 0; i < users.items_count; i++)
        if (&users.items[i] != operator&& strcmp(users.items[i].name, self) != 0 &&
            is_dangerous(diagnosis, &users.items[i]) && ++found <= USERS_SHOWN)
            show_user(diagnosis, verdict, &users.items[i]);
    if (found == 0)
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (found > USERS_SHOWN)
        evidence_number(verdict, "users_not_shown", QUANTITY_COUNT, (double)(found - USERS_SHOWN));
    keep_users(diagnosis, verdict);
    if (!operator)
        verdict_remedy(verdict,
                       "a user of the operator's may keep them: ask as that user (--user), or suppress this "
                       "finding with a reason");
}

/* --- its addresses and its own user --- */

/* By CONFIG, else by what it was told: a port that neither knows may speak either. */
static enum trait has_tls(const struct diagnosis *diagnosis, const struct server_listener *listener)
{
    const struct server_config *told = &diagnosis->process->config;
    bool is_known = !diagnosis_unknown(diagnosis, FACT_CONFIG) && !diagnosis->redis.config_file;

    if (is_known) /* a server before 6.0 has no such parameter, and no TLS */
        return diagnosis_config(diagnosis, "tls-port") == (double)listener->port ? TRAIT_YES : TRAIT_NO;
    if (told->unknown || !amount_is_number(told->tls_port) || !amount_is_number(told->port))
        return diagnosis->redis.is_tls_likely ? TRAIT_YES : TRAIT_UNKNOWN;
    return told->tls_port > 0 && told->tls_port == listener->port ? TRAIT_YES : TRAIT_NO;
}

/* Refuses what does not come from this host, where no password is set (3.2 and later). */
static bool is_protected(const struct diagnosis *diagnosis)
{
    return strcmp(diagnosis_config_text(diagnosis, "protected-mode"), "yes") == 0;
}

static void show_password(enum trait password, struct verdict *verdict)
{
    static const char *const words[] = {
        [TRAIT_UNKNOWN] = "unknown", [TRAIT_NO] = "none", [TRAIT_YES] = "set"};

    evidence_text(verdict, "password_of_default_user", "%s", words[password]);
}

/* The listeners beyond the host, by whether they speak TLS. */
struct reach {
    size_t count, with_tls, plain; /* the others may be either */
};

static struct reach find_reach(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    static const char *const words[] = {
        [TRAIT_UNKNOWN] = ", with or without TLS", [TRAIT_NO] = "", [TRAIT_YES] = " with TLS"};
    const struct server_listeners *listeners = &diagnosis->process->listeners;
    struct reach reach = {0};

    for (size_t i = 0; i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];
        enum trait tls;

        if (!server_listener_is_remote(listener))
            continue;
        tls = has_tls(diagnosis, listener);
        reach.count++;
        reach.with_tls += tls == TRAIT_YES;
        reach.plain += tls == TRAIT_NO;
        evidence_text(verdict, "listens_on", "%s port %u%s", listener->address, listener->port, words[tls]);
    }
    return reach;
}

/* Who gets in writes files as well, where CONFIG SET takes dir: since 7.0 it does not by itself. */
static bool writes_files(const struct diagnosis *diagnosis)
{
    return strcmp(diagnosis_config_text(diagnosis, "enable-protected-configs"), "no") != 0 &&
           diagnosis->redis.config_refusal != REFUSAL_MISSING;
}

static void tell_harm(const struct diagnosis *diagnosis, const struct reach *reach, enum trait password,
                      struct verdict *verdict)
{
    const char *clear = reach->plain > 0 ? ", and what crosses the network is in clear text" : "";

    if (password == TRAIT_NO && is_protected(diagnosis))
        verdict_harm(
            verdict,
            "Protected mode refuses other hosts as long as there is no password; with one, it and all "
            "data cross the network in clear text.");
    else if (password == TRAIT_NO)
        verdict_harm(verdict, "Whoever reaches the port reads and writes all data%s%s.",
                     writes_files(diagnosis) ? ", and files of the server's user by CONFIG SET dir" : "",
                     clear);
    else if (password == TRAIT_YES)
        verdict_harm(verdict,
                     "The password and all data cross the network in clear text: whoever is on the way reads "
                     "both, and can do then what the password's user may.");
    else
        verdict_harm(
            verdict,
            "Whether a password is wanted is not known: without one whoever reaches the port reads and "
            "writes all data%s.",
            clear);
}

/* A password is the way in for who asks as well: default-user-all has the steps in their order. */
static void close_port(const struct diagnosis *diagnosis, enum trait password, struct verdict *verdict)
{
    verdict_remedy(verdict, "where all clients are on this host:");
    remedy_set(diagnosis, verdict, "bind 127.0.0.1");
    remedy_keep(diagnosis, verdict);
    verdict_remedy(verdict,
                   "else %sbind to the one address that they use, allow only them in the firewall, and use "
                   "tls-port",
                   password == TRAIT_YES ? ""
                                         : "first give it users with passwords (see default-user-all), ");
}

static void open_to_network(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    enum trait password = remedy_password(diagnosis);
    struct reach reach;

    if (diagnosis->process->listeners.unknown) {
        verdict_unknown(verdict, "%s", diagnosis->process->listeners.unknown);
        return;
    }
    reach = find_reach(diagnosis, verdict);
    show_password(password, verdict);
    if (*diagnosis_config_text(diagnosis, "protected-mode"))
        evidence_text(verdict, "protected-mode", "%s", diagnosis_config_text(diagnosis, "protected-mode"));
    if (reach.plain > 0)
        verdict_raise(verdict, FINDING_WARNING);
    if (reach.count > 0 && password == TRAIT_NO && !is_protected(diagnosis))
        verdict_raise(verdict, FINDING_CRITICAL);
    if (verdict->result == FINDING_PASS && reach.count > reach.with_tls) {
        verdict_unknown(verdict, "whether a port beyond loopback speaks TLS is not known: %s",
                        diagnosis_unknown(diagnosis, FACT_CONFIG) ? diagnosis_unknown(diagnosis, FACT_CONFIG)
                                                                  : "its configuration does not tell");
        return;
    }
    tell_harm(diagnosis, &reach, password, verdict);
    close_port(diagnosis, password, verdict);
}

static void runs_as_root(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_process *process = &diagnosis->process->process;
    const char *unit = server_confirmed_unit(process);
    _cleanup_free_ char *quoted = unit ? memory_require(text_shell_quote(unit)) : NULL;

    if (process->uid == UINT_MAX) {
        verdict_unknown(verdict, "the user of pid %d is not shown", process->pid);
        return;
    }
    evidence_number(verdict, "uid", QUANTITY_COUNT, process->uid);
    if (process->uid == 0)
        verdict_raise(verdict, FINDING_CRITICAL);
    if (quoted)
        verdict_remedy(
            verdict,
            "User=redis in a drop-in of its unit (sudo systemctl edit %s), the files of its dir given "
            "to that user, then restart it",
            quoted);
    else
        verdict_remedy(verdict,
                       "start it as a user of its own: setpriv --reuid=redis --regid=redis --clear-groups "
                       "redis-server ...");
}

/* --- the rows --- */

const struct finding findings_exposure[] = {
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
    {
        .id = "open-to-network",
        .summary = "The addresses that it listens on",
        .warning_when = "one is beyond loopback and known to be without TLS",
        .critical_when =
            "one is beyond loopback, the default user has no password, and protected-mode is off",
        .needs = NEEDS(FACT_PROCESS),
        .harm = "Without a password whoever reaches the port reads and writes all data; without TLS the "
                "password and "
                "the data cross the network in clear text.",
        .evaluate = open_to_network,
    },
    {
        .id = "runs-as-root",
        .summary = "The user that it runs as",
        .critical_when = "it is root",
        .needs = NEEDS(FACT_PROCESS),
        .harm = "A client that may use CONFIG, MODULE or a fault in the server owns the host.",
        .evaluate = runs_as_root,
    },
    {.id = NULL},
};
