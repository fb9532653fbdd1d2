/* SPDX-License-Identifier: MIT */
/* Looks at the file that a server was started with, and reads none of it.
 * Owns whether the server could put another in its place. */
#include "servers/read-config-file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "servers/read-process.h"
#include "util/cleanup.h"
#include "util/text.h"

/* By its own user and group alone: of what else it is a member is not asked. */
static bool may_write(const struct stat *directory, const struct server_process *process, unsigned gid)
{
    if (process->uid == 0 || process->uid == UINT_MAX)
        return true;
    if (directory->st_uid == process->uid)
        return directory->st_mode & S_IWUSR;
    return directory->st_mode & (directory->st_gid == gid ? S_IWGRP : S_IWOTH);
}

/* As the server sees it: its unit may show the file system read-only to it alone. */
static bool is_read_only(const struct root *root, int pid, const char *path)
{
    char seen[PATH_MAX];
    struct statvfs status;
    _cleanup_close_ int fd = -1;

    if (!root_is_host(root) ||
        (size_t)snprintf(seen, sizeof(seen), "/proc/%d/root%s", pid, path) >= sizeof(seen))
        return false;
    fd = open(seen, O_PATH | O_CLOEXEC);
    return fd >= 0 && fstatvfs(fd, &status) == 0 && (status.f_flag & ST_RDONLY);
}

static bool is_closed(const struct root *root, const struct server_process *process, const char *path)
{
    const char *name;
    _cleanup_close_ int directory = root_open_parent(root, path, &name);
    struct stat status;

    if (directory < 0 || fstat(directory, &status) < 0)
        return false;
    return !may_write(&status, process, redis_process_gid(root, process->pid)) ||
           is_read_only(root, process->pid, path);
}

static unsigned umask_of(const struct root *root, int pid)
{
    _cleanup_free_ char *content = NULL;
    const char *value = NULL;
    unsigned umask = 0;

    if (redis_process_read(root, pid, "status", &content) == 0)
        value = process_value(content, "Umask");
    return value && sscanf(value, "%o", &umask) == 1 ? umask : 0;
}

void server_config_file_read(const struct root *root, const struct server_facts *server, const char *path,
                             struct config_file *ret)
{
    struct config_file file = {0};
    struct stat link, status;

    if (*path != '/' || server->process.container || root_stat(root, path, O_NOFOLLOW, &link) < 0 ||
        root_stat(root, path, 0, &status) < 0 || !S_ISREG(status.st_mode))
        return;
    file.is_known = true;
    file.is_link = S_ISLNK(link.st_mode);
    file.mode = status.st_mode & 0777;
    file.uid = status.st_uid;
    file.gid = status.st_gid;
    file.umask = umask_of(root, server->process.pid);
    file.is_closed = is_closed(root, &server->process, path);
    *ret = file;
}
