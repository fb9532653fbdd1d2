/* SPDX-License-Identifier: MIT */
/* From a path to a connected unix socket.
 * Owns the walk without links, and the change to the server's user while connecting. */
#include "servers/read-socket-path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include "servers/socket-path.h"
#include "util/cleanup.h"
#include "util/memory.h"

enum { COMPONENTS_MAX = 128, LINKS_MAX = 16 };

struct walk {
    int directory, reached; /* the deepest directory, and what lies there: the last component */
    int top;                /* where an absolute link begins again */
    char shown[PATH_MAX];   /* the path of `directory`, for messages */
    char rest[PATH_MAX];
    unsigned links;
    struct path_component components[COMPONENTS_MAX];
    size_t count;
    bool is_foreign;
};

static void walk_done(struct walk *walk)
{
    cleanup_close(&walk->directory);
    cleanup_close(&walk->reached);
    cleanup_close(&walk->top);
    for (size_t i = 0; i < walk->count; i++)
        free((char *)walk->components[i].path);
}

static int replace_fd(int *target, int fd)
{
    cleanup_close(target);
    *target = fd;
    return fd < 0 ? -errno : 0;
}

static int note(struct walk *walk, const struct stat *status, const char *path)
{
    if (walk->count == COMPONENTS_MAX)
        return -ELOOP;
    walk->components[walk->count++] =
        (struct path_component){memory_copy(path), status->st_mode, status->st_uid, status->st_gid};
    return 0;
}

/* Back to the top: at the beginning, and for an absolute link. */
static int begin(struct walk *walk, const char *prefix)
{
    struct stat status;
    int error = replace_fd(&walk->directory, openat(walk->top, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));

    if (error == 0 && fstat(walk->directory, &status) < 0)
        error = -errno;
    snprintf(walk->shown, sizeof(walk->shown), "%s", prefix);
    return error < 0 ? error : note(walk, &status, *prefix ? prefix : "/");
}

/* "/proc/812/root": that process' root directory; the rest of the path behind it. */
static size_t foreign_prefix(const char *path)
{
    int length = 0;

    if (sscanf(path, "/proc/%*u/root%n", &length) != 0 || length == 0 || path[length] != '/')
        return 0;
    return (size_t)length;
}

static int follow(struct walk *walk, const char *prefix)
{
    char target[PATH_MAX], longer[PATH_MAX];
    ssize_t size = readlinkat(walk->reached, "", target, sizeof(target) - 1);

    if (size < 0)
        return -errno;
    if (walk->links++ == LINKS_MAX)
        return -ELOOP;
    target[size] = '\0';
    if ((size_t)snprintf(longer, sizeof(longer), "%s/%s", target, walk->rest) >= sizeof(longer))
        return -ENAMETOOLONG;
    memcpy(walk->rest, longer, sizeof(longer));
    return *target == '/' ? begin(walk, prefix) : 0;
}

