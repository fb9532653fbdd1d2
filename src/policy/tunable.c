/* SPDX-License-Identifier: MIT */
/* Looking rows up and naming their objects.
 * The rows themselves are in tunables.c. */
#include "policy/tunable.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/nearest.h"
#include "util/text.h"

bool tunable_has_objects(const struct tunable *tunable)
{
    return strchr(tunable->path, '*') != NULL;
}

/* An object's name has digits where the row's name has '*'. */
static bool names_object_of(const char *pattern, const char *name)
{
    size_t before = strcspn(pattern, "*");
    const char *digits = name + before;
    size_t n;

    if (pattern[before] != '*' || strncmp(pattern, name, before) != 0)
        return false;
    for (n = 0; isdigit((unsigned char)digits[n]); n++)
        ;
    return n > 0 && strcmp(digits + n, pattern + before + 1) == 0;
}

const struct tunable *tunable_find_any(const char *name)
{
    for (size_t i = 0; i < tunables_and_units_count; i++)
        if (strcmp(tunables[i].name, name) == 0 || names_object_of(tunables[i].name, name))
            return &tunables[i];
    return NULL;
}

const struct tunable *tunable_find(const char *name)
{
    const struct tunable *tunable = tunable_find_any(name);

    return tunable && tunable->scope != SCOPE_UNIT ? tunable : NULL;
}

char *tunable_expand(const char *pattern, const char *matched)
{
    int before = (int)strcspn(pattern, "*");
    char *text;

    if (pattern[before] != '*')
        return strdup(pattern);
    return asprintf(&text, "%.*s%s%s", before, pattern, matched, pattern + before + 1) < 0 ? NULL : text;
}

char *tunable_names(void)
{
    struct text_builder names = {0};

    for (size_t i = 0; i < tunables_count; i++)
        text_builder_add(&names, "%s%s", i ? ", " : "", tunables[i].name);
    return text_builder_take(&names);
}

void tunable_consider_names(struct nearest *nearest)
{
    for (size_t i = 0; i < tunables_and_units_count; i++)
        nearest_consider(nearest, tunables[i].name);
}

const char *tunable_sysctl_key(const struct tunable *tunable)
{
    static const char prefix[] = "proc/sys/";

    return text_has_prefix(tunable->path, prefix) ? tunable->path + strlen(prefix) : NULL;
}

void tunable_sysctl_keys(const char *keys[static SYSCTL_KEYS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < tunables_count && n < SYSCTL_KEYS_MAX - 1; i++)
        if (tunable_sysctl_key(&tunables[i]))
            keys[n++] = tunable_sysctl_key(&tunables[i]);
    keys[n] = NULL;
}

static void add_once(const char *text, const char *list[static SYSCTL_KEYS_MAX])
{
    size_t n = strings_count((char *const *)list);

    if (n == SYSCTL_KEYS_MAX - 1 || strings_have(list, text))
        return;
    list[n] = text;
    list[n + 1] = NULL;
}

void tunable_searched_words(const char *words[static SYSCTL_KEYS_MAX])
{
    words[0] = NULL;
    for (size_t i = 0; i < tunables_count; i++)
        add_once(tunables[i].searched_word, words);
}

void tunable_file_names(const char *names[static SYSCTL_KEYS_MAX])
{
    names[0] = NULL;
    for (size_t i = 0; i < tunables_count; i++)
        add_once(text_file_name(tunables[i].path), names);
}

const char *scope_name(enum tunable_scope scope)
{
    static const char *const names[] = {
        [SCOPE_HOST] = "host",
        [SCOPE_NETWORK_NAMESPACE] = "network-namespace",
        [SCOPE_UNIT] = "unit",
    };

    return names[scope];
}

char *tunable_object_path(const char *object)
{
    const struct tunable *tunable = tunable_find(object);
    char *matched, *path;
    size_t before, after;

    if (!tunable || strlen(object) < strlen(tunable->name) - 1)
        return NULL;
    before = strcspn(tunable->name, "*");
    after = tunable->name[before] ? strlen(tunable->name) - before - 1 : 0;
    matched = strndup(object + before, strlen(object) - before - after);
    path = matched ? tunable_expand(tunable->path, matched) : NULL;
    free(matched);
    return path;
}
