/* SPDX-License-Identifier: MIT */
/* From answers to facts.
 * Owns what the errors of a server mean, and the shapes of its answers. */
#include "redis/replies.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/escape.h"
#include "util/memory.h"
#include "util/text.h"

/* --- why not --- */

static const char unknown_command[] = "ERR unknown";

/* command: as typed; rule: what an ACL needs for it. */
static void explain_error(const char *text, const char *command, const char *rule, char **ret_unknown)
{
    if (text_has_prefix(text, "NOPERM"))
        memory_error(ret_unknown, 0, "the ACL forbids %s: ACL SETUSER " REDIS_ASKER " '+%s' allows it",
                     command, rule);
    else if (text_has_prefix(text, "LOADING"))
        memory_error(ret_unknown, 0, "the server is loading its data");
    else if (text_has_prefix(text, "BUSY"))
        memory_error(ret_unknown, 0, "a script keeps the server busy: SCRIPT KILL or FUNCTION KILL ends it");
    else if (text_has_prefix(text, "NOAUTH"))
        memory_error(ret_unknown, 0,
                     "the server wants a password: give it in REDISCLI_AUTH or by --password-file");
    else if (strncasecmp(text, unknown_command, strlen(unknown_command)) == 0)
        memory_error(ret_unknown, 0,
                     "this server has no %s: it is renamed, or older or newer than the command", command);
    else
        memory_error(ret_unknown, 0, "%s: the server answers: %.120s", command, text);
    memory_check(text_escape(ret_unknown));
}

/* Whether it is of this kind; else *ret_unknown is set. */
static bool is_of_kind(const struct redis_answer *answer, enum answer_kind kind, const char *command,
                       const char *rule, char **ret_unknown)
{
    if (redis_answer_kind(answer) == kind)
        return true;
    if (redis_answer_kind(answer) == ANSWER_ERROR)
        explain_error(redis_answer_text(answer), command, rule, ret_unknown);
    else
        memory_error(ret_unknown, 0, "%s: the server answers something else than Redis would", command);
    return false;
}

/* --- the groups --- */

void redis_replies_info(const struct redis_answer *answer, struct redis_fields *ret, char **ret_unknown)
{
    if (!is_of_kind(answer, ANSWER_TEXT, "INFO", "info", ret_unknown))
        return;
    if (redis_info_parse(redis_answer_text(answer), redis_answer_size(answer), ret) < 0) {
        memory_error(ret_unknown, 0, "INFO has more than 65,536 lines, which no Redis sends");
    } else if (ret->count == 0) {
        redis_fields_done(ret);
        memory_error(ret_unknown, 0, "INFO has no field at all");
    }
}

static enum redis_refusal refusal_of(const struct redis_answer *answer)
{
    if (redis_answer_kind(answer) != ANSWER_ERROR)
        return REFUSAL_NONE;
    if (text_has_prefix(redis_answer_text(answer), "NOPERM"))
        return REFUSAL_ACL;
    return strncasecmp(redis_answer_text(answer), unknown_command, strlen(unknown_command)) == 0
               ? REFUSAL_MISSING
               : REFUSAL_NONE;
}

void redis_replies_config(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    size_t count;
    _cleanup_free_ const char **strings = NULL;

    facts->config_refusal = refusal_of(answer);

    if (!is_of_kind(answer, ANSWER_ARRAY, "CONFIG GET", "config|get", ret_unknown))
        return;
    count = redis_answer_count(answer);
    strings = memory_new(count, sizeof(*strings));
    for (size_t i = 0; i < count; i++)
        strings[i] = redis_answer_text(redis_answer_at(answer, i));
    redis_fields_from_pairs(strings, count / 2, &facts->config);
}

void redis_replies_clients(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    if (is_of_kind(answer, ANSWER_TEXT, "CLIENT LIST", "client|list", ret_unknown))
        client_list_parse(redis_answer_text(answer), redis_answer_size(answer), &facts->clients);
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
                                        "SCRIPT",   "SLOWLOG", "XGROUP",  "XINFO",   NULL};

    return strings_have(names, command);
}

static void name_command(const struct redis_answer *words, struct slow_command *command)
{
    size_t count = redis_answer_count(words), length;

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
    }
}

/* What this program asks, word for word. It waited for whatever held the server up, and says nothing of the
 * applications. */
static bool is_own_command(const struct redis_answer *words)
{
    static const char *const own[][3] = {
        {"INFO", "all"},       {"CONFIG", "GET", "*"}, {"CLIENT", "LIST"}, {"SLOWLOG", "GET", "1000"},
        {"LATENCY", "LATEST"}, {"ACL", "WHOAMI"},      {"ACL", "LIST"},    {"PING"},
    };
    size_t count = redis_answer_count(words);

    for (size_t i = 0; i < ELEMENTS(own); i++) {
        size_t n = 0;

        while (n < 3 && own[i][n] && n < count &&
               strcmp(own[i][n], redis_answer_text(redis_answer_at(words, n))) == 0)
            n++;
        if (n == count && (n == 3 || !own[i][n]))
            return true;
    }
    return false;
}

