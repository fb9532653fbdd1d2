/* SPDX-License-Identifier: MIT */
/* sysctl.d's rules of precedence.
 * Owns how their lines are read; sysctl-match.c has which of them wins. Pure. */
#include "systemd/sysctl-rules.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/sysctl-match.h"
#include "systemd/text.h"
#include "util/cleanup.h"
#include "util/glob.h"
#include "util/memory.h"
#include "util/text.h"

/* A stretch of a file's text. */
struct span {
    const char *start, *end;
};

static struct span strip(struct span span, const char *set)
{
    while (span.start < span.end && *span.start && strchr(set, *span.start))
        span.start++;
    while (span.end > span.start && span.end[-1] && strchr(set, span.end[-1]))
        span.end--;
    return span;
}

static bool starts_with(struct span span, char c)
{
    return span.start < span.end && *span.start == c;
}

static bool ends_with(struct span span, char c)
{
    return span.start < span.end && span.end[-1] == c;
}

/* --- keys --- */

/* The first separator decides: where it is a dot, dots and slashes change places. */
static void swap_separators(char *key)
{
    char *first = strpbrk(key, "/.");

    if (!first || *first == '/')
        return;
    for (char *c = first; *c; c++)
        *c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
}

void sysctl_key_normalize(char *key)
{
    swap_separators(key);
    systemd_simplify_path(key);
}

static bool is_wanted(const struct sysctl_rules *rules, const char *key, bool is_glob)
{
    if (!rules->wanted)
        return true;
    for (const char *const *wanted = rules->wanted; *wanted; wanted++)
        if (is_glob ? glob_matches(key, *wanted) : strcmp(key, *wanted) == 0)
            return true;
    return false;
}

/* --- adding --- */

static void make_room(struct sysctl_rules *rules)
{
    if (rules->items_count < rules->items_room)
        return;
    rules->items_room = rules->items_room ? 2 * rules->items_room : 16;
    rules->items = memory_resize(rules->items, rules->items_room, sizeof(*rules->items));
}

/* What a line says, as its reader took it apart. */
struct statement {
    struct span key, value; /* value.start NULL: "-key" */
    bool has_minus;
    struct span line;
};

/* Whether the key ends as a wanted one does: nearly all that are not wanted do not. */
static bool ends_as_wanted(const struct sysctl_rules *rules, const char *key)
{
    const char *name = key + strlen(key);

    while (name > key && name[-1] != '/' && name[-1] != '.' && name[-1] != ' ' && name[-1] != '\t' &&
           name[-1] != ':')
        name--;
    for (const char *const *wanted = rules->strays->names; *wanted; wanted++)
        if (*name == **wanted && strcmp(name, *wanted) == 0)
            return true;
    return false;
}

static void add_stray(struct sysctl_rules *rules, struct span line, const char *file, unsigned number)
{
    if (rules->strays)
        sysctl_strays_add_line(rules->strays, STRAY_LINE, file, number, line.start,
                               (size_t)(line.end - line.start));
}

static void add_rule(struct sysctl_rules *rules, const struct statement *statement, const char *file,
                     unsigned line)
{
    _cleanup_free_ char *key =
        memory_copy_part(statement->key.start, (size_t)(statement->key.end - statement->key.start));
    bool is_plain = !statement->has_minus && statement->value.start;
    struct sysctl_rule rule = {.line = line};
    _cleanup_free_ char *spelled = NULL;

    is_plain = is_plain && !strpbrk(key, "/*?[");
    swap_separators(key);
    spelled = memory_copy(key);
    systemd_simplify_path(key);
    rule.is_glob = strpbrk(key, "*?[") != NULL;
    rule.is_plain = is_plain;
    if (*key == '\0' || !is_wanted(rules, key, rule.is_glob)) {
        if (rules->strays && ends_as_wanted(rules, key))
            add_stray(rules, statement->line, file, line);
        return;
    }
    make_room(rules);
    rule.file = systemd_keep_file_name(&rules->files, &rules->files_count, file);
    if (statement->value.start)
        rule.value =
            memory_copy_part(statement->value.start, (size_t)(statement->value.end - statement->value.start));
    if (strcmp(spelled, key) != 0)
        rule.spelled = TAKE_POINTER(spelled);
    rule.key = TAKE_POINTER(key);
    rules->items[rules->items_count++] = rule;
}

/* --- systemd's reading --- */

