/* SPDX-License-Identifier: MIT */
/* tmpfiles.d's rules of precedence.
 * Owns how their lines are read; tmpfiles-match.c has which of them counts. Pure. */
#include "systemd/tmpfiles-rules.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/text.h"
#include "systemd/tmpfiles-match.h"
#include "util/cleanup.h"
#include "util/glob.h"
#include "util/memory.h"
#include "util/text.h"

/* The words in front of the argument. */
struct words {
    char *action, *path, *mode, *user, *group, *age;
    const char *argument; /* NULL: none */
};

static void words_done(struct words *words)
{
    free(words->action);
    free(words->path);
    free(words->mode);
    free(words->user);
    free(words->group);
    free(words->age);
}

static bool is_empty_or_dash(const char *text)
{
    return !text || *text == '\0' || strcmp(text, "-") == 0;
}

static int split(const char *line, bool unescapes, struct words *words)
{
    char **const fields[] = {&words->action, &words->path,  &words->mode,
                             &words->user,   &words->group, &words->age};
    const char *rest = line;

    for (size_t i = 0; i < ELEMENTS(fields); i++) {
        int found = systemd_extract_word(&rest, unescapes, fields[i]);

        if (found < 0)
            return found;
        if (found == 0)
            break;
    }
    words->argument = is_empty_or_dash(rest) ? NULL : rest;
    return words->path && *words->action ? 0 : -EINVAL;
}

/* --- what stands in a line --- */

struct modifiers {
    bool boot, plus, minus, equals, tilde, caret, purge, if_target;
};

static int parse_modifiers(const char *text, struct modifiers *ret)
{
    for (; *text; text++) {
        bool *seen = *text == '!'   ? &ret->boot
                     : *text == '+' ? &ret->plus
                     : *text == '-' ? &ret->minus
                     : *text == '=' ? &ret->equals
                     : *text == '~' ? &ret->tilde
                     : *text == '^' ? &ret->caret
                     : *text == '$' ? &ret->purge
                     : *text == '?' ? &ret->if_target
                                    : NULL;

        if (!seen || *seen)
            return -EINVAL;
        *seen = true;
    }
    return 0;
}

static bool are_possible(const struct tmpfiles_context *context, const struct modifiers *modifiers, char type)
{
    if (!modifiers->purge && !modifiers->if_target)
        return true;
    return context->is_newer && (!modifiers->purge || strchr("fFdDvqQpLcbCwe", type)) &&
           (!modifiers->if_target || type == 'L');
}

/* What stands for the text at `text`; NULL where there is nothing for it. *ret_used: how many characters that
 * took. */
static const char *expand_one(const struct tmpfiles_context *context, const char *text, size_t *ret_used)
{
    *ret_used = 2;
    if (text[1] == '%')
        return "%";
    if (isalnum((unsigned char)text[1]))
        return context->specifiers[(int)text[1]];
    *ret_used = 1; /* no specifier: it stands for itself */
    return "%";
}

/* -EINVAL for a specifier that there is none of, or none of here: systemd drops the line for either. */
static int expand_specifiers(const struct tmpfiles_context *context, const char *text, char **ret)
{
    char result[PATH_MAX];
    size_t size = 0;

    while (*text) {
        size_t used = strcspn(text, "%"), length = used;
        const char *part = text;

        if (used == 0) {
            part = expand_one(context, text, &used);
            if (!part)
                return -EINVAL;
            length = strlen(part);
        }
        if (size + length >= sizeof(result))
            return -EINVAL;
        memcpy(result + size, part, length);
        size += length;
        text += used;
    }
    result[size] = '\0';
    *ret = memory_copy(result);
    return 0;
}

static const char *find_credential(const struct tmpfiles_context *context, const char *name)
{
    for (size_t i = 0; context->credentials && context->credentials[i][0]; i++)
        if (strcmp(context->credentials[i][0], name) == 0)
            return context->credentials[i][1];
    return NULL;
}

/* From the text behind the words to the bytes that are written. -EINVAL: the line is dropped. */
static int make_argument(const struct tmpfiles_context *context, const struct modifiers *modifiers,
                         const char *text, struct tmpfiles_rule *rule)
{
    _cleanup_free_ char *unescaped = NULL, *expanded = NULL;
    int error = 0;

    if (!text)
        return 0;
    if (!modifiers->tilde && strchr("fFwLC", rule->type)) {
        error = systemd_unescape(text, &unescaped);
        if (error == 0)
            error = expand_specifiers(context, unescaped, &expanded);
        text = expanded;
    }
    if (error == 0 && modifiers->caret && !(text = find_credential(context, text)))
        error = -EINVAL;
    if (error == 0 && modifiers->tilde)
        return systemd_decode_base64(text, &rule->argument, &rule->argument_size);
    if (error != 0)
        return error;
    rule->argument_size = strlen(text);
    memory_set_text(&rule->argument, text);
    return 0;
}

