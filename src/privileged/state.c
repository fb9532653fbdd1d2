/* SPDX-License-Identifier: MIT */
/* The saved state in its file.
 * Owns its two places, and what becomes of one that is not usable. */
#include "privileged/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "privileged/file-writer.h"
#include "privileged/state-text.h"
#include "util/cleanup.h"
#include "util/text.h"

#define PERSISTENT_PATH "/var/lib/redis-hosttune/state.json"
#define VOLATILE_PATH   "/run/redis-hosttune/state.json"

enum {
    STATE_SIZE_MAX = 4 * 1024 * 1024,
    NAME_SIZE = sizeof(PERSISTENT_PATH) + 32,
};

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

static int set_aside(const struct root *root, const char *path, enum state_condition condition,
                     char **ret_error)
{
    const char *kind = condition == STATE_DAMAGED ? "damaged" : "other";
    char prefix[NAME_SIZE], name[NAME_SIZE + 12];
    struct stat own;
    int error, number;

    if (condition == STATE_ABSENT || condition == STATE_USABLE)
        return 0;
    snprintf(prefix, sizeof(prefix), "%s.%s", path, kind);
    error = root_stat(root, path, O_NOFOLLOW, &own);
    number = error < 0 ? error : root_free_number(root, prefix, &own);
    if (number == -EEXIST)
        return error_make(ret_error, number,
                          "%s is not usable and has to be kept beside, and there are nine of its kind "
                          "already: look at %s-1 to -9 and remove them",
                          root_display(root, path), prefix);
    if (number < 0)
        return number;
    snprintf(name, sizeof(name), "%s-%d", prefix, number);
    error = file_link(root, path, text_file_name(name), NULL);
    /* a file system without links: for a moment there is no state */
    return error == -EPERM || error == -EOPNOTSUPP || error == -EMLINK
               ? file_rename(root, path, text_file_name(name), ret_error)
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
    error = file_write(root, PERSISTENT_PATH, text, ret_error);
    if (error == 0) {
        *ret_place = STATE_PERSISTENT;
        return file_remove(root, VOLATILE_PATH, ret_error);
    }
    if (error == -ENOMEM) /* that is not the place's fault */
        return error;
    *ret_place = STATE_VOLATILE;
    return file_write(root, VOLATILE_PATH, text, &second_error);
}

void state_remove_leftovers(const struct root *root)
{
    file_remove_leftover(root, PERSISTENT_PATH);
    file_remove_leftover(root, VOLATILE_PATH);
}
