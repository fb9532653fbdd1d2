/* SPDX-License-Identifier: MIT */
/* Owns the promises that every point is held to. */
#include "judge.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state-compare.h"

/* --- nothing is half written --- */

static bool is_temporary(const struct tree_entry *entry)
{
    const char *name = strrchr(entry->path, '/'), *end = entry->path + strlen(entry->path);

    name = name ? name + 1 : entry->path;
    return *name == '.' && end - name > 4 && strcmp(end - 4, ".new") == 0;
}

static bool has_content_of(const struct tree *tree, const struct tree_entry *entry)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->entries[i].size == entry->size && tree->entries[i].content &&
            memcmp(tree->entries[i].content, entry->content, entry->size) == 0)
            return true;
    return false;
}

static bool is_whole_json(const struct tree_entry *entry)
{
    json_t *json = json_loadb(entry->content, entry->size, 0, NULL);
    bool is_whole = json_is_object(json);

    json_decref(json);
    return is_whole;
}

/* Whether the state says that we wrote just this. */
static bool is_noted(const struct tree *tree, const struct tree_entry *entry)
{
    const struct tree_entry *text = tree_find(tree, STATE_PERSISTENT);
    json_t *state = text ? json_loadb(text->content, text->size, 0, NULL) : NULL, *file;
    bool is_it = false;
    size_t i;

    json_array_foreach(json_object_get(state, "files"), i, file)
    {
        const char *path = json_string_value(json_object_get(file, "path"));
        const char *written = json_string_value(json_object_get(file, "written"));

        if (path && written && strcmp(path + 1, entry->path) == 0 && strcmp(written, entry->content) == 0)
            is_it = true;
    }
    json_decref(state);
    return is_it;
}

/* Each file is one from before or one from after, one that the state tells of, a temporary, or a whole state.
 * Beside a file somebody's own may lie under another name. */
static bool is_whole(const struct reference *reference, const struct tree *tree,
                     const struct tree_entry *entry)
{
    if (!tree_entry_counts(entry) || is_temporary(entry) ||
        tree_entry_equals(entry, tree_find(&reference->base, entry->path)) ||
        tree_entry_equals(entry, tree_find(&reference->wanted, entry->path)))
        return true;
    if (strstr(entry->path, "state.json"))
        return is_whole_json(entry) || has_content_of(&reference->base, entry); /* a damaged one is kept */
    return (strstr(entry->path, ".before-redis-hosttune") && has_content_of(&reference->base, entry)) ||
           is_noted(tree, entry);
}

static bool judge_whole(const struct reference *reference, const struct tree *tree, struct text *complaint)
{
    bool is_right = true;

    for (size_t i = 0; i < tree->count; i++)
        if (!is_whole(reference, tree, &tree->entries[i])) {
            text_say(complaint, "    half written: %s: \"%.200s\"\n", tree->entries[i].path,
                     tree->entries[i].content ? tree->entries[i].content : "");
            is_right = false;
        }
    return is_right;
}

/* --- the ways on --- */

static char *sequence_name(const struct sequence *sequence, size_t last)
{
    struct text name = {0};

    for (size_t i = 0; i <= last; i++) {
        text_say(&name, "%s", i ? ", then" : "then");
        for (size_t j = 0; j < ARGUMENTS_MAX && sequence->commands[i][j]; j++)
            text_say(&name, " %s", sequence->commands[i][j]);
    }
    return name.data;
}

static bool judge_residue(const struct tree *tree, const char *what, struct text *complaint)
{
    bool is_right = true;

    for (size_t i = 0; i < tree->count; i++)
        if (is_temporary(&tree->entries[i])) {
            text_say(complaint, "    %s: %s is left over\n", what, tree->entries[i].path);
            is_right = false;
        }
    return is_right;
}

