/* SPDX-License-Identifier: MIT */
/* sysctl.d's rules of precedence.
 * Owns which of the lines wins; sysctl-rules.c has how they are read. Pure. */
#include "systemd/sysctl-match.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/sysctl-rules.h"
#include "util/cleanup.h"
#include "util/glob.h"
#include "util/memory.h"
#include "util/text.h"

typedef bool (*matcher)(const struct sysctl_rule *rule, const char *key);

static bool is_match(const struct sysctl_rule *rule, const char *key)
{
    return rule->is_glob ? glob_matches(rule->key, key) : strcmp(rule->key, key) == 0;
}

static void collect(const struct sysctl_rules *rules, const char *key, matcher matches,
                    struct sysctl_match **ret, size_t *ret_count)
{
    size_t n = 0;

    *ret = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < rules->items_count; i++)
        n += matches(&rules->items[i], key);
    if (n == 0)
        return;
    *ret = memory_new(n, sizeof(**ret));
    for (size_t i = 0; i < rules->items_count; i++)
        if (matches(&rules->items[i], key))
            (*ret)[(*ret_count)++].rule = &rules->items[i];
}

/* --- systemd --- */

/* All lines of one key: a later one replaces, unless it says the same. */
static void decide_group(struct sysctl_match *group, size_t n)
{
    struct sysctl_match *effective = NULL;

    for (struct sysctl_match *match = group; match < group + n; match++) {
        if (effective && text_equal(effective->rule->value, match->rule->value)) {
            match->fate = match->rule->value ? SYSCTL_REPEATED : SYSCTL_TAKES_BACK;
            continue;
        }
        if (effective && effective->rule->value)
            effective->fate = match->rule->value ? SYSCTL_OVERRIDDEN : SYSCTL_TAKEN_BACK;
        effective = match;
        effective->fate = match->rule->value ? SYSCTL_WRITTEN : SYSCTL_TAKES_BACK;
    }
}

static int compare_order(const struct sysctl_match *a, const struct sysctl_match *b)
{
    return a->rule < b->rule ? -1 : a->rule > b->rule;
}

/* Explicit keys first, then the globs by their text. */
static int compare_groups(const void *a, const void *b)
{
    const struct sysctl_match *one = a, *other = b;
    int by_key;

    if (one->rule->is_glob != other->rule->is_glob)
        return one->rule->is_glob ? 1 : -1;
    by_key = one->rule->is_glob ? strcmp(one->rule->key, other->rule->key) : 0;
    return by_key ? by_key : compare_order(one, other);
}

static int compare_fates(const void *a, const void *b)
{
    const struct sysctl_match *one = a, *other = b;
    int written = (one->fate == SYSCTL_WRITTEN) - (other->fate == SYSCTL_WRITTEN);

    return written ? written : compare_order(one, other);
}

void sysctl_rules_match(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                        size_t *ret_count)
{
    _cleanup_free_ char *normalized = memory_copy(key);
    struct sysctl_match *matches = NULL;
    size_t count = 0;

    sysctl_key_normalize(normalized);
    collect(rules, normalized, is_match, &matches, &count);
    if (count > 0)
        qsort(matches, count, sizeof(*matches), compare_groups);
    for (size_t start = 0, end; start < count; start = end) {
        const struct sysctl_rule *first = matches[start].rule;

        for (end = start + 1; end < count && strcmp(matches[end].rule->key, first->key) == 0; end++)
            ;
        decide_group(matches + start, end - start);
        for (size_t i = start; i < end && first->is_glob && !matches[0].rule->is_glob; i++)
            matches[i].fate = SYSCTL_BEATEN;
    }
    if (count > 0)
        qsort(matches, count, sizeof(*matches), compare_fates);
    *ret = matches;
    *ret_count = count;
}

const struct sysctl_rule *sysctl_rules_find(const struct sysctl_rules *rules, const char *key)
{
    _cleanup_free_ struct sysctl_match *matches = NULL;
    size_t count;

    sysctl_rules_match(rules, key, &matches, &count);
    return count > 0 && matches[count - 1].fate == SYSCTL_WRITTEN ? matches[count - 1].rule : NULL;
}

/* --- procps --- */

/* No braces here. */
static bool is_match_procps(const struct sysctl_rule *rule, const char *key)
{
    return rule->is_glob ? fnmatch(rule->key, key, FNM_PATHNAME | FNM_PERIOD) == 0 : is_match(rule, key);
}

/* The path that a glob gives for the key keeps the slashes too many of the glob. Owned by the caller. */
static char *spell_as(const struct sysctl_rule *glob, const char *key)
{
    char *text, *to;

    if (!glob->spelled)
        return memory_copy(key);
    text = to = memory_new(1, strlen(glob->spelled) + strlen(key) + 1);
    for (const char *at = glob->spelled; *at;) {
        size_t length = strcspn(at, "/");

        if (length > 0 && !(length == 1 && *at == '.')) {
            size_t part = strcspn(key, "/");

            to = mempcpy(to, key, part);
            key += part + (key[part] == '/');
        } else {
            to = mempcpy(to, at, length);
        }
        at += length;
        while (*at == '/')
            *to++ = *at++;
    }
    *to = '\0';
    return text;
}

/* An explicit key or "-key" shields from a glob, letter by letter; a slash too many does the explicit key
 * itself no harm. */
static bool is_shielded(const struct sysctl_match *matches, size_t count, const struct sysctl_rule *glob,
                        const char *key)
{
    _cleanup_free_ char *path = spell_as(glob, key);

    for (size_t i = 0; i < count; i++) {
        const struct sysctl_rule *rule = matches[i].rule;

        if (rule->is_glob)
            break;
        if (strcmp(rule->spelled ? rule->spelled : rule->key, path) == 0)
            return true;
    }
    return false;
}

/* The explicit keys come first, see compare_groups: none further on. */
static bool has_exact_key(const struct sysctl_match *matches, size_t count)
{
    for (size_t i = 0; i < count && !matches[i].rule->is_glob; i++)
        if (!matches[i].rule->spelled)
            return true;
    return false;
}

/* What stands for "-key", is beaten, or is written: all lines are, one behind the other. */
static void decide_procps(struct sysctl_match *match, const struct sysctl_match *matches, size_t count,
                          const char *key)
{
    bool shielded = false;

    if (!match->rule->value) {
        match->fate = SYSCTL_TAKES_BACK;
        return;
    }
    if (match->rule->is_glob)
        shielded = match->rule->spelled ? is_shielded(matches, count, match->rule, key)
                                        : has_exact_key(matches, count);
    match->fate = shielded ? SYSCTL_BEATEN : SYSCTL_WRITTEN;
}

void sysctl_rules_match_procps(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                               size_t *ret_count)
{
    _cleanup_free_ char *normalized = memory_copy(key);

    sysctl_key_normalize(normalized);
    collect(rules, normalized, is_match_procps, ret, ret_count);
    if (*ret_count == 0)
        return;
    qsort(*ret, *ret_count, sizeof(**ret), compare_groups);
    for (size_t i = 0; i < *ret_count; i++)
        decide_procps(&(*ret)[i], *ret, *ret_count, normalized);
    qsort(*ret, *ret_count, sizeof(**ret), compare_fates);
}
