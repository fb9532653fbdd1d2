/* SPDX-License-Identifier: MIT */
/* The remembered originals as data.
 * Owns when a value counts as ours. */
#include "model/saved-state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

struct saved_value *saved_state_value(const struct saved_state *state, const char *object)
{
    for (size_t i = 0; i < state->values_count; i++)
        if (strcmp(state->values[i].object, object) == 0)
            return &state->values[i];
    return NULL;
}

struct saved_file *saved_state_file(const struct saved_state *state, const char *path)
{
    for (size_t i = 0; i < state->files_count; i++)
        if (strcmp(state->files[i].path, path) == 0)
            return &state->files[i];
    return NULL;
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
}

static void saved_file_done(struct saved_file *file)
{
    free(file->path);
    free(file->original);
    free(file->written);
    free(file->written_before);
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

bool saved_value_is_ours(const struct saved_value *value, const char *current)
{
    return value->written && (strcmp(value->written, current) == 0 ||
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
