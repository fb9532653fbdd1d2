/* SPDX-License-Identifier: MIT */
/* What one server says of itself.
 * Owns how its clients are summed up. */
#include "model/redis-facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* One "name=value" of a client's line; what is not asked for is passed over. */
static void take_part(struct redis_client *client, const char *name, const char *value)
{
    const struct {
        const char *name;
        long long *target;
    } numbers[] = {
        {"id", &client->id},
        {"age", &client->age},
        {"idle", &client->idle},
        {"omem", &client->output_memory},
        {"tot-mem", &client->total_memory},
    };
    const struct {
        const char *name;
        char *target;
        size_t size;
    } texts[] = {
        {"addr", client->address, sizeof(client->address)},
        {"name", client->name, sizeof(client->name)},
        {"cmd", client->command, sizeof(client->command)},
        {"user", client->user, sizeof(client->user)},
    };

    for (size_t i = 0; i < ELEMENTS(numbers); i++)
        if (strcmp(numbers[i].name, name) == 0)
            parse_integer(value, numbers[i].target);
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        if (strcmp(texts[i].name, name) == 0)
            snprintf(texts[i].target, texts[i].size, "%s", value);
    if (strcmp(name, "flags") == 0) {
        client->is_monitor = strchr(value, 'O');
        client->is_replica = strchr(value, 'S') && !client->is_monitor;
        client->is_pubsub = strchr(value, 'P');
    }
}

static bool parse_client(char *line, struct redis_client *client)
{
    char *part;

    *client = (struct redis_client){.total_memory = -1};
    while ((part = strsep(&line, " "))) {
        char *equals = strchr(part, '=');

        if (equals) {
            *equals = '\0';
            take_part(client, part, equals + 1);
        }
    }
    client->is_monitor = client->is_monitor || strcmp(client->command, "monitor") == 0;
    return client->id > 0 && client->output_memory >= 0;
}

static void count_client(struct redis_clients *clients, const struct redis_client *client)
{
    clients->count++;
    clients->monitors += client->is_monitor;
    clients->replicas += client->is_replica;
    clients->pubsub += client->is_pubsub;
    if (__builtin_add_overflow(clients->output_memory, client->output_memory, &clients->output_memory))
        clients->output_memory = INT64_MAX;
    if (client->output_memory > clients->biggest.output_memory || clients->biggest.id == 0)
        clients->biggest = *client;
    if (client->is_monitor &&
        (clients->monitor.id == 0 || client->output_memory > clients->monitor.output_memory))
        clients->monitor = *client;
}

void redis_clients_parse(const char *text, size_t size, struct redis_clients *ret)
{
    struct redis_clients clients = {0};
    const char *end = text + size;

    for (const char *line = text, *next; line < end; line = next) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline ? newline : end) - line);
        char copy[2048];
        struct redis_client client;

        next = newline ? newline + 1 : end;
        if (length > 0 && line[length - 1] == '\r')
            length--;
        if (length == 0)
            continue;
        length = length < sizeof(copy) ? length : sizeof(copy) - 1;
        memcpy(copy, line, length);
        copy[length] = '\0';
        if (parse_client(copy, &client))
            count_client(&clients, &client);
        else
            clients.malformed++;
    }
    *ret = clients;
}

int redis_facts_version(const struct redis_facts *facts)
{
    int major = 0, minor = 0, patch = 0;

    if (!facts->version || sscanf(facts->version, "%3d.%3d.%3d", &major, &minor, &patch) < 2 || major < 0 ||
        minor < 0 || minor > 99 || patch < 0 || patch > 99)
        return 0;
    return major * 10000 + minor * 100 + patch;
}

void redis_facts_done(struct redis_facts *facts)
{
    free(facts->address);
    free(facts->cli);
    free(facts->version);
    free(facts->whoami);
    free(facts->slowlog);
    free(facts->latency);
    strings_free(facts->acl);
    for (size_t i = 0; i < FACT_REDIS_COUNT; i++)
        free(facts->unknown[i]);
    redis_fields_done(&facts->before);
    redis_fields_done(&facts->now);
    redis_fields_done(&facts->config);
    *facts = (struct redis_facts){0};
}
