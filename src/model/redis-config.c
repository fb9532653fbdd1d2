/* SPDX-License-Identifier: MIT */
/* Lines of redis.conf and options of a command line, by the rules of Redis (sds.c: sdssplitargs, config.c:
 * loadServerConfigFromString). Owns which settings are kept; pure. */
#include "model/redis-config.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model/credentials.h"
#include "util/cleanup.h"
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
    _cleanup_free_ char *word = malloc(strlen(line) + 1);
    _cleanup_strings_ char **words = NULL;
    size_t count = 0;

    if (!word || array_grow(&words, 0, sizeof(*words)) < 0)
        return -ENOMEM;
    while (*(line += strspn(line, " \t\r\n\v\f"))) {
        if (count == REDIS_CONFIG_WORDS_MAX)
            return -E2BIG;
        if (array_grow(&words, count + 1, sizeof(*words)) < 0)
            return -ENOMEM;
        if (take_word(&line, word) < 0)
            return -EINVAL;
        if (text_replace(&words[count++], word) < 0)
            return -ENOMEM;
    }
    *ret = TAKE_POINTER(words);
    return 0;
}

/* --- the settings --- */

enum setting_kind {
    KIND_AMOUNT,
    KIND_TEXT,
    KIND_LIST, /* all of its words */
    KIND_PASSWORD,
};

static const struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;
    amount standard; /* KIND_AMOUNT: Redis' default */
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
    {.name = "unixsocket", .kind = KIND_TEXT, .offset = offsetof(struct server_config, unixsocket)},
    {.name = "logfile", .kind = KIND_TEXT, .offset = offsetof(struct server_config, logfile)},
    {.name = "dir", .kind = KIND_TEXT, .offset = offsetof(struct server_config, dir)},
    {.name = "bind", .kind = KIND_LIST, .offset = offsetof(struct server_config, bind)},
    {.name = "requirepass", .kind = KIND_PASSWORD},
    {.name = "user", .kind = KIND_PASSWORD},
    {.name = "aclfile", .kind = KIND_PASSWORD},
};

