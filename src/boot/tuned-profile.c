/* SPDX-License-Identifier: MIT */
/* Profiles of tuned.
 * Owns how they are read, laid over each other, and what their values mean; pure. */
#include "boot/tuned-profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* --- the file's format: Python's configparser, "=" alone, "#" behind a blank begins a comment --- */

struct ini_line {
    char *section, *name, *value;
    unsigned number;
};

typedef int (*ini_handler)(void *context, const struct ini_line *line);

static void cut_comment(char *line)
{
    for (char *c = line; *c; c++)
        if (*c == '#' && (c == line || isspace((unsigned char)c[-1]))) {
            *c = '\0';
            return;
        }
}

/* "[NAME]", or "NAME = VALUE". -EINVAL for anything else. */
static int parse_statement(char *line, struct ini_line *at)
{
    char *equals, *close;

    if (*line == '[') {
        close = strchr(line, ']');
        if (!close)
            return -EINVAL;
        *close = '\0';
        at->section = line + 1;
        at->name = NULL;
        return 0;
    }
    equals = strchr(line, '=');
    if (!equals || !at->section)
        return -EINVAL;
    *equals = '\0';
    at->name = text_trim(line);
    at->value = text_trim(equals + 1);
    return *at->name ? 0 : -EINVAL;
}

/* Gives each setting to the handler; cuts content up. A line that is indented belongs to the value above it:
 * none of ours has more than one, so it is passed over. */
static int parse_ini(char *content, ini_handler handler, void *context)
{
    struct ini_line at = {0};
    int error = 0;
    char *line;

    while (error == 0 && (line = strsep(&content, "\n"))) {
        bool is_indented = isspace((unsigned char)*line);

        at.number++;
        cut_comment(line);
        line = text_trim(line);
        if (*line == '\0' || *line == ';' || (is_indented && at.name))
            continue;
        error = parse_statement(line, &at);
        if (error == 0)
            error = handler(context, &at);
    }
    return error;
}

/* --- laying over --- */

static struct tuned_unit *find_unit(const struct tuned_profile *profile, const char *name)
{
    return array_find(profile->units, profile->units_count, name, name);
}

static void option_done(struct tuned_option *option)
{
    free(option->unit);
    free(option->name);
    free(option->value);
    free(option->file);
}

/* name NULL: all options of the unit. */
static void remove_options(struct tuned_profile *profile, const char *unit, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < profile->options_count; i++) {
        struct tuned_option *option = &profile->options[i];

        if (strcmp(option->unit, unit) == 0 && (!name || strcmp(option->name, name) == 0))
            option_done(option);
        else
            profile->options[kept++] = *option;
    }
    profile->options_count = kept;
}

static bool is_true(const char *value)
{
    return strcmp(value, "1") == 0 || strcmp(value, "true") == 0 || strcmp(value, "True") == 0;
}

struct merge {
    struct tuned_profile *profile;
    const char *file;
};

/* A section sets type and enabled anew, whatever an included profile had. */
static void begin_unit(struct tuned_profile *profile, const char *name)
{
    struct tuned_unit *unit = find_unit(profile, name);

    if (!unit) {
        unit = memory_add(profile->units, profile->units_count);
        memory_set_text(&unit->name, name);
    }
    unit->is_enabled = true;
    memory_set_text(&unit->type, name);
}

static void drop_options(struct tuned_profile *profile, const char *unit, const char *names)
{
    _cleanup_free_ char *copy = memory_copy(names);
    char *rest = copy, *name;

    while ((name = strsep(&rest, ",;")))
        remove_options(profile, unit, text_trim(name));
}

/* What is about the unit and not its option; 1: it is an option. */
static int set_unit(struct tuned_profile *profile, const struct ini_line *line)
{
    struct tuned_unit *unit = find_unit(profile, line->section);

    if (!unit)
        return -EINVAL;
    if (strcmp(line->name, "type") == 0)
        memory_set_text(&unit->type, line->value);
    else if (strcmp(line->name, "enabled") == 0)
        unit->is_enabled = is_true(line->value);
    else if (strcmp(line->name, "cpuinfo_regex") == 0 || strcmp(line->name, "uname_regex") == 0)
        unit->is_conditional = true;
    else if (strcmp(line->name, "drop") != 0 && strcmp(line->name, "replace") != 0 &&
             strcmp(line->name, "priority") != 0)
        return 1;
    return 0;
}

static void add_option(struct merge *merge, const struct ini_line *line)
{
    struct tuned_profile *profile = merge->profile;
    struct tuned_option *option;

    remove_options(profile, line->section, line->name);
    option = memory_add(profile->options, profile->options_count);
    option->line = line->number;
    memory_set_text(&option->unit, line->section);
    memory_set_text(&option->name, line->name);
    memory_set_text(&option->value, line->value);
    memory_set_text(&option->file, merge->file);
}

