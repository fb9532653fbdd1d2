/* SPDX-License-Identifier: MIT */
/* The resolver below a root directory, and the bounded readers that stand on it.
 * Owns how a path of the looked-at host becomes a file descriptor. */
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/text.h"

enum {
    DEPTH_MAX = 64,
    LINKS_MAX = 40, /* as the kernel has it, path_resolution(7) */
};

struct root {
    int fd;
    char *path;
    bool is_host;
};

/* Where a walk stands: the directories from the root down, so that ".." needs no look at the file system. */
struct walk {
    int directories[DEPTH_MAX];
    size_t depth;
    unsigned links;
    char rest[PATH_MAX];
};

int root_open(const char *path, struct root **ret)
{
    struct root *root;
    struct stat here, host;
    int fd;

    fd = open(path, O_DIRECTORY | O_CLOEXEC | O_PATH);
    if (fd < 0)
        return -errno;
    root = calloc(1, sizeof(*root));
    if (!root || !(root->path = strdup(path))) {
        free(root);
        close(fd);
        return -ENOMEM;
    }
    root->fd = fd;
    root->is_host = fstat(fd, &here) == 0 && stat("/", &host) == 0 && stat_is_same_file(&here, &host);
    for (size_t n = strlen(root->path); n > 1 && root->path[n - 1] == '/'; n--)
        root->path[n - 1] = '\0';
    *ret = root;
    return 0;
}

void root_free(struct root *root)
{
    if (!root)
        return;
    close(root->fd);
    free(root->path);
    free(root);
}

bool root_is_host(const struct root *root)
{
    return root->is_host;
}

const char *root_display(const struct root *root, const char *path)
{
    static char shown[PATH_MAX];

    snprintf(shown, sizeof(shown), "%s%s%s", root->is_host ? "" : root->path, *path == '/' ? "" : "/", path);
    return shown;
}

static void walk_end(struct walk *walk)
{
    while (walk->depth > 0)
        close(walk->directories[--walk->depth]);
}

static int walk_top(const struct root *root, const struct walk *walk)
{
    return walk->depth > 0 ? walk->directories[walk->depth - 1] : root->fd;
}

/* Puts the target of the link in front of what is left of the path. */
static int walk_follow(struct walk *walk, int link_fd)
{
    char target[PATH_MAX], joined[PATH_MAX];
    ssize_t length;

    if (++walk->links > LINKS_MAX)
        return -ELOOP;
    length = readlinkat(link_fd, "", target, sizeof(target) - 1);
    if (length < 0)
        return -errno;
    target[length] = '\0';
    if (*target == '/')
        walk_end(walk);
    if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", target, walk->rest) >= sizeof(joined))
        return -ENAMETOOLONG;
    memcpy(walk->rest, joined, sizeof(joined));
    return 0;
}

/* Takes the next component off the path; false at its end. "." is passed over. */
static bool walk_next(struct walk *walk, char component[static NAME_MAX + 1], int *ret_error)
{
    for (;;) {
        const char *start = walk->rest + strspn(walk->rest, "/");
        size_t length = strcspn(start, "/");

        if (length == 0)
            return false;
        if (length > NAME_MAX) {
            *ret_error = -ENAMETOOLONG;
            return false;
        }
        memcpy(component, start, length);
        component[length] = '\0';
        memmove(walk->rest, start + length, strlen(start + length) + 1);
        if (strcmp(component, ".") != 0)
            return true;
    }
}

static bool walk_is_at_end(const struct walk *walk)
{
    return walk->rest[strspn(walk->rest, "/")] == '\0';
}

/* Steps into one component. With stop_at_last the last one is not entered but left in component, unless it is
 * a link that is to be followed. Returns 1 when stopped there, 0 to go on, -errno. */