static const struct setting *find_setting(const char *name)
{
    for (size_t i = 0; i < ELEMENTS(settings); i++)
        if (strcasecmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

/* The words with a blank between each two; none: NULL. In time linear in their length. */
static int set_text(char **target, char *const *words, size_t count)
{
    size_t size = 0;
    char *joined = NULL, *end;

    for (size_t i = 0; i < count; i++)
        size += strlen(words[i]) + 1;
    if (count > 0) {
        joined = malloc(size);
        if (!joined)
            return -ENOMEM;
        end = stpcpy(joined, words[0]);
        for (size_t i = 1; i < count; i++)
            end = stpcpy(stpcpy(end, " "), words[i]);
    }
    if (text_escape(&joined) < 0) {
        free(joined);
        return -ENOMEM;
    }
    free(*target);
    *target = joined;
    return 0;
}

static int set(struct server_config *config, const char *name, char *const *values, size_t count)
{
    const struct setting *setting = find_setting(name);
    char *field = (char *)config + (setting ? setting->offset : 0);
    long long number;

    if (!setting || count == 0)
        return 0;
    switch (setting->kind) {
    case KIND_AMOUNT:
        if (count == 1 && parse_integer(values[0], &number) == 0 && number >= 0)
            *(amount *)field = (amount)number;
        return 0;
    case KIND_TEXT:
        return count == 1 ? set_text((char **)field, values, *values[0] ? 1 : 0) : 0;
    case KIND_LIST:
        return set_text((char **)field, values, count);
    case KIND_PASSWORD:
        config->has_password = *values[0] != '\0';
        return 0;
    }
    return 0;
}

static size_t count_words(char *const *words)
{
    size_t count = 0;

    while (words[count])
        count++;
    return count;
}

void redis_config_begin(struct server_config *config)
{
    for (size_t i = 0; i < ELEMENTS(settings); i++)
        if (settings[i].kind == KIND_AMOUNT)
            *(amount *)((char *)config + settings[i].offset) = AMOUNT_UNKNOWN;
}

/* 1 with the words of a line that sets something; 0 where it does not, as an include, which goes to
 * *ret_include; -ENOMEM. The words are the caller's either way. */
static int split_setting(const char *line, char ***words, char **ret_include)
{
    int error;

    line += strspn(line, " \t\r\n");
    if (*line == '\0' || *line == '#')
        return 0;
    error = redis_config_split(line, words);
    if (error < 0)
        return error == -ENOMEM ? error : 0;
    if (!(*words)[0])
        return 0;
    if (strcasecmp((*words)[0], "include") == 0 && (*words)[1] && !(*words)[2])
        return text_replace(ret_include, (*words)[1]);
    return 1;
}

int redis_config_add_line(struct server_config *config, const char *line, char **ret_include)
{
    _cleanup_strings_ char **words = NULL;
    int error = split_setting(line, &words, ret_include);

    if (error <= 0)
        return error;
    return set(config, words[0], words + 1, count_words(words + 1));
}

int redis_config_add_options(struct server_config *config, char *const *words)
{
    while (*words) {
        const char *name = *words++;
        size_t count = 0;
        int error;

        while (words[count] && !text_has_prefix(words[count], "--"))
            count++;
        error = text_has_prefix(name, "--") ? set(config, name + 2, words, count) : 0;
        if (error < 0)
            return error;
        words += count;
    }
    return 0;
}

static void wipe_words(char ***words)
{
    for (char **word = *words; word && *word; word++)
        explicit_bzero(*word, strlen(*word));
    strings_free(*words);
}

static int take_secret(struct redis_secret *secret, const char *name, char *const *values)
{
    char *copy = NULL;

    if (strcasecmp(name, "user") == 0 || strcasecmp(name, "aclfile") == 0)
        secret->has_acl = secret->has_acl || (values[0] && *values[0]);
    if (strcasecmp(name, "requirepass") != 0 || !values[0])
        return 0;
    if (*values[0] && !(copy = strdup(values[0])))
        return -ENOMEM;
    secret_free(secret->requirepass);
    secret->requirepass = copy;
    return 0;
}

int redis_config_take_secret(struct redis_secret *secret, const char *line, char **ret_include)
{
    _cleanup_(wipe_words) char **words = NULL;
    int error = split_setting(line, &words, ret_include);

    if (error <= 0)
        return error;
    return take_secret(secret, words[0], words + 1);
}

int redis_config_take_secret_option(struct redis_secret *secret, char *const *words)
{
    int error = 0;

    for (; *words && error == 0; words++)
        if (text_has_prefix(*words, "--"))
            error = take_secret(secret, *words + 2, words + 1);
    return error;
}

static bool is_program(const char *word)
{
    static const char *const programs[] = {
        "redis-server", "valkey-server", "keydb-server", "redis-sentinel", "valkey-sentinel",
    };
    const char *slash = strrchr(word, '/');

    for (size_t i = 0; i < ELEMENTS(programs); i++)
        if (strcmp(slash ? slash + 1 : word, programs[i]) == 0)
            return true;
    return false;
}

bool redis_config_find_command(char *const *words, const char **ret_file, char *const **ret_options)
{
    while (*words && !is_program(*words))
        words++;
    if (!*words)
        return false;
    words++;
    *ret_file = *words && **words != '-' ? *words++ : NULL;
    *ret_options = words;
    return true;
}

void redis_config_end(struct server_config *config, enum server_kind kind)
{
    for (size_t i = 0; i < ELEMENTS(settings); i++) {
        amount *field = (amount *)((char *)config + settings[i].offset);

        if (settings[i].kind == KIND_AMOUNT && !amount_is_known(*field))
            *field =
                kind == SERVER_KIND_SENTINEL && settings[i].standard == 6379 ? 26379 : settings[i].standard;
    }
}