/* "0644", with "~" and ":" in front. */
static bool is_mode(const char *text)
{
    text += strspn(text, "~:");
    return *text && strspn(text, "01234567") == strlen(text) && strlen(text + strspn(text, "0")) <= 4;
}

/* The mode as a number, and the rest as it is written, "-" for what is not set. Owned by the caller. */
static char *describe_fields(const struct words *words)
{
    const char *mode = is_empty_or_dash(words->mode) ? "-" : words->mode;
    size_t marks = strspn(mode, "~:");

    return memory_format(
        "%s%s%s %s %s %s", memchr(mode, '~', marks) ? "~" : "", memchr(mode, ':', marks) ? ":" : "",
        mode + marks + strspn(mode + marks, "0"), is_empty_or_dash(words->user) ? "-" : words->user,
        is_empty_or_dash(words->group) ? "-" : words->group, is_empty_or_dash(words->age) ? "-" : words->age);
}

/* --- adding --- */

/* Most lines are about /run and /var. */
static bool is_elsewhere(const char *pattern, const char *path)
{
    size_t length = 1 + strcspn(path + 1, "/");

    return strcspn(pattern, "*?[{\\") > length && strncmp(pattern, path, length + 1) != 0;
}

/* Also what lies below a pattern that touches one: it makes that pattern's lines come before its own. */
static bool touches(const char *pattern, const char *path)
{
    _cleanup_free_ char *prefix = NULL;
    char *slash;

    if (is_elsewhere(pattern, path))
        return false;
    prefix = memory_copy(pattern);
    if (glob_matches(prefix, path))
        return true;
    while ((slash = strrchr(prefix, '/')) && slash != prefix) {
        *slash = '\0';
        if (strpbrk(prefix, "*?[{") && glob_matches(prefix, path))
            return true;
    }
    return false;
}

static bool is_wanted(const struct tmpfiles_context *context, const char *pattern)
{
    if (!context->wanted)
        return true;
    for (const char *const *wanted = context->wanted; *wanted; wanted++)
        if (touches(pattern, *wanted))
            return true;
    return false;
}

static void rule_done(struct tmpfiles_rule *rule)
{
    free(rule->path);
    free(rule->argument);
    free(rule->fields);
}

/* Fills the rule; -EINVAL where systemd drops the line, 1 where it has nothing to do with us. */
static int make_rule(const struct tmpfiles_rules *rules, const struct words *words,
                     struct tmpfiles_rule *rule)
{
    struct modifiers modifiers = {0};
    int error = parse_modifiers(words->action + 1, &modifiers);

    rule->type = *words->action;
    rule->has_plus = modifiers.plus;
    if (error == 0 &&
        (!tmpfiles_type_is_known(rule->type) || !are_possible(rules->context, &modifiers, rule->type)))
        error = -EINVAL;
    if (error == 0)
        error = expand_specifiers(rules->context, words->path, &rule->path);
    if (error < 0)
        return error;
    if (*rule->path != '/' || (tmpfiles_type_needs_argument(rule->type) && !words->argument) ||
        (!is_empty_or_dash(words->mode) && !is_mode(words->mode)))
        return -EINVAL;
    systemd_simplify_path(rule->path + 1);
    if (!is_wanted(rules->context, rule->path))
        return 1;
    rule->fields = describe_fields(words);
    return make_argument(rules->context, &modifiers, words->argument, rule);
}

static void parse_line(struct tmpfiles_rules *rules, const char *line, const char *file, unsigned number)
{
    _cleanup_(words_done) struct words words = {0};
    _cleanup_(rule_done) struct tmpfiles_rule rule = {.line = number};

    if (split(line, rules->context->is_newer, &words) < 0 || make_rule(rules, &words, &rule) != 0)
        return;
    rule.file = systemd_keep_file_name(&rules->files, &rules->files_count, file);
    *memory_add(rules->items, rules->items_count) = rule;
    rule = (struct tmpfiles_rule){0};
}

void tmpfiles_rules_parse(struct tmpfiles_rules *rules, const char *file, const char *content, size_t size)
{
    struct systemd_lines lines = systemd_lines_of(content, size);
    const char *start;
    size_t length;

    while (systemd_lines_next(&lines, &start, &length)) {
        _cleanup_free_ char *line = NULL;

        if (length == 0 || *start == '#')
            continue;
        line = memory_copy_part(start, length);
        parse_line(rules, line, file, lines.number);
    }
    if (lines.is_too_long && !rules->cut_off)
        rules->cut_off = memory_format("%s:%u", file, lines.number);
}

void tmpfiles_rules_note_unseen(struct tmpfiles_rules *rules, const char *path)
{
    if (!rules->unseen)
        memory_set_text(&rules->unseen, path);
}

void tmpfiles_rules_done(struct tmpfiles_rules *rules)
{
    for (size_t i = 0; i < rules->items_count; i++)
        rule_done(&rules->items[i]);
    free(rules->items);
    strings_free(rules->files);
    free(rules->cut_off);
    free(rules->unseen);
    *rules = (struct tmpfiles_rules){0};
}
