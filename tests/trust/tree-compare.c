/* SPDX-License-Identifier: MIT */
/* Trees in memory, compared.
 * Owns what counts as a difference. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "state-compare.h"
#include "tree.h"

static char *chosen_word(const char *content)
{
    const char *open = strchr(content, '['), *close = open ? strchr(open, ']') : NULL;

    return close ? must_print("%.*s\n", (int)(close - open - 1), open + 1) : must_duplicate(content);
}

static char *normalised(const struct tree_entry *entry)
{
    if (strstr(entry->path, "state.json"))
        return state_without_history(entry);
    if (strncmp(entry->path, "sys/kernel/mm/", 14) == 0)
        return chosen_word(entry->content);
    return must_duplicate(entry->content);
}

static bool has_equal_text(const struct tree_entry *a, const struct tree_entry *b)
{
    char *first, *second;
    bool is_equal;

    if (a->size == b->size && (!a->size || memcmp(a->content, b->content, a->size) == 0))
        return true;
    first = normalised(a);
    second = normalised(b);
    is_equal = strcmp(first, second) == 0;
    free(first);
    free(second);
    return is_equal;
}

bool tree_entry_equals(const struct tree_entry *a, const struct tree_entry *b)
{
    if (!a || !b)
        return a == b;
    if (a->mode != b->mode || a->uid != b->uid || a->gid != b->gid || !a->attribute != !b->attribute)
        return false;
    if (a->attribute && strcmp(a->attribute, b->attribute) != 0)
        return false;
    return has_equal_text(a, b);
}

bool tree_entry_counts(const struct tree_entry *entry)
{
    return !S_ISDIR(entry->mode) && strcmp(entry->path, "run/redis-hosttune/lock") != 0;
}

/* The entry, and the first line in which it differs. */
static void say_entry(const struct tree_entry *entry, const struct tree_entry *other, struct text *complaint)
{
    char *content = entry->content ? normalised(entry) : must_duplicate("");
    char *reference = other && other->content ? normalised(other) : must_duplicate("");
    const char *a = content, *b = reference, *start = a;

    for (; *a && *a == *b; a++, b++)
        if (*a == '\n')
            start = a + 1;
    text_say(complaint, "%o %u:%u%s%s \"%.*s\"", entry->mode, entry->uid, entry->gid,
             entry->attribute ? " marked " : "", entry->attribute ? entry->attribute : "",
             (int)(strcspn(start, "\n") < 160 ? strcspn(start, "\n") : 160), start);
    free(content);
    free(reference);
}

void tree_say_difference(const struct tree_entry *is, const struct tree_entry *should, const char *path,
                         const char *what, struct text *complaint)
{
    text_say(complaint, "    %s: %s is ", what, path);
    if (is)
        say_entry(is, should, complaint);
    else
        text_say(complaint, "missing");
    text_say(complaint, ", should be ");
    if (should)
        say_entry(should, is, complaint);
    else
        text_say(complaint, "absent");
    text_say(complaint, "\n");
}

bool tree_is_one_of(const struct tree *tree, const struct tree *a, const struct tree *b, const char *what,
                    struct text *complaint)
{
    bool is_right = true;

    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_entry *is = &tree->entries[i];
        const struct tree_entry *first = tree_find(a, is->path), *second = tree_find(b, is->path);

        if (!tree_entry_counts(is) || state_is_judged(is) || tree_entry_equals(is, first) ||
            tree_entry_equals(is, second))
            continue;
        tree_say_difference(is, second ? second : first, is->path, what, complaint);
        is_right = false;
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct tree_entry *should = &a->entries[i];

        if (!tree_entry_counts(should) || !tree_find(b, should->path) || tree_find(tree, should->path))
            continue;
        tree_say_difference(NULL, should, should->path, what, complaint);
        is_right = false;
    }
    return state_is_one_of(tree, a, b, what, complaint) && is_right;
}
