/* SPDX-License-Identifier: MIT */
/* The drop-in files' names and headers.
 * Owns where settings are kept. */
#include "plan/dropin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

const struct dropin dropins[DROPINS_COUNT] = {
    {.path = "/etc/sysctl.d/00-redis-hosttune.conf", .persistence = PERSIST_SYSCTL_FLOOR},
    {.path = "/etc/sysctl.d/99-zz-redis-hosttune.conf", .persistence = PERSIST_SYSCTL_EXACT},
    {.path = "/etc/tmpfiles.d/00-redis-hosttune.conf", .persistence = PERSIST_TMPFILES},
};

const size_t dropins_count = ELEMENTS(dropins);

const char *const dropin_sysctl_names[] = {"00-redis-hosttune.conf", "99-zz-redis-hosttune.conf", NULL};

char *dropin_kept_path(const char *path)
{
    char *name;

    return asprintf(&name, "%s" DROPIN_KEPT_SUFFIX, path) < 0 ? NULL : name;
}

void dropin_seen_done(struct dropin_seen *seen)
{
    free(seen->content);
    free(seen->in_the_way);
    free(seen->kept);
    *seen = (struct dropin_seen){0};
}

bool dropin_is_path(const char *path)
{
    return path && array_find(&dropins[0], dropins_count, path, path);
}

bool dropin_is_ours(const char *content)
{
    return text_has_prefix(content, DROPIN_FIRST_LINE "\n");
}

/* Where the header's line for the object has its value; NULL: no such line. */
static const char *find_original(const char *content, const char *object)
{
    size_t length = strlen(object);

    if (!dropin_is_ours(content))
        return NULL;
    for (const char *line = content; (line = strstr(line, "\n" DROPIN_BEFORE)); line++) {
        const char *name = line + strlen("\n" DROPIN_BEFORE);

        if (strncmp(name, object, length) == 0 && strncmp(name + length, " = ", 3) == 0)
            return name + length + strlen(" = ");
    }
    return NULL;
}

const char *dropin_original(const char *content, const char *object, size_t *ret_length)
{
    const char *value = find_original(content, object);
    size_t length = value ? strcspn(value, "\n") : 0;

    if (!value || (length == strlen(DROPIN_VALUE_UNKNOWN) && text_has_prefix(value, DROPIN_VALUE_UNKNOWN)))
        return NULL;
    *ret_length = length;
    return value;
}

/* What the file sets an object to: "NAME = VALUE" in sysctl.d, "w /PATH - - - - VALUE" in tmpfiles.d. *ret is
 * NULL where it does not. -ENOMEM. */
static int find_written(const struct dropin *dropin, const char *content, const char *object,
                        const char *path, char **ret)
{
    char *start;
    const char *line;
    int length = dropin->persistence == PERSIST_TMPFILES ? asprintf(&start, "\nw /%s - - - - ", path)
                                                         : asprintf(&start, "\n%s = ", object);

    if (length < 0)
        return -ENOMEM;
    line = strstr(content, start);
    free(start);
    *ret = line ? strndup(line + length, strcspn(line + length, "\n")) : NULL;
    return line && !*ret ? -ENOMEM : 0;
}

/* 1: something that the state did not say; 0; -ENOMEM. */
static int recover_value(const struct dropin *dropin, const char *content, const char *object,
                         struct saved_state *state)
{
    const struct saved_value *known = saved_state_value(state, object);
    _cleanup_free_ char *path = NULL;
    const char *original;
    struct saved_value *value;
    size_t length;
    int error;

    if (known && known->original)
        return 0;
    path = tunable_object_path(object);
    if (!path) /* a row of another version */
        return tunable_find(object) ? -ENOMEM : 0;
    value = saved_state_add_value(state, object);
    if (!value)
        return -ENOMEM;
    original = value->original ? NULL : dropin_original(content, object, &length);
    if (original && !(value->original = strndup(original, length)))
        return -ENOMEM;
    if (known)
        return original != NULL;
    error = find_written(dropin, content, object, path, &value->written);
    value->is_persisted = value->written != NULL;
    return error < 0 ? error : 1;
}

static int recover_values(const struct dropin *dropin, const char *content, struct saved_state *state)
{
    int is_recovered = 0;

    for (const char *line = content; (line = strstr(line, "\n" DROPIN_BEFORE)); line++) {
        const char *name = line + strlen("\n" DROPIN_BEFORE);
        _cleanup_free_ char *object = strndup(name, strcspn(name, " \n"));
        int recovered = object ? recover_value(dropin, content, object, state) : -ENOMEM;

        if (recovered < 0)
            return recovered;
        is_recovered |= recovered;
    }
    return is_recovered;
}

int dropin_recover(const struct dropin *dropin, const struct dropin_seen *seen, struct saved_state *state)
{
    bool is_ours = seen->content && dropin_is_ours(seen->content);
    bool may_tell = is_ours || (seen->has_kept && !seen->is_unreadable && !state->machine_id);
    struct saved_file *file;
    int error = is_ours ? recover_values(dropin, seen->content, state) : 0;

    if (error < 0 || saved_state_file(state, dropin->path) || !may_tell)
        return error;
    file = saved_state_add_file(state, dropin->path);
    if (!file)
        return -ENOMEM;
    file->is_kept = seen->has_kept;
    file->original_mode = seen->kept_mode;
    error = text_replace(&file->original, seen->kept);
    if (error == 0)
        error = text_replace(&file->written, is_ours ? seen->content : NULL);
    return error < 0 ? error : 1;
}
