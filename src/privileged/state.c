/* SPDX-License-Identifier: MIT */
/* The saved state as JSON in a file.
 * Owns its form and its two places. */
#include "privileged/state.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "privileged/file-writer.h"
#include "util/cleanup.h"
#include "util/text.h"

#define PERSISTENT_PATH "/var/lib/redis-hosttune/state.json"
#define VOLATILE_PATH   "/run/redis-hosttune/state.json"
#define DAMAGED_NAME    "state.json.damaged"

enum {
    STATE_SIZE_MAX = 4 * 1024 * 1024,
    STATE_VERSION = 1,
};

static void cleanup_json(json_t **json)
{
    json_decref(*json);
}
#define _cleanup_json_ _cleanup_(cleanup_json)

/* --- from JSON --- */

/* A string, or NULL for null; jansson's own unpacking knows no such thing. -EINVAL: something else. */
static int copy_text(const json_t *json, const char *key, char **target)
{
    const json_t *value = json_object_get(json, key);

    if (!value || !(json_is_null(value) || json_is_string(value)))
        return -EINVAL;
    return text_replace(target, json_string_value(value));
}

static int parse_value(const json_t *json, struct saved_state *state)
{
    const char *object = json_string_value(json_object_get(json, "object"));
    struct saved_value *value;
    int error;

    if (!object || saved_state_value(state, object))
        return -EINVAL;
    value = saved_state_add_value(state, object);
    if (!value)
        return -ENOMEM;
    value->written_usec = (unsigned long long)json_integer_value(json_object_get(json, "written_usec"));
    value->is_persisted = json_is_true(json_object_get(json, "persisted"));
    error = copy_text(json, "original", &value->original);
    if (error == 0)
        error = copy_text(json, "written", &value->written);
    if (error == 0)
        error = copy_text(json, "written_before", &value->written_before);
    return error < 0 ? error : copy_text(json, "boot_id", &value->boot_id);
}

static int parse_file(const json_t *json, struct saved_state *state)
{
    const char *path = json_string_value(json_object_get(json, "path"));
    struct saved_file *file;
    int error;

    if (!path || saved_state_file(state, path))
        return -EINVAL;
    file = saved_state_add_file(state, path);
    if (!file)
        return -ENOMEM;
    file->original_mode = (unsigned)json_integer_value(json_object_get(json, "original_mode")) & 07777;
    error = copy_text(json, "original", &file->original);
    if (error == 0)
        error = copy_text(json, "written", &file->written);
    return error < 0 ? error : copy_text(json, "written_before", &file->written_before);
}

static int parse_each(const json_t *array, int (*parse)(const json_t *, struct saved_state *),
                      struct saved_state *state)
{
    int error = json_is_array(array) ? 0 : -EINVAL;

    for (size_t i = 0; i < json_array_size(array) && error == 0; i++)
        error = parse(json_array_get(array, i), state);
    return error;
}

int state_parse(const char *text, struct saved_state *ret)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    _cleanup_json_ json_t *json = json_loads(text, 0, NULL);
    const char *machine_id = json_string_value(json_object_get(json, "machine_id"));
    int error;

    if (json_integer_value(json_object_get(json, "version")) > STATE_VERSION)
        return -ENOTSUP;
    if (json_integer_value(json_object_get(json, "version")) != STATE_VERSION || !machine_id)
        return -EINVAL;
    error = text_replace(&state.machine_id, machine_id);
    if (error == 0)
        error = parse_each(json_object_get(json, "values"), parse_value, &state);
    if (error == 0)
        error = parse_each(json_object_get(json, "files"), parse_file, &state);
    if (error < 0)
        return error;
    *ret = state;
    state = (struct saved_state){0};
    return 0;
}

/* --- to JSON --- */

static json_t *value_to_json(const struct saved_value *value)
{
    return json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:I, s:b}", "object", value->object, "original",
                     value->original, "written", value->written, "written_before", value->written_before,
                     "boot_id", value->boot_id, "written_usec", (json_int_t)value->written_usec, "persisted",
                     value->is_persisted);
}

static json_t *file_to_json(const struct saved_file *file)
{
    return json_pack("{s:s, s:s?, s:i, s:s?, s:s?}", "path", file->path, "original", file->original,
                     "original_mode", (int)file->original_mode, "written", file->written, "written_before",
                     file->written_before);
}

