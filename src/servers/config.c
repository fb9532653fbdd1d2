/* SPDX-License-Identifier: MIT */
/* Lines of redis.conf and options of a command line, by the rules of Redis (sds.c: sdssplitargs, config.c:
 * loadServerConfigFromString). Owns which settings are kept; pure. */
#include "servers/config.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "redis/acl-rules.h"
#include "servers/credentials.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static int hex_value(char digit)
{
    if (isdigit((unsigned char)digit))
        return digit - '0';
    return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

/* The character behind a backslash within double quotes; *at moves to its last one. */
static char unescape(const char **at)
{
    static const char letters[] = "n\nr\rt\tb\ba\a";
    const char *text = *at, *letter;

    if (*text == 'x' && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0) {
        *at += 2;
        return (char)(hex_value(text[1]) * 16 + hex_value(text[2]));
    }
    for (letter = letters; *letter; letter += 2)
        if (*letter == *text)
            return letter[1];
    return *text;
}

/* Copies the word at *line to `word` (which has room) and moves behind it. -EINVAL. */
static int take_word(const char **line, char *word)
{
    const char *at = *line;
    char quote = '\0';

    for (; *at && (quote || !isspace((unsigned char)*at)); at++) {
        if (!quote && (*at == '"' || *at == '\'')) {
            quote = *at;
        } else if (quote && *at == quote) {
            if (at[1] && !isspace((unsigned char)at[1]))
                return -EINVAL;
            quote = '\0';
        } else if (quote == '"' && *at == '\\' && at[1]) {
            at++;
            *word++ = unescape(&at);
        } else if (quote == '\'' && *at == '\\' && at[1] == '\'') {
            *word++ = *++at;
        } else {
            *word++ = *at;
        }
    }
    *word = '\0';
    *line = at;
    return quote ? -EINVAL : 0;
}

int redis_config_split(const char *line, char ***ret)
{
    _cleanup_free_ char *word = memory_new(strlen(line) + 1, 1);
    _cleanup_strings_ char **words = NULL;
    size_t count = 0;

    memory_grow(&words, 0, sizeof(*words));
    while (*(line += strspn(line, " \t\r\n\v\f"))) {
        if (count == REDIS_CONFIG_WORDS_MAX)
            return -E2BIG;
        if (take_word(&line, word) < 0)
            return -EINVAL;
        memory_add_text(&words, count++, memory_copy(word));
    }
    *ret = TAKE_POINTER(words);
    return 0;
}

/* --- the settings --- */

enum setting_kind {
    KIND_AMOUNT,
    KIND_SIZE, /* an amount of memory */
    KIND_SAVE,
    KIND_SWITCH,
    KIND_TEXT,
    KIND_PRESENT, /* whether it is told and not empty */
    KIND_USER,
};

static const struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;
    amount standard; /* KIND_AMOUNT, KIND_SIZE: Redis' default */
} settings[] = {
    {.name = "port", .kind = KIND_AMOUNT, .offset = offsetof(struct server_config, port), .standard = 6379},
    {.name = "tls-port",
     .kind = KIND_AMOUNT,
     .offset = offsetof(struct server_config, tls_port),
     .standard = 0},
    {.name = "tcp-backlog",
     .kind = KIND_AMOUNT,
     .offset = offsetof(struct server_config, tcp_backlog),
     .standard = 511},
    {.name = "maxclients",
     .kind = KIND_AMOUNT,
     .offset = offsetof(struct server_config, maxclients),
     .standard = 10000},
    {.name = "maxmemory", .kind = KIND_SIZE, .offset = offsetof(struct server_config, maxmemory)},
    {.name = "save", .kind = KIND_SAVE, .offset = offsetof(struct server_config, has_save_points)},
    {.name = "appendonly",
     .kind = KIND_SWITCH,
     .offset = offsetof(struct server_config, has_append_only_file)},
    {.name = "unixsocket", .kind = KIND_TEXT, .offset = offsetof(struct server_config, unixsocket)},
    {.name = "logfile", .kind = KIND_TEXT, .offset = offsetof(struct server_config, logfile)},
    {.name = "dir", .kind = KIND_TEXT, .offset = offsetof(struct server_config, dir)},
    {.name = "dbfilename", .kind = KIND_TEXT, .offset = offsetof(struct server_config, dbfilename)},
    {.name = "requirepass", .kind = KIND_PRESENT, .offset = offsetof(struct server_config, has_requirepass)},
    {.name = "aclfile", .kind = KIND_PRESENT, .offset = offsetof(struct server_config, has_users_file)},
    {.name = "user", .kind = KIND_USER},
};

