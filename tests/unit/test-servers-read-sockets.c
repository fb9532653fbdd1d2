/* SPDX-License-Identifier: MIT */
/* Listening sockets: those of captured tables, and those of a process of this host that the kernel is asked
 * about. */
#include "servers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#define TCP_LINE(port, inode)                                                                      \
    "   0: 0100007F:" port " 00000000:0000 0A 00000000:00000002 00:00000000 00000000 107 0 " inode \
    " 1 f 100\n"

/* --- captured --- */

static void captured__sockets_by_the_inodes_that_the_process_holds(void **state)
{
    const struct server_listeners *listeners;

    server_runs(*state, 10, 1, "redis-server");
    server_has(*state, 10, "net/tcp",
               "  sl  local_address\n" TCP_LINE("18EB", "111") TCP_LINE("0016", "222"));
    server_has(*state, 10, "net/unix",
               "Num       RefCount Protocol Flags    Type St Inode Path\n"
               "0000000000000000: 00000002 00000000 00010000 0001 01 333 /run/redis.sock\n"
               "0000000000000000: 00000002 00000000 00010000 0001 01 444 /run/other.sock\n");
    tree_link(*state, "proc/10/fd/0", "/dev/null");
    tree_link(*state, "proc/10/fd/6", "socket:[111]");
    tree_link(*state, "proc/10/fd/7", "socket:[333]");
    tree_link(*state, "proc/10/fd/8", "socket:[999]");
    tree_link(*state, "proc/10/fd/9", "socket:[");
    listeners = &read_server(*state, SERVER_GROUP_LISTENERS)->listeners;
    assert_null(listeners->unknown);
    assert_int_equal(listeners->count, 2);
    assert_text(listeners->items[0].address, "127.0.0.1");
    assert_int_equal(listeners->items[0].port, 6379);
    assert_int_equal(listeners->items[0].queue_now, 2);
    assert_int_equal(listeners->items[0].queue_limit, AMOUNT_UNKNOWN);
    assert_text(listeners->items[1].address, "/run/redis.sock");
    assert_non_null(listeners->limits_unknown);
}

static void captured__without_links_or_tables_it_is_unknown(void **state)
{
    server_runs(*state, 10, 1, "redis-server");
    assert_contains(read_server(*state, SERVER_GROUP_LISTENERS)->listeners.unknown, "/proc/10/fd");
    tree_link(*state, "proc/10/fd/6", "socket:[111]");
    assert_contains(read_server(*state, SERVER_GROUP_LISTENERS)->listeners.unknown, "/proc/10/net/tcp");
}

static void captured__namespace_and_its_counters(void **state)
{
    const struct server_network *network;

    server_runs(*state, 1, 0, "systemd");
    server_runs(*state, 10, 1, "redis-server");
    tree_write(*state, "proc/sys/net/core/somaxconn", "4096\n");
    tree_write(*state, "proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n");
    server_has(*state, 10, "net/netstat", "TcpExt: ListenOverflows ListenDrops\nTcpExt: 5 6\n");
    tree_link(*state, "proc/1/ns/net", "net:[4026531840]");
    tree_link(*state, "proc/10/ns/net", "net:[4026531840]");
    network = &read_server(*state, SERVER_GROUP_NETWORK)->network;
    assert_null(network->unknown);
    assert_null(network->sysctls_unknown);
    assert_int_equal(network->is_ours, TRAIT_YES);
    assert_int_equal(network->somaxconn, 4096);
    assert_int_equal(network->tcp_max_syn_backlog, 512);
    assert_int_equal(network->listen_overflows, 5);
    assert_int_equal(network->listen_drops, 6);
}

static void captured__another_namespace_has_sysctls_that_are_not_there(void **state)
{
    const struct server_network *network;

    server_runs(*state, 1, 0, "systemd");
    server_runs(*state, 10, 1, "redis-server");
    tree_write(*state, "proc/sys/net/core/somaxconn", "4096\n");
    tree_link(*state, "proc/1/ns/net", "net:[4026531840]");
    tree_link(*state, "proc/10/ns/net", "net:[4026532000]");
    network = &read_server(*state, SERVER_GROUP_NETWORK)->network;
    assert_int_equal(network->is_ours, TRAIT_NO);
    assert_int_equal(network->somaxconn, AMOUNT_UNKNOWN);
    assert_contains(network->sysctls_unknown, "another network namespace");
    assert_contains(network->unknown, "/proc/10/net/netstat");
}

static void captured__without_a_link_the_namespace_is_unknown(void **state)
{
    const struct server_network *network;

    server_runs(*state, 10, 1, "redis-server");
    tree_write(*state, "proc/sys/net/core/somaxconn", "4096\n");
    network = &read_server(*state, SERVER_GROUP_NETWORK)->network;
    assert_int_equal(network->is_ours, TRAIT_UNKNOWN);
    assert_int_equal(network->somaxconn, AMOUNT_UNKNOWN);
    assert_contains(network->sysctls_unknown, "does not say");
}

/* --- alive: a process with a server's name --- */

enum { BACKLOG = 7, SOMAXCONN_LOW = 5, WAITING = 3 };

static pid_t child;

static int live_end(void **state)
{
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    child = 0;
    return servers_end(state);
}

static int listen_on(int family, const void *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, address, size) < 0 || listen(fd, BACKLOG) < 0)
        _exit(20);
    return fd;
}

