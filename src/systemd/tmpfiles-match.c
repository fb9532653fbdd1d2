/* SPDX-License-Identifier: MIT */
/* tmpfiles.d's rules of precedence.
 * Owns which of the lines counts; tmpfiles-rules.c has how they are read. Pure. */
#include "systemd/tmpfiles-match.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/tmpfiles-rules.h"
#include "util/cleanup.h"
#include "util/glob.h"
#include "util/memory.h"
#include "util/text.h"

/* Those that make something come first, and take their path as it is written. */
static const char creating[] = "fFdDvqQpLcbC", globbing[] = "wxXrRe", others[] = "mzZtTaAhH";

static bool has(const char *types, char type)
{
    return type != '\0' && strchr(types, type) != NULL;
}

bool tmpfiles_type_is_known(char type)
{
    return has(creating, type) || has(globbing, type) || has(others, type);
}

bool tmpfiles_type_needs_argument(char type)
{
    return has("wtTaAhH", type);
}

/* Whose paths are globs; what is left are those that create. */
static bool globs(const struct tmpfiles_rule *rule)
{
    return !has(creating, rule->type);
}

/* --- lines --- */

static bool is_match(const struct tmpfiles_rule *rule, const char *path)
{
    return globs(rule) ? glob_matches(rule->path, path) : strcmp(rule->path, path) == 0;
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
    int by_table = globs(one) - globs(other), by_path;

    if (by_table)
        return by_table;
    by_path = strcmp(one->path, other->path);
    return by_path ? by_path : compare_order(one, other);
}

static bool is_same_group(const struct tmpfiles_match *one, const struct tmpfiles_match *other)
{
    return globs(one->rule) == globs(other->rule) && strcmp(one->rule->path, other->rule->path) == 0;
}

static bool is_same(const struct tmpfiles_rule *one, const struct tmpfiles_rule *other)
{
    return one->argument_size == other->argument_size &&
           (one->argument_size == 0 || memcmp(one->argument, other->argument, one->argument_size) == 0) &&
           strcmp(one->fields, other->fields) == 0;
}

static bool appends(const struct tmpfiles_rule *rule)
{
    return rule->type == 'w' && rule->has_plus;
}

/* A line is dropped where one that was kept, for the same path, says something else; but "w+" and "w+" may.
 * So those without a plus that are kept are all the same, and stand for each other. */
static void decide_group(struct tmpfiles_match *group, size_t n)
{
    const struct tmpfiles_rule *first = NULL, *without_plus = NULL;
    bool differ = false;

    for (size_t i = 0; i < n; i++) {
        const struct tmpfiles_rule *rule = group[i].rule;

        group[i].is_written = true;
        if (has(others, rule->type)) /* in nobody's way; but where it is the first, all have its turn */
            continue;
        if (!first)
            first = rule;
        if (appends(rule))
            group[i].is_written = !without_plus || is_same(rule, without_plus);
        else
            group[i].is_written = !differ && is_same(rule, first);
        if (!group[i].is_written)
            continue;
        differ = differ || !is_same(rule, first);
        if (!appends(rule) && !without_plus)
            without_plus = rule;
    }
}

/* An array of lines, as systemd keeps one for each path, has its turn where its first line stands; or
 * earlier, before the first array below it: of "/a" and "/a/b" the former is always carried out first. */
struct array {
    const char *path;
    bool is_globbing;
    bool comes_with_creating; /* its turn is among those that create */
    const struct tmpfiles_rule *turn;
};

static int compare_arrays(const void *a, const void *b)
{
    const struct array *one = a, *other = b;

    if (one->is_globbing != other->is_globbing)
        return one->is_globbing ? 1 : -1;
    return strcmp(one->path, other->path);
}

static int compare_turns(const struct array *one, const struct array *other)
{
    if (one->comes_with_creating != other->comes_with_creating)
        return one->comes_with_creating ? -1 : 1;
    return compare_order(one->turn, other->turn);
}

/* What lies below an array gives it its own turn, if that is earlier. */
static void advance(struct array *arrays, size_t count, const struct tmpfiles_rule *rule)
{
    char prefix[PATH_MAX];
    char *slash;

    snprintf(prefix, sizeof(prefix), "%s", rule->path);
    while ((slash = strrchr(prefix, '/')) && slash != prefix) {
        struct array key = {.path = prefix, .is_globbing = true}, *found, turn;

        *slash = '\0';
        found = bsearch(&key, arrays, count, sizeof(*arrays), compare_arrays);
        turn = (struct array){.comes_with_creating = !globs(rule), .turn = rule};
        if (found && compare_turns(&turn, found) < 0) {
            found->comes_with_creating = turn.comes_with_creating;
            found->turn = turn.turn;
        }
    }
}

struct placed {
    struct tmpfiles_match match;
    const struct array *array;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *one = a, *other = b;

    if (one->match.is_written != other->match.is_written)
        return one->match.is_written ? 1 : -1;
    if (!one->match.is_written)
        return compare_order(one->match.rule, other->match.rule);
    if (one->array != other->array)
        return compare_turns(one->array, other->array);
    if (one->match.rule->type != other->match.rule->type)
        return one->match.rule->type < other->match.rule->type ? -1 : 1;
    return compare_order(one->match.rule, other->match.rule);
}

/* The matches come sorted by their arrays. */
static void sort_by_turn(const struct tmpfiles_rules *rules, struct tmpfiles_match *matches, size_t count)
{
    _cleanup_free_ struct placed *placed = memory_new(count, sizeof(*placed));
    _cleanup_free_ struct array *arrays = memory_new(count, sizeof(*arrays));
    size_t arrays_count = 0;

    for (size_t start = 0, end; start < count; start = end) {
        bool is_globbing = globs(matches[start].rule);

        for (end = start; end < count && is_same_group(&matches[start], &matches[end]); end++)
            ;
        decide_group(matches + start, end - start);
        arrays[arrays_count] =
            (struct array){matches[start].rule->path, is_globbing, !is_globbing, matches[start].rule};
        for (size_t i = start; i < end; i++)
            placed[i] = (struct placed){matches[i], &arrays[arrays_count]};
        arrays_count++;
    }
    for (size_t i = 0; i < rules->items_count; i++)
        advance(arrays, arrays_count, &rules->items[i]);
    qsort(placed, count, sizeof(*placed), compare_placed);
    for (size_t i = 0; i < count; i++)
        matches[i] = placed[i].match;
}

void tmpfiles_rules_match(const struct tmpfiles_rules *rules, const char *path, struct tmpfiles_match **ret,
                          size_t *ret_count)
{
    _cleanup_free_ struct tmpfiles_match *found = NULL;
    size_t count = 0, kept = 0;

    *ret = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < rules->items_count; i++) {
        if (!is_match(&rules->items[i], path))
            continue;
        memory_add(found, count)->rule = &rules->items[i];
    }
    if (count == 0)
        return;
    qsort(found, count, sizeof(*found), compare_groups);
    sort_by_turn(rules, found, count);
    for (size_t i = 0; i < count; i++)
        if (writes(found[i].rule))
            found[kept++] = found[i];
    *ret = TAKE_POINTER(found);
    *ret_count = kept;
}
