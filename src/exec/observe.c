/* SPDX-License-Identifier: MIT */
/* Owns the reads of /sys and /proc: which nodes there are, and what this
 * process is allowed. */
#include "exec/observe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static ssize_t read_all(int fd, char *buffer, size_t size)
{
    size_t used = 0;

    for (;;) {
        ssize_t n = read(fd, buffer + used, size - used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return (ssize_t)used;
        used += (size_t)n;
        if (used == size)
            return -EFBIG;
    }
}

/* The text of a small file, terminated; the length, or -errno. */
static ssize_t read_text(const char *path, char *buffer, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t length;

    if (fd < 0)
        return -errno;
    length = read_all(fd, buffer, size);
    close(fd);
    if (length >= 0)
        buffer[length] = '\0';
    return length;
}

int observe_nodes(const char *path, struct nodelist *ret_nodes)
{
    char text[4096];
    ssize_t length = read_text(path, text, sizeof(text));

    return length < 0 ? (int)length : nodelist_parse(text, (size_t)length, ret_nodes);
}

int observe_status(const char *path, struct task_status *ret_task)
{
    char text[8192];
    ssize_t length = read_text(path, text, sizeof(text));

    return length < 0 ? (int)length : status_parse(text, ret_task);
}

static bool exists(const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd >= 0 || errno != ENOENT;
}

int observe_memory_nodes(const struct sources *sources, struct nodelist *ret_nodes)
{
    int r = observe_nodes(sources->has_memory, ret_nodes);

    if (r != -ENOENT || exists(sources->nodes) || !exists(sources->processors))
        return r;
    return nodelist_parse("0", 1, ret_nodes);
}