static int walk_step(const struct root *root, struct walk *walk, const char *component, bool follow_last)
{
    struct stat status;
    int fd, error;
    bool is_last = walk_is_at_end(walk);

    if (strcmp(component, "..") == 0) {
        if (walk->depth > 0)
            close(walk->directories[--walk->depth]);
        return 0;
    }
    if (is_last && !follow_last)
        return 1;
    fd = openat(walk_top(root, walk), component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return is_last && errno == ENOENT ? 1 : -errno;
    if (fstat(fd, &status) < 0) {
        error = -errno;
    } else if (S_ISLNK(status.st_mode)) {
        error = walk_follow(walk, fd);
    } else if (is_last) {
        error = 1;
    } else if (!S_ISDIR(status.st_mode)) {
        error = -ENOTDIR;
    } else if (walk->depth == DEPTH_MAX) {
        error = -ENAMETOOLONG;
    } else {
        walk->directories[walk->depth++] = fd;
        return 0;
    }
    close(fd);
    return error;
}

/* Resolves path to a directory (walk_top) and a name in it that is no link, or "." for a directory itself. */
static int walk_path(const struct root *root, const char *path, bool follow_last, struct walk *walk,
                     char component[static NAME_MAX + 1])
{
    int error = 0;

    *walk = (struct walk){0};
    if (strlen(path) >= sizeof(walk->rest))
        return -ENAMETOOLONG;
    strcpy(walk->rest, path);
    while (walk_next(walk, component, &error)) {
        int step = walk_step(root, walk, component, follow_last);

        if (step != 0)
            return step < 0 ? step : 0;
    }
    strcpy(component, ".");
    return error;
}

static const char *path_relative(const char *path)
{
    path += strspn(path, "/");
    return *path ? path : ".";
}

int root_open_path(const struct root *root, const char *path, int flags)
{
    _cleanup_(walk_end) struct walk walk = {0};
    char component[NAME_MAX + 1];
    int fd, error;

    flags |= O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    if (root->is_host) {
        fd = openat(root->fd, path_relative(path), flags);
        return fd < 0 ? -errno : fd;
    }
    error = walk_path(root, path, !(flags & O_NOFOLLOW), &walk, component);
    if (error < 0)
        return error;
    fd = openat(walk_top(root, &walk), component, flags | O_NOFOLLOW);
    return fd < 0 ? -errno : fd;
}

int root_open_parent(const struct root *root, const char *path, const char **ret_name)
{
    const char *slash = strrchr(path, '/');
    char directory[PATH_MAX];

    if ((size_t)snprintf(directory, sizeof(directory), "%.*s", (int)(slash ? slash - path : 0), path) >=
        sizeof(directory))
        return -ENAMETOOLONG;
    *ret_name = text_file_name(path);
    return root_open_path(root, directory, O_RDONLY | O_DIRECTORY);
}

int fd_read_all(int fd, size_t limit, char **ret, size_t *ret_size)
{
    _cleanup_free_ char *buffer = NULL;
    size_t size = 0, room = 4096;

    for (;;) {
        char *grown = realloc(buffer, room + 1);
        ssize_t n;

        if (!grown)
            return -ENOMEM;
        buffer = grown;
        n = read(fd, buffer + size, room - size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        size += (size_t)n;
        if (size > limit)
            return -EFBIG;
        if (size == room)
            room *= 2;
    }
    buffer[size] = '\0';
    *ret = TAKE_POINTER(buffer);
    if (ret_size)
        *ret_size = size;
    return 0;
}

int root_read_file(const struct root *root, const char *path, size_t limit, char **ret, size_t *ret_size)
{
    _cleanup_close_ int fd = -1;
    struct stat status;
    int error;

    fd = root_open_path(root, path, O_RDONLY);
    if (fd < 0)
        return fd == -ENXIO ? -ENODEV : fd;
    if (fstat(fd, &status) < 0)
        return -errno;
    if (S_ISDIR(status.st_mode))
        return -EISDIR;
    if (!S_ISREG(status.st_mode))
        return -ENODEV;
    error = fd_read_all(fd, limit, ret, ret_size);
    /* It was just seen to be a regular file, and these are taken for a word on what stands there. */
    return error == -EISDIR || error == -ENODEV ? -EIO : error;
}

bool root_exists(const struct root *root, const char *path)
{
    _cleanup_close_ int fd = root_open_path(root, path, O_PATH);

    return fd >= 0;
}

int root_stat(const struct root *root, const char *path, int flags, struct stat *ret)
{
    _cleanup_close_ int fd = root_open_path(root, path, O_PATH | flags);

    if (fd < 0)
        return fd;
    return fstat(fd, ret) < 0 ? -errno : 0;
}

bool stat_is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

int root_is_same_file(const struct root *root, const char *a, const char *b, int flags)
{
    struct stat one, two;
    int error = root_stat(root, a, flags, &one);

    if (error == 0)
        error = root_stat(root, b, flags, &two);
    return error == 0 ? stat_is_same_file(&one, &two) : error;
}

int root_free_number(const struct root *root, const char *prefix, const struct stat *own)
{
    for (int number = 1; number <= 9; number++) {
        char name[PATH_MAX];
        struct stat there;
        int error;

        if ((size_t)snprintf(name, sizeof(name), "%s-%d", prefix, number) >= sizeof(name))
            return -ENAMETOOLONG;
        error = root_stat(root, name, O_NOFOLLOW, &there);
        if (error == -ENOENT || error == -ENOTDIR || (error == 0 && own && stat_is_same_file(own, &there)))
            return number;
        if (error < 0)
            return error;
    }
    return -EEXIST;
}

int root_read_link(const struct root *root, const char *path, char **ret)
{
    _cleanup_close_ int fd = -1;
    char target[PATH_MAX];
    ssize_t length;

    fd = root_open_path(root, path, O_PATH | O_NOFOLLOW);
    if (fd < 0)
        return fd;
    length = readlinkat(fd, "", target, sizeof(target) - 1);
    if (length < 0)
        return errno == ENOENT ? -EINVAL : -errno;
    target[length] = '\0';
    *ret = strdup(target);
    return *ret ? 0 : -ENOMEM;
}
