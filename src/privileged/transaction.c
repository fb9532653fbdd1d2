/* SPDX-License-Identifier: MIT */
/* All or nothing.
 * Owns the order of the writes and how they are undone. */
#include "privileged/transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/dropin.h"
#include "privileged/file-writer.h"
#include "privileged/kernel-writer.h"
#include "util/cleanup.h"
#include "util/text.h"

enum { DROPIN_SIZE_MAX = 64 * 1024 };

/* Says behind the first error that something could not be undone; the saved state still has it. */
static void add_not_undone(const char *detail, char **ret_error)
{
    _cleanup_free_ char *first = *ret_error;

    *ret_error = NULL;
    error_make(ret_error, 0, "%s; and then it could not be undone: %s", first ? first : "?",
               detail ? detail : "?");
}

/* --- values --- */

/* Whatever the error was: a value that was written and then not kept, or not to be read, is an effect. */
static bool put_value_back(const struct root *root, const struct plan_item *item, char **ret_error)
{
    _cleanup_free_ char *detail = NULL;

    if (kernel_has(root, item, item->current) || kernel_write(root, item, item->current, NULL, &detail) == 0)
        return true;
    add_not_undone(detail, ret_error);
    return false;
}

/* Backwards. */
static bool undo_values(const struct root *root, struct plan *plan, char **ret_error)
{
    bool is_undone = true;

    for (size_t end = plan->items_count; end-- > 0;) {
        struct plan_item *item = &plan->items[end];

        if (item->state != ITEM_APPLIED)
            continue;
        if (put_value_back(root, item, ret_error))
            item->state = ITEM_CHANGE;
        else
            is_undone = false; /* stays APPLIED */
    }
    return is_undone;
}

int transaction_write_values(const struct root *root, struct plan *plan, bool *ret_is_undone,
                             char **ret_error)
{
    struct plan_item *item;
    size_t position = 0;

    while ((item = plan_next_to_write(plan, &position))) {
        bool is_touched, is_back;
        int error;

        if (!item->is_selected || item->state != ITEM_CHANGE)
            continue;
        error = kernel_write(root, item, item->wanted, &is_touched, ret_error);
        if (error == 0) {
            item->state = ITEM_APPLIED;
            continue;
        }
        is_back = !is_touched || put_value_back(root, item, ret_error);
        *ret_is_undone = undo_values(root, plan, ret_error) && is_back;
        item->state = ITEM_FAILED;
        text_replace(&item->reason, *ret_error);
        return error;
    }
    return 0;
}

/* --- files --- */

static int write_content(const struct root *root, const char *path, const char *content, unsigned mode,
                         char **ret_error)
{
    if (!content)
        return file_remove(root, path, ret_error);
    return file_write_with_mode(root, path, content, mode ? mode : 0644, ret_error);
}

/* Of two names of one file rename(2) leaves both, so the first one goes then. */
static int rename_over(const struct root *root, const char *from, const char *path, char **ret_error)
{
    int error = file_rename(root, from, text_file_name(path), ret_error);

    return error < 0 ? error : file_remove(root, from, ret_error);
}

/* Gives what must not be lost a name of its own, before anything is put in its place. */
static int keep_somebodys(const struct root *root, const struct plan_file *file, const char *kept,
                          char **ret_error)
{
    int error = 0;

    if (file->moved_path)
        error = file_rename(root, kept, text_file_name(file->moved_path), ret_error);
    if (error == 0 && file->keeps_original)
        error = file_link(root, file->path, text_file_name(kept), ret_error);
    if (error == 0 && file->changed_path)
        error = file_link(root, file->path, text_file_name(file->changed_path), ret_error);
    return error;
}

static int carry_out(const struct root *root, const struct plan_file *file, char **ret_error)
{
    _cleanup_free_ char *kept = dropin_kept_path(file->path);
    int error = kept ? keep_somebodys(root, file, kept, ret_error) : -ENOMEM;

    if (error < 0)
        return error;
    if (file->drops_kept)
        return file_remove(root, kept, ret_error);
    if (file->restores_kept)
        return rename_over(root, kept, file->path, ret_error);
    return plan_file_differs(file)
               ? write_content(root, file->path, file->new_content, file->new_mode, ret_error)
               : 0;
}

/* Whether path holds this; a link, or what cannot be read, is something else. */
static bool file_has(const struct root *root, const char *path, const char *content)
{
    _cleanup_free_ char *now = NULL, *target = NULL;
    int error;

    if (root_read_link(root, path, &target) == 0)
        return false;
    error = root_read_file(root, path, DROPIN_SIZE_MAX, &now, NULL);
    return error == -ENOENT ? content == NULL : error == 0 && text_equal(now, content);
}

