/* SPDX-License-Identifier: MIT */
/* ACL LIST: who may call the commands that end a service.
 * Owns the order in which the rules of a user count; pure. */
#include "redis/acl-rules.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const struct command_row {
    const char *name, *rule, *categories; /* the categories as ACL CAT has them, a blank around each */
} commands[ACL_COMMANDS] = {
    [ACL_FLUSHALL] = {.name = "FLUSHALL",
                      .rule = "flushall",
                      .categories = " keyspace write slow dangerous "},
    [ACL_FLUSHDB] = {.name = "FLUSHDB", .rule = "flushdb", .categories = " keyspace write slow dangerous "},
    [ACL_CONFIG_SET] = {.name = "CONFIG SET", .rule = "config|set", .categories = " admin slow dangerous "},
    [ACL_DEBUG] = {.name = "DEBUG", .rule = "debug", .categories = " admin slow dangerous "},
    [ACL_KEYS] = {.name = "KEYS", .rule = "keys", .categories = " keyspace read slow dangerous "},
    [ACL_SHUTDOWN] = {.name = "SHUTDOWN", .rule = "shutdown", .categories = " admin slow dangerous "},
    [ACL_REPLICAOF] = {.name = "REPLICAOF", .rule = "replicaof", .categories = " admin slow dangerous "},
    [ACL_SLAVEOF] = {.name = "SLAVEOF", .rule = "slaveof", .categories = " admin slow dangerous "},
    [ACL_FAILOVER] = {.name = "FAILOVER", .rule = "failover", .categories = " admin slow dangerous "},
    [ACL_MODULE_LOAD] = {.name = "MODULE LOAD",
                         .rule = "module|load",
                         .categories = " admin slow dangerous "},
    [ACL_ACL_SETUSER] = {.name = "ACL SETUSER",
                         .rule = "acl|setuser",
                         .categories = " admin slow dangerous "},
    [ACL_CONFIG_REWRITE] = {.name = "CONFIG REWRITE",
                            .rule = "config|rewrite",
                            .categories = " admin slow dangerous "},
    [ACL_CONFIG_GET] = {.name = "CONFIG GET", .rule = "config|get", .categories = " admin slow dangerous "},
    [ACL_ACL_SAVE] = {.name = "ACL SAVE", .rule = "acl|save", .categories = " admin slow dangerous "},
    [ACL_ACL_GENPASS] = {.name = "ACL GENPASS", .rule = "acl|genpass", .categories = " slow "},
    [ACL_CLIENT_KILL] = {.name = "CLIENT KILL",
                         .rule = "client|kill",
                         .categories = " admin slow dangerous connection "},
    [ACL_CLIENT_LIST] = {.name = "CLIENT LIST",
                         .rule = "client|list",
                         .categories = " admin slow dangerous connection "},
    [ACL_BGSAVE] = {.name = "BGSAVE", .rule = "bgsave", .categories = " admin slow dangerous "},
    [ACL_BGREWRITEAOF] = {.name = "BGREWRITEAOF",
                          .rule = "bgrewriteaof",
                          .categories = " admin slow dangerous "},
    [ACL_SAVE] = {.name = "SAVE", .rule = "save", .categories = " admin slow dangerous "},
    [ACL_LATENCY_RESET] = {.name = "LATENCY RESET",
                           .rule = "latency|reset",
                           .categories = " admin slow dangerous "},
    [ACL_MEMORY_PURGE] = {.name = "MEMORY PURGE", .rule = "memory|purge", .categories = " slow "},
    [ACL_SCRIPT_KILL] = {.name = "SCRIPT KILL", .rule = "script|kill", .categories = " slow scripting "},
};

const char *acl_command_name(enum acl_command command)
{
    return commands[command].name;
}

const char *acl_command_rule(enum acl_command command)
{
    return commands[command].rule;
}

enum acl_command acl_command_of(const char *line)
{
    for (enum acl_command command = 0; command < ACL_COMMANDS; command++) {
        size_t size = strlen(commands[command].name);

        if (strncmp(line, commands[command].name, size) == 0 && (line[size] == ' ' || line[size] == '\0'))
            return command;
    }
    return ACL_COMMANDS;
}

/* One set of rules: the user's own, or one in parentheses. */
struct selector {
    bool all_keys, all_commands;
    bool may[ACL_COMMANDS];
};

static bool in_category(const struct command_row *command, const char *category)
{
    size_t size = strlen(category);

    for (const char *at = command->categories; (at = strchr(at, ' ')) && at[1]; at++)
        if (strncasecmp(at + 1, category, size) == 0 && at[1 + size] == ' ')
            return true;
    return false;
}

