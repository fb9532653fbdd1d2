/* SPDX-License-Identifier: MIT */
#include "servers/read-sight.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "servers/read-sock-diag.h"
#include "support.h"

/* A port of this process, and a connection to it. */
struct port {
    int listener, client, accepted;
    int number;
};

static void port_open(struct port *port, int family)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    socklen_t size = family == AF_INET6 ? sizeof(six) : sizeof(four);

    port->accepted = -EBADF;
    port->listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    port->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(port->listener, address, size), 0);
    assert_int_equal(listen(port->listener, 4), 0);
    assert_int_equal(getsockname(port->listener, address, &size), 0);
    four.sin_port = family == AF_INET6 ? six.sin6_port : four.sin_port;
    port->number = ntohs(four.sin_port);
    assert_int_equal(connect(port->client, (struct sockaddr *)&four, sizeof(four)), 0);
}

static void port_accept(struct port *port)
{
    port->accepted = accept(port->listener, NULL, NULL);
    assert_true(port->accepted >= 0);
}

static void port_close(struct port *port)
{
    close(port->listener);
    close(port->client);
    if (port->accepted >= 0)
        close(port->accepted);
}

static amount inode_of(int fd)
{
    struct stat status;

    assert_int_equal(fstat(fd, &status), 0);
    return status.st_ino;
}

static void end__is_that_of_who_accepted(void **state)
{
    static const int families[] = {AF_INET,
                                   AF_INET6}; /* one that listens for both kinds of addresses as well */

    (void)state;
    for (size_t i = 0; i < ELEMENTS(families); i++) {
        _cleanup_(port_close) struct port port;
        struct tcp_end end = {.inode = 1};

        port_open(&port, families[i]);
        assert_int_equal(sock_diag_other_end(port.client, &end), 0);
        assert_int_equal(end.inode, 0);
        port_accept(&port);
        assert_int_equal(sock_diag_other_end(port.client, &end), 0);
        assert_int_equal(end.inode, inode_of(port.accepted));
        assert_int_equal(end.uid, geteuid());
        /* and it the other way round */
        assert_int_equal(sock_diag_other_end(port.accepted, &end), 0);
        assert_int_equal(end.inode, inode_of(port.client));
    }
}

