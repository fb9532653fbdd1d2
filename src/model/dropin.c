/* SPDX-License-Identifier: MIT */
/* The drop-in files' names and headers.
 * Owns where settings are kept. */
#include "model/dropin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

const struct dropin dropins[] = {
    {.path = "/etc/sysctl.d/00-redis-hosttune.conf", .persistence = PERSIST_SYSCTL_FLOOR},
    {.path = "/etc/sysctl.d/99-zz-redis-hosttune.conf", .persistence = PERSIST_SYSCTL_EXACT},
    {.path = "/etc/tmpfiles.d/00-redis-hosttune.conf", .persistence = PERSIST_TMPFILES},
};

const size_t dropins_count = ELEMENTS(dropins);

const char *const dropin_sysctl_names[] = {"00-redis-hosttune.conf", "99-zz-redis-hosttune.conf", NULL};

bool dropin_is_path(const char *path)
{
    for (size_t i = 0; i < dropins_count; i++)
        if (path && strcmp(dropins[i].path, path) == 0)
            return true;
    return false;
}

bool dropin_is_ours(const char *content)
{
    return text_has_prefix(content, DROPIN_FIRST_LINE "\n");
}

char *dropin_original(const char *content, const char *object)
{
    size_t length = strlen(object);

    if (!dropin_is_ours(content))
        return NULL;
    for (const char *line = content; (line = strstr(line, "\n" DROPIN_BEFORE)); line++) {
        const char *name = line + strlen("\n" DROPIN_BEFORE), *value = name + length + strlen(" = ");

        if (strncmp(name, object, length) != 0 || strncmp(name + length, " = ", 3) != 0)
            continue;
        if (strcspn(value, "\n") == strlen(DROPIN_VALUE_UNKNOWN) &&
            text_has_prefix(value, DROPIN_VALUE_UNKNOWN))
            return NULL;
        return strndup(value, strcspn(value, "\n"));
    }
    return NULL;
}

/* What the file sets an object to: "NAME = VALUE" in sysctl.d, "w /PATH - - - - VALUE" in tmpfiles.d. */
static char *find_written(const struct dropin *dropin, const char *content, const char *object,
                          const char *path)
{
    _cleanup_free_ char *start = NULL;
    const char *line;

    if (dropin->persistence == PERSIST_TMPFILES ? asprintf(&start, "\nw /%s - - - - ", path) < 0
                                                : asprintf(&start, "\n%s = ", object) < 0)
        return NULL;
    line = strstr(content, start);
    if (!line)
        return NULL;
    line += strlen(start);
    return strndup(line, strcspn(line, "\n"));
}

/* "thp.hugepages-64kB" stands for "64" in the place of the row's '*'. */
static char *object_path(const char *object)
{
    const struct tunable *tunable = tunable_find(object);
    _cleanup_free_ char *matched = NULL;
    size_t before, after;

    if (!tunable || strlen(object) < strlen(tunable->name) - 1)
        return NULL;
    before = strcspn(tunable->name, "*");
    after = tunable->name[before] ? strlen(tunable->name) - before - 1 : 0;
    matched = strndup(object + before, strlen(object) - before - after);
    return matched ? tunable_expand(tunable->path, matched) : NULL;
}

static int recover_value(const struct dropin *dropin, const char *content, const char *object,
                         struct saved_state *state)
{
    _cleanup_free_ char *path = object_path(object);
    struct saved_value *value;

    if (!path) /* a row of another version */
        return 0;
    value = saved_state_add_value(state, object);
    if (!value)
        return -ENOMEM;
    value->original = dropin_original(content, object);
    value->written = find_written(dropin, content, object, path);
    value->is_persisted = value->written != NULL;
    return 0;
}

int dropin_recover(const struct dropin *dropin, const char *content, struct saved_state *state)
{
    struct saved_file *file;

    if (!dropin_is_ours(content) || saved_state_file(state, dropin->path))
        return 0;
    for (const char *line = content; (line = strstr(line, "\n" DROPIN_BEFORE)); line++) {
        const char *name = line + strlen("\n" DROPIN_BEFORE);
        _cleanup_free_ char *object = strndup(name, strcspn(name, " \n"));
        int error = object ? 0 : -ENOMEM;

        if (error == 0 && !saved_state_value(state, object))
            error = recover_value(dropin, content, object, state);
        if (error < 0)
            return error;
    }
    file = saved_state_add_file(state, dropin->path);
    return file ? text_replace(&file->written, content) : -ENOMEM;
}