static void connect_to(int listener, int family)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);

    if (getsockname(listener, (struct sockaddr *)&address, &size) < 0)
        _exit(21);
    for (int i = 0; i < WAITING; i++)
        if (connect(socket(family, SOCK_STREAM, 0), (const struct sockaddr *)&address, size) < 0)
            _exit(22);
}

/* Loopback is down in a new namespace: nothing connects there. */
static bool make_namespace(void)
{
    int fd;

    if (unshare(CLONE_NEWNET) < 0)
        return false;
    fd = open("/proc/sys/net/core/somaxconn", O_WRONLY | O_CLOEXEC);
    return fd >= 0 && write(fd, "5\n", 2) == 2;
}

static void serve(const struct tree *tree, bool has_namespace, int ready)
{
    const struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    int fd;

    snprintf(path.sun_path, sizeof(path.sun_path), "%s/socket", tree->path);
    if (prctl(PR_SET_NAME, "redis-server") < 0 || (has_namespace && !make_namespace()))
        _exit(10);
    fd = listen_on(AF_INET, &any, sizeof(any));
    if (!has_namespace)
        connect_to(fd, AF_INET);
    connect_to(listen_on(AF_UNIX, &path, sizeof(path)), AF_UNIX);
    if (write(ready, "x", 1) != 1)
        _exit(11);
    for (;;)
        pause();
}

/* The facts of a server in a child, as read from the running host; NULL: it could not be made. */
static const struct server_facts *run_server(const struct tree *tree, bool has_namespace)
{
    const struct host_facts facts = {.is_running = true};
    _cleanup_root_ struct root *host = NULL;
    struct budget budget;
    int pipe_fds[2];
    char byte;

    budget_begin(&budget, 0);
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        serve(tree, has_namespace, pipe_fds[1]);
    close(pipe_fds[1]);
    if (read(pipe_fds[0], &byte, 1) != 1) {
        close(pipe_fds[0]);
        return NULL;
    }
    close(pipe_fds[0]);
    assert_int_equal(root_open("/", &host), 0);
    server_facts_read(host, &facts, SERVER_GROUP_LISTENERS | SERVER_GROUP_NETWORK, NULL, &budget,
                      &servers_read);
    for (size_t i = 0; i < servers_read.count; i++)
        if (servers_read.servers[i].process.pid == child)
            return &servers_read.servers[i];
    fail_msg("the server is not in the list");
    return NULL;
}

static const struct server_listener *find_listener(const struct server_facts *server,
                                                   enum listener_family family)
{
    for (size_t i = 0; i < server->listeners.count; i++)
        if (server->listeners.items[i].family == family)
            return &server->listeners.items[i];
    fail_msg("no such listener");
    return NULL;
}

static void live__queues_and_their_limits(void **state)
{
    const struct server_facts *server = run_server(*state, false);
    const struct server_listener *listener;

    assert_non_null(server);
    assert_null(server->listeners.unknown);
    assert_null(server->listeners.limits_unknown);
    assert_int_equal(server->listeners.count, 2);
    listener = find_listener(server, LISTENER_IPV4);
    assert_text(listener->address, "127.0.0.1");
    assert_int_equal(listener->queue_limit, BACKLOG);
    assert_int_equal(listener->queue_now, WAITING);
    listener = find_listener(server, LISTENER_UNIX);
    assert_text(listener->address, tree_path(*state, "socket"));
    assert_int_equal(listener->queue_limit, BACKLOG);
    assert_int_equal(listener->queue_now, WAITING);
    assert_int_equal(server->network.is_ours, TRAIT_YES);
    assert_true(amount_is_number(server->network.somaxconn));
    assert_true(amount_is_number(server->network.listen_drops));
}

static void live__another_namespace_is_entered(void **state)
{
    const struct server_facts *server = run_server(*state, true);
    _cleanup_root_ struct root *host = NULL;
    _cleanup_free_ char *own = NULL, *theirs = NULL;
    char path[64];

    if (!server) {
        skip(); /* only root makes and enters one */
        return;
    }
    assert_int_equal(root_open("/", &host), 0);
    assert_int_equal(server->network.is_ours, TRAIT_NO);
    assert_null(server->network.sysctls_unknown);
    assert_int_equal(server->network.somaxconn, SOMAXCONN_LOW);
    assert_null(server->listeners.limits_unknown);
    assert_int_equal(find_listener(server, LISTENER_IPV4)->queue_limit, SOMAXCONN_LOW);
    assert_int_equal(find_listener(server, LISTENER_UNIX)->queue_limit, SOMAXCONN_LOW);
    /* and this thread is still where it was */
    assert_int_equal(root_read_link(host, "/proc/thread-self/ns/net", &own), 0);
    snprintf(path, sizeof(path), "/proc/%d/ns/net", server->process.pid);
    assert_int_equal(root_read_link(host, path, &theirs), 0);
    assert_true(strcmp(own, theirs) != 0);
}

int main(void)
{
#define live_test(function) cmocka_unit_test_setup_teardown(function, tree_setup, live_end)
    const struct CMUnitTest tests[] = {
        server_test(captured__sockets_by_the_inodes_that_the_process_holds),
        server_test(captured__without_links_or_tables_it_is_unknown),
        server_test(captured__namespace_and_its_counters),
        server_test(captured__another_namespace_has_sysctls_that_are_not_there),
        server_test(captured__without_a_link_the_namespace_is_unknown),
        live_test(live__queues_and_their_limits),
        live_test(live__another_namespace_is_entered),
    };

    return cmocka_run_group_tests_name("servers-read-sockets", tests, NULL, NULL);
}
