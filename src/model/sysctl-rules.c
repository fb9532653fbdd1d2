/* SPDX-License-Identifier: MIT */
/* sysctl.d's rules of precedence.
 * Owns how their lines are read and which of them wins; pure. */
#include "model/sysctl-rules.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

/* The first separator decides: where it is a dot, dots and slashes change places. Slashes in a row are one,
 * those at either end are none. */
static void normalize_key(char *key)
{
    char *first = strpbrk(key, "/."), *end = key;
    bool swaps = first && *first == '.';

    for (char *c = first; swaps && *c; c++)
        *c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
    for (const char *c = key; *c; c++)
        if (*c != '/' || (end > key && end[-1] != '/'))
            *end++ = *c;
    if (end > key && end[-1] == '/')
        end--;
    *end = '\0';
}

static void rule_done(struct sysctl_rule *rule)
{
    free(rule->key);
    free(rule->value);
    free(rule->file);
}

static struct sysctl_rule *find_key(const struct sysctl_rules *rules, const char *key)
{
    for (size_t i = 0; i < rules->items_count; i++)
        if (strcmp(rules->items[i].key, key) == 0)
            return &rules->items[i];
    return NULL;
}

/* A key that comes again moves to the end, unless its value is the same. */
static int add_rule(struct sysctl_rules *rules, const char *key, const char *value, const char *file,
                    unsigned line)
{
    struct sysctl_rule *rule = find_key(rules, key);
    int error;

    if (rule && text_equal(rule->value, value))
        return 0;
    if (rule) {
        rule_done(rule);
        memmove(rule, rule + 1, sizeof(*rule) * (size_t)(rules->items + --rules->items_count - rule));
    }
    error = array_grow(&rules->items, rules->items_count, sizeof(*rules->items));
    if (error < 0)
        return error;
    rule = &rules->items[rules->items_count++];
    rule->line = line;
    error = text_replace(&rule->key, key);
    if (error == 0)
        error = text_replace(&rule->value, value);
    return error < 0 ? error : text_replace(&rule->file, file);
}

static int parse_line(struct sysctl_rules *rules, char *line, const char *file, unsigned number)
{
    char *key = text_trim(line), *equals, *value = NULL;

    if (*key == '\0' || *key == '#' || *key == ';')
        return 0;
    equals = strchr(key, '=');
    if (equals) {
        *equals = '\0';
        value = text_trim(equals + 1);
        key = text_trim(key);
        if (*key == '-')
            key = text_trim(key + 1);
    } else if (*key == '-') {
        key = text_trim(key + 1);
    } else {
        return 0; /* no assignment: systemd-sysctl complains and goes on */
    }
    normalize_key(key);
    return *key ? add_rule(rules, key, value, file, number) : 0;
}

int sysctl_rules_parse(struct sysctl_rules *rules, const char *file, char *content)
{
    unsigned number = 0;
    int error = 0;
    char *line;

    while (error == 0 && (line = strsep(&content, "\n")))
        error = parse_line(rules, line, file, ++number);
    return error;
}

const struct sysctl_rule *sysctl_rules_find(const struct sysctl_rules *rules, const char *key)
{
    _cleanup_free_ char *normalized = strdup(key);
    const struct sysctl_rule *found;

    if (!normalized)
        return NULL;
    normalize_key(normalized);
    found = find_key(rules, normalized);
    if (found)
        return found->value ? found : NULL;
    for (size_t i = rules->items_count; i > 0; i--)
        if (rules->items[i - 1].value && fnmatch(rules->items[i - 1].key, normalized, FNM_PATHNAME) == 0)
            return &rules->items[i - 1];
    return NULL;
}

void sysctl_rules_done(struct sysctl_rules *rules)
{
    for (size_t i = 0; i < rules->items_count; i++)
        rule_done(&rules->items[i]);
    free(rules->items);
    *rules = (struct sysctl_rules){0};
}