static void parse_line(struct sysctl_rules *rules, struct span line, const char *file, unsigned number)
{
    struct statement statement = {.key = line, .line = line};
    const char *equals;

    if (line.start == line.end || *line.start == '#' || *line.start == ';')
        return;
    equals = memchr(line.start, '=', (size_t)(line.end - line.start));
    statement.has_minus = *line.start == '-';
    if (!equals && !statement.has_minus) { /* no assignment: systemd-sysctl complains and goes on */
        add_stray(rules, line, file, number);
        return;
    }
    if (equals) {
        statement.value = strip((struct span){equals + 1, line.end}, SYSTEMD_WHITESPACE);
        statement.key.end = equals;
    }
    if (statement.has_minus)
        statement.key.start++;
    statement.key = strip(statement.key, SYSTEMD_WHITESPACE);
    add_rule(rules, &statement, file, number);
}

void sysctl_rules_parse(struct sysctl_rules *rules, const char *file, const char *content, size_t size)
{
    struct systemd_lines lines = systemd_lines_of(content, size);
    struct span line;
    size_t length;

    while (systemd_lines_next(&lines, &line.start, &length)) {
        line.end = line.start + length;
        parse_line(rules, line, file, lines.number);
    }
    if (lines.is_too_long && !rules->cut_off)
        rules->cut_off = memory_format("%s:%u", file, lines.number);
}

/* --- what could not be read --- */

void sysctl_rules_note_unseen(struct sysctl_rules *rules, const char *path, bool is_one_file)
{
    if (rules->unseen && !rules->is_unseen_one_file)
        return;
    memory_set_text(&rules->unseen, path);
    rules->is_unseen_one_file = is_one_file;
}

/* An explicit key behind it counts, whatever came before; a glob loses to one wherever that stands. */
bool sysctl_rules_may_lose(const struct sysctl_rules *rules, const struct sysctl_match *matches, size_t count)
{
    if (!rules->unseen)
        return false;
    for (size_t i = 0; i < count && rules->is_unseen_one_file; i++) {
        const struct sysctl_rule *rule = matches[i].rule;

        if (!rule->is_glob && rule->value &&
            strcmp(text_file_name(rule->file), text_file_name(rules->unseen)) > 0)
            return false;
    }
    return true;
}

/* --- procps' reading --- */

#define PROCPS_WHITESPACE " \t\n\v\f\r"

static void parse_procps_line(struct sysctl_rules *rules, struct span line, const char *file, unsigned number)
{
    struct statement statement = {0};
    const char *equals;

    while (line.start < line.end && isspace((unsigned char)*line.start))
        line.start++;
    if (line.end - line.start < 2 || *line.start == '#' || *line.start == ';')
        return;
    equals = memchr(line.start, '=', (size_t)(line.end - line.start));
    statement.has_minus = *line.start == '-';
    if (!equals && !statement.has_minus)
        return;
    if (equals)
        statement.value = strip((struct span){equals + 1, line.end}, PROCPS_WHITESPACE);
    statement.key = (struct span){line.start + statement.has_minus, equals ? equals : line.end};
    while (statement.key.end > statement.key.start && isspace((unsigned char)statement.key.end[-1]))
        statement.key.end--;
    if (starts_with(statement.key, '-')) /* one more is passed over */
        statement.key.start++;
    if (ends_with(statement.key, '/')) /* the path as it is written, which is no directory's */
        return;
    add_rule(rules, &statement, file, number);
}

void sysctl_rules_parse_procps(struct sysctl_rules *rules, const char *file, const char *content, size_t size)
{
    const char *end = content + size;
    unsigned number = 0;

    while (content < end) {
        const char *newline = memchr(content, '\n', (size_t)(end - content));
        const char *stop = newline ? newline + 1 : end;
        const char *nul = memchr(content, '\0', (size_t)(stop - content));

        number++;
        if (stop - content >= 2)
            parse_procps_line(rules, (struct span){content, nul ? nul : stop}, file, number);
        content = stop;
    }
}

void sysctl_rules_done(struct sysctl_rules *rules)
{
    for (size_t i = 0; i < rules->items_count; i++) {
        free(rules->items[i].key);
        free(rules->items[i].spelled);
        free(rules->items[i].value);
    }
    free(rules->items);
    strings_free(rules->files);
    free(rules->cut_off);
    free(rules->unseen);
    *rules = (struct sysctl_rules){0};
}
