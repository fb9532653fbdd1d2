/* SPDX-License-Identifier: MIT */
/* The saved state as JSON in a file.
 * Owns its form and its two places. */
#include "privileged/state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "privileged/file-writer.h"
#include "util/cleanup.h"
#include "util/text.h"

#define PERSISTENT_PATH "/var/lib/redis-hosttune/state.json"
#define VOLATILE_PATH   "/run/redis-hosttune/state.json"

enum {
    STATE_SIZE_MAX = 4 * 1024 * 1024,
    STATE_VERSION = 1, /* and stays: new keys are optional, so that every version reads every state */
    ASIDE_MAX = 9,
    SALVAGE_MAX = 1000, /* entries looked for in a damaged text */
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
    json_error_t detail;
    json_t *json = json_loads(text, flags, &detail);

    *ret_error = 0;
    if (!json && (json_error_code(&detail) == json_error_out_of_memory ||
                  json_error_code(&detail) == json_error_unknown)) /* where it does not say even that */
        *ret_error = -ENOMEM;
    else if (!json)
        *ret_error = -EINVAL;
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

int state_serialize(struct saved_state *state, const char *machine_id, char **ret)
{
    _cleanup_json_ json_t *values = json_array(), *files = json_array(), *json = NULL;
    bool ok = values && files;

    saved_state_sort(state);
    for (size_t i = 0; i < state->values_count && ok; i++)
        ok = append_value(values, &state->values[i]);
    for (size_t i = 0; i < state->files_count && ok; i++)
        ok = append_file(files, &state->files[i]);
    if (ok)
        json = json_pack("{s:i, s:s, s:O, s:O}", "version", STATE_VERSION, "machine_id", machine_id, "values",
                         values, "files", files);
    if (!json)
        return -EILSEQ;
    *ret = json_dumps(json, JSON_INDENT(1));
    return *ret ? 0 : -ENOMEM;
}

/* --- from disk --- */

/* Another machine's values are not this one's; its files came along with the disk. */
static void keep_files_only(struct saved_state *state)
{
    while (state->values_count > 0)
        saved_state_remove_value(state, state->values[0].object);
    free(state->machine_id);
    state->machine_id = NULL;
}

static int judge_text(const struct root *root, const char *path, const char *text, const char *machine_id,
                      struct saved_state *state, enum state_condition *ret, char **ret_warning)
{
    int error = state_parse(text, state);

    if (error == -EINVAL) {
        *ret = STATE_DAMAGED;
        error_make(ret_warning, error,
                   "%s is damaged: what it still says is used, and the headers of the drop-ins for the rest",
                   root_display(root, path));
        return state_salvage(text, state);
    }
    if (error < 0)
        return error;
    *ret = STATE_USABLE;
    if (!*machine_id || !*state->machine_id || strcmp(state->machine_id, machine_id) == 0)
        return 0;
    *ret = STATE_OF_ANOTHER_MACHINE;
    error_make(ret_warning, -ESTALE,
               "%s is another machine's (a cloned image?): its values are not used, what it says of files is",
               root_display(root, path));
    keep_files_only(state);
    return 0;
}

static int load_from(const struct root *root, const char *path, const char *machine_id,
                     struct saved_state *state, enum state_condition *ret, char **ret_warning,
                     char **ret_error)
{
    _cleanup_free_ char *text = NULL;
    size_t size;
    int error = root_read_file(root, path, STATE_SIZE_MAX, &text, &size);

    *ret = STATE_ABSENT;
    if (error == -ENOENT || error == -ENOTDIR)
        return 0;
    if (error == -EFBIG) { /* none of ours: whatever it is, it is not lost */
        *ret = STATE_DAMAGED;
        return error_make(ret_warning, 0, "%s is larger than any state and is not used",
                          root_display(root, path));
    }
    if (error == 0)
        error = judge_text(root, path, text, machine_id, state, ret, ret_warning);
    if (error == -ENOTSUP)
        return error_make(ret_error, error, "%s was written by a newer redis-hosttune: use that one",
                          root_display(root, path));
    if (error < 0 && error != -ENOMEM)
        error_make(ret_error, error, "cannot read %s: %s", root_display(root, path), strerror(-error));
    return error;
}

int state_load(const struct root *root, const char *machine_id, struct saved_state *ret,
               struct state_found *ret_found, char **ret_warning, char **ret_error)
{
    _cleanup_(saved_state_done) struct saved_state newer = {0}, older = {0};
    int error =
        load_from(root, VOLATILE_PATH, machine_id, &newer, &ret_found->volatile_, ret_warning, ret_error);