/* One name; what it is stands in walk->reached. */
static int step(struct walk *walk, const char *name, const char *prefix)
{
    char shown[PATH_MAX];
    struct stat status = {0};
    int error;

    if ((size_t)snprintf(shown, sizeof(shown), "%s/%s", walk->shown, name) >= sizeof(shown))
        return -ENAMETOOLONG;
    error = replace_fd(&walk->reached, openat(walk->directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (error == 0 && fstat(walk->reached, &status) < 0)
        error = -errno;
    if (error == 0)
        error = note(walk, &status, shown);
    if (error < 0)
        return error;
    if (S_ISLNK(status.st_mode))
        return follow(walk, prefix);
    if (walk->rest[strspn(walk->rest, "/")] == '\0')
        return 0;
    memcpy(walk->shown, shown, sizeof(shown));
    return replace_fd(&walk->directory, fcntl(walk->reached, F_DUPFD_CLOEXEC, 3));
}

/* A relative path is one from here. */
static int set_rest(struct walk *walk, const char *path)
{
    char here[PATH_MAX] = "";

    if (*path != '/' && !getcwd(here, sizeof(here)))
        return -errno;
    return (size_t)snprintf(walk->rest, sizeof(walk->rest), "%s/%s", here, path) < sizeof(walk->rest)
               ? 0
               : -ENAMETOOLONG;
}

static int walk_path(struct walk *walk, const char *path)
{
    size_t length = foreign_prefix(path);
    char prefix[64], name[NAME_MAX + 1];
    int error;

    snprintf(prefix, sizeof(prefix), "%.*s", (int)length, path);
    walk->is_foreign = length > 0;
    error = replace_fd(&walk->top, open(length ? prefix : "/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (error == 0)
        error = begin(walk, prefix);
    if (error == 0)
        error = set_rest(walk, path + length);
    while (error == 0) {
        char *at = walk->rest + strspn(walk->rest, "/");
        size_t size = strcspn(at, "/");

        if (size == 0)
            return walk->reached < 0 ? -EISDIR : 0;
        if (size > NAME_MAX)
            return -ENAMETOOLONG;
        memcpy(name, at, size);
        name[size] = '\0';
        memmove(walk->rest, at + size, strlen(at + size) + 1);
        if (walk->is_foreign && strcmp(name, "..") == 0)
            return -EXDEV; /* it would lead above that process' root */
        if (strcmp(name, ".") != 0)
            error = step(walk, name, prefix);
    }
    return error;
}

/* --- connecting --- */

static int connect_reached(int socket_fd, int reached)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", reached);
    return connect(socket_fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

/* Only this thread's: signals and ptrace go by the other ids, so nothing is handed to that user. Where root
 * may not change it (a container without CAP_SETUID), it connects with what rights it has. */
static int connect_as(int socket_fd, int reached, unsigned uid)
{
    bool is_changed = geteuid() == 0 && uid != 0 && uid != UINT_MAX;
    int error;

    if (is_changed)
        setfsuid(uid);
    error = connect_reached(socket_fd, reached);
    if (is_changed)
        setfsuid(0);
    return error == -EAGAIN || error == -EINPROGRESS ? -ETIMEDOUT : error;
}

static int open_socket(double timeout)
{
    long whole = (long)timeout;
    const struct timeval wait = {.tv_sec = whole, .tv_usec = (long)((timeout - (double)whole) * 1e6)};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    /* a full queue of connections is waited for */
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) < 0) {
        close(fd);
        return -errno;
    }
    return fd;
}

static int judge(const struct walk *walk, const struct socket_owner *owner, char **ret_error)
{
    const struct path_component *last = &walk->components[walk->count - 1];
    const struct path_question question = {
        .components = walk->components,
        .count = walk->count,
        .server_uid = owner->is_any ? last->uid : owner->uid,
        .server_gid = owner->is_any ? last->gid : owner->gid,
        .is_foreign = walk->is_foreign,
    };
    _cleanup_free_ char *reason = NULL;

    if (geteuid() != 0 || socket_path_is_safe(&question, &reason))
        return 0;
    return memory_error(ret_error, -EPERM, "not connected, for others could steer where that leads: %s",
                        reason);
}

static int explain(const char *path, int error, char **ret_error)
{
    if (memory_check(error) == -EXDEV)
        return memory_error(ret_error, -EPERM, "not connected: %s has \"..\" in it, give the path without",
                            path);
    /* -EACCES is what a server's own refusal is */
    return memory_error(ret_error, error == -EACCES ? -EPERM : error, "cannot connect: %s", strerror(-error));
}

int socket_path_connect(const char *path, const struct socket_owner *owner, double timeout, char **ret_error)
{
    _cleanup_(walk_done) struct walk walk = {.directory = -EBADF, .reached = -EBADF, .top = -EBADF};
    _cleanup_close_ int fd = -EBADF;
    int error = walk_path(&walk, path);

    if (error < 0)
        return explain(path, error, ret_error);
    error = judge(&walk, owner, ret_error);
    if (error < 0)
        return error;
    fd = open_socket(timeout);
    error = fd < 0 ? fd : connect_as(fd, walk.reached, walk.components[walk.count - 1].uid);
    return error < 0 ? explain(path, error, ret_error) : TAKE_FD(fd);
}
