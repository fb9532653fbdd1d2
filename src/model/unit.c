/* SPDX-License-Identifier: MIT */
/* Unit files line by line.
 * Owns their syntax; pure. */
#include "model/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

static int add_setting(struct unit *unit, const char *key, const char *value, const char *file, unsigned line)
{
    struct unit_setting *setting;

    if (unit->settings_count == UNIT_SETTINGS_MAX)
        return -E2BIG;
    if (array_grow(&unit->settings, unit->settings_count, sizeof(*unit->settings)) < 0)
        return -ENOMEM;
    setting = &unit->settings[unit->settings_count++];
    setting->line = line;
    if (text_replace(&setting->key, key) < 0 || text_replace(&setting->value, value) < 0)
        return -ENOMEM;
    return text_replace(&setting->file, file);
}

/* A logical line: continuations joined. */
static int parse_line(struct unit *unit, const char *file, unsigned number, char *line, bool *in_service,
                      char **ret_error)
{
    char *text = text_trim(line), *equals;

    if (*text == '\0')
        return 0;
    if (*text == '[') {
        if (text[strlen(text) - 1] != ']')
            return error_make(ret_error, -EBADMSG, "%s:%u: broken section header", file, number);
        *in_service = strcmp(text, "[Service]") == 0;
        return 0;
    }
    equals = strchr(text, '=');
    if (!equals || !*in_service) /* without '=' systemd complains and goes on */
        return 0;
    *equals = '\0';
    return add_setting(unit, text_trim(text), text_trim(equals + 1), file, number);
}

static bool ends_in_backslash(const char *line)
{
    size_t backslashes = 0;

    for (size_t i = strlen(line); i > 0 && line[i - 1] == '\\'; i--)
        backslashes++;
    return backslashes % 2 == 1;
}

/* Takes the next logical line off *content: comment lines count for nothing, in the middle of a continued
 * line too. The parts are moved together in place. NULL at the end. *number is the line that it begins on. */
static char *next_line(char **content, unsigned *read, unsigned *number)
{
    char *joined = NULL, *end = NULL, *line;

    while ((line = strsep(content, "\n"))) {
        size_t length;

        ++*read;
        line += strspn(line, " \t\r");
        if (*line == '#' || *line == ';')
            continue;
        if (!joined) {
            joined = end = line;
            *number = *read;
        }
        length = strlen(line);
        memmove(end, line, length + 1);
        end += length;
        if (!ends_in_backslash(joined))
            return joined;
        end[-1] = ' ';
    }
    return joined;
}

int unit_parse(struct unit *unit, const char *file, char *content, size_t size, char **ret_error)
{
    unsigned read = 0, number = 0;
    bool in_service = false;
    char *line;
    int error = 0;

    if (!text_is_printable(content, size))
        return error_make(ret_error, -EBADMSG, "%s: not a text file in UTF-8", file);
    while (error == 0 && (line = next_line(&content, &read, &number)))
        error = parse_line(unit, file, number, line, &in_service, ret_error);
    if (error == -E2BIG)
        return error_make(ret_error, error, "%s: more settings than any unit has", file);
    return error;
}

const struct unit_setting *unit_find(const struct unit *unit, const char *key)
{
    for (size_t i = unit->settings_count; i > 0; i--)
        if (strcmp(unit->settings[i - 1].key, key) == 0)
            return &unit->settings[i - 1];
    return NULL;
}

size_t unit_list_begin(const struct unit *unit, const char *key)
{
    size_t begin = unit->settings_count;

    for (size_t i = unit->settings_count; i > 0; i--) {
        if (strcmp(unit->settings[i - 1].key, key) != 0)
            continue;
        if (*unit->settings[i - 1].value == '\0')
            break;
        begin = i - 1;
    }
    return begin;
}

void unit_done(struct unit *unit)
{
    for (size_t i = 0; i < unit->settings_count; i++) {
        free(unit->settings[i].key);
        free(unit->settings[i].value);
        free(unit->settings[i].file);
    }
    free(unit->settings);
    free(unit->name);
    *unit = (struct unit){0};
}

bool unit_name_is_template(const char *name)
{
    const char *at = strchr(name, '@');

    return at && at[1] == '.';
}

bool unit_name_template(const char *name, char *buffer, size_t size)
{
    const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

    if (!at || !dot || dot < at || dot == at + 1)
        return false;
    return (size_t)snprintf(buffer, size, "%.*s%s", (int)(at - name + 1), name, dot) < size;
}
