/* SPDX-License-Identifier: MIT */
/* Owns what belongs to an entry of a state: the object that it tells of. */
#include "state-compare.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const paths[] = {STATE_VOLATILE,
                                    STATE_PERSISTENT}; /* the first one that there is counts */

/* What entries of each kind are known by. */
static const struct {
    const char *list, *key;
} kinds[] = {{"values", "object"}, {"files", "path"}};

#define ELEMENTS(array) (sizeof(array) / sizeof(*(array)))

/* Takes away the lines of a drop-in of ours that say what was there before: they belong to the values, and a
 * call that was disturbed may leave those as in the one reference and the file as in the other. Returns the
 * new length. */
static size_t cut_header(char *content)
{
    static const char before[] = "# Before the first apply: ";
    char *end = content;

    for (const char *line = content, *next; *line; line = next) {
        size_t length = strcspn(line, "\n");

        length += line[length] == '\n';
        next = line + length;
        if (strncmp(line, before, strlen(before)) == 0)
            continue;
        memmove(end, line, length);
        end += length;
    }
    *end = '\0';
    return (size_t)(end - content);
}

static void leave_out_header(json_t *entry)
{
    const char *written = json_string_value(json_object_get(entry, "written"));
    char *text = written ? must_duplicate(written) : NULL;

    if (!text)
        return;
    cut_header(text);
    json_object_set_new(entry, "written", json_string(text));
    free(text);
}

/* When something was written, and what it replaced, is how it came to be, not what is. */
static void leave_out_history(json_t *entries)
{
    for (size_t i = 0; i < json_array_size(entries); i++) {
        json_t *entry = json_array_get(entries, i);

        json_object_del(entry, "written_usec");
        json_object_del(entry, "boot_id");
        json_object_del(entry, "written_before");
        leave_out_header(entry);
    }
}

/* NULL: there is none, or it is damaged. */
static json_t *load(const struct tree_entry *entry)
{
    json_t *state = entry ? json_loadb(entry->content, entry->size, 0, NULL) : NULL;

    for (size_t i = 0; i < ELEMENTS(kinds); i++)
        leave_out_history(json_object_get(state, kinds[i].list));
    return state;
}

char *state_without_history(const struct tree_entry *entry)
{
    json_t *state = load(entry);
    char *text = state ? json_dumps(state, JSON_INDENT(1)) : must_duplicate(entry->content);

    json_decref(state);
    return text ? text : (die("out of memory"), NULL);
}

bool state_is_judged(const struct tree_entry *entry)
{
    json_t *state = NULL;
    bool is_judged;

    for (size_t i = 0; i < ELEMENTS(paths); i++)
        if (strcmp(entry->path, paths[i]) == 0)
            state = load(entry);
    is_judged = json_is_object(state);
    json_decref(state);
    return is_judged;
}

/* --- the object of an entry --- */

/* Below the tree, without a slash in front; owned by the caller. */
static char *object_path(size_t kind, const char *name)
{
    bool is_size = strncmp(name, "thp.hugepages-", 14) == 0;
    char *path;

    if (kind == 1)
        return must_duplicate(name + 1);
    if (strncmp(name, "thp.", 4) == 0)
        return must_print("sys/kernel/mm/transparent_hugepage/%s%s", name + 4, is_size ? "/enabled" : "");
    path = must_print("proc/sys/%s", name);
    for (char *c = path; *c; c++)
        if (*c == '.')
            *c = '/';
    return path;
}

static bool is_same_object(const struct tree_entry *a, const struct tree_entry *b)
{
    struct tree_entry one, other;
    bool is_same;

    if (tree_entry_equals(a, b) || !a || !b || !a->content || !b->content)
        return tree_entry_equals(a, b);
    one = *a;
    other = *b;
    one.content = must_duplicate(a->content);
    other.content = must_duplicate(b->content);
    one.size = cut_header(one.content);
    other.size = cut_header(other.content);
    is_same = tree_entry_equals(&one, &other);
    free(one.content);
    free(other.content);
    return is_same;
}

/* What stands there is as in the other tree, and so is all that the other has under names that begin with
 * that one. More may stand there: a call that was cut off has given a file a second name already. */
