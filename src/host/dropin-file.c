/* SPDX-License-Identifier: MIT */
/* What stands at a drop-in's path.
 * Owns what keeps us from writing there. */
#include "host/dropin-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "model/dropin.h"
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

/* A second name of this very file is what a call that was cut off left: it is taken again. */
static bool is_free(const struct root *root, char *path, const struct stat *file)
{
    _cleanup_free_ char *owned = memory_require(path);
    _cleanup_close_ int fd = root_open_path(root, owned, O_PATH | O_NOFOLLOW);
    struct stat status;

    if (fd < 0)
        return fd == -ENOENT || fd == -ENOTDIR;
    return file && fstat(fd, &status) == 0 && status.st_dev == file->st_dev && status.st_ino == file->st_ino;
}

/* The first free number of a name; 0: none is. */
static unsigned first_free(const struct root *root, const char *path, const struct stat *file,
                           char *(*name)(const char *path, unsigned number))
{
    for (unsigned number = 1; number <= DROPIN_NAMES_MAX; number++)
        if (is_free(root, name(path, number), file))
            return number;
    return 0;
}

/* Only a regular file can be one that was kept. */
static int look_at_kept(const struct root *root, const char *path, const struct stat *file,
                        struct dropin_seen *seen)
{
    _cleanup_free_ char *kept = memory_require(dropin_kept_path(path)), *reason = NULL;
    _cleanup_close_ int fd = -1;
    bool is_lost_from_sight;
    struct stat status;

    fd = root_open_path(root, kept, O_PATH | O_NOFOLLOW);
    if (fd == -ENOENT || fd == -ENOTDIR)
        return 0;
    if (fd < 0 || fstat(fd, &status) < 0)
        return fd < 0 ? fd : -errno;
    if (!S_ISREG(status.st_mode))
        return 0;
    seen->has_kept = true;
    seen->kept_mode = status.st_mode & 07777;
    seen->is_kept_itself = file && file->st_dev == status.st_dev && file->st_ino == status.st_ino;
    read_file(root, kept, &seen->kept, &reason, &is_lost_from_sight);
    return is_lost_from_sight ? -EIO : 0;
}

/* 0 and ret filled in, -ENOENT, -errno. */
static int look_at_file(const struct root *root, const char *path, struct stat *ret)
{
    _cleanup_close_ int fd = root_open_path(root, path, O_PATH | O_NOFOLLOW);

    if (fd < 0)
        return fd;
    return fstat(fd, ret) < 0 ? -errno : 0;
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
    looked = look_at_file(root, path, &file);
    error = ret->content && looked < 0 ? looked : look_at_kept(root, path, looked == 0 ? &file : NULL, ret);
    if (memory_check(error) < 0)
        see_nothing(root, path, error, ret);
    if (looked == 0)
        ret->mode = file.st_mode & 07777;
    ret->moved_free = first_free(root, path, NULL, dropin_moved_path);
    ret->changed_free = first_free(root, path, looked == 0 ? &file : NULL, dropin_changed_path);
}
