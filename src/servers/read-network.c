/* SPDX-License-Identifier: MIT */
/* What a network namespace has: its listening sockets and its sysctls.
 * Owns who is asked for them, and what is said where it cannot be asked. */
#include "servers/read-network.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "servers/read-network-namespace.h"
#include "servers/read-sock-diag.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { SYSCTL_MAX = 64 };

void networks_done(struct networks *networks)
{
    for (size_t i = 0; i < networks->count; i++) {
        struct network *network = &networks->items[i];

        server_listeners_done(&network->all);
        server_listeners_done(&network->tables);
        socket_index_done(&network->index);
        socket_index_done(&network->tables_index);
        free(network->sysctls_unknown);
    }
    free(networks->items);
}

static amount read_namespace(const struct root *root, const char *path)
{
    _cleanup_free_ char *target = NULL;

    return memory_check(root_read_link(root, path, &target)) < 0 ? AMOUNT_UNKNOWN : link_inode(target, "net");
}

static amount read_sysctl(const struct root *root, const char *path)
{
    _cleanup_free_ char *content = NULL;
    long long value;

    if (memory_check(root_read_file(root, path, SYSCTL_MAX, &content, NULL)) < 0 ||
        parse_integer(content, &value) < 0 || value < 0)
        return AMOUNT_UNKNOWN;
    return (amount)value;
}

struct inquiry {
    const struct root *root;
    struct network *network;
    int sockets_error;
};

/* Runs within the namespace: the kernel shows the sysctls of the one that the reader is in. */
static void inquire(void *data)
{
    struct inquiry *inquiry = data;
    struct network *network = inquiry->network;

    network->somaxconn = read_sysctl(inquiry->root, "/proc/sys/net/core/somaxconn");
    network->tcp_max_syn_backlog = read_sysctl(inquiry->root, "/proc/sys/net/ipv4/tcp_max_syn_backlog");
    if (root_is_host(inquiry->root))
        inquiry->sockets_error = sock_diag_list(&network->all);
}

static void explain_entry(const struct root *root, struct network *network, int pid, int error)
{
    char **message = &network->sysctls_unknown;

    memory_check(error);
    if (!root_is_host(root))
        memory_error(message, error, "%s does not say which network namespace process %d is in",
                     root_display(root, "/proc"), pid);
    else if (error == -EPERM || error == -EACCES)
        memory_error(message, error,
                     "the network namespace of process %d cannot be entered without CAP_SYS_ADMIN and "
                     "CAP_SYS_PTRACE: run as root",
                     pid);
    else
        memory_error(message, error, "the network namespace of process %d cannot be entered: %s", pid,
                     strerror(-error));
    memory_set_text(&network->all.limits_unknown, *message);
}

static void explain_sockets(struct network *network, const struct root *root, int error)
{
    char **unknown = &network->all.limits_unknown;

    if (!root_is_host(root))
        memory_set_text(unknown, "only the kernel itself tells a queue's limit, and this is another root");
    else if (memory_check(error) == -E2BIG)
        memory_error(unknown, error, "more than %d sockets listen in its network namespace",
                     SERVER_LISTENERS_MAX);
    else if (error < 0)
        memory_error(unknown, error, "the kernel gives no list of sockets (sock_diag): %s", strerror(-error));
}

static void ask_namespace(const struct root *root, const struct networks *networks, int pid,
                          struct network *network)
{
    struct inquiry inquiry = {.root = root, .network = network};
    int error = 0;

    if (network->inode == networks->ours)
        inquire(&inquiry);
    else if (root_is_host(root))
        error = network_namespace_run(root, pid, inquire, &inquiry);
    else
        memory_set_text(&network->sysctls_unknown,
                        "it is another network namespace than that of the captured /proc/sys");
    if (error < 0)
        explain_entry(root, network, pid, error);
    else
        explain_sockets(network, root, inquiry.sockets_error);
}

void networks_init(const struct root *root, struct networks *networks)
{
    *networks = (struct networks){0};
    networks->ours = read_namespace(root, root_is_host(root) ? "/proc/self/ns/net" : "/proc/1/ns/net");
}

/* Without an inode each process is a case of its own. */
struct network *networks_find(const struct root *root, struct networks *networks, int pid)
{
    struct network *network;
    char path[64];
    amount inode;

    snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
    inode = read_namespace(root, path);
    for (size_t i = 0; i < networks->count && amount_is_known(inode); i++)
        if (networks->items[i].inode == inode)
            return &networks->items[i];
    network = memory_add(networks->items, networks->count);
    network->inode = inode;
    network->somaxconn = network->tcp_max_syn_backlog = AMOUNT_UNKNOWN;
    if (amount_is_known(inode))
        ask_namespace(root, networks, pid, network);
    else
        explain_entry(root, network, pid, -EACCES);
    socket_index_make(&network->all, &network->index);
    return network;
}
