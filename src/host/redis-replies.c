/* SPDX-License-Identifier: MIT */
/* From answers to facts.
 * Owns what the errors of a server mean, and the shapes of its answers. */
#include "host/redis-replies.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/escape.h"
#include "util/text.h"

/* --- why not --- */

/* command: as typed; rule: what an ACL needs for it. */
static int explain_error(const char *text, const char *command, const char *rule, char **ret_unknown)
{
    if (text_has_prefix(text, "NOPERM"))
        return error_make(ret_unknown, 0, "the ACL forbids %s: ACL SETUSER USER +%s allows it", command,
                          rule);
    if (text_has_prefix(text, "LOADING"))
        return error_make(ret_unknown, 0, "the server is loading its data");
    if (text_has_prefix(text, "BUSY"))
        return error_make(ret_unknown, 0,
                          "a script keeps the server busy: SCRIPT KILL or FUNCTION KILL ends it");
    if (text_has_prefix(text, "NOAUTH"))
        return error_make(ret_unknown, 0,
                          "the server wants a password: give it in REDISCLI_AUTH or by --password-file");
    if (strncasecmp(text, "ERR unknown", 11) == 0)
        return error_make(ret_unknown, 0,
                          "this server has no %s: it is renamed, or older or newer than the command",
                          command);
    error_make(ret_unknown, 0, "%s: the server answers: %.120s", command, text);
    return *ret_unknown ? text_escape(ret_unknown) : -ENOMEM;
}

/* 0: of this kind; 1: not, and *ret_unknown is set; -ENOMEM. */
static int require_kind(const struct redis_answer *answer, enum answer_kind kind, const char *command,
                        const char *rule, char **ret_unknown)
{
    int error;

    if (redis_answer_kind(answer) == kind)
        return 0;
    if (redis_answer_kind(answer) == ANSWER_ERROR)
        error = explain_error(redis_answer_text(answer), command, rule, ret_unknown);
    else
        error = error_make(ret_unknown, 0, "%s: the server answers something else than Redis would", command);
    if (error == 0 && !*ret_unknown)
        error = -ENOMEM;
    return error < 0 ? error : 1;
}

/* --- the groups --- */

int redis_replies_info(const struct redis_answer *answer, struct redis_fields *ret, char **ret_unknown)
{
    int result = require_kind(answer, ANSWER_TEXT, "INFO", "info", ret_unknown);

    if (result == 0)
        result = redis_info_parse(redis_answer_text(answer), redis_answer_size(answer), ret);
    if (result == -E2BIG)
        return error_make(ret_unknown, 0, "INFO has more than 65,536 lines, which no Redis sends");
    if (result == 0 && ret->count == 0) {
        redis_fields_done(ret);
        return error_make(ret_unknown, 0, "INFO has no field at all");
    }
    return result == -ENOMEM ? result : 0;
}

int redis_replies_config(const struct redis_answer *answer, struct redis_fields *ret, char **ret_unknown)
{
    int result = require_kind(answer, ANSWER_ARRAY, "CONFIG GET", "config|get", ret_unknown);
    size_t count;
    _cleanup_free_ const char **strings = NULL;

    if (result != 0)
        return result < 0 ? result : 0;
    count = redis_answer_count(answer);
    strings = calloc(count + 1, sizeof(*strings));
    if (!strings)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        strings[i] = redis_answer_text(redis_answer_at(answer, i));
    redis_fields_from_pairs(strings, count / 2, ret);
    return 0;
}

int redis_replies_clients(const struct redis_answer *answer, struct client_list *ret, char **ret_unknown)
{
    int result = require_kind(answer, ANSWER_TEXT, "CLIENT LIST", "client|list", ret_unknown);

    if (result == 0)
        client_list_parse(redis_answer_text(answer), redis_answer_size(answer), ret);
    return result < 0 ? result : 0;
}

static void copy_cut(char *target, size_t size, const char *text)
{
    escape_line(text, strnlen(text, size), target, size);
}

/* Commands whose second word says what is done, so that it belongs to the name. */
static bool has_subcommands(const char *command)
{
    static const char *const names[] = {"ACL",      "CLIENT",  "CLUSTER", "COMMAND", "CONFIG", "DEBUG",
                                        "FUNCTION", "LATENCY", "MEMORY",  "MODULE",  "OBJECT", "PUBSUB",
                                        "SCRIPT",   "SLOWLOG", "XGROUP",  "XINFO"};

    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (strcmp(names[i], command) == 0)
            return true;
    return false;
}

