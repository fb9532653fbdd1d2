/* SPDX-License-Identifier: MIT */
/* The listening sockets of servers, and what their network namespaces say.
 * Owns how a socket is told to be a server's: by its inode among the links of /proc/PID/fd. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/redis-process.h"
#include "host/server-network.h"
#include "host/server-readers.h"
#include "model/net-tables.h"
#include "util/cleanup.h"
#include "util/text.h"

static int read_network(const struct root *root, const struct networks *networks, const struct network *found,
                        struct server_facts *server)
{
    struct server_network *network = &server->network;
    _cleanup_free_ char *content = NULL;
    char path[64];
    int error;

    network->inode = found->inode;
    network->is_ours = !amount_is_known(found->inode) || !amount_is_known(networks->ours) ? TRAIT_UNKNOWN
                       : found->inode == networks->ours                                   ? TRAIT_YES
                                                                                          : TRAIT_NO;
    network->somaxconn = found->somaxconn;
    network->tcp_max_syn_backlog = found->tcp_max_syn_backlog;
    if (text_replace(&network->sysctls_unknown, found->sysctls_unknown) < 0)
        return -ENOMEM;
    network->listen_overflows = network->listen_drops = AMOUNT_UNKNOWN;
    error = redis_process_read(root, server->process.pid, "net/netstat", &content);
    if (error < 0) {
        snprintf(path, sizeof(path), "/proc/%d/net/netstat", server->process.pid);
        return server_unknown(&network->unknown, root, path, error);
    }
    network->listen_overflows = netstat_counter(content, "TcpExt", "ListenOverflows");
    network->listen_drops = netstat_counter(content, "TcpExt", "ListenDrops");
    return text_replace(&network->unknown, NULL);
}

struct table {
    struct server_listeners *listeners;
    enum listener_family family;
};

static int add_table_line(void *data, char *line)
{
    const struct table *table = data;
    struct server_listeners *listeners = table->listeners;
    struct server_listener listener;
    int found = table->family == LISTENER_UNIX
                    ? net_unix_parse_line(line, &listener)
                    : net_tcp_parse_line(line, table->family == LISTENER_IPV6, &listener);

    if (found <= 0)
        return found;
    if (array_grow(&listeners->items, listeners->count, sizeof(*listeners->items)) < 0) {
        free(listener.address);
        return -ENOMEM;
    }
    listeners->items[listeners->count++] = listener;
    return 0;
}

/* What everybody may read of the process' namespace: the sockets, without the limits of their queues. */
static int read_tables(const struct root *root, int pid, struct server_listeners *ret)
{
    static const struct {
        const char *name;
        enum listener_family family;
    } tables[] = {{"tcp", LISTENER_IPV4}, {"tcp6", LISTENER_IPV6}, {"unix", LISTENER_UNIX}};

    for (size_t i = 0; i < ELEMENTS(tables); i++) {
        struct table table = {.listeners = ret, .family = tables[i].family};
        char path[64];
        int error;

        snprintf(path, sizeof(path), "/proc/%d/net/%s", pid, tables[i].name);
        error = server_each_line(root, path, add_table_line, &table);
        if (error < 0 && (error == -ENOMEM || i == 0)) /* without IPv6 there is no tcp6 */
            return error == -ENOMEM ? error : server_unknown(&ret->unknown, root, path, error);
    }
    return 0;
}

/* Keeps those sockets of the namespace that the process holds. */
static int keep_own(const struct server_listeners *all, const amount *inodes, size_t count,
                    struct server_listeners *own)
{
    for (size_t i = 0; i < all->count; i++) {
        bool is_own = false;

        for (size_t n = 0; n < count && !is_own; n++)
            is_own = inodes[n] == all->items[i].inode;
        if (!is_own)
            continue;
        if (array_grow(&own->items, own->count, sizeof(*own->items)) < 0)
            return -ENOMEM;
        own->items[own->count] = all->items[i];
        own->items[own->count].address = strdup(all->items[i].address);
        if (!own->items[own->count++].address)
            return -ENOMEM;
    }
    return text_replace(&own->limits_unknown, all->limits_unknown);
}

static int read_inodes(const struct root *root, const char *directory, amount **ret, size_t *ret_count)
{
    _cleanup_strings_ char **names = NULL;
    int error = root_list(root, directory, "[0-9]*", &names);

    for (char **name = names; error == 0 && *name; name++) {
        _cleanup_free_ char *target = NULL;
        char path[320];
        amount inode;

        snprintf(path, sizeof(path), "%s/%s", directory, *name);
        error = root_read_link(root, path, &target);
        if (error < 0) {
            error = error == -ENOMEM ? error : 0; /* closed since */
            continue;
        }
        inode = link_inode(target, "socket");
        if (!amount_is_known(inode))
            continue;
        error = array_grow(ret, *ret_count, sizeof(**ret));
        if (error == 0)
            (*ret)[(*ret_count)++] = inode;
    }
    return error;
}

/* What the kernel's own list has of them although it was cut short. */
static void add_limits(const struct server_listeners *all, struct server_listeners *own)
{
    for (size_t i = 0; i < own->count; i++)
        for (size_t n = 0; n < all->count; n++)
            if (all->items[n].inode == own->items[i].inode) {
                own->items[i].queue_now = all->items[n].queue_now;
                own->items[i].queue_limit = all->items[n].queue_limit;
            }
}

static int read_listeners(const struct root *root, const struct network *network, struct server_facts *server)
{
    __attribute__((cleanup(server_listeners_done))) struct server_listeners tables = {0};
    struct server_listeners *own = &server->listeners;
    _cleanup_free_ amount *inodes = NULL;
    const struct server_listeners *all = &network->all;
    size_t count = 0;
    char path[64];
    int error;

    snprintf(path, sizeof(path), "/proc/%d/fd", server->process.pid);
    error = read_inodes(root, path, &inodes, &count);
    if (error == -ENOMEM)
        return error;
    if (error < 0)
        return server_unknown(&own->unknown, root, path, error);
    if (all->limits_unknown) {
        error = read_tables(root, server->process.pid, &tables);
        if (error < 0 || tables.unknown)
            return error < 0 ? error : text_replace(&own->unknown, tables.unknown);
        if (text_replace(&tables.limits_unknown, all->limits_unknown) < 0)
            return -ENOMEM;
        all = &tables;
    }
    error = keep_own(all, inodes, count, own);
    add_limits(&network->all, own);
    return error < 0 ? error : text_replace(&own->unknown, NULL);
}

int server_sockets_read(const struct root *root, struct server_list *list, unsigned groups)
{
    __attribute__((cleanup(networks_done))) struct networks networks;
    int error = 0;

    networks_init(root, &networks);
    for (size_t i = 0; error == 0 && i < list->count; i++) {
        struct server_facts *server = &list->servers[i];
        const struct network *network;

        error = networks_find(root, &networks, server->process.pid, &network);
        if (error == 0 && groups & SERVER_GROUP_NETWORK)
            error = read_network(root, &networks, network, server);
        if (error == 0 && groups & SERVER_GROUP_LISTENERS)
            error = read_listeners(root, network, server);
    }
    return error;
}