static bool exists(const struct root *root, const char *path)
{
    struct stat status;

    return root_stat(root, path, O_NOFOLLOW, &status) == 0;
}

/* The name that somebody's file was given here goes back over ours, or only goes where it got no further. */
static int put_somebodys_back(const struct root *root, const struct plan_file *file, const char *kept,
                              char **ret_error)
{
    const char *name = file->keeps_original ? kept : file->changed_path;
    int error = 0;

    if (file_has(root, file->path, file->old_content)) {
        error = name && root_is_same_file(root, file->path, name, O_NOFOLLOW) > 0
                    ? file_remove(root, name, ret_error)
                    : 0;
    } else {
        if (file->restores_kept && !exists(root, kept))
            error = file_link(root, file->path, text_file_name(kept), ret_error);
        if (error == 0)
            error = rename_over(root, name, file->path, ret_error);
    }
    if (error == 0 && file->moved_path && exists(root, file->moved_path) && !exists(root, kept))
        error = file_rename(root, file->moved_path, text_file_name(kept), ret_error);
    return error;
}

static int put_back(const struct root *root, const struct plan_file *file, char **ret_error)
{
    _cleanup_free_ char *kept = dropin_kept_path(file->path);
    int error = 0;

    if (!kept)
        return -ENOMEM;
    if (file->keeps_original || file->changed_path || file->moved_path)
        return put_somebodys_back(root, file, kept, ret_error);
    if (file_has(root, file->path, file->old_content))
        return 0;
    if (file->restores_kept)
        error = file_link(root, file->path, text_file_name(kept), ret_error);
    return error < 0 ? error : write_content(root, file->path, file->old_content, file->old_mode, ret_error);
}

/* An error behind the effect is no effect undone: each file is looked at. */
static bool undo_file(const struct root *root, const struct plan_file *file, char **ret_error)
{
    _cleanup_free_ char *detail = NULL;

    if (put_back(root, file, &detail) == 0 && file_has(root, file->path, file->old_content))
        return true;
    add_not_undone(detail, ret_error);
    return false;
}

/* What stands at a path, so that what failed can be told from what failed behind its effect. */
struct identity {
    bool is_there;
    struct stat status;
};

static struct identity identify(const struct root *root, const char *path)
{
    struct identity identity = {0};

    identity.is_there = root_stat(root, path, O_NOFOLLOW, &identity.status) == 0;
    return identity;
}

static bool is_same_identity(const struct identity *a, const struct identity *b)
{
    return a->is_there == b->is_there && stat_is_same_file(&a->status, &b->status);
}

/* The file at which it failed: where it is untouched, only a name that it was given may have to go. */
static bool undo_failed_file(const struct root *root, const struct plan_file *file,
                             const struct identity *before, char **ret_error)
{
    const struct identity now = identify(root, file->path);

    if (is_same_identity(before, &now) && !file->keeps_original && !file->changed_path)
        return true;
    return undo_file(root, file, ret_error);
}

static bool undo_files(const struct root *root, struct plan *plan, size_t end, char **ret_error)
{
    bool is_undone = true;

    while (end-- > 0) {
        struct plan_file *file = &plan->files[end];

        if (file->action != FILE_WRITTEN)
            continue;
        if (undo_file(root, file, ret_error))
            file->action = !file->new_content ? FILE_REMOVE : file->old_content ? FILE_REPLACE : FILE_CREATE;
        else
            is_undone = false; /* stays WRITTEN */
    }
    return is_undone;
}

static int refuse_files(const struct plan *plan, char **ret_error)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan->files[i].action == FILE_REFUSED)
            return error_make(ret_error, -EEXIST, "%s", plan->files[i].reason);
    return 0;
}

int transaction_write_files(const struct root *root, struct plan *plan, bool *ret_is_undone, char **ret_error)
{
    int error = refuse_files(plan, ret_error);

    *ret_is_undone = true;
    for (size_t i = 0; i < plan->files_count && error == 0; i++) {
        struct plan_file *file = &plan->files[i];
        struct identity before;

        if (!plan_file_has_work(file))
            continue;
        before = identify(root, file->path);
        error = carry_out(root, file, ret_error);
        if (error == 0 && plan_file_differs(file))
            file->action = FILE_WRITTEN;
        if (error == 0)
            continue;
        *ret_is_undone = undo_failed_file(root, file, &before, ret_error);
        *ret_is_undone = undo_files(root, plan, i, ret_error) && *ret_is_undone;
        file->action = FILE_FAILED;
        text_replace(&file->reason, *ret_error);
    }
    return error;
}

void transaction_remove_leftovers(const struct root *root)
{
    for (size_t i = 0; i < dropins_count; i++)
        file_remove_leftover(root, dropins[i].path);
}