static bool has_object_of(const struct tree *tree, const struct tree *other, const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < other->count; i++)
        if (strncmp(other->entries[i].path, path, length) == 0 &&
            !is_same_object(&other->entries[i], tree_find(tree, other->entries[i].path)))
            return false;
    return is_same_object(tree_find(tree, path), tree_find(other, path));
}

/* --- one entry --- */

struct side {
    const struct tree *tree;
    json_t *state; /* NULL: none */
};

static json_t *find(const struct side *side, size_t kind, const char *name)
{
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(side->state, kinds[kind].list), i, entry)
    {
        const char *is = json_string_value(json_object_get(entry, kinds[kind].key));

        if (is && strcmp(is, name) == 0)
            return entry;
    }
    return NULL;
}

static bool is_as_in(const struct side *side, const struct side *other, size_t kind, const char *name,
                     const char *path)
{
    json_t *entry = find(side, kind, name), *should = find(other, kind, name);

    return !entry == !should && (!entry || json_equal(entry, should)) &&
           has_object_of(side->tree, other->tree, path);
}

static void say_entry(const struct side *side, size_t kind, const char *name, struct text *complaint)
{
    json_t *entry = find(side, kind, name);
    char *text = entry ? json_dumps(entry, JSON_COMPACT) : NULL;

    text_say(complaint, "%.300s", text ? text : "no entry");
    free(text);
}

static bool judge_entry(const struct side sides[3], size_t kind, const char *name, const char *what,
                        struct text *complaint)
{
    char *path = object_path(kind, name);
    bool is_right =
        is_as_in(&sides[0], &sides[1], kind, name, path) || is_as_in(&sides[0], &sides[2], kind, name, path);

    if (!is_right) {
        text_say(complaint, "    %s: %s: the state has ", what, name);
        say_entry(&sides[0], kind, name, complaint);
        for (size_t i = 1; i < 3; i++) {
            text_say(complaint, ", should have ");
            say_entry(&sides[i], kind, name, complaint);
            text_say(complaint, "%s",
                     has_object_of(sides[0].tree, sides[i].tree, path) ? " (as the object is)"
                                                                       : " (and another object)");
        }
        text_say(complaint, "\n");
    }
    free(path);
    return is_right;
}

/* --- all of them --- */

/* All but the entries: the version, the machine. */
static bool has_same_head(const struct side *side, const struct side *other)
{
    json_t *one = json_deep_copy(side->state), *two = json_deep_copy(other->state);
    bool is_same;

    for (size_t i = 0; i < ELEMENTS(kinds); i++) {
        json_object_del(one, kinds[i].list);
        json_object_del(two, kinds[i].list);
    }
    is_same = json_equal(one, two);
    json_decref(one);
    json_decref(two);
    return is_same;
}

static bool judge_state(const struct side sides[3], const char *what, struct text *complaint)
{
    bool is_right =
        !sides[0].state || has_same_head(&sides[0], &sides[1]) || has_same_head(&sides[0], &sides[2]);
    json_t *entry;
    size_t i;

    if (!is_right)
        text_say(complaint, "    %s: the state is of another version or machine\n", what);
    for (size_t kind = 0; kind < ELEMENTS(kinds); kind++)
        for (size_t side = 0; side < 3; side++)
            json_array_foreach(json_object_get(sides[side].state, kinds[kind].list), i, entry)
            {
                const char *name = json_string_value(json_object_get(entry, kinds[kind].key));
                bool is_done = !name || (side > 0 && find(&sides[0], kind, name)) ||
                               (side > 1 && find(&sides[1], kind, name));

                if (!is_done)
                    is_right = judge_entry(sides, kind, name, what, complaint) && is_right;
            }
    return is_right;
}

static json_t *load_of(const struct tree *tree)
{
    json_t *state = load(tree_find(tree, paths[0]));

    return state ? state : load(tree_find(tree, paths[1]));
}

bool state_is_one_of(const struct tree *tree, const struct tree *a, const struct tree *b, const char *what,
                     struct text *complaint)
{
    const struct tree *const trees[] = {tree, a, b};
    struct side sides[3];
    bool is_right;

    for (size_t i = 0; i < 3; i++)
        sides[i] = (struct side){trees[i], load_of(trees[i])};
    is_right = judge_state(sides, what, complaint);
    for (size_t i = 0; i < 3; i++)
        json_decref(sides[i].state);
    return is_right;
}
