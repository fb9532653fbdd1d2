/* SPDX-License-Identifier: MIT */
/* setns(2) in a thread of its own: only that thread is elsewhere, and it ends.
 * Owns the only setns. */
#include "servers/read-network-namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>

#include "util/cleanup.h"

struct visit {
    int namespace_fd;
    void (*function)(void *data);
    void *data;
    int result;
};

static void *enter(void *argument)
{
    struct visit *visit = argument;

    if (setns(visit->namespace_fd, CLONE_NEWNET) < 0)
        visit->result = -errno;
    else
        visit->function(visit->data);
    return NULL;
}

int network_namespace_run(const struct root *root, int pid, void (*function)(void *data), void *data)
{
    struct visit visit = {.namespace_fd = -EBADF, .function = function, .data = data};
    _cleanup_close_ int fd = -EBADF;
    sigset_t all, before;
    pthread_t thread;
    char path[64];
    int error;

    snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
    fd = root_open_path(root, path, O_RDONLY);
    if (fd < 0)
        return fd;
    visit.namespace_fd = fd;
    sigfillset(&all); /* signals are the calling thread's to take */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = -pthread_create(&thread, NULL, enter, &visit);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error < 0)
        return error;
    pthread_join(thread, NULL);
    return visit.result;
}