/* [id, time, microseconds, [words], address, name] (the last two from 4.0). */
static bool parse_slow_command(const struct redis_answer *entry, struct slow_command *command)
{
    if (redis_answer_count(entry) < 4 || is_own_command(redis_answer_at(entry, 3)))
        return false;
    *command = (struct slow_command){
        .at = redis_answer_integer(redis_answer_at(entry, 1)),
        .duration_usec = redis_answer_integer(redis_answer_at(entry, 2)),
    };
    name_command(redis_answer_at(entry, 3), command);
    return *command->command != '\0' && command->duration_usec >= 0;
}

void redis_replies_slowlog(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    size_t count;

    if (!is_of_kind(answer, ANSWER_ARRAY, "SLOWLOG GET", "slowlog|get", ret_unknown))
        return;
    count = redis_answer_count(answer);
    if (count > REDIS_ENTRIES_MAX)
        count = REDIS_ENTRIES_MAX;
    facts->slowlog = memory_new(count, sizeof(*facts->slowlog));
    for (size_t i = 0; i < count; i++)
        if (parse_slow_command(redis_answer_at(answer, i), &facts->slowlog[facts->slowlog_count]))
            facts->slowlog_count++;
}

/* [name, time of the latest, latest, max], milliseconds. */
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

void redis_replies_latency(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    size_t count;

    if (!is_of_kind(answer, ANSWER_ARRAY, "LATENCY LATEST", "latency|latest", ret_unknown))
        return;
    count = redis_answer_count(answer);
    if (count > REDIS_ENTRIES_MAX)
        count = REDIS_ENTRIES_MAX;
    facts->latency = memory_new(count, sizeof(*facts->latency));
    for (size_t i = 0; i < count; i++)
        if (parse_latency(redis_answer_at(answer, i), &facts->latency[facts->latency_count]))
            facts->latency_count++;
}

void redis_replies_acl(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    if (!is_of_kind(answer, ANSWER_ARRAY, "ACL LIST", "acl|list", ret_unknown))
        return;
    for (size_t i = 0; i < redis_answer_count(answer); i++)
        acl_users_add(&facts->users, redis_answer_text(redis_answer_at(answer, i)));
}

void redis_replies_whoami(const struct redis_answer *answer, struct redis_facts *facts, char **ret_unknown)
{
    (void)ret_unknown; /* ACL LIST, which is asked next, says it better */
    if (redis_answer_kind(answer) != ANSWER_TEXT)
        return;
    memory_set_text(&facts->whoami, redis_answer_text(answer));
    memory_check(text_escape(&facts->whoami));
}

static bool says(const struct redis_fields *info, const char *field, const char *value)
{
    const char *found = redis_fields_find(info, field);

    return found && strcmp(found, value) == 0;
}

/* Others that answer as Redis does, and say in redis_version which Redis they are like. */
static const struct product {
    const char *name;
    const char *field; /* of INFO, which it alone has */
    const char
        *prefix; /* of its version in there; NULL: the field is another, and redis_version is its own */
} products[] = {
    {.name = "Dragonfly", .field = "dragonfly_version", .prefix = "df-v"},
    {.name = "Redis Enterprise", .field = "rlec_version", .prefix = ""},
    {.name = "KeyDB", .field = "mvcc_depth"},
};

static void name_product(const struct redis_fields *info, struct redis_facts *facts)
{
    facts->product = facts->is_valkey ? "Valkey" : info->count > 0 ? "Redis" : NULL;
    for (size_t i = 0; i < ELEMENTS(products); i++) {
        const char *value = redis_fields_find(info, products[i].field), *prefix = products[i].prefix;

        if (!value)
            continue;
        facts->product = products[i].name;
        if (!prefix)
            return;
        memory_set_text(&facts->product_version,
                        text_has_prefix(value, prefix) ? value + strlen(prefix) : value);
        memory_check(text_escape(&facts->product_version));
        return;
    }
}

void redis_replies_name_asker(struct redis_facts *facts)
{
    const char *user = facts->whoami ? facts->whoami : facts->user ? facts->user : "default";
    _cleanup_free_ char *quoted = memory_require(text_shell_quote(user));

    for (enum fact fact = 0; fact < FACT_REDIS_COUNT; fact++) {
        char *reason = facts->unknown[fact], *at = reason ? strstr(reason, REDIS_ASKER) : NULL;

        if (!at)
            continue;
        facts->unknown[fact] =
            memory_format("%.*s%s%s", (int)(at - reason), reason, quoted, at + strlen(REDIS_ASKER));
        free(reason);
    }
}

void redis_replies_identify(struct redis_facts *facts)
{
    const struct redis_fields *info = facts->now.count ? &facts->now : &facts->before;
    const char *version = redis_fields_find(info, "valkey_version");

    facts->is_valkey = version || says(info, "server_name", "valkey");
    name_product(info, facts);
    facts->is_sentinel = says(info, "redis_mode", "sentinel");
    facts->is_cluster = says(info, "redis_mode", "cluster");
    facts->is_replica = says(info, "role", "slave");
    facts->is_loading = says(info, "loading", "1");
    if (!version)
        version = redis_fields_find(info, "redis_version");
    memory_set_text(&facts->version, version);
    memory_check(text_escape(&facts->version));
}