/* "config" stands for each of its subcommands; of a command that has none, as DEBUG, "debug|sleep" is less
 * than the command. */
static bool names_command(const struct command_row *command, const char *rule)
{
    size_t size = strlen(rule);

    return strcasecmp(command->rule, rule) == 0 ||
           (strncasecmp(command->rule, rule, size) == 0 && command->rule[size] == '|');
}

static void set_all_commands(struct selector *selector, bool is_allowed)
{
    selector->all_commands = is_allowed;
    for (size_t i = 0; i < ACL_COMMANDS; i++)
        selector->may[i] = is_allowed;
}

static void apply_command(struct selector *selector, bool is_allowed, const char *rule)
{
    bool is_category = *rule == '@';

    if (strcasecmp(rule, "@all") == 0) {
        set_all_commands(selector, is_allowed);
        return;
    }
    if (!is_allowed)
        selector->all_commands = false;
    for (size_t i = 0; i < ACL_COMMANDS; i++)
        if (is_category ? in_category(&commands[i], rule + 1) : names_command(&commands[i], rule))
            selector->may[i] = is_allowed;
}

static void apply_rule(struct selector *selector, const char *rule)
{
    if (*rule == '+' || *rule == '-')
        apply_command(selector, *rule == '+', rule + 1);
    else if (strcasecmp(rule, "allcommands") == 0 || strcasecmp(rule, "nocommands") == 0)
        set_all_commands(selector, tolower((unsigned char)*rule) == 'a');
    else if (strcmp(rule, "~*") == 0 || strcasecmp(rule, "allkeys") == 0 || strcasecmp(rule, "%RW~*") == 0)
        selector->all_keys = true;
    else if (strcasecmp(rule, "resetkeys") == 0)
        selector->all_keys = false;
}

static void merge_selector(struct acl_user *user, const struct selector *selector)
{
    user->is_unrestricted |= selector->all_keys && selector->all_commands;
    for (size_t i = 0; i < ACL_COMMANDS; i++)
        user->may[i] |= selector->may[i];
}

/* The rules of one set, up to the one that closes it; what is behind it stays in *rules. */
static void read_inner_selector(struct acl_user *user, char *first, char **rules)
{
    struct selector inner = {0};
    bool is_last = false;

    user->has_selectors = true;
    for (char *rule = first + 1; rule && !is_last; rule = is_last ? NULL : strsep(rules, " ")) {
        size_t size = strlen(rule);

        is_last = size > 0 && rule[size - 1] == ')';
        if (is_last)
            rule[size - 1] = '\0';
        apply_rule(&inner, rule);
    }
    merge_selector(user, &inner);
}

/* What a password does to "nopass" is a matter of order, as everything here: acl.c, ACLSetUser. */
static void read_rules(struct acl_user *user, char *rules)
{
    struct selector own = {0};
    char *rule;

    while ((rule = strsep(&rules, " "))) {
        if (strcasecmp(rule, "on") == 0 || strcasecmp(rule, "off") == 0)
            user->is_on = rule[1] == 'n' || rule[1] == 'N';
        else if (strcasecmp(rule, "nopass") == 0)
            user->is_nopass = true;
        else if (*rule == '>' || *rule == '#' || strcasecmp(rule, "resetpass") == 0)
            user->is_nopass = false;
        else if (*rule == '(')
            read_inner_selector(user, rule, &rules);
        else
            apply_rule(&own, rule);
    }
    merge_selector(user, &own);
}

int acl_user_parse(const char *line, struct acl_user *ret)
{
    _cleanup_free_ char *copy = NULL;
    struct acl_user user = {0};
    char *rules, *name;

    if (!text_has_prefix(line, "user "))
        return -EINVAL;
    copy = memory_copy(line + strlen("user "));
    rules = copy;
    name = strsep(&rules, " ");
    if (*name == '\0' || !rules)
        return -EINVAL;
    user.name = memory_copy(name);
    read_rules(&user, rules);
    *ret = user;
    return 0;
}

void acl_users_add(struct acl_users *users, const char *line)
{
    struct acl_user user;

    if (acl_user_parse(line, &user) < 0)
        return;
    *memory_add(users->items, users->items_count) = user;
}

const struct acl_user *acl_users_find(const struct acl_users *users, const char *name)
{
    return array_find(users->items, users->items_count, name, name);
}

void acl_user_done(struct acl_user *user)
{
    free(user->name);
    *user = (struct acl_user){0};
}

void acl_users_done(struct acl_users *users)
{
    for (size_t i = 0; i < users->items_count; i++)
        acl_user_done(&users->items[i]);
    free(users->items);
    *users = (struct acl_users){0};
}
