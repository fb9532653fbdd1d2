/* SPDX-License-Identifier: MIT */
/* Opening what somebody else names.
 * Owns which files are not read. */
#include "servers/read-claimed-file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "util/cleanup.h"
#include "util/text.h"

static bool is_made_up(int fd)
{
    static const unsigned long types[] = {
        PROC_SUPER_MAGIC, SYSFS_MAGIC,        DEBUGFS_MAGIC,       TRACEFS_MAGIC, SECURITYFS_MAGIC,
        EFIVARFS_MAGIC,   CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, SELINUX_MAGIC, PSTOREFS_MAGIC,
    };
    struct statfs status;

    if (fstatfs(fd, &status) < 0)
        return true;
    for (size_t i = 0; i < ELEMENTS(types); i++)
        if ((unsigned long)status.f_type == types[i])
            return true;
    return false;
}

int claimed_file_open(const struct root *root, const char *path)
{
    _cleanup_close_ int handle = root_open_path(root, path, O_PATH);
    struct stat status;
    char reopen[64];
    int fd;

    if (handle < 0)
        return handle;
    if (fstat(handle, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? -EISDIR : -ENODEV;
    if (is_made_up(handle))
        return -ENODEV;
    snprintf(reopen, sizeof(reopen), "/proc/self/fd/%d", handle);
    fd = open(reopen, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return fd < 0 ? -errno : fd;
}
