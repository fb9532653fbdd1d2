/* SPDX-License-Identifier: MIT */
/* Looks at a process, and at who is at the other end.
 * Owns the wait until a connection is accepted: before that the kernel does not say whose it is. */
#include "servers/read-sight.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "servers/read-network.h"
#include "servers/read-process.h"
#include "servers/read-sock-diag.h"
#include "util/budget.h"
#include "util/cleanup.h"
#include "util/text.h"

#define LOOK_AGAIN_NSEC (5L * 1000 * 1000)

/* --- the process --- */

/* Whether the numbers of our /proc are those of our own PID namespace. */
static bool is_own_proc(const struct root *root)
{
    _cleanup_free_ char *self = NULL;
    long long pid;

    return root_read_link(root, "/proc/self", &self) == 0 && parse_integer(self, &pid) == 0 &&
           pid == getpid();
}

/* A process has a number for each namespace from that of /proc inwards: a single one where it is in the same
 * as /proc/1. */
static enum trait shares_pid_namespace(const struct root *root, int pid)
{
    _cleanup_free_ char *status = NULL;
    enum trait is_inner;

    if (!is_own_proc(root) || redis_process_read(root, pid, "status", &status) < 0)
        return TRAIT_UNKNOWN;
    is_inner = process_has_inner_pid(status);
    return is_inner == TRAIT_YES ? TRAIT_NO : is_inner == TRAIT_NO ? TRAIT_YES : TRAIT_UNKNOWN;
}

void server_sight_read(const struct root *root, int pid, struct proof_sight *sight, struct server_home *home)
{
    _cleanup_free_ char *cgroup = redis_process_cgroup(root, pid);

    if (redis_process_started(root, pid, &sight->started_usec) < 0)
        sight->started_usec = 0;
    sight->shares_pid_namespace = shares_pid_namespace(root, pid);
    sight->home = home;
    server_home_find(cgroup, home);
}

/* --- the other end --- */

struct wanted {
    const struct server_facts *server;
    int port;
    amount end;
};

/* Goes through its descriptors, many thousands perhaps, once. */
static void look_through(int pid, const struct wanted *wanted, struct proof_end *end)
{
    char path[64], target[64];
    _cleanup_closedir_ DIR *directory = NULL;
    const struct dirent *entry;

    snprintf(path, sizeof(path), "/proc/%d/fd", pid);
    directory = opendir(path);
    while (directory && (entry = readdir(directory))) {
        ssize_t size = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);
        const struct server_listeners *listeners = &wanted->server->listeners;
        amount inode;

        if (size <= 0)
            continue;
        target[size] = '\0';
        inode = link_inode(target, "socket");
        if (!amount_is_known(inode))
            continue;
        end->holds_end |= inode == wanted->end;
        for (size_t i = 0; i < listeners->count; i++)
            end->holds_listener |= listeners->items[i].inode == inode &&
                                   listeners->items[i].family != LISTENER_UNIX &&
                                   (int)listeners->items[i].port == wanted->port;
    }
}

static int wait_until_accepted(int fd, double timeout, struct tcp_end *ret)
{
    const struct timespec pause = {.tv_nsec = LOOK_AGAIN_NSEC};
    double deadline = budget_now() + timeout;
    int error;

    while ((error = sock_diag_other_end(fd, ret)) == 0 && ret->inode == 0) {
        if (budget_now() > deadline)
            return -ETIMEDOUT;
        nanosleep(&pause, NULL);
    }
    return error;
}

static bool had_listener(const struct server_facts *server, int port)
{
    for (size_t i = 0; i < server->listeners.count && !server->listeners.unknown; i++)
        if (server->listeners.items[i].family != LISTENER_UNIX &&
            (int)server->listeners.items[i].port == port)
            return true;
    return false;
}

static void read_tcp(const struct server_facts *server, int port, int fd, double timeout,
                     struct proof_end *end)
{
    struct tcp_end other = {0};
    int error;

    end->is_tcp = true;
    end->held_listener = had_listener(server, port);
    error = end->held_listener ? wait_until_accepted(fd, timeout, &other) : -ENOENT;
    if (error == -ETIMEDOUT)
        end->unseen = "it did not accept the connection in time";
    else if (error < 0)
        end->unseen = "the other end of the connection cannot be found among this host's sockets";
    end->uid = other.uid;
    look_through(server->process.pid, &(struct wanted){server, port, other.inode}, end);
    if (!end->unseen && !end->holds_end) { /* the socket is there a moment before its descriptor */
        nanosleep(&(struct timespec){.tv_nsec = 4 * LOOK_AGAIN_NSEC}, NULL);
        look_through(server->process.pid, &(struct wanted){server, port, other.inode}, end);
    }
}

void server_end_read(const struct server_facts *server, int port, int fd, double timeout,
                     struct proof_end *ret)
{
    struct ucred peer = {0};
    socklen_t size = sizeof(peer);

    *ret = (struct proof_end){0};
    if (port != 0)
        read_tcp(server, port, fd, timeout, ret);
    else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
        ret->pid = peer.pid;
}
