/* SPDX-License-Identifier: MIT */
/* Atomic replacement of files.
 * Owns how a drop-in or the state reaches the disk, and what its failure means to a person. */
#include "privileged/file-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/text.h"

static const char *remedy(int error)
{
    switch (-error) {
    case ENOSPC:
    case EDQUOT:
        return ": free some space there";
    case EFBIG:
        return ": the limit to the size of files (ulimit -f, LimitFSIZE=) is in the way";
    case EROFS:
        return ": remount it writable";
    case EACCES:
    case EPERM:
        return geteuid() != 0 ? ": run it with sudo"
                              : ": the directory must belong to root and be writable for it";
    case EISDIR:
    case ENOTEMPTY:
        return ": a directory is in the way, remove it";
    default:
        return "";
    }
}

static int fail(const struct root *root, const char *path, const char *action, int error, char **ret_error)
{
    return error_make(ret_error, error, "cannot %s %s: %s%s", action, root_display(root, path),
                      strerror(-error), remedy(error));
}

/* The effect is there, and only its lasting is in doubt. */
static int sync_directory(const struct root *root, const char *path, int directory, const char *effect,
                          char **ret_error)
{
    if (fsync(directory) == 0)
        return 0;
    return error_make(ret_error, -errno,
                      "%s is %s, but its directory cannot be synced, so a power cut may undo that: %s",
                      root_display(root, path), effect, strerror(errno));
}

/* The directory of path; made, 0755, where it is missing. */
static int open_directory(const struct root *root, const char *path, const char **ret_name)
{
    _cleanup_close_ int parent = -1;
    char directory[PATH_MAX];
    const char *name;
    int fd = root_open_parent(root, path, ret_name);

    if (fd != -ENOENT)
        return fd;
    if ((size_t)snprintf(directory, sizeof(directory), "%.*s", (int)(*ret_name - path - 1), path) >=
        sizeof(directory))
        return -ENAMETOOLONG;
    parent = root_open_parent(root, directory, &name);
    if (parent < 0)
        return parent;
    if (mkdirat(parent, name, 0755) == 0)
        fd = fchmodat(parent, name, 0755, 0) < 0 ? -errno : 0; /* whatever the umask is */
    else
        fd = errno == EEXIST ? 0 : -errno;
    if (fd < 0 || fsync(parent) < 0)
        return fd < 0 ? fd : -errno;
    return root_open_parent(root, path, ret_name);
}

static int write_all(int fd, const char *content, unsigned mode)
{
    size_t size = strlen(content);

    while (size > 0) {
        ssize_t n = write(fd, content, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        content += n;
        size -= (size_t)n;
    }
    return fchmod(fd, mode) < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* The name is always the same and we hold the lock, so what stands there was left by a call that was cut off.
 */
static int write_temporary(int directory, const char *temporary, const char *content, unsigned mode)
{
    _cleanup_close_ int fd = -1;
    int error;

    if (unlinkat(directory, temporary, 0) < 0 && errno != ENOENT)
        return -errno;
    fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    error = write_all(fd, content, mode);
    if (error < 0)
        unlinkat(directory, temporary, 0);
    return error;
}

/* Not *.conf: no reader of the directory takes it for a drop-in. NULL: too long. */
static const char *temporary_name(const char *name, char temporary[static NAME_MAX + 1])
{
    return snprintf(temporary, NAME_MAX + 1, ".%s.new", name) > NAME_MAX ? NULL : temporary;
}

/* For messages: what stands beside path under this name, or the directory itself. */
static char *name_beside(const char *path, const char *name)
{
    int length = (int)(strrchr(path, '/') - path);
    char *beside;

    return asprintf(&beside, "%.*s%s%s", length, path, name ? "/" : "", name ? name : "") < 0 ? NULL : beside;
}

int file_write_with_mode(const struct root *root, const char *path, const char *content, unsigned mode,
                         char **ret_error)
{
    _cleanup_close_ int directory = -1;
    _cleanup_free_ char *beside = NULL;
    char temporary[NAME_MAX + 1];
    const char *name;
    int error;

    directory = open_directory(root, path, &name);
    beside = name_beside(path, directory < 0 ? NULL : temporary_name(name, temporary));
    if (directory == -ENOENT || directory == -ENOTDIR || directory == -ELOOP)
        return fail(root, beside ? beside : path, "open the directory", directory, ret_error);
    if (directory < 0 || !beside)
        return fail(root, path, "write", directory < 0 ? directory : -ENOMEM, ret_error);
    if (!temporary_name(name, temporary))
        return fail(root, path, "write", -ENAMETOOLONG, ret_error);
    error = write_temporary(directory, temporary, content, mode);
    if (error < 0)
        return fail(root, error == -EISDIR ? beside : path, "write", error, ret_error);
    if (renameat(directory, temporary, directory, name) < 0) {
        error = -errno;
        unlinkat(directory, temporary, 0);
        return fail(root, path, "write", error, ret_error);
    }
    return sync_directory(root, path, directory, "written", ret_error);
}

int file_write(const struct root *root, const char *path, const char *content, char **ret_error)
{
    return file_write_with_mode(root, path, content, 0644, ret_error);
}

int file_remove(const struct root *root, const char *path, char **ret_error)
{
    _cleanup_close_ int directory = -1;
    const char *name;

    directory = root_open_parent(root, path, &name);
    if (directory == -ENOENT)
        return 0;
    if (directory < 0)
        return fail(root, path, "remove", directory, ret_error);
    if (unlinkat(directory, name, 0) < 0)
        return errno == ENOENT ? 0 : fail(root, path, "remove", -errno, ret_error);
    return sync_directory(root, path, directory, "removed", ret_error);
}

void file_remove_leftover(const struct root *root, const char *path)
{
    char temporary[NAME_MAX + 1];
    const char *name;
    _cleanup_close_ int directory = root_open_parent(root, path, &name);

    if (directory >= 0 && temporary_name(name, temporary))
        unlinkat(directory, temporary, 0);
}

int file_rename(const struct root *root, const char *path, const char *new_name, char **ret_error)
{
    _cleanup_close_ int directory = -1;
    const char *name;

    directory = root_open_parent(root, path, &name);
    if (directory < 0)
        return fail(root, path, "rename", directory, ret_error);
    if (renameat(directory, name, directory, new_name) < 0)
        return fail(root, path, "rename", -errno, ret_error);
    return sync_directory(root, path, directory, "renamed", ret_error);
}

static bool is_same_file(int directory, const char *name, const char *other)
{
    struct stat one, two;

    return fstatat(directory, name, &one, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstatat(directory, other, &two, AT_SYMLINK_NOFOLLOW) == 0 && stat_is_same_file(&one, &two);
}

int file_link(const struct root *root, const char *path, const char *new_name, char **ret_error)
{
    _cleanup_close_ int directory = -1;
    const char *name;

    directory = root_open_parent(root, path, &name);
    if (directory < 0)
        return fail(root, path, "keep", directory, ret_error);
    if (linkat(directory, name, directory, new_name, 0) < 0) {
        int error = -errno;

        if (error != -EEXIST || !is_same_file(directory, name, new_name))
            return error_make(
                ret_error, error,
                "%s is somebody else's and cannot be kept as %s beside it (%s), so it stays: move "
                "it away",
                root_display(root, path), new_name, strerror(-error));
    }
    return sync_directory(root, path, directory, "linked", ret_error);
}
