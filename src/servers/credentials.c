/* SPDX-License-Identifier: MIT */
/* The lines of credentials.conf.
 * Owns that no part of a password comes into a message. */
#include "servers/credentials.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/unit.h"
#include "util/memory.h"
#include "util/text.h"

struct place {
    const char *shown;
    unsigned line;
    char **ret_error;
};

void secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

static int refuse(const struct place *place, const char *what)
{
    return memory_error(place->ret_error, -EINVAL, "%s:%u: %s", place->shown, place->line, what);
}

static int begin_section(struct credentials *credentials, char *line, const struct place *place)
{
    size_t length = strlen(line);

    if (line[length - 1] != ']')
        return refuse(place, "no \"]\" at the end of the section's line");
    line[length - 1] = '\0';
    line = text_trim(line + 1);
    if (!unit_name_is_service(line))
        return refuse(place, "the section must be the name of a service, such as [redis-server.service]");
    if (array_find(credentials->items, credentials->count, unit, line))
        return refuse(place, "this section is there already: keep one of them");
    memory_add(credentials->items, credentials->count)->unit = memory_copy(line);
    return 0;
}

static int set(struct credentials *credentials, char *line, const struct place *place)
{
    char *value = strchr(line, '='), **target;
    struct credential *last;

    if (!value)
        return refuse(place, "allowed are [UNIT], user = NAME, password = WORDS and # comment");
    *value++ = '\0';
    line = text_trim(line);
    value = text_trim(value);
    if (credentials->count == 0)
        return refuse(place, "this stands in no section: put it below [UNIT]");
    last = &credentials->items[credentials->count - 1];
    target = strcmp(line, "user") == 0 ? &last->user : strcmp(line, "password") == 0 ? &last->password : NULL;
    if (!target)
        return refuse(place, "neither user nor password");
    if (*target)
        return refuse(place, "set a second time: keep one of them");
    if (*value == '\0')
        return refuse(place, "it has no value");
    *target = memory_copy(value);
    return 0;
}

static int take_line(struct credentials *credentials, char *line, const struct place *place)
{
    line = text_trim(line);
    if (*line == '\0' || *line == '#')
        return 0;
    return *line == '[' ? begin_section(credentials, line, place) : set(credentials, line, place);
}

static int check_complete(const struct credentials *credentials, const char *shown, char **ret_error)
{
    for (size_t i = 0; i < credentials->count; i++)
        if (!credentials->items[i].password)
            return memory_error(ret_error, -EINVAL, "%s: [%s] has no password", shown,
                                credentials->items[i].unit);
    return 0;
}

int credentials_parse(char *content, const char *shown, struct credentials *ret, char **ret_error)
{
    struct place place = {.shown = shown, .ret_error = ret_error};
    struct credentials credentials = {0};
    char *line;
    int error = 0;

    while (error == 0 && (line = strsep(&content, "\n"))) {
        place.line++;
        error = take_line(&credentials, line, &place);
    }
    if (error == 0)
        error = check_complete(&credentials, shown, ret_error);
    if (error < 0) {
        credentials_done(&credentials);
        return error;
    }
    *ret = credentials;
    return 0;
}

/* "redis-server@one.service" is an instance of "redis-server@.service". */
static bool is_template_of(const char *template, const char *unit)
{
    const char *at = strchr(unit, '@'), *dot = strrchr(unit, '.');
    size_t length = at ? (size_t)(at - unit) + 1 : 0;

    return at && dot && strncmp(template, unit, length) == 0 && strcmp(template + length, dot) == 0;
}

const struct credential *credentials_find(const struct credentials *credentials, const char *unit)
{
    const struct credential *found = NULL;

    for (size_t i = 0; i < credentials->count; i++) {
        if (strcmp(credentials->items[i].unit, unit) == 0)
            return &credentials->items[i];
        if (is_template_of(credentials->items[i].unit, unit))
            found = &credentials->items[i];
    }
    return found;
}

void credentials_done(struct credentials *credentials)
{
    for (size_t i = 0; i < credentials->count; i++) {
        free(credentials->items[i].unit);
        free(credentials->items[i].user);
        secret_free(credentials->items[i].password);
    }
    free(credentials->items);
    *credentials = (struct credentials){0};
}