static const struct setting *find_setting(const char *name)
{
    for (size_t i = 0; i < ELEMENTS(settings); i++)
        if (strcasecmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

/* Empty: NULL. */
static void set_text(char **target, const char *word)
{
    memory_set_text(target, *word ? word : NULL);
    memory_check(text_escape(target));
}

amount redis_config_size(const char *text)
{
    static const struct {
        const char *name;
        amount factor;
    } units[] = {
        {"", 1},           {"b", 1},
        {"k", 1000},       {"kb", 1024},
        {"m", 1000000},    {"mb", 1024ULL * 1024},
        {"g", 1000000000}, {"gb", 1024ULL * 1024 * 1024},
    };
    size_t digits = strspn(text, "0123456789");
    _cleanup_free_ char *number = memory_copy_part(text, digits);
    long long value;

    if (digits == 0 || parse_integer(number, &value) < 0)
        return AMOUNT_UNKNOWN;
    for (size_t i = 0; i < ELEMENTS(units); i++)
        if (strcasecmp(text + digits, units[i].name) == 0)
            return (amount)value < (1ULL << 62) / units[i].factor ? (amount)value * units[i].factor
                                                                  : AMOUNT_UNKNOWN;
    return AMOUNT_UNKNOWN;
}

/* "user default on nopass ~* +@all": the last one counts, whatever requirepass says. */
static void set_default_user(struct server_config *config, char *const *values)
{
    struct text_builder line = {0};
    _cleanup_free_ char *text = NULL;
    struct acl_user user;

    if (strcmp(values[0], "default") != 0)
        return;
    text_builder_add_text(&line, "user");
    for (; *values; values++)
        text_builder_add(&line, " %s", **values == '>' ? ">" : *values); /* no password */
    text = memory_require(text_builder_take(&line));
    if (acl_user_parse(text, &user) == 0) {
        config->default_password = user.is_on && user.is_nopass ? TRAIT_NO : TRAIT_YES;
        acl_user_done(&user);
    }
}

static void set(struct server_config *config, const char *name, char *const *values, size_t count)
{
    const struct setting *setting = find_setting(name);
    char *field = (char *)config + (setting ? setting->offset : 0);
    long long number;

    if (!setting || count == 0)
        return;
    switch (setting->kind) {
    case KIND_AMOUNT:
        if (count == 1 && parse_integer(values[0], &number) == 0 && number >= 0)
            *(amount *)field = (amount)number;
        break;
    case KIND_SIZE:
        if (count == 1 && amount_is_known(redis_config_size(values[0])))
            *(amount *)field = redis_config_size(values[0]);
        break;
    case KIND_SAVE: /* "" takes back what stands before it */
        *(enum trait *)field = *values[0] ? TRAIT_YES : TRAIT_NO;
        break;
    case KIND_SWITCH:
        *(enum trait *)field = strcasecmp(values[0], "yes") == 0 ? TRAIT_YES : TRAIT_NO;
        break;
    case KIND_TEXT:
        if (count == 1)
            set_text((char **)field, values[0]);
        break;
    case KIND_PRESENT:
        *(bool *)field = *values[0] != '\0';
        break;
    case KIND_USER:
        config->users++;
        set_default_user(config, values);
        break;
    }
}

static bool is_amount(const struct setting *setting)
{
    return setting->kind == KIND_AMOUNT || setting->kind == KIND_SIZE;
}

void redis_config_begin(struct server_config *config)
{
    for (size_t i = 0; i < ELEMENTS(settings); i++)
        if (is_amount(&settings[i]))
            *(amount *)((char *)config + settings[i].offset) = AMOUNT_UNKNOWN;
}

/* Whether a line sets something, and its words. An include does not: that goes to *ret_include. The words
 * are the caller's either way. */
static bool split_setting(const char *line, char ***words, char **ret_include)
{
    line += strspn(line, " \t\r\n");
    if (*line == '\0' || *line == '#')
        return false;
    if (redis_config_split(line, words) < 0 || !(*words)[0])
        return false;
    if (strcasecmp((*words)[0], "include") != 0 || !(*words)[1] || (*words)[2])
        return true;
    memory_set_text(ret_include, (*words)[1]);
    return false;
}

void redis_config_add_line(struct server_config *config, const char *line, char **ret_include)
{
    _cleanup_strings_ char **words = NULL;

    if (split_setting(line, &words, ret_include))
        set(config, words[0], words + 1, strings_count(words + 1));
}

void redis_config_add_options(struct server_config *config, char *const *words)
{
    while (*words) {
        const char *name = *words++;
        size_t count = 0;

        while (words[count] && !text_has_prefix(words[count], "--"))
            count++;
        if (text_has_prefix(name, "--"))
            set(config, name + 2, words, count);
        words += count;
    }
}

static void wipe_words(char ***words)
{
    for (char **word = *words; word && *word; word++)
        explicit_bzero(*word, strlen(*word));
    strings_free(*words);
}

/* True: it tells of requirepass. */
static bool take_secret(struct redis_secret *secret, const char *name, char *const *values)
{
    if (strcasecmp(name, "user") == 0 || strcasecmp(name, "aclfile") == 0)
        secret->has_acl = secret->has_acl || (values[0] && *values[0]);
    if (strcasecmp(name, "requirepass") != 0 || !values[0])
        return false;
    secret_free(secret->requirepass);
    secret->requirepass = *values[0] ? memory_copy(values[0]) : NULL;
    return true;
}

void redis_config_take_secret(struct redis_secret *secret, const char *line, char **ret_include)
{
    _cleanup_(wipe_words) char **words = NULL;

    if (split_setting(line, &words, ret_include))
        take_secret(secret, words[0], words + 1);
}

bool redis_config_take_secret_option(struct redis_secret *secret, char *const *words)
{
    bool has_requirepass = false;

    for (; *words; words++)
        if (text_has_prefix(*words, "--") && take_secret(secret, *words + 2, words + 1))
            has_requirepass = true;
    return has_requirepass;
}

bool redis_config_find_command(char *const *words, const char **ret_file, char *const **ret_options)
{
    while (*words && !server_is_program(*words))
        words++;
    if (!*words)
        return false;
    words++;
    *ret_file = *words && **words != '-' ? *words++ : NULL;
    *ret_options = words;
    return true;
}

enum trait server_config_password(const struct server_config *config)
{
    if (config->unknown)
        return TRAIT_UNKNOWN;
    if (config->default_password != TRAIT_UNKNOWN)
        return config->default_password;
    if (config->has_users_file)
        return TRAIT_UNKNOWN;
    return config->has_requirepass ? TRAIT_YES : TRAIT_NO;
}

void redis_config_end(struct server_config *config, enum server_kind kind)
{
    if (config->has_append_only_file == TRAIT_UNKNOWN)
        config->has_append_only_file = TRAIT_NO;
    for (size_t i = 0; i < ELEMENTS(settings); i++) {
        amount *field = (amount *)((char *)config + settings[i].offset);

        if (is_amount(&settings[i]) && !amount_is_known(*field))
            *field =
                kind == SERVER_KIND_SENTINEL && settings[i].standard == 6379 ? 26379 : settings[i].standard;
    }
}
