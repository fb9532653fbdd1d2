/* SPDX-License-Identifier: MIT */
/* What stands at a drop-in's path.
 * Owns what keeps us from writing there. */
#include "host/dropin-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/text.h"

enum { DROPIN_SIZE_MAX = 64 * 1024 };

static int in_the_way(const struct root *root, const char *path, int error, char **ret_reason)
{
    const char *shown = root_display(root, path);

    if (error == -ENOTDIR)
        error_make(ret_reason, error, "%.*s is no directory: remove it", (int)(strrchr(shown, '/') - shown),
                   shown);
    else if (error == -EISDIR)
        error_make(ret_reason, error, "%s is a directory: remove it (rmdir %s)", shown, shown);
    else if (error == -EFBIG)
        error_make(ret_reason, error, "%s is larger than any drop-in: move it away", shown);
    else if (error == -ENODEV)
        error_make(ret_reason, error, "%s is no regular file: remove it (rm %s)", shown, shown);
    else
        error_make(ret_reason, error, "%s cannot be read: %s", shown, strerror(-error));
    return *ret_reason ? 0 : -ENOMEM;
}

int dropin_file_read(const struct root *root, const char *path, char **ret_content, char **ret_reason)
{
    _cleanup_free_ char *content = NULL, *target = NULL;
    const char *shown = root_display(root, path);
    size_t size;
    int error;

    *ret_content = *ret_reason = NULL;
    if (root_read_link(root, path, &target) == 0) {
        error_make(ret_reason, -ELOOP,
                   "%s is a symbolic link to %s, which is not followed: remove it (rm %s)", shown, target,
                   shown);
        return *ret_reason ? 0 : -ENOMEM;
    }
    error = root_read_file(root, path, DROPIN_SIZE_MAX, &content, &size);
    if (error == -ENOENT)
        return 0;
    if (error == -ENOMEM)
        return error;
    if (error < 0)
        return in_the_way(root, path, error, ret_reason);
    if (!text_is_printable(content, size)) {
        error_make(ret_reason, -EINVAL, "%s is not a text file: move it away", shown);
        return *ret_reason ? 0 : -ENOMEM;
    }
    *ret_content = TAKE_POINTER(content);
    return 0;
}

unsigned dropin_file_mode(const struct root *root, const char *path)
{
    _cleanup_close_ int fd = root_open_path(root, path, O_PATH | O_NOFOLLOW);
    struct stat status;

    return fd >= 0 && fstat(fd, &status) == 0 ? status.st_mode & 07777 : 0;
}