static bool judge_command(const struct reference *reference, const struct sequence *sequence, size_t i,
                          const char *directory, struct text *complaint)
{
    char *what = sequence_name(sequence, i);
    struct outcome outcome;
    struct tree tree;
    bool is_right;

    program_run(reference->program, sequence->commands[i], directory, (struct disturbance){0}, &outcome);
    tree_read(directory, &tree);
    is_right = tree_is_one_of(&tree, &sequence->without[i], &sequence->with[i], what, complaint);
    is_right = judge_residue(&tree, what, complaint) && is_right;
    if (outcome.status != sequence->status_without[i] && outcome.status != sequence->status_with[i]) {
        text_say(complaint, "    %s: exit status %d, should be %d: %s", what, outcome.status,
                 sequence->status_with[i], *outcome.errors ? outcome.errors : "(no word)\n");
        is_right = false;
    }
    tree_done(&tree);
    outcome_done(&outcome);
    free(what);
    return is_right;
}

static void lose_volatile_state(const char *directory)
{
    char *path = must_print("%s/" STATE_VOLATILE, directory);

    if (unlink(path) < 0)
        die("unlink");
    free(path);
}

static bool judge_ways_on(const struct reference *reference, const struct tree *left, bool is_rebooted,
                          const char *directory, struct text *complaint)
{
    bool is_right = true;

    for (size_t i = 0; i < reference->sequences_count; i++) {
        const struct sequence *sequence = &reference->sequences[i];

        if (i > 0 || is_rebooted)
            tree_write(directory, left);
        if (is_rebooted)
            lose_volatile_state(directory);
        for (size_t j = 0; j < 2 && sequence->commands[j]; j++)
            is_right = judge_command(reference, sequence, j, directory, complaint) && is_right;
    }
    return is_right;
}

bool judge_aftermath(const struct reference *reference, const char *directory, struct text *complaint)
{
    struct tree left;
    bool is_right;

    tree_read(directory, &left);
    is_right = judge_whole(reference, &left, complaint);
    is_right = judge_ways_on(reference, &left, false, directory, complaint) && is_right;
    /* what a revert put back is what a boot gives as well; after an apply it is not */
    if (strcmp(reference->scenario->call[0], "revert") == 0 && tree_find(&left, STATE_VOLATILE) &&
        tree_find(&left, STATE_PERSISTENT)) {
        text_say(complaint, "    after a reboot:\n");
        is_right = judge_ways_on(reference, &left, true, directory, complaint) && is_right;
    }
    tree_done(&left);
    return is_right;
}

bool judge_agreement(const struct reference *reference, struct text *complaint)
{
    bool is_right = true;

    for (size_t i = 0; i < reference->sequences_count && !reference->scenario->is_by_hand; i++) {
        const struct sequence *sequence = &reference->sequences[i];

        for (size_t j = 0; j < 2 && sequence->commands[j]; j++) {
            char *what = sequence_name(sequence, j);

            is_right = tree_is_one_of(&sequence->with[j], &sequence->without[j], &sequence->without[j], what,
                                      complaint) &&
                       is_right;
            free(what);
        }
    }
    return is_right;
}

/* --- what was said --- */

/* What could not be seen stands in the output as unknown. */
static bool says_unknown(const struct reference *reference, const struct outcome *outcome)
{
    return strstr(outcome->output, "unknown: ") && !strstr(reference->outcome.output, "unknown: ");
}

bool judge_words(const struct reference *reference, const char *directory, const struct outcome *outcome,
                 struct text *complaint)
{
    struct text difference = {0};
    bool is_right = true, is_done;
    struct tree tree;

    tree_read(directory, &tree);
    is_done = tree_is_one_of(&tree, &reference->wanted, &reference->wanted, "after the call", &difference);
    if (outcome->status < 0 || outcome->status > 2)
        text_say(complaint, "    exit status %d\n", outcome->status);
    else if (!is_done && outcome->status == 0)
        text_say(complaint, "    exit status 0, and yet:\n%s", difference.data);
    else if (!*outcome->errors && (!is_done || outcome->status != reference->outcome.status))
        text_say(complaint, "    said nothing, exit status %d\n%s", outcome->status,
                 difference.data ? difference.data : "");
    else if (!*outcome->errors && strcmp(outcome->output, reference->outcome.output) != 0 &&
             !says_unknown(reference, outcome))
        text_say(complaint, "    printed something else without a word of why: %s\n", outcome->output);
    else
        goto done;
    is_right = false;
done:
    text_done(&difference);
    tree_done(&tree);
    return is_right;
}
