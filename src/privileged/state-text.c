/* SPDX-License-Identifier: MIT */
/* The saved state as JSON.
 * Owns its keys, and what a damaged text still tells. */
#include "privileged/state-text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/text.h"

enum {
    STATE_VERSION = 1,  /* and stays: new keys are optional, so that every version reads every state */
    SALVAGE_MAX = 1000, /* entries looked for in a damaged text */
};

/* --- memory --- */

/* jansson takes a string that it had no memory for as another string, or as wrong syntax, so its own word on
 * what went wrong is not relied on. */
static bool has_run_out;

static void *allocate(size_t size)
{
    void *block = malloc(size);

    has_run_out = has_run_out || !block;
    return block;
}

static void begin_watch(void)
{
    has_run_out = false;
    json_set_alloc_funcs(allocate, free);
}

/* True: memory ran out since, and what came of it is not to be used. */
static bool end_watch(void)
{
    json_set_alloc_funcs(malloc, free);
    return has_run_out;
}

/* --- from JSON --- */

/* A string, or NULL for null; jansson's own unpacking knows no such thing. -EINVAL: something else. */
static int copy_text(const json_t *json, const char *key, char **target)
{
    const json_t *value = json_object_get(json, key);

    if (!value || !(json_is_null(value) || json_is_string(value)))
        return -EINVAL;
    return text_replace(target, json_string_value(value));
}

/* An optional list of strings. */
static int copy_earlier(const json_t *json, char ***target)
{
    const json_t *list = json_object_get(json, "earlier");

    if (list && !json_is_array(list))
        return -EINVAL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (!text)
            return -EINVAL;
        if (saved_earlier_add(target, text) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int fill_value(const json_t *json, struct saved_value *value)
{
    int error = copy_text(json, "original", &value->original);

    value->written_usec = (unsigned long long)json_integer_value(json_object_get(json, "written_usec"));
    value->is_persisted = json_is_true(json_object_get(json, "persisted"));
    value->is_left = json_is_true(json_object_get(json, "left"));
    if (error == 0)
        error = copy_text(json, "written", &value->written);
    if (error == 0)
        error = copy_text(json, "written_before", &value->written_before);
    if (error == 0)
        error = copy_text(json, "boot_id", &value->boot_id);
    return error < 0 ? error : copy_earlier(json, &value->earlier);
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
    error = fill_value(json, value);
    if (error < 0)
        saved_state_remove_value(state, object);
    return error;
}

static int fill_file(const json_t *json, struct saved_file *file)
{
    int error = copy_text(json, "original", &file->original);

    file->original_mode = (unsigned)json_integer_value(json_object_get(json, "original_mode")) & 07777;
    file->is_kept = json_is_true(json_object_get(json, "kept"));
    file->is_left = json_is_true(json_object_get(json, "left"));
    if (error == 0)
        error = copy_text(json, "written", &file->written);
    if (error == 0)
        error = copy_text(json, "written_before", &file->written_before);
    return error < 0 ? error : copy_earlier(json, &file->earlier);
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
    error = fill_file(json, file);
    if (error < 0)
        saved_state_remove_file(state, path);
    return error;
}

static int parse_each(const json_t *array, int (*parse)(const json_t *, struct saved_state *),
                      struct saved_state *state)
{
    int error = json_is_array(array) ? 0 : -EINVAL;

    for (size_t i = 0; i < json_array_size(array) && error == 0; i++)
        error = parse(json_array_get(array, i), state);
    return error;
}

/* NULL with *ret_error: no JSON, or no memory for it, which says nothing of the text. */
static json_t *load_json(const char *text, size_t flags, int *ret_error)
{
    json_t *json;

    begin_watch();
    json = json_loads(text, flags, NULL);
    if (end_watch()) {
        json_decref(json);
        *ret_error = -ENOMEM;
        return NULL;
    }
    *ret_error = json ? 0 : -EINVAL;
    return json;
}

int state_parse(const char *text, struct saved_state *ret)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    int error;
    _cleanup_json_ json_t *json = load_json(text, 0, &error);
    const char *machine_id = json_string_value(json_object_get(json, "machine_id"));

    if (error < 0)
        return error;
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

/* An entry is told by its key; one that is not whole is no JSON, or lacks a key. */
static int salvage_entry(const char *text, struct saved_state *state)
{
    int error;
    _cleanup_json_ json_t *json = load_json(text, JSON_DISABLE_EOF_CHECK, &error);

    if (json_object_get(json, "object"))
        error = parse_value(json, state);
    else if (json_object_get(json, "path"))
        error = parse_file(json, state);
    return error == -ENOMEM ? error : 0;
}

int state_salvage(const char *text, struct saved_state *ret)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};

    int left = SALVAGE_MAX;

    for (const char *brace = text; (brace = strchr(brace, '{')) && left-- > 0; brace++) {
        int error = salvage_entry(brace, &state);

        if (error < 0)
            return error;
    }
    *ret = state;
    state = (struct saved_state){0};
    return 0;
}

/* --- to JSON --- */

/* Keys that most entries do not need are left out. */
static bool add_optional(json_t *json, bool is_left, char *const *earlier)
{
    _cleanup_json_ json_t *list = json_array();
    bool ok = json && list && (!is_left || json_object_set_new(json, "left", json_true()) == 0);

    for (size_t i = 0; ok && earlier && earlier[i]; i++)
        ok = json_array_append_new(list, json_string(earlier[i])) == 0;
    return ok && (json_array_size(list) == 0 || json_object_set(json, "earlier", list) == 0);
}

static bool append_value(json_t *values, const struct saved_value *value)
{
    json_t *json = json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:I, s:b}", "object", value->object, "original",
                             value->original, "written", value->written, "written_before",
                             value->written_before, "boot_id", value->boot_id, "written_usec",
                             (json_int_t)value->written_usec, "persisted", value->is_persisted);
    bool ok = add_optional(json, value->is_left, value->earlier);

    return json_array_append_new(values, json) == 0 && ok;
}

static bool append_file(json_t *files, const struct saved_file *file)
{
    json_t *json = json_pack("{s:s, s:s?, s:i, s:s?, s:s?}", "path", file->path, "original", file->original,
                             "original_mode", (int)file->original_mode, "written", file->written,
                             "written_before", file->written_before);
    bool ok = add_optional(json, file->is_left, file->earlier) &&
              (!file->is_kept || json_object_set_new(json, "kept", json_true()) == 0);

    return json_array_append_new(files, json) == 0 && ok;
}

static char *serialize(const struct saved_state *state, const char *machine_id)
{
    _cleanup_json_ json_t *values = json_array(), *files = json_array(), *json = NULL;
    bool ok = values && files;

    for (size_t i = 0; i < state->values_count && ok; i++)
        ok = append_value(values, &state->values[i]);
    for (size_t i = 0; i < state->files_count && ok; i++)
        ok = append_file(files, &state->files[i]);
    if (ok)
        json = json_pack("{s:i, s:s, s:O, s:O}", "version", STATE_VERSION, "machine_id", machine_id, "values",
                         values, "files", files);
    return json ? json_dumps(json, JSON_INDENT(1)) : NULL;
}

int state_serialize(struct saved_state *state, const char *machine_id, char **ret)
{
    char *text;

    saved_state_sort(state);
    begin_watch();
    text = serialize(state, machine_id);
    if (end_watch()) {
        free(text);
        return -ENOMEM;
    }
    if (!text) /* jansson refuses what is no UTF-8 */
        return -EILSEQ;
    *ret = text;
    return 0;
}
