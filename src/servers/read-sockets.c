/* SPDX-License-Identifier: MIT */
/* The listening sockets of servers, and what their network namespaces say.
 * Owns which list of sockets is taken, the kernel's or the tables that everybody may read. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "servers/net-tables.h"
#include "servers/read-network.h"
#include "servers/read-process.h"
#include "servers/readers.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static void read_network(const struct root *root, const struct networks *networks,
                         const struct network *found, struct server_facts *server)
{
    struct server_network *network = &server->network;
    _cleanup_free_ char *content = NULL;

    network->is_ours = !amount_is_known(found->inode) || !amount_is_known(networks->ours) ? TRAIT_UNKNOWN
                       : found->inode == networks->ours                                   ? TRAIT_YES
                                                                                          : TRAIT_NO;
    network->somaxconn = found->somaxconn;
    network->tcp_max_syn_backlog = found->tcp_max_syn_backlog;
    memory_set_text(&network->sysctls_unknown, found->sysctls_unknown);
    network->listen_overflows = network->listen_drops = AMOUNT_UNKNOWN;
    if (!server_read_file(root, server, "net/netstat", &content, &network->unknown))
        return;
    network->listen_overflows = netstat_counter(content, "TcpExt", "ListenOverflows");
    network->listen_drops = netstat_counter(content, "TcpExt", "ListenDrops");
}

struct table {
    struct server_listeners *listeners;
    enum listener_family family;
    enum byte_order order;
};

/* A capture may be of another machine. Linux says it from 6.4 on; captures always have it. */
static enum byte_order byte_order_of(const struct root *root)
{
    _cleanup_free_ char *content = NULL;

    if (root_is_host(root) ||
        memory_check(root_read_file(root, "/sys/kernel/cpu_byteorder", 64, &content, NULL)) < 0)
        return ORDER_OF_THIS_MACHINE;
    return text_equal(text_trim(content), "big") ? ORDER_BIG_ENDIAN : ORDER_LITTLE_ENDIAN;
}

static int add_table_line(void *data, char *line)
{
    const struct table *table = data;
    struct server_listener listener;
    bool is_one = table->family == LISTENER_UNIX
                      ? net_unix_parse_line(line, &listener)
                      : net_tcp_parse_line(line, table->family == LISTENER_IPV6, table->order, &listener);

    return is_one ? server_listeners_add(table->listeners, listener) : 0;
}

/* What everybody may read of the process' namespace: the sockets, without the limits of their queues. */
static void read_tables(const struct root *root, int pid, struct server_listeners *ret)
{
    static const struct {
        const char *name;
        enum listener_family family;
    } tables[] = {{"net/tcp", LISTENER_IPV4}, {"net/tcp6", LISTENER_IPV6}, {"net/unix", LISTENER_UNIX}};

    enum byte_order order = byte_order_of(root);

    for (size_t i = 0; i < ELEMENTS(tables); i++) {
        struct table table = {ret, tables[i].family, order};
        int error = server_each_line(root, pid, tables[i].name, NULL, add_table_line, &table);

        if (error < 0 && (error == -E2BIG || i == 0)) { /* without IPv6 there is no tcp6 */
            server_unknown(&ret->unknown, root, pid, tables[i].name, error);
            return;
        }
    }
}

/* What everybody may read of the namespace, once for all servers in it. */
static void find_tables(const struct root *root, int pid, struct network *network)
{
    if (network->has_tables)
        return;
    server_listeners_done(&network->tables);
    socket_index_done(&network->tables_index);
    read_tables(root, pid, &network->tables);
    /* another process of it may be there still; and captured processes have a copy each, of its own moment */
    network->has_tables = root_is_host(root) && !network->tables.unknown;
    socket_index_make(&network->tables, &network->tables_index);
}

/* What the kernel's own list has of them although it was cut short. */
static void add_limits(const struct network *network, struct server_listeners *own)
{
    size_t place;

    for (size_t i = 0; i < own->count; i++)
        if (socket_index_find(&network->index, own->items[i].inode, &place) == 0) {
            own->items[i].queue_now = network->all.items[place].queue_now;
            own->items[i].queue_limit = network->all.items[place].queue_limit;
            own->items[i].drops = network->all.items[place].drops;
        }
}

static void explain_cut(struct server_listeners *own, const struct budget_share *share)
{
    memory_error(&own->unknown, 0,
                 "it has more than the %zu open descriptors that this run could look at for it, beside the "
                 "other servers",
                 share->used);
}

static int open_directory(const struct root *root, const char *path, DIR **ret)
{
    _cleanup_close_ int fd = root_open_path(root, path, O_RDONLY | O_DIRECTORY);
    DIR *dir;

    if (fd < 0)
        return fd;
    dir = fdopendir(fd);
    if (!dir)
        return memory_check(-errno);
    (void)TAKE_FD(fd);
    *ret = dir;
    return 0;
}

/* Whether the share did not suffice. */
static bool read_listeners(const struct root *root, struct network *network, struct server_facts *server,
                           struct budget_share *share)
{
    struct server_listeners *own = &server->listeners;
    const struct server_listeners *all = &network->all;
    const struct socket_index *index = &network->index;
    _cleanup_closedir_ DIR *dir = NULL;
    char path[64];
    int result;

    snprintf(path, sizeof(path), "/proc/%d/fd", server->process.pid);
    result = open_directory(root, path, &dir);
    if (result == 0 && all->limits_unknown) {
        find_tables(root, server->process.pid, network);
        all = &network->tables;
        index = &network->tables_index;
    }
    if (result == 0)
        result = socket_index_keep_own(index, all, dir, share, own);
    if (result < 0) {
        server_unknown(&own->unknown, root, server->process.pid, "fd", result);
    } else if (result > 0) {
        explain_cut(own, share);
    } else {
        memory_set_text(&own->unknown, all->unknown);
        if (!all->unknown) {
            add_limits(network, own);
            memory_set_text(&own->limits_unknown, network->all.limits_unknown);
        }
    }
    return result > 0;
}

struct looking {
    const struct root *root;
    struct server_list *list;
    unsigned groups;
    struct networks networks;
};

static bool look(void *data, size_t index, struct budget_share *share)
{
    struct looking *looking = data;
    struct server_facts *server = &looking->list->servers[index];
    struct network *network;

    if (budget_share_is_over(share)) {
        memory_set_text(&server->listeners.unknown, server_no_time);
        memory_set_text(&server->network.unknown, server_no_time);
        return false;
    }
    network = networks_find(looking->root, &looking->networks, server->process.pid);
    if (looking->groups & SERVER_GROUP_NETWORK)
        read_network(looking->root, &looking->networks, network, server);
    return looking->groups & SERVER_GROUP_LISTENERS && read_listeners(looking->root, network, server, share);
}

void server_sockets_read(const struct root *root, struct server_list *list, const struct budget_queue *queue,
                         unsigned groups, struct budget *budget)
{
    struct looking looking = {.root = root, .list = list, .groups = groups};

    networks_init(root, &looking.networks);
    budget_serve(budget, BUDGET_DESCRIPTORS, queue, look, &looking);
    networks_done(&looking.networks);
}
