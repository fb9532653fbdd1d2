/* SPDX-License-Identifier: MIT */
/* redis.conf and its includes. The redis user may write there: whatever stands in it is hostile.
 * Owns the bounds of what is read. */
#include "host/redis-conf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "model/redis-config.h"
#include "util/cleanup.h"
#include "util/text.h"

enum {
    CONF_SIZE_MAX = 4 * 1024 * 1024, /* Redis' own example has 110 KiB */
    FILES_MAX = 64,
    DEPTH_MAX = 8,
};

struct reading {
    const struct root *root;
    struct server_config *config;
    char **ret_error;
    unsigned files;
};

static int read_file(struct reading *reading, const char *path, unsigned depth);

/* Files that the kernel makes up look regular, and reading one may use up what it has (tracing/trace_pipe).
 */
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

/* A process chooses the path that it claims to be configured by: what is no regular file is not even opened,
 * for opening a device can have effects. */
static int read_regular(const struct root *root, const char *path, char **ret)
{
    _cleanup_close_ int handle = root_open_path(root, path, O_PATH), fd = -EBADF;
    char reopen[64];
    struct stat status;

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
    return fd < 0 ? -errno : fd_read_all(fd, CONF_SIZE_MAX, ret, NULL);
}

static int refuse(const struct reading *reading, const char *path, int error, const char *why)
{
    int result = error_make(reading->ret_error, error, "%s: %s", root_display(reading->root, path), why);

    if (reading->ret_error && *reading->ret_error)
        text_make_printable(*reading->ret_error);
    return result;
}

/* From 7.0 on the file name may be a pattern; one that nothing matches is none's mistake. */
static int read_pattern(struct reading *reading, const char *pattern, unsigned depth)
{
    _cleanup_free_ char *directory = strdup(pattern);
    _cleanup_strings_ char **names = NULL;
    char *slash = directory ? strrchr(directory, '/') : NULL;
    int error;

    if (!directory)
        return -ENOMEM;
    *slash = '\0';
    error = root_list(reading->root, directory, slash + 1, &names);
    if (error < 0)
        return error == -ENOMEM ? error : 0;
    for (char **name = names; *name && error == 0; name++) {
        char path[PATH_MAX];

        if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, *name) >= sizeof(path))
            return refuse(reading, pattern, -ENAMETOOLONG, strerror(ENAMETOOLONG));
        error = read_file(reading, path, depth);
    }
    return error;
}

/* A relative name means below the directory in which the server was started, or `dir`: not known here. */
static int read_include(struct reading *reading, const char *pattern, unsigned depth)
{
    if (*pattern != '/')
        return refuse(reading, pattern, -ENOTSUP, "an include without an absolute path");
    return strpbrk(pattern, "*?[") ? read_pattern(reading, pattern, depth)
                                   : read_file(reading, pattern, depth);
}

static int read_file(struct reading *reading, const char *path, unsigned depth)
{
    _cleanup_free_ char *content = NULL;
    char *lines, *line;
    int error;

    if (depth == DEPTH_MAX || reading->files++ == FILES_MAX)
        return refuse(reading, path, -E2BIG, "too many included files");
    error = read_regular(reading->root, path, &content);
    if (error < 0)
        return refuse(reading, path, error, strerror(-error));
    lines = content;
    while (error == 0 && (line = strsep(&lines, "\n"))) {
        _cleanup_free_ char *include = NULL;

        error = redis_config_add_line(reading->config, line, &include);
        if (error == 0 && include)
            error = read_include(reading, include, depth + 1);
    }
    return error;
}

int redis_conf_read(const struct root *root, const char *path, struct server_config *config, char **ret_error)
{
    struct reading reading = {.root = root, .config = config, .ret_error = ret_error};

    return read_file(&reading, path, 0);
}
