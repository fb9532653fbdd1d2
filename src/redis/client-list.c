/* SPDX-License-Identifier: MIT */
/* CLIENT LIST: one line a client, and the sums over all.
 * Owns how its words are read; pure. */
#include "redis/client-list.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "util/escape.h"
#include "util/text.h"

enum field_kind { FIELD_NUMBER, FIELD_TEXT };

static const struct field {
    const char *key;
    enum field_kind kind;
    size_t offset, size;
} fields[] = {
    {.key = "id", .kind = FIELD_NUMBER, .offset = offsetof(struct client, id)},
    {.key = "age", .kind = FIELD_NUMBER, .offset = offsetof(struct client, age)},
    {.key = "omem", .kind = FIELD_NUMBER, .offset = offsetof(struct client, omem)},
    {.key = "addr",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct client, address),
     .size = sizeof(((struct client *)0)->address)},
    {.key = "user",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct client, user),
     .size = sizeof(((struct client *)0)->user)},
    {.key = "cmd",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct client, command),
     .size = sizeof(((struct client *)0)->command)},
};

const char *client_class_name(enum client_class class)
{
    static const char *const names[CLIENT_CLASSES] = {
        [CLIENT_NORMAL] = "normal",
        [CLIENT_PUBSUB] = "pubsub",
        [CLIENT_REPLICA] = "replica",
        [CLIENT_MASTER] = "master",
    };

    return names[class];
}

static long long number_of(const char *value, size_t size)
{
    char digits[24];
    long long number;

    if (size >= sizeof(digits))
        return -1;
    memcpy(digits, value, size);
    digits[size] = '\0';
    return parse_integer(digits, &number) == 0 && number >= 0 ? number : -1;
}

static void copy_printable(char *target, size_t target_size, const char *value, size_t size)
{
    escape_line(value, size, target, target_size);
}

/* As Redis tells them apart for its limits: getClientType() of networking.c. */
static void read_flags(struct client *client, const char *flags, size_t size)
{
    client->is_monitor = memchr(flags, 'O', size) != NULL;
    if (memchr(flags, 'M', size))
        client->class = CLIENT_MASTER;
    else if (memchr(flags, 'S', size))
        client->class = CLIENT_REPLICA;
    else if (memchr(flags, 'P', size))
        client->class = CLIENT_PUBSUB;
    else
        client->class = CLIENT_NORMAL;
}

/* A key that comes again is the later one's: a blank in the path of a unix socket, which stands in front, may
 * look like a word of its own. */
static void read_word(struct client *client, const char *word, size_t size)
{
    const char *equals = memchr(word, '=', size), *value;
    size_t key_size, value_size;

    if (!equals)
        return;
    value = equals + 1;
    key_size = (size_t)(equals - word);
    value_size = size - key_size - 1;
    if (text_equals_part("flags", word, key_size))
        read_flags(client, value, value_size);
    for (const struct field *field = fields; field < fields + ELEMENTS(fields); field++) {
        char *target = (char *)client + field->offset;

        if (strlen(field->key) != key_size || memcmp(field->key, word, key_size) != 0)
            continue;
        if (field->kind == FIELD_NUMBER)
            *(long long *)(void *)target = number_of(value, value_size);
        else
            copy_printable(target, field->size, value, value_size);
    }
}

static const struct client client_unknown = {.id = -1, .age = -1, .omem = -1};

int client_parse(const char *line, size_t size, struct client *ret)
{
    struct client client = client_unknown;

    while (size > 0) {
        const char *blank = memchr(line, ' ', size);
        size_t word_size = blank ? (size_t)(blank - line) : size;

        read_word(&client, line, word_size);
        line += word_size;
        size -= word_size;
        if (size > 0)
            line++, size--;
    }
    if (client.id < 0)
        return -EINVAL;
    if (strcmp(client.command, "monitor") == 0)
        client.is_monitor = true;
    *ret = client;
    return 0;
}

static void add_bytes(long long *sum, long long bytes)
{
    if (bytes > 0 && __builtin_add_overflow(*sum, bytes, sum))
        *sum = LLONG_MAX;
}

static void keep_bigger(struct client *kept, const struct client *client)
{
    if (kept->id < 0 || client->omem > kept->omem)
        *kept = *client;
}

/* The command that is being answered here stands in its own list: of those that call it, the last one to have
 * connected is taken for ours. */
static bool is_asking(const struct client *client)
{
    return strcmp(client->command, "client") == 0 || strcmp(client->command, "client|list") == 0;
}

static void add_client(struct client_list *list, const struct client *client)
{
    list->count++;
    list->monitors += client->is_monitor;
    add_bytes(&list->omem, client->omem);
    keep_bigger(&list->biggest, client);
    if (client->class == CLIENT_NORMAL)
        keep_bigger(&list->biggest_normal, client);
    if (client->is_monitor)
        keep_bigger(&list->monitor, client);
}

void client_list_parse(const char *text, size_t size, struct client_list *ret)
{
    struct client_list list = {
        .biggest = client_unknown, .biggest_normal = client_unknown, .monitor = client_unknown};
    struct client ours = client_unknown;

    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        size_t line = newline ? (size_t)(newline - text) : size, step = newline ? line + 1 : size;
        struct client client;

        if (line > 0 && text[line - 1] == '\r')
            line--;
        if (line > 0 && client_parse(text, line, &client) == 0) {
            if (is_asking(&client) && client.id > ours.id) {
                struct client earlier = ours;

                ours = client;
                client = earlier;
            }
            if (client.id >= 0)
                add_client(&list, &client);
        }
        text += step;
        size -= step;
    }
    *ret = list;
}