static void end__that_is_not_there_is_none(void **state)
{
    _cleanup_(port_close) struct port port;
    _cleanup_close_ int unconnected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct tcp_end end = {0};
    struct linger now = {.l_onoff = 1};

    (void)state;
    port_open(&port, AF_INET);
    port_accept(&port);
    setsockopt(port.accepted, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(port.accepted);
    port.accepted = -EBADF;
    assert_true(sock_diag_other_end(port.client, &end) < 0);
    assert_true(sock_diag_other_end(unconnected, &end) < 0);
}

static struct proof_end look(int pid, const struct port *port, amount inode, int shown)
{
    struct server_listener listener = {
        .family = LISTENER_IPV4, .address = (char *)"127.0.0.1", .port = (unsigned)shown, .inode = inode};
    struct server_facts server = {.process.pid = pid, .listeners = {.items = &listener, .count = 1}};
    struct proof_end end;

    server_end_read(&server, port->number, port->client, 0.1, &end);
    return end;
}

static void end__is_looked_for_among_its_descriptors(void **state)
{
    _cleanup_(port_close) struct port port;
    amount listener;
    struct proof_end end;

    (void)state;
    port_open(&port, AF_INET);
    listener = inode_of(port.listener);
    end = look(getpid(), &port, listener, port.number);
    assert_text(end.unseen, "it did not accept the connection in time");
    port_accept(&port);
    end = look(getpid(), &port, listener, port.number);
    assert_true(end.is_tcp && end.held_listener && end.holds_listener && end.holds_end);
    assert_null(end.unseen);
    assert_int_equal(end.uid, geteuid());
    end = look(getpid(), &port, listener + 1000000, port.number); /* the port has gone to another socket */
    assert_true(end.held_listener && !end.holds_listener && end.holds_end);
    end = look(getpid(), &port, listener, port.number + 1); /* it listened elsewhere */
    assert_true(!end.held_listener && !end.holds_listener && end.unseen);
}

static int wait_for_end(void *data)
{
    char byte;

    return (int)read(*(int *)data, &byte, 1);
}

/* It closed what we have. */
static void end__of_another_process_is_not_its_own(void **state)
{
    _cleanup_(port_close) struct port port;
    struct proof_end end;
    int pipes[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
        close(pipes[1]);
        _exit(wait_for_end(&pipes[0]));
    }
    close(pipes[0]);
    port_open(&port, AF_INET);
    port_accept(&port);
    end = look(child, &port, inode_of(port.listener), port.number);
    close(pipes[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(end.held_listener && !end.holds_listener && !end.holds_end && !end.unseen);
}

static void end__of_a_unix_socket_is_who_listens(void **state)
{
    const struct tree *tree = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_close_ int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    _cleanup_close_ int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct server_facts server = {.process.pid = getpid()};
    struct proof_end end;

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", tree->path);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
    server_end_read(&server, 0, client, 0.1, &end);
    assert_false(end.is_tcp);
    assert_int_equal(end.pid, getpid());
}

/* --- the process --- */

static void sight__of_a_process_here(void **state)
{
    __attribute__((cleanup(server_home_done))) struct server_home home = {0}, none = {0};
    _cleanup_root_ struct root *host = NULL;
    struct proof_sight sight = {0}, gone = {0};

    (void)state;
    assert_int_equal(root_open("/", &host), 0);
    server_sight_read(host, getpid(), &sight, &home);
    assert_true(sight.started_usec > 0);
    assert_int_equal(sight.shares_pid_namespace, TRAIT_YES);
    assert_ptr_equal(sight.home, &home);
    server_sight_read(host, 0x7ffffffe, &gone, &none);
    assert_int_equal(gone.started_usec, 0);
    assert_int_equal(gone.shares_pid_namespace, TRAIT_UNKNOWN);
    assert_int_equal(none.kind, SERVER_HOME_UNKNOWN);
}

static void sight__of_a_captured_process(void **state)
{
    __attribute__((cleanup(server_home_done))) struct server_home home = {0}, hybrid = {0};
    const struct tree *tree = *state;
    struct proof_sight sight = {0};
    char self[16];

    snprintf(self, sizeof(self), "%d", getpid());
    tree_link(tree, "proc/self", self);
    tree_write(tree, "proc/812/status", "Name:\tredis-server\nNSpid:\t812\t1\nThreads:\t5\n");
    tree_write(tree, "proc/812/cgroup", "0::/system.slice/redis-server.service\n");
    server_sight_read(tree->root, 812, &sight, &home);
    assert_int_equal(sight.shares_pid_namespace, TRAIT_NO);
    assert_text(home.unit, "redis-server.service");
    tree_write(tree, "proc/813/status", "Name:\tredis-server\nThreads:\t5\n"); /* before Linux 4.1 */
    tree_write(tree, "proc/813/cgroup", "4:memory:/a\n1:name=systemd:/system.slice/a.service\n0::/\n");
    server_sight_read(tree->root, 813, &sight, &hybrid);
    assert_int_equal(sight.shares_pid_namespace, TRAIT_UNKNOWN);
    assert_text(hybrid.unit, "a.service");
    tree_write(tree, "proc/813/status", "Name:\tredis-server\nNSpid:\t813\nThreads:\t5\n");
    server_home_done(&hybrid);
    server_sight_read(tree->root, 813, &sight, &hybrid);
    assert_int_equal(sight.shares_pid_namespace, TRAIT_YES);
    assert_int_equal(unlink(tree_path(tree, "proc/self")), 0); /* a /proc of another namespace's */
    tree_link(tree, "proc/self", "1");
    server_home_done(&hybrid);
    server_sight_read(tree->root, 813, &sight, &hybrid);
    assert_int_equal(sight.shares_pid_namespace, TRAIT_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(end__is_that_of_who_accepted),
        cmocka_unit_test(end__that_is_not_there_is_none),
        cmocka_unit_test(end__is_looked_for_among_its_descriptors),
        cmocka_unit_test(end__of_another_process_is_not_its_own),
        tree_test(end__of_a_unix_socket_is_who_listens),
        cmocka_unit_test(sight__of_a_process_here),
        tree_test(sight__of_a_captured_process),
    };

    return cmocka_run_group_tests_name("servers-read-sight", tests, NULL, NULL);
}
