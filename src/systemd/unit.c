/* SPDX-License-Identifier: MIT */
/* Unit files line by line.
 * Owns their syntax; pure. */
#include "systemd/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static int add_setting(struct unit *unit, const char *key, const char *value, const char *file, unsigned line)
{
    struct unit_setting *setting;

    if (unit->settings_count == UNIT_SETTINGS_MAX)
        return -E2BIG;
    setting = memory_add(unit->settings, unit->settings_count);
    setting->line = line;
    setting->key = memory_copy(key);
    setting->value = memory_copy(value);
    setting->file = memory_copy(file);
    return 0;
}

/* A logical line: continuations joined. */
static int parse_line(struct unit *unit, const char *section, const char *file, unsigned number, char *line,
                      bool *in_section, char **ret_error)
{
    char *text = text_trim(line), *equals;
    size_t length = strlen(text);

    if (length == 0)
        return 0;
    if (!text_is_printable(text, length))
        return memory_error(ret_error, -EBADMSG, "%s:%u: not a line of text in UTF-8", file, number);
    if (*text == '[') {
        if (text[length - 1] != ']')
            return memory_error(ret_error, -EBADMSG, "%s:%u: broken section header", file, number);
        text[length - 1] = '\0';
        *in_section = strcmp(text + 1, section) == 0;
        return 0;
    }
    equals = strchr(text, '=');
    if (!equals || equals == text || !*in_section) /* without '=' or key systemd complains and goes on */
        return 0;
    *equals = '\0';
    return add_setting(unit, text_trim(text), text_trim(equals + 1), file, number);
}

struct reader {
    char *rest;
    unsigned read; /* lines */
    bool has_seen_mark;
};

/* Lines end with "\n", "\r", or both in either order. NULL at the end. */
static char *next_physical_line(struct reader *reader)
{
    char *line = reader->rest, *end = line + strcspn(line, "\r\n");
    bool is_pair = *end && end[1] != *end && (end[1] == '\r' || end[1] == '\n');

    if (*line == '\0')
        return NULL;
    reader->rest = *end ? end + (is_pair ? 2 : 1) : end;
    reader->read++;
    *end = '\0';
    return line;
}

/* The first byte order mark that begins a line counts for nothing, wherever it is. */
static char *skip_mark(struct reader *reader, char *line)
{
    static const char mark[] = "\xef\xbb\xbf";

    if (reader->has_seen_mark || !text_has_prefix(line, mark))
        return line;
    reader->has_seen_mark = true;
    return line + strlen(mark);
}

static bool ends_in_backslash(const char *begin, const char *end)
{
    const char *c = end;

    while (c > begin && c[-1] == '\\')
        c--;
    return (end - c) % 2 == 1;
}

/* Takes the next logical line: comment lines count for nothing, in the middle of a continued line too, and
 * white space within it stays, as it may be quoted. The parts are moved together in place. NULL at the end.
 * *number is the line that it begins on. */
static char *next_line(struct reader *reader, unsigned *number)
{
    char *joined = NULL, *end = NULL, *line;

    while ((line = next_physical_line(reader))) {
        size_t length;

        if (strchr("#;", line[strspn(line, " \t")]) && line[strspn(line, " \t")])
            continue;
        line = skip_mark(reader, line);
        if (!joined) {
            joined = end = line;
            *number = reader->read;
        }
        length = strlen(line);
        memmove(end, line, length + 1);
        end += length;
        if (!ends_in_backslash(joined, end))
            return joined;
        end[-1] = ' ';
    }
    return joined;
}

int unit_parse(struct unit *unit, const char *section, const char *file, char *content, size_t size,
               char **ret_error)
{
    struct reader reader = {.rest = content};
    unsigned number = 0;
    bool in_section = false;
    char *line;
    int error = 0;

    if (memchr(content, '\0', size))
        return memory_error(ret_error, -EBADMSG, "%s: not a text file", file);
    while (error == 0 && (line = next_line(&reader, &number)))
        error = parse_line(unit, section, file, number, line, &in_section, ret_error);
    if (error == -E2BIG)
        return memory_error(ret_error, error, "%s: more settings than any unit has", file);
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

const struct unit_setting *unit_next(const struct unit *unit, const char *key, size_t *position)
{
    for (size_t i = *position; i < unit->settings_count; i++)
        if (strcmp(unit->settings[i].key, key) == 0) {
            *position = i + 1;
            return &unit->settings[i];
        }
    return NULL;
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

/* --- names --- */

bool unit_name_copy(char buffer[static UNIT_NAME_SIZE], const char *name)
{
    size_t length = strnlen(name, UNIT_NAME_SIZE);

    if (length == UNIT_NAME_SIZE)
        return false;
    memcpy(buffer, name, length + 1);
    return true;
}

bool unit_name_is_service(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@";
    size_t length = strlen(name);

    return length < UNIT_NAME_SIZE && length > strlen(".service") && text_has_suffix(name, ".service") &&
           *name != '@' && name[strspn(name, letters)] == '\0';
}

bool unit_name_is_template(const char *name)
{
    const char *at = strchr(name, '@');

    return at && at + 1 == strrchr(name, '.');
}

bool unit_name_template(const char *name, char *buffer, size_t size)
{
    const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

    if (!at || !dot || dot <= at + 1)
        return false;
    return (size_t)snprintf(buffer, size, "%.*s%s", (int)(at - name + 1), name, dot) < size;
}

bool unit_name_of_instance(const char *template, const char *instance, char *buffer, size_t size)
{
    char its_template[UNIT_NAME_SIZE];

    if (!unit_name_is_template(template) || !unit_name_template(instance, its_template, sizeof(its_template)))
        return false;
    return (size_t)snprintf(buffer, size, "%.*s%s", (int)strcspn(template, "@"), template,
                            strchr(instance, '@')) < size;
}

bool unit_name_may_alias(const char *name, const char *target)
{
    char template[UNIT_NAME_SIZE];
    bool is_instance = unit_name_template(name, template, sizeof(template));

    if (unit_name_is_template(target))
        return is_instance || unit_name_is_template(name);
    if (unit_name_template(target, template, sizeof(template)))
        return is_instance && strcmp(strchr(name, '@'), strchr(target, '@')) == 0;
    return !is_instance && !unit_name_is_template(name);
}
