/* SPDX-License-Identifier: MIT */
/* Lines of a configuration file as names and values.
 * Owns how the lines of one parameter become its value. */
#include "servers/config-pairs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "servers/config.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { PAIRS_MAX = 1024 }; /* Redis has some 250 */

enum parameter_kind {
    PARAMETER_PLAIN,
    PARAMETER_SIZE,    /* "100mb": CONFIG GET has bytes */
    PARAMETER_LIST,    /* each line adds to it; "" empties it */
    PARAMETER_CLASSES, /* each line replaces one class of client-output-buffer-limit */
    PARAMETER_SECRET,  /* only whether it is set */
    PARAMETER_LEFT_OUT,
};

static const struct parameter {
    const char *name;
    enum parameter_kind kind;
} parameters[] = {
    {"maxmemory", PARAMETER_SIZE},
    {"maxmemory-clients", PARAMETER_SIZE},
    {"repl-backlog-size", PARAMETER_SIZE},
    {"auto-aof-rewrite-min-size", PARAMETER_SIZE},
    {"client-query-buffer-limit", PARAMETER_SIZE},
    {"proto-max-bulk-len", PARAMETER_SIZE},
    {"active-defrag-ignore-bytes", PARAMETER_SIZE},
    {"save", PARAMETER_LIST},
    {"client-output-buffer-limit", PARAMETER_CLASSES},
    {"requirepass", PARAMETER_SECRET},
    {"masterauth", PARAMETER_SECRET},
    {"tls-key-file-pass", PARAMETER_SECRET},
    {"tls-client-key-file-pass", PARAMETER_SECRET},
    {"user", PARAMETER_LEFT_OUT},
    {"include", PARAMETER_LEFT_OUT},
    {"loadmodule", PARAMETER_LEFT_OUT},
    {"rename-command", PARAMETER_LEFT_OUT},
};

static enum parameter_kind kind_of(const char *name)
{
    const struct parameter *row = array_find(&parameters[0], ELEMENTS(parameters), name, name);

    return row ? row->kind : PARAMETER_PLAIN;
}

/* The place of its value; NULL: there are too many. */
static char **value_of(struct config_pairs *pairs, const char *name)
{
    for (size_t i = 0; i < pairs->count; i += 2)
        if (strcmp(pairs->strings[i], name) == 0)
            return &pairs->strings[i + 1];
    if (pairs->count >= (size_t)2 * PAIRS_MAX)
        return NULL;
    memory_add_text(&pairs->strings, pairs->count++, memory_copy(name));
    memory_add_text(&pairs->strings, pairs->count++, memory_copy(""));
    return &pairs->strings[pairs->count - 1];
}

/* As CONFIG GET has it; what is no size stays as it is. */
static char *in_bytes(const char *word)
{
    amount bytes = redis_config_size(word);

    return amount_is_known(bytes) ? memory_format("%llu", bytes) : memory_copy(word);
}

static char *joined(char *const *words)
{
    struct text_builder text = {0};

    for (char *const *word = words; *word; word++)
        text_builder_add(&text, "%s%s", word == words ? "" : " ", *word);
    return memory_require(text_builder_take(&text));
}

/* "CLASS HARD SOFT SECONDS" in the place of the same class. */
static void replace_class(char **value, char *const *words)
{
    static const char standard[] = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";
    _cleanup_strings_ char **all = NULL;
    const char *class = strcasecmp(words[0], "replica") == 0 ? "slave" : words[0];

    if (strings_count(words) != 4 || redis_config_split(**value ? *value : standard, &all) < 0)
        return;
    for (size_t i = 0; i + 3 < strings_count(all); i += 4)
        if (strcasecmp(all[i], class) == 0)
            for (size_t j = 1; j < 4; j++) {
                free(all[i + j]);
                all[i + j] = in_bytes(words[j]);
            }
    free(*value);
    *value = joined(all);
}

static void set(char **value, enum parameter_kind kind, char *const *words)
{
    _cleanup_free_ char *text = NULL;

    switch (kind) {
    case PARAMETER_LIST:
        text = joined(words);
        if (*text && **value)
            memory_join(value, " ", text);
        else
            memory_set_text(value, text);
        break;
    case PARAMETER_CLASSES:
        replace_class(value, words);
        break;
    case PARAMETER_SIZE:
        free(*value);
        *value = in_bytes(words[0]);
        break;
    case PARAMETER_SECRET:
        memory_set_text(value, *words[0] ? "(set)" : "");
        break;
    default:
        free(*value);
        *value = joined(words);
        break;
    }
}

void config_pairs_add(struct config_pairs *pairs, const char *line)
{
    _cleanup_strings_ char **words = NULL;
    enum parameter_kind kind;
    char **value;

    line += strspn(line, " \t\r\n");
    if (*line == '\0' || *line == '#' || redis_config_split(line, &words) < 0 || !words[0] || !words[1])
        return;
    for (char *c = words[0]; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    kind = kind_of(words[0]);
    if (kind == PARAMETER_LEFT_OUT)
        return;
    value = value_of(pairs, words[0]);
    if (value)
        set(value, kind, words + 1);
    if (kind == PARAMETER_SECRET)
        explicit_bzero(words[1], strlen(words[1]));
}

void config_pairs_to_fields(const struct config_pairs *pairs, struct redis_fields *ret)
{
    redis_fields_from_pairs((const char *const *)pairs->strings, pairs->count / 2, ret);
}

void config_pairs_done(struct config_pairs *pairs)
{
    strings_free(pairs->strings);
    *pairs = (struct config_pairs){0};
}
