/* SPDX-License-Identifier: MIT */
/* sysctl.d's rules of precedence.
 * Owns which of the lines wins; sysctl-rules.c has how they are read. Pure. */
#include "model/sysctl-match.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "model/sysctl-rules.h"
#include "util/cleanup.h"
#include "util/text.h"

static bool is_match(const struct sysctl_rule *rule, const char *key)
{
    return rule->is_glob ? fnmatch(rule->key, key, FNM_PATHNAME | FNM_PERIOD) == 0
                         : strcmp(rule->key, key) == 0;
}

static int collect(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                   size_t *ret_count)
{
    size_t n = 0;

    *ret = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < rules->items_count; i++)
        n += is_match(&rules->items[i], key);
    if (n == 0)
        return 0;
    *ret = calloc(n, sizeof(**ret));
    if (!*ret)
        return -ENOMEM;
    for (size_t i = 0; i < rules->items_count; i++)
        if (is_match(&rules->items[i], key))
            (*ret)[(*ret_count)++].rule = &rules->items[i];
    return 0;
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

int sysctl_rules_match(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                       size_t *ret_count)
{
    _cleanup_free_ char *normalized = strdup(key);
    struct sysctl_match *matches = NULL;
    size_t count = 0;
    int error;

    if (!normalized)
        return -ENOMEM;
    sysctl_key_normalize(normalized);
    error = collect(rules, normalized, &matches, &count);
    if (error < 0)
        return error;
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
    return 0;
}

int sysctl_rules_find(const struct sysctl_rules *rules, const char *key, const struct sysctl_rule **ret)
{
    _cleanup_free_ struct sysctl_match *matches = NULL;
    size_t count;
    int error = sysctl_rules_match(rules, key, &matches, &count);

    if (error < 0)
        return error;
    *ret = count > 0 && matches[count - 1].fate == SYSCTL_WRITTEN ? matches[count - 1].rule : NULL;
    return 0;
}

/* --- procps --- */

/* A slash too many does no harm to an explicit key, but what shields from a glob is compared letter by
 * letter.
 */
int sysctl_rules_match_procps(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                              size_t *ret_count)
{
    _cleanup_free_ char *normalized = strdup(key);
    bool is_shielded = false;
    int error;

    if (!normalized)
        return -ENOMEM;
    sysctl_key_normalize(normalized);
    error = collect(rules, normalized, ret, ret_count);
    for (size_t i = 0; error == 0 && i < *ret_count; i++)
        is_shielded = is_shielded || (!(*ret)[i].rule->is_glob && (*ret)[i].rule->is_exact);
    for (size_t i = 0; error == 0 && i < *ret_count; i++) {
        const struct sysctl_rule *rule = (*ret)[i].rule;

        (*ret)[i].fate = !rule->value                   ? SYSCTL_TAKES_BACK
                         : rule->is_glob && is_shielded ? SYSCTL_BEATEN
                                                        : SYSCTL_WRITTEN;
    }
    if (error == 0 && *ret_count > 0)
        qsort(*ret, *ret_count, sizeof(**ret), compare_fates);
    return error;
}
