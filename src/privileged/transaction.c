/* SPDX-License-Identifier: MIT */
/* All or nothing.
 * Owns the order of the writes and how they are undone. */
#include "privileged/transaction.h"

#include <errno.h>
#include <string.h>

#include "privileged/file-writer.h"
#include "privileged/kernel-writer.h"
#include "util/cleanup.h"
#include "util/text.h"

/* Backwards. What cannot be written back either is said behind the first error; the saved state still has it.
 */
static void undo_values(const struct root *root, struct plan *plan, size_t end, char **ret_error)
{
    while (end-- > 0) {
        _cleanup_free_ char *detail = NULL, *first = *ret_error;
        struct plan_item *item = &plan->items[end];

        *ret_error = NULL;
        if (item->state == ITEM_APPLIED && kernel_write(root, item, item->current, &detail) < 0) {
            error_make(ret_error, 0, "%s; and then it could not be undone: %s", first ? first : "?",
                       detail ? detail : "?");
            continue; /* stays APPLIED */
        }
        *ret_error = TAKE_POINTER(first);
        if (item->state == ITEM_APPLIED)
            item->state = ITEM_CHANGE;
    }
}

int transaction_write_values(const struct root *root, struct plan *plan, char **ret_error)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        struct plan_item *item = &plan->items[i];
        int error;

        if (!item->is_selected || item->state != ITEM_CHANGE)
            continue;
        error = kernel_write(root, item, item->wanted, ret_error);
        if (error == 0) {
            item->state = ITEM_APPLIED;
            continue;
        }
        /* it may have been written and not kept, or not be readable any more: put that back as well */
        kernel_write(root, item, item->current, NULL);
        undo_values(root, plan, i, ret_error);
        item->state = ITEM_FAILED;
        text_replace(&item->reason, *ret_error);
        return error;
    }
    return 0;
}

static int write_content(const struct root *root, const char *path, const char *content, unsigned mode,
                         char **ret_error)
{
    if (!content)
        return file_remove(root, path, ret_error);
    return file_write_with_mode(root, path, content, mode ? mode : 0644, ret_error);
}

static void undo_files(const struct root *root, struct plan *plan, size_t end)
{
    while (end-- > 0) {
        struct plan_file *file = &plan->files[end];

        if (file->action != FILE_WRITTEN)
            continue;
        write_content(root, file->path, file->old_content, file->old_mode, NULL);
        file->action = !file->new_content ? FILE_REMOVE : file->old_content ? FILE_REPLACE : FILE_CREATE;
    }
}

static int refuse_files(const struct plan *plan, char **ret_error)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan->files[i].action == FILE_REFUSED)
            return error_make(ret_error, -EEXIST, "%s", plan->files[i].reason);
    return 0;
}

int transaction_write_files(const struct root *root, struct plan *plan, char **ret_error)
{
    int error = refuse_files(plan, ret_error);

    for (size_t i = 0; i < plan->files_count && error == 0; i++) {
        struct plan_file *file = &plan->files[i];

        if (!plan_file_differs(file)) {
            file_remove_leftover(root, file->path);
            continue;
        }
        error = write_content(root, file->path, file->new_content, file->new_mode, ret_error);
        if (error == 0) {
            file->action = FILE_WRITTEN;
            continue;
        }
        undo_files(root, plan, i);
        file->action = FILE_FAILED;
        text_replace(&file->reason, *ret_error);
    }
    return error;
}