int state_serialize(const struct saved_state *state, const char *machine_id, char **ret)
{
    _cleanup_json_ json_t *values = json_array(), *files = json_array(), *json = NULL;
    bool ok = values && files;

    for (size_t i = 0; i < state->values_count && ok; i++)
        ok = json_array_append_new(values, value_to_json(&state->values[i])) == 0;
    for (size_t i = 0; i < state->files_count && ok; i++)
        ok = json_array_append_new(files, file_to_json(&state->files[i])) == 0;
    if (ok)
        json = json_pack("{s:i, s:s, s:O, s:O}", "version", STATE_VERSION, "machine_id", machine_id, "values",
                         values, "files", files);
    if (!json)
        return -EILSEQ;
    *ret = json_dumps(json, JSON_INDENT(1));
    return *ret ? 0 : -ENOMEM;
}

/* --- on disk --- */

/* 1: read, 0: nothing usable there (with a warning, or without when there is no file), -errno. */
static int load_from(const struct root *root, const char *path, const char *machine_id,
                     struct saved_state *ret, char **ret_warning, char **ret_error)
{
    _cleanup_free_ char *text = NULL;
    struct saved_state state = {0};
    int error = root_read_file(root, path, STATE_SIZE_MAX, &text, NULL);

    if (error == -ENOENT || error == -ENOTDIR)
        return 0;
    if (error < 0 && error != -EFBIG)
        return error_make(ret_error, error, "cannot read %s: %s", root_display(root, path), strerror(-error));
    if (error == 0)
        error = state_parse(text, &state);
    if (error == -ENOMEM)
        return error;
    if (error == -ENOTSUP)
        return error_make(ret_error, error, "%s was written by a newer redis-hosttune: use that one",
                          root_display(root, path));
    if (error < 0) {
        error_make(ret_warning, error,
                   "%s is damaged: the values from before the first apply are taken from the drop-ins, where "
                   "they are",
                   root_display(root, path));
        return 0;
    }
    if (*machine_id && state.machine_id && *state.machine_id && strcmp(state.machine_id, machine_id) != 0) {
        error_make(ret_warning, -ESTALE, "%s is another machine's (a cloned image?) and is not used",
                   root_display(root, path));
        saved_state_done(&state);
        return 0;
    }
    *ret = state;
    return 1;
}

int state_load(const struct root *root, const char *machine_id, struct saved_state *ret, char **ret_warning,
               char **ret_error)
{
    /* the volatile one is there only while the other could not be written: it is the newer one */
    int loaded = load_from(root, VOLATILE_PATH, machine_id, ret, ret_warning, ret_error);

    *ret = loaded > 0 ? *ret : (struct saved_state){0};
    if (loaded == 0)
        loaded = load_from(root, PERSISTENT_PATH, machine_id, ret, ret_warning, ret_error);
    return loaded < 0 ? loaded : 0;
}

static void keep_damaged(const struct root *root)
{
    struct saved_state state = {0};
    _cleanup_free_ char *text = NULL;

    if (root_read_file(root, PERSISTENT_PATH, STATE_SIZE_MAX, &text, NULL) == 0 &&
        state_parse(text, &state) == -EINVAL)
        file_rename(root, PERSISTENT_PATH, DAMAGED_NAME, NULL);
    saved_state_done(&state);
}

static int remove_state(const struct root *root, enum state_place *ret_place, char **ret_error)
{
    int error = file_remove(root, PERSISTENT_PATH, ret_error);

    *ret_place = STATE_NOWHERE;
    return error < 0 ? error : file_remove(root, VOLATILE_PATH, ret_error);
}

int state_store(const struct root *root, const char *text, enum state_place *ret_place, char **ret_error)
{
    _cleanup_free_ char *second_error = NULL;

    if (!text)
        return remove_state(root, ret_place, ret_error);
    keep_damaged(root);
    if (file_write(root, PERSISTENT_PATH, text, ret_error) == 0) {
        *ret_place = STATE_PERSISTENT;
        return file_remove(root, VOLATILE_PATH, ret_error);
    }
    *ret_place = STATE_VOLATILE;
    return file_write(root, VOLATILE_PATH, text, &second_error);
}
