/* SPDX-License-Identifier: MIT */
/* The remembered originals as data.
 * Owns when a value counts as ours. */
#include "plan/saved-state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan/dropin.h"
#include "policy/tunable.h"
#include "util/text.h"

struct saved_value *saved_state_value(const struct saved_state *state, const char *object)
{
    return array_find(state->values, state->values_count, object, object);
}

struct saved_file *saved_state_file(const struct saved_state *state, const char *path)
{
    return array_find(state->files, state->files_count, path, path);
}

struct saved_value *saved_state_add_value(struct saved_state *state, const char *object)
{
    struct saved_value *value = saved_state_value(state, object);

    if (value)
        return value;
    if (array_grow(&state->values, state->values_count, sizeof(*state->values)) < 0)
        return NULL;
    value = &state->values[state->values_count];
    value->object = strdup(object);
    if (!value->object)
        return NULL;
    state->values_count++;
    return value;
}

struct saved_file *saved_state_add_file(struct saved_state *state, const char *path)
{
    struct saved_file *file = saved_state_file(state, path);

    if (file)
        return file;
    if (array_grow(&state->files, state->files_count, sizeof(*state->files)) < 0)
        return NULL;
    file = &state->files[state->files_count];
    file->path = strdup(path);
    if (!file->path)
        return NULL;
    state->files_count++;
    return file;
}

static void saved_value_done(struct saved_value *value)
{
    free(value->object);
    free(value->original);
    free(value->written);
    free(value->written_before);
    free(value->boot_id);
    strings_free(value->earlier);
}

static void saved_file_done(struct saved_file *file)
{
    free(file->path);
    free(file->original);
    free(file->written);
    free(file->written_before);
    strings_free(file->earlier);
}

void saved_state_remove_value(struct saved_state *state, const char *object)
{
    struct saved_value *value = saved_state_value(state, object);

    if (!value)
        return;
    saved_value_done(value);
    *value = state->values[--state->values_count];
}

void saved_state_remove_file(struct saved_state *state, const char *path)
{
    struct saved_file *file = saved_state_file(state, path);

    if (!file)
        return;
    saved_file_done(file);
    *file = state->files[--state->files_count];
}

int saved_earlier_add(char ***earlier, const char *text)
{
    size_t n = strings_count(*earlier);

    if (strings_have((const char *const *)*earlier, text))
        return 0;
    if (array_grow(earlier, n, sizeof(**earlier)) < 0 || array_grow(earlier, n + 1, sizeof(**earlier)) < 0)
        return -ENOMEM;
    (*earlier)[n] = strdup(text);
    return (*earlier)[n] ? 0 : -ENOMEM;
}

/* --- order --- */

static size_t tunable_rank(const char *object)
{
    const struct tunable *tunable = tunable_find(object);

    return tunable ? (size_t)(tunable - tunables) : tunables_count;
}

static size_t dropin_rank(const char *path)
{
    size_t rank = 0;

    while (rank < dropins_count && strcmp(dropins[rank].path, path) != 0)
        rank++;
    return rank;
}

/* Objects of one row differ in a number: the shorter name has the smaller one. */
static int compare_names(size_t rank_a, size_t rank_b, const char *a, const char *b)
{
    size_t lengths[] = {strlen(a), strlen(b)};

    if (rank_a != rank_b)
        return rank_a < rank_b ? -1 : 1;
    if (lengths[0] != lengths[1])
        return lengths[0] < lengths[1] ? -1 : 1;
    return strcmp(a, b);
}

static int compare_values(const void *a, const void *b)
{
    const struct saved_value *first = a, *second = b;

    return compare_names(tunable_rank(first->object), tunable_rank(second->object), first->object,
                         second->object);
}

static int compare_files(const void *a, const void *b)
{
    const struct saved_file *first = a, *second = b;

    return compare_names(dropin_rank(first->path), dropin_rank(second->path), first->path, second->path);
}

void saved_state_sort(struct saved_state *state)
{
    if (state->values_count > 1)
        qsort(state->values, state->values_count, sizeof(*state->values), compare_values);
    if (state->files_count > 1)
        qsort(state->files, state->files_count, sizeof(*state->files), compare_files);
}

int saved_state_merge(struct saved_state *state, struct saved_state *other)
{
    for (size_t i = 0; i < other->values_count; i++) {
        if (saved_state_value(state, other->values[i].object))
            continue;
        if (array_grow(&state->values, state->values_count, sizeof(*state->values)) < 0)
            return -ENOMEM;
        state->values[state->values_count++] = other->values[i];
        other->values[i--] = other->values[--other->values_count];
    }
    for (size_t i = 0; i < other->files_count; i++) {
        if (saved_state_file(state, other->files[i].path))
            continue;
        if (array_grow(&state->files, state->files_count, sizeof(*state->files)) < 0)
            return -ENOMEM;
        state->files[state->files_count++] = other->files[i];
        other->files[i--] = other->files[--other->files_count];
    }
    saved_state_sort(state);
    return 0;
}

/* --- what is ours --- */

const char *saved_value_original(const struct saved_value *value, const char *current)
{
    return value && value->written && !value->is_left ? value->original : current;
}

int saved_value_begin(struct saved_value *value, const char *current)
{
    if (value->is_left && value->original && !text_equal(value->original, current) &&
        saved_earlier_add(&value->earlier, value->original) < 0)
        return -ENOMEM;
    if (text_replace(&value->original, current) < 0)
        return -ENOMEM;
    if (value->is_left) {
        free(value->written);
        free(value->written_before);
        value->written = value->written_before = NULL;
    }
    value->is_left = false;
    return 0;
}

bool saved_value_is_ours(const struct saved_value *value, const char *current)
{
    return value->written && !value->is_left &&
           (strcmp(value->written, current) == 0 ||
            (value->written_before && strcmp(value->written_before, current) == 0));
}

int saved_value_set_written(struct saved_value *value, const char *written, const char *boot_id,
                            unsigned long long usec)
{
    /* The same value again (a new boot): what went before it stays as it is. */
    if (!text_equal(value->written, written)) {
        free(value->written_before);
        value->written_before = value->written;
        value->written = NULL;
        if (text_replace(&value->written, written) < 0)
            return -ENOMEM;
    }
    value->written_usec = usec;
    return text_replace(&value->boot_id, boot_id);
}

void saved_state_done(struct saved_state *state)
{
    for (size_t i = 0; i < state->values_count; i++)
        saved_value_done(&state->values[i]);
    for (size_t i = 0; i < state->files_count; i++)
        saved_file_done(&state->files[i]);
    free(state->values);
    free(state->files);
    free(state->machine_id);
    *state = (struct saved_state){0};
}