    if (error == 0)
        error = load_from(root, PERSISTENT_PATH, machine_id, &older, &ret_found->persistent, ret_warning,
                          ret_error);
    if (error < 0)
        return error;
    /* the volatile one is there only while the other could not be written: it is the newer one */
    if (ret_found->volatile_ == STATE_USABLE) {
        *ret = newer;
        newer = (struct saved_state){0};
        return 0;
    }
    *ret = older;
    older = (struct saved_state){0};
    return saved_state_merge(ret, &newer);
}

/* --- to disk --- */

/* Whether nothing has the name, or the very file of path, as a call that was cut off leaves it. 1, 0, -errno.
 */
static int is_free(const struct root *root, const char *name, const char *path)
{
    _cleanup_close_ int fd = root_open_path(root, name, O_PATH | O_NOFOLLOW);
    _cleanup_close_ int own = root_open_path(root, path, O_PATH | O_NOFOLLOW);
    struct stat one, two;

    if (fd == -ENOENT)
        return 1;
    if (fd < 0 || own < 0)
        return fd < 0 ? fd : own;
    if (fstat(fd, &one) < 0 || fstat(own, &two) < 0)
        return -errno;
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* The first name that is free; NULL with *ret_error: -EEXIST where none is. */
static char *free_name(const struct root *root, const char *path, const char *kind, int *ret_error)
{
    *ret_error = -EEXIST;
    for (int number = 1; number <= ASIDE_MAX; number++) {
        _cleanup_free_ char *name = NULL;
        int free;

        if (asprintf(&name, "%s.%s-%d", path, kind, number) < 0) {
            name = NULL;
            *ret_error = -ENOMEM;
            return NULL;
        }
        free = is_free(root, name, path);
        if (free > 0)
            return TAKE_POINTER(name);
        if (free < 0) {
            *ret_error = free;
            return NULL;
        }
    }
    return NULL;
}

static int set_aside(const struct root *root, const char *path, enum state_condition condition,
                     char **ret_error)
{
    const char *kind = condition == STATE_DAMAGED ? "damaged" : "other";
    _cleanup_free_ char *name = NULL;
    int error;

    if (condition == STATE_ABSENT || condition == STATE_USABLE)
        return 0;
    name = free_name(root, path, kind, &error);
    if (!name && error == -EEXIST)
        return error_make(
            ret_error, error,
            "%s is not usable and has to be kept beside, and there are nine of its kind already: "
            "look at %s.%s-1 to -9 and remove them",
            root_display(root, path), path, kind);
    if (!name)
        return error;
    error = file_link(root, path, strrchr(name, '/') + 1, NULL);
    /* a file system without links: for a moment there is no state */
    return error == -EPERM || error == -EOPNOTSUPP || error == -EMLINK
               ? file_rename(root, path, strrchr(name, '/') + 1, ret_error)
           : error < 0 ? error_make(ret_error, error, "%s cannot be kept as %s: %s", root_display(root, path),
                                    name, strerror(-error))
                       : 0;
}

int state_set_aside(const struct root *root, const struct state_found *found, char **ret_error)
{
    int error = set_aside(root, VOLATILE_PATH, found->volatile_, ret_error);

    return error < 0 ? error : set_aside(root, PERSISTENT_PATH, found->persistent, ret_error);
}

static int remove_state(const struct root *root, enum state_place *ret_place, char **ret_error)
{
    int error = file_remove(root, PERSISTENT_PATH, ret_error);

    *ret_place = STATE_NOWHERE;
    return error < 0 ? error : file_remove(root, VOLATILE_PATH, ret_error);
}

static int check_text(const char *text, char **ret_error)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    int error = state_parse(text, &state);

    return error == 0 || error == -ENOMEM
               ? error
               : error_make(ret_error, error,
                            "the state's text cannot be read back: this is a bug, report it");
}

int state_store(const struct root *root, const char *text, enum state_place *ret_place, char **ret_error)
{
    _cleanup_free_ char *second_error = NULL;
    int error;

    if (!text)
        return remove_state(root, ret_place, ret_error);
    error = check_text(text, ret_error);
    if (error < 0)
        return error;
    if (file_write(root, PERSISTENT_PATH, text, ret_error) == 0) {
        *ret_place = STATE_PERSISTENT;
        return file_remove(root, VOLATILE_PATH, ret_error);
    }
    *ret_place = STATE_VOLATILE;
    return file_write(root, VOLATILE_PATH, text, &second_error);
}

void state_remove_leftovers(const struct root *root)
{
    file_remove_leftover(root, PERSISTENT_PATH);
    file_remove_leftover(root, VOLATILE_PATH);
}
