/* SPDX-License-Identifier: MIT */
/* tmpfiles.d's rules of precedence.
 * Owns which of the lines counts; tmpfiles-rules.c has how they are read. Pure. */
#include "model/tmpfiles-match.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model/tmpfiles-rules.h"
#include "util/cleanup.h"
#include "util/text.h"

/* Those that make something come first, and take their path as it is written. */
static const char creating[] = "fFdDvqQpLcbC", globbing[] = "wxXrRe", others[] = "mzZtTaAhH";

enum { BRACES_MAX = 256 };

static bool has(const char *types, char type)
{
    return type != '\0' && strchr(types, type) != NULL;
}

bool tmpfiles_type_is_known(char type)
{
    return has(creating, type) || has(globbing, type) || has(others, type);
}

bool tmpfiles_type_takes_path(char type)
{
    return has(creating, type) || has(globbing, type);
}

/* --- paths --- */

/* Behind a '{': the '}' or ',' that ends this alternative; NULL: there is none. */
static const char *end_of_alternative(const char *text)
{
    int depth = 0;

    for (; *text; text++) {
        if (*text == '\\' && text[1])
            text++;
        else if (*text == '{')
            depth++;
        else if (depth == 0 && (*text == '}' || *text == ','))
            return text;
        else if (*text == '}')
            depth--;
    }
    return NULL;
}

static const char *end_of_braces(const char *text)
{
    const char *end = end_of_alternative(text);

    while (end && *end == ',')
        end = end_of_alternative(end + 1);
    return end;
}

/* The first '{' that has its '}'; "{}" stands for itself. */
static const char *find_braces(const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' && text[1])
            text++;
        else if (*text == '{' && text[1] == '}')
            text++;
        else if (*text == '{')
            return end_of_braces(text + 1) ? text : NULL;
    }
    return NULL;
}

/* budget: how many patterns may still come of it, so that braces in braces in braces do no harm. */
static bool matches(const char *pattern, const char *path, int *budget)
{
    const char *open = find_braces(pattern), *close;

    if (--*budget < 0)
        return false;
    if (!open)
        return fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
    close = end_of_braces(open + 1);
    for (const char *start = open + 1; start <= close;) {
        const char *end = end_of_alternative(start);
        char joined[PATH_MAX];

        if ((size_t)snprintf(joined, sizeof(joined), "%.*s%.*s%s", (int)(open - pattern), pattern,
                             (int)(end - start), start, close + 1) < sizeof(joined) &&
            matches(joined, path, budget))
            return true;
        start = end + 1;
    }
    return false;
}

bool tmpfiles_path_matches(const char *pattern, const char *path)
{
    int budget = BRACES_MAX;

    return matches(pattern, path, &budget);
}

/* --- lines --- */

static bool is_match(const struct tmpfiles_rule *rule, const char *path)
{
    return has(globbing, rule->type) ? tmpfiles_path_matches(rule->path, path)
                                     : strcmp(rule->path, path) == 0;
}

/* Only these write into a file that is there. */
static bool writes(const struct tmpfiles_rule *rule)
{
    return rule->type == 'w' || rule->type == 'F' || (rule->type == 'f' && rule->has_plus);
}

static int compare_order(const struct tmpfiles_rule *one, const struct tmpfiles_rule *other)
{
    return one < other ? -1 : one > other;
}

static int compare_groups(const void *a, const void *b)
{
    const struct tmpfiles_rule *one = ((const struct tmpfiles_match *)a)->rule,
                               *other = ((const struct tmpfiles_match *)b)->rule;
    int by_table = has(globbing, one->type) - has(globbing, other->type), by_path;

    if (by_table)
        return by_table;
    by_path = strcmp(one->path, other->path);
    return by_path ? by_path : compare_order(one, other);
}

static bool is_same_group(const struct tmpfiles_match *one, const struct tmpfiles_match *other)
{
    return has(globbing, one->rule->type) == has(globbing, other->rule->type) &&
           strcmp(one->rule->path, other->rule->path) == 0;
}

static bool is_same_argument(const struct tmpfiles_rule *one, const struct tmpfiles_rule *other)
{
    return one->argument_size == other->argument_size &&
           (one->argument_size == 0 || memcmp(one->argument, other->argument, one->argument_size) == 0);
}

/* A line is dropped where one of those before it, for the same path, says something else; "+" is not. */
static void decide_group(struct tmpfiles_match *group, size_t n)
{
    bool differ = false;

    group[0].is_written = true;
    for (size_t i = 1; i < n; i++) {
        bool is_same = !differ && is_same_argument(group[i].rule, group[0].rule);

        group[i].is_written = is_same || group[i].rule->has_plus;
        differ = differ || (group[i].is_written && !is_same);
    }
}

/* An array of lines, as systemd keeps one for each path, is carried out where its first line stands. */
struct turn {
    struct tmpfiles_match match;
    const struct tmpfiles_rule *first;
};

static int compare_turns(const void *a, const void *b)
{
    const struct turn *one = a, *other = b;
    bool is_globbing[] = {has(globbing, one->match.rule->type), has(globbing, other->match.rule->type)};

    if (one->match.is_written != other->match.is_written)
        return one->match.is_written ? 1 : -1;
    if (!one->match.is_written)
        return compare_order(one->match.rule, other->match.rule);
    if (is_globbing[0] != is_globbing[1])
        return is_globbing[0] ? 1 : -1;
    if (one->first != other->first)
        return compare_order(one->first, other->first);
    if (one->match.rule->type != other->match.rule->type)
        return one->match.rule->type < other->match.rule->type ? -1 : 1;
    return compare_order(one->match.rule, other->match.rule);
}

static int sort_by_turn(struct tmpfiles_match *matches_, size_t count)
{
    _cleanup_free_ struct turn *turns = calloc(count, sizeof(*turns));

    if (!turns)
        return -ENOMEM;
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && is_same_group(&matches_[start], &matches_[end]); end++)
            ;
        decide_group(matches_ + start, end - start);
        for (size_t i = start; i < end; i++)
            turns[i] = (struct turn){matches_[i], matches_[start].rule};
    }
    qsort(turns, count, sizeof(*turns), compare_turns);
    for (size_t i = 0; i < count; i++)
        matches_[i] = turns[i].match;
    return 0;
}

int tmpfiles_rules_match(const struct tmpfiles_rules *rules, const char *path, struct tmpfiles_match **ret,
                         size_t *ret_count)
{
    _cleanup_free_ struct tmpfiles_match *found = NULL;
    size_t count = 0, kept = 0;
    int error;

    *ret = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < rules->items_count; i++) {
        if (!is_match(&rules->items[i], path))
            continue;
        error = array_grow(&found, count, sizeof(*found));
        if (error < 0)
            return error;
        found[count++].rule = &rules->items[i];
    }
    if (count == 0)
        return 0;
    qsort(found, count, sizeof(*found), compare_groups);
    error = sort_by_turn(found, count);
    if (error < 0)
        return error;
    for (size_t i = 0; i < count; i++)
        if (writes(found[i].rule))
            found[kept++] = found[i];
    *ret = TAKE_POINTER(found);
    *ret_count = kept;
    return 0;
}
