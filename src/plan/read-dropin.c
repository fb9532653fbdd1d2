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

/* A second name of this very file is what a call that was cut off left: it is taken again. 1, 0, -errno. */
static int is_free(const struct root *root, char *path, const struct stat *file)
{
    _cleanup_free_ char *owned = memory_require(path);
    struct stat status;
    int error = memory_check(root_stat(root, owned, O_NOFOLLOW, &status));

    if (error < 0)
        return error == -ENOENT || error == -ENOTDIR ? 1 : error;
    return file && stat_is_same_file(file, &status);
}

/* The first free number of a name; -EEXIST: none is; -errno: whether one is cannot be seen. */
static int first_free(const struct root *root, const char *path, const struct stat *file,
                      char *(*name)(const char *path, unsigned number))
{
    for (unsigned number = 1; number <= DROPIN_NAMES_MAX; number++) {
        int free = is_free(root, name(path, number), file);

        if (free != 0)
            return free < 0 ? free : (int)number;
    }
    return -EEXIST;
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
    ret->moved_free = first_free(root, path, NULL, dropin_moved_path);
    ret->changed_free = first_free(root, path, looked == 0 ? &file : NULL, dropin_changed_path);
}