/* What takes options of included profiles away, which comes before the new ones wherever it stands. */
static int handle_removal(void *context, const struct ini_line *line)
{
    struct merge *merge = context;

    if (!line->name || strcmp(line->section, "main") == 0)
        return 0;
    if (strcmp(line->name, "replace") == 0 && is_true(line->value))
        remove_options(merge->profile, line->section, NULL);
    else if (strcmp(line->name, "drop") == 0)
        drop_options(merge->profile, line->section, line->value);
    return 0;
}

static int handle_setting(void *context, const struct ini_line *line)
{
    struct merge *merge = context;
    int error;

    if (strcmp(line->section, "main") == 0)
        return 0;
    if (!line->name) {
        begin_unit(merge->profile, line->section);
        return 0;
    }
    error = set_unit(merge->profile, line);
    if (error == 1)
        add_option(merge, line);
    return error < 0 ? error : 0;
}

static int parse_copy(const char *content, ini_handler handler, void *context)
{
    _cleanup_free_ char *copy = memory_copy(content);

    return parse_ini(copy, handler, context);
}

int tuned_profile_merge(struct tuned_profile *profile, const char *file, const char *content)
{
    struct merge merge = {profile, file};
    int error = parse_copy(content, handle_removal, &merge);

    return error < 0 ? error : parse_copy(content, handle_setting, &merge);
}

static int handle_include(void *context, const struct ini_line *line)
{
    char **include = context;

    if (!line->name || strcmp(line->section, "main") != 0 || strcmp(line->name, "include") != 0)
        return 0;
    memory_set_text(include, line->value);
    return 0;
}

int tuned_profile_includes(const char *content, char **ret)
{
    _cleanup_free_ char *include = NULL;
    int error = parse_copy(content, handle_include, &include);

    if (error == 0)
        *ret = TAKE_POINTER(include);
    return error;
}

/* --- asking --- */

static bool is_in_force(const struct tuned_profile *profile, const struct tuned_option *option,
                        const char *type)
{
    const struct tuned_unit *unit = find_unit(profile, option->unit);

    return unit && unit->is_enabled && !unit->is_conditional && strcmp(unit->type, type) == 0;
}

static const struct tuned_option *find_option(const struct tuned_profile *profile, const char *type,
                                              const char *name)
{
    for (size_t i = profile->options_count; i > 0; i--)
        if (strcmp(profile->options[i - 1].name, name) == 0 &&
            is_in_force(profile, &profile->options[i - 1], type))
            return &profile->options[i - 1];
    return NULL;
}

const struct tuned_option *tuned_profile_find_sysctl(const struct tuned_profile *profile, const char *name)
{
    return find_option(profile, "sysctl", name);
}

const struct tuned_option *tuned_profile_find_vm(const struct tuned_profile *profile, const char *name)
{
    const struct tuned_option *option = find_option(profile, "vm", name);

    if (!option && strcmp(name, "transparent_hugepages") == 0)
        option = find_option(profile, "vm", "transparent_hugepage"); /* another name of the same */
    return option;
}

bool tuned_profile_has_sysctl(const struct tuned_profile *profile)
{
    for (size_t i = 0; i < profile->units_count; i++)
        if (profile->units[i].is_enabled && !profile->units[i].is_conditional &&
            strcmp(profile->units[i].type, "sysctl") == 0)
            return true;
    return false;
}

void tuned_option_apply(const struct tuned_option *option, const char *current, char **ret,
                        bool *ret_is_known)
{
    _cleanup_free_ char *value = memory_copy(option->value);
    size_t length = strlen(value);
    long long has, wants;
    char *start = value;

    *ret = NULL;
    *ret_is_known = true;
    if (length >= 2 && *value == '"' && value[length - 1] == '"') {
        value[length - 1] = '\0';
        start++;
    }
    if (strstr(start, "${")) {
        *ret_is_known = false;
        return;
    }
    if ((*start == '<' || *start == '>') && start[1]) {
        if (!current) {
            *ret_is_known = false;
            return;
        }
        if (parse_integer(current, &has) == 0 && parse_integer(start + 1, &wants) == 0 &&
            (*start == '>' ? wants <= has : wants >= has))
            return;
        start++;
    }
    *ret = memory_copy(start);
}

void tuned_profile_done(struct tuned_profile *profile)
{
    for (size_t i = 0; i < profile->units_count; i++) {
        free(profile->units[i].name);
        free(profile->units[i].type);
    }
    for (size_t i = 0; i < profile->options_count; i++)
        option_done(&profile->options[i]);
    free(profile->units);
    free(profile->options);
    free(profile->unseen);
    free(profile->names);
    *profile = (struct tuned_profile){0};
}