static void name_command(const struct redis_answer *words, struct slow_command *command)
{
    size_t count = redis_answer_count(words), key = 1, length;

    if (count == 0)
        return;
    copy_cut(command->command, sizeof(command->command), redis_answer_text(redis_answer_at(words, 0)));
    for (char *c = command->command; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    if (count > 1 && has_subcommands(command->command)) {
        length = strlen(command->command);
        command->command[length++] = ' ';
        copy_cut(command->command + length, sizeof(command->command) - length,
                 redis_answer_text(redis_answer_at(words, 1)));
        for (char *c = command->command + length; *c; c++)
            *c = (char)toupper((unsigned char)*c);
        key = 2;
    }
    if (count > key)
        copy_cut(command->first_argument, sizeof(command->first_argument),
                 redis_answer_text(redis_answer_at(words, key)));
}

/* [id, time, microseconds, [words], address, name] (the last two from 4.0). */
static bool parse_slow_command(const struct redis_answer *entry, struct slow_command *command)
{
    if (redis_answer_count(entry) < 4)
        return false;
    *command = (struct slow_command){
        .id = redis_answer_integer(redis_answer_at(entry, 0)),
        .at = redis_answer_integer(redis_answer_at(entry, 1)),
        .duration_usec = redis_answer_integer(redis_answer_at(entry, 2)),
    };
    name_command(redis_answer_at(entry, 3), command);
    return *command->command != '\0' && command->duration_usec >= 0;
}

int redis_replies_slowlog(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    int result = require_kind(answer, ANSWER_ARRAY, "SLOWLOG GET", "slowlog|get", ret_unknown);
    size_t count = result == 0 ? redis_answer_count(answer) : 0;

    if (result != 0)
        return result < 0 ? result : 0;
    if (count > REDIS_ENTRIES_MAX)
        count = REDIS_ENTRIES_MAX;
    facts->slowlog = calloc(count + 1, sizeof(*facts->slowlog));
    if (!facts->slowlog)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        if (parse_slow_command(redis_answer_at(answer, i), &facts->slowlog[facts->slowlog_count]))
            facts->slowlog_count++;
    return 0;
}

/* [name, time, latest, max], milliseconds. */
static bool parse_latency(const struct redis_answer *entry, struct latency_event *event)
{
    if (redis_answer_count(entry) < 4)
        return false;
    copy_cut(event->name, sizeof(event->name), redis_answer_text(redis_answer_at(entry, 0)));
    event->at = redis_answer_integer(redis_answer_at(entry, 1));
    event->latest_ms = redis_answer_integer(redis_answer_at(entry, 2));
    event->max_ms = redis_answer_integer(redis_answer_at(entry, 3));
    return *event->name != '\0';
}

int redis_replies_latency(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    int result = require_kind(answer, ANSWER_ARRAY, "LATENCY LATEST", "latency|latest", ret_unknown);
    size_t count = result == 0 ? redis_answer_count(answer) : 0;

    if (result != 0)
        return result < 0 ? result : 0;
    if (count > REDIS_ENTRIES_MAX)
        count = REDIS_ENTRIES_MAX;
    facts->latency = calloc(count + 1, sizeof(*facts->latency));
    if (!facts->latency)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        if (parse_latency(redis_answer_at(answer, i), &facts->latency[facts->latency_count]))
            facts->latency_count++;
    return 0;
}

int redis_replies_acl(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    int result = require_kind(answer, ANSWER_ARRAY, "ACL LIST", "acl|list", ret_unknown);
    size_t count = result == 0 ? redis_answer_count(answer) : 0;

    if (result != 0)
        return result < 0 ? result : 0;
    facts->acl = calloc(count + 1, sizeof(*facts->acl));
    if (!facts->acl)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        facts->acl[i] = strdup(redis_answer_text(redis_answer_at(answer, i)));
        if (!facts->acl[i])
            return -ENOMEM;
    }
    return 0;
}

int redis_replies_whoami(const struct redis_answer *answer, struct redis_facts *facts)
{
    if (redis_answer_kind(answer) != ANSWER_TEXT)
        return 0;
    return text_replace(&facts->whoami, redis_answer_text(answer)) < 0 ? -ENOMEM
                                                                       : text_escape(&facts->whoami);
}

static bool says(const struct redis_fields *info, const char *field, const char *value)
{
    const char *found = redis_fields_find(info, field);

    return found && strcmp(found, value) == 0;
}

int redis_replies_identify(struct redis_facts *facts)
{
    const struct redis_fields *info = facts->now.count ? &facts->now : &facts->before;
    const char *version = redis_fields_find(info, "valkey_version");

    facts->is_valkey = version || says(info, "server_name", "valkey");
    facts->is_sentinel = says(info, "redis_mode", "sentinel");
    facts->is_cluster = says(info, "redis_mode", "cluster");
    facts->is_replica = says(info, "role", "slave");
    facts->is_loading = says(info, "loading", "1");
    if (!version)
        version = redis_fields_find(info, "redis_version");
    if (!version)
        return 0;
    return text_replace(&facts->version, version) < 0 ? -ENOMEM : text_escape(&facts->version);
}
