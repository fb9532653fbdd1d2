/* SPDX-License-Identifier: MIT */
/* The lock file.
 * Owns its place and how a second call is refused. */
#include "privileged/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/text.h"

#define LOCK_DIRECTORY "/run/redis-hosttune"

static int open_lock(const struct root *root)
{
    _cleanup_close_ int run = -1, directory = -1;
    const char *name;
    int fd;

    run = root_open_parent(root, LOCK_DIRECTORY, &name);
    if (run == -ENOENT) { /* an image without /run */
        _cleanup_close_ int top = root_open_path(root, "/", O_RDONLY | O_DIRECTORY);

        if (top < 0 || (mkdirat(top, "run", 0755) < 0 && errno != EEXIST))
            return top < 0 ? top : -errno;
        run = root_open_parent(root, LOCK_DIRECTORY, &name);
    }
    if (run < 0)
        return run;
    if (mkdirat(run, name, 0755) < 0 && errno != EEXIST)
        return -errno;
    directory = openat(run, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return -errno;
    fd = openat(directory, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : fd;
}

int lock_take(const struct root *root, char **ret_error)
{
    _cleanup_close_ int fd = open_lock(root);

    if (fd < 0)
        return error_make(ret_error, fd, "cannot lock %s: %s", root_display(root, LOCK_DIRECTORY "/lock"),
                          strerror(-fd));
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return error_make(ret_error, errno == EWOULDBLOCK ? -EBUSY : -errno,
                          "another apply or revert is running (it holds %s): try again when it has ended",
                          root_display(root, LOCK_DIRECTORY "/lock"));
    return TAKE_FD(fd);
}
