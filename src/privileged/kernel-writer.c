/* SPDX-License-Identifier: MIT */
/* One write to the kernel, read back.
 * Owns why such a write fails; every write to /proc/sys and /sys goes through here. */
#include "privileged/kernel-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "policy/value.h"
#include "util/cleanup.h"
#include "util/text.h"

enum { KNOB_SIZE_MAX = 4096 };

static const char *likely_cause(int error)
{
    switch (-error) {
    case EROFS:
        return "it is mounted read-only here, as in most containers: apply it on the host";
    case EACCES:
    case EPERM:
        return geteuid() != 0
                   ? "root is needed: run it with sudo"
                   : "root may not write it here: a container, a security module or an immutable file";
    case EINVAL:
    case ERANGE:
        return "the kernel refuses the value: set another one, or leave, in redis-hosttune.conf";
    case ENOENT:
        return "the knob has gone since it was read: try again";
    case ELOOP:
        return "it is a symbolic link, which no knob of the kernel is";
    default:
        return "set it to leave in redis-hosttune.conf to go on without it";
    }
}

static int fail(const struct root *root, const struct plan_item *item, const char *value, int error,
                char **ret_error)
{
    return error_make(ret_error, error, "%s: cannot write %s to %s: %s (%s)", item->object, value,
                      root_display(root, item->path), strerror(-error), likely_cause(error));
}

static int write_value(int fd, const char *value)
{
    char line[256];
    int length = snprintf(line, sizeof(line), "%s\n", value);

    if (length < 0 || (size_t)length >= sizeof(line))
        return -EINVAL;
    for (;;) {
        ssize_t n = write(fd, line, (size_t)length);

        if (n == length)
            return 0;
        if (n >= 0)
            return -EIO;
        if (errno != EINTR)
            return -errno;
    }
}

static int read_value(const struct root *root, const struct plan_item *item, char **ret)
{
    _cleanup_free_ char *printed = NULL;
    int error = root_read_file(root, item->path, KNOB_SIZE_MAX, &printed, NULL);

    return error < 0 ? error : value_parse(item->tunable, printed, ret);
}

bool kernel_has(const struct root *root, const struct plan_item *item, const char *value)
{
    _cleanup_free_ char *kept = NULL;

    return read_value(root, item, &kept) == 0 && text_equal(kept, value);
}

int kernel_write(const struct root *root, const struct plan_item *item, const char *value,
                 bool *ret_is_touched, char **ret_error)
{
    _cleanup_close_ int fd = -1;
    _cleanup_free_ char *kept = NULL;
    int error;

    /* O_TRUNC means nothing to the kernel's files, and makes a captured one hold the value alone */
    fd = root_open_path(root, item->path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
    if (ret_is_touched)
        *ret_is_touched = fd >= 0;
    if (fd < 0)
        return fail(root, item, value, fd, ret_error);
    error = write_value(fd, value);
    if (error < 0)
        return fail(root, item, value, error, ret_error);
    error = read_value(root, item, &kept);
    if (error < 0)
        return error_make(ret_error, error, "%s: %s was written to %s but cannot be read back: %s",
                          item->object, value, root_display(root, item->path), strerror(-error));
    if (!text_equal(kept, value))
        return error_make(ret_error, -EIO, "%s: %s was written to %s and the kernel kept %s", item->object,
                          value, root_display(root, item->path), kept);
    return 0;
}
