/* SPDX-License-Identifier: MIT */
/* What stands at a drop-in's path.
 * Owns what keeps us from writing there. */
#include "plan/read-dropin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/dropin.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { DROPIN_SIZE_MAX = 64 * 1024 };

/* What is of the wrong kind can be seen; what cannot be read may be anything: true. */
static bool is_unreadable(int error)
{
    return error != -ENOTDIR && error != -EISDIR && error != -EFBIG && error != -ENODEV;
}

static void in_the_way(const struct root *root, const char *path, int error, char **ret_reason)
{
    const char *shown = root_display(root, path);

    if (error == -ENOTDIR)
        memory_error(ret_reason, error, "%.*s is no directory: remove it", (int)(strrchr(shown, '/') - shown),
                     shown);
    else if (error == -EISDIR)
        memory_error(ret_reason, error, "%s is a directory: remove it (rmdir %s)", shown, shown);
    else if (error == -EFBIG)
        memory_error(ret_reason, error, "%s is larger than any drop-in: move it away", shown);
    else if (error == -ENODEV)
        memory_error(ret_reason, error, "%s is no regular file: remove it (rm %s)", shown, shown);
    else
        memory_error(ret_reason, error, "%s cannot be read: %s", shown, strerror(-error));
}

static void read_file(const struct root *root, const char *path, char **ret_content, char **ret_reason,
                      bool *ret_unreadable)
{
    _cleanup_free_ char *content = NULL, *target = NULL;
    const char *shown = root_display(root, path);
    size_t size;
    int error;

    *ret_content = *ret_reason = NULL;
    *ret_unreadable = false;
    if (memory_check(root_read_link(root, path, &target)) == 0) {
        memory_error(ret_reason, -ELOOP,
                     "%s is a symbolic link to %s, which is not followed: remove it (rm %s)", shown, target,
                     shown);
        return;
    }
    error = memory_check(root_read_file(root, path, DROPIN_SIZE_MAX, &content, &size));
    if (error == -ENOENT)
        return;
    *ret_unreadable = error < 0 && is_unreadable(error);
    if (error < 0) {
        in_the_way(root, path, error, ret_reason);
        return;
    }
    if (!text_is_printable(content, size)) {
        memory_error(ret_reason, -EINVAL, "%s is not a text file: move it away", shown);
        return;
    }
    *ret_content = TAKE_POINTER(content);
}

void dropin_file_read(const struct root *root, const char *path, char **ret_content, char **ret_reason)
{
    bool ignored;

    read_file(root, path, ret_content, ret_reason, &ignored);
}

/* --- the file, and what stands beside it --- */

static int free_number(const struct root *root, const char *path, const char *suffix, const struct stat *file)
{
    _cleanup_free_ char *prefix = memory_format("%s%s", path, suffix);

    return memory_check(root_free_number(root, prefix, file));
}

/* Only a regular file can be one that was kept. */
static int look_at_kept(const struct root *root, const char *path, const struct stat *file,
                        struct dropin_seen *seen)
{
    _cleanup_free_ char *kept = memory_require(dropin_kept_path(path)), *reason = NULL;
    bool is_lost_from_sight;
    struct stat status;
    int error = root_stat(root, kept, O_NOFOLLOW, &status);

    if (error == -ENOENT || error == -ENOTDIR)
        return 0;
    if (error < 0)
        return error;
    if (!S_ISREG(status.st_mode))
        return 0;
    seen->has_kept = true;
    seen->kept_mode = status.st_mode & 07777;
    seen->is_kept_itself = file && stat_is_same_file(file, &status);
    read_file(root, kept, &seen->kept, &reason, &is_lost_from_sight);
    return is_lost_from_sight ? -EIO : 0;
}

/* Nothing is to be decided on what could not be seen. */
static void see_nothing(const struct root *root, const char *path, int error, struct dropin_seen *seen)
{
    dropin_seen_done(seen);
    seen->is_unreadable = true;
    memory_error(&seen->in_the_way, error, "%s and what is kept beside it cannot be looked at: %s",
                 root_display(root, path), strerror(-error));
}

void dropin_file_look(const struct root *root, const char *path, struct dropin_seen *ret)
{
    struct stat file;
    int error, looked;

    *ret = (struct dropin_seen){0};
    read_file(root, path, &ret->content, &ret->in_the_way, &ret->is_unreadable);
    looked = root_stat(root, path, O_NOFOLLOW, &file);
    error = ret->content && looked < 0 ? looked : look_at_kept(root, path, looked == 0 ? &file : NULL, ret);
    if (memory_check(error) < 0)
        see_nothing(root, path, error, ret);
    if (looked == 0)
        ret->mode = file.st_mode & 07777;
    ret->moved_free = free_number(root, path, DROPIN_KEPT_SUFFIX, NULL);
    ret->changed_free = free_number(root, path, DROPIN_CHANGED_SUFFIX, looked == 0 ? &file : NULL);
}
