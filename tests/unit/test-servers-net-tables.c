/* SPDX-License-Identifier: MIT */
#include "servers/net-tables.h"

#include "support.h"

static void netstat__counters_by_their_name(void **state)
{
    const char content[] = "TcpExt: SyncookiesSent ListenOverflows ListenDrops Last\n"
                           "TcpExt: 1 22 333 4\n"
                           "IpExt: InNoRoutes ListenDrops\n"
                           "IpExt: 7 8\n";

    (void)state;
    assert_int_equal(netstat_counter(content, "TcpExt", "ListenOverflows"), 22);
    assert_int_equal(netstat_counter(content, "TcpExt", "ListenDrops"), 333);
    assert_int_equal(netstat_counter(content, "TcpExt", "Last"), 4);
    assert_int_equal(netstat_counter(content, "IpExt", "ListenDrops"), 8);
    assert_int_equal(netstat_counter(content, "TcpExt", "Listen"), AMOUNT_UNKNOWN);
    assert_int_equal(netstat_counter(content, "MPTcpExt", "ListenDrops"), AMOUNT_UNKNOWN);
}

static void netstat__cut_short_is_unknown(void **state)
{
    static const char *const contents[] = {
        "",
        "TcpExt:",
        "TcpExt: ListenDrops",
        "TcpExt: ListenDrops\n",
        "TcpExt: ListenDrops\nTcpExt:",
        "TcpExt: ListenDrops\nTcpExt: ",
        "TcpExt: ListenDrops\nTcpExt: -1\n",
        "TcpExt: A ListenDrops\nTcpExt: 1\n",
        "TcpExt: ListenDrops\nIpExt: 1\n",
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(contents); i++)
        assert_int_equal(netstat_counter(contents[i], "TcpExt", "ListenDrops"), AMOUNT_UNKNOWN);
}

static void tcp__listening_sockets(void **state)
{
    struct server_listener listener;

    (void)state;
    assert_int_equal(
        net_tcp_parse_line("   0: 0100007F:18EB 00000000:0000 0A 00000000:00000003 00:00000000 00000000   "
                           "107        0 18261 1 ffff8881 100 0 0 10 0",
                           false, ORDER_LITTLE_ENDIAN, &listener),
        1);
    assert_int_equal(listener.family, LISTENER_IPV4);
    assert_text(listener.address, "127.0.0.1");
    assert_int_equal(listener.port, 6379);
    assert_int_equal(listener.inode, 18261);
    assert_int_equal(listener.queue_now, 3);
    assert_int_equal(listener.queue_limit, AMOUNT_UNKNOWN);
    assert_false(server_listener_is_remote(&listener));
    free(listener.address);
    assert_int_equal(net_tcp_parse_line(
                         "   1: 00000000000000000000000000000000:18EB 00000000000000000000000000000000:0000 "
                         "0A 00000000:00000000 00:00000000 00000000   107        0 18262 1 ffff 100",
                         true, ORDER_LITTLE_ENDIAN, &listener),
                     1);
    assert_text(listener.address, "::");
    assert_true(server_listener_is_remote(&listener));
    free(listener.address);
}

static void tcp__of_a_big_endian_machine(void **state)
{
    struct server_listener listener;

    (void)state;
    assert_true(net_tcp_parse_line(
        "   0: 7F000001:18EB 00000000:0000 0A 00000000:00000003 00:00000000 00000000 107 0 18261 1 ffff 100",
        false, ORDER_BIG_ENDIAN, &listener));
    assert_text(listener.address, "127.0.0.1");
    assert_int_equal(listener.port, 6379);
    assert_false(server_listener_is_remote(&listener));
    free(listener.address);
    assert_true(net_tcp_parse_line("   1: 00000000000000000000000000000001:18EB "
                                   "00000000000000000000000000000000:0000 0A 00000000:00000000 "
                                   "00:00000000 00000000   107        0 18262 1 ffff 100",
                                   true, ORDER_BIG_ENDIAN, &listener));
    assert_text(listener.address, "::1");
    free(listener.address);
}

static void tcp__other_lines(void **state)
{
    static const char *const lines[] = {
        "",
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:18EB 0100007F:AAAA 01 00000000:00000000 00:00000000 00000000 0 0 18261 1 ffff 100",
        "   0: 0100007F:-1 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 18261 1 ffff 100",
        "   0: 0100007F:+1EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 18261 1 ffff 100",
        "   0: 0100007F:0x1E 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 18261 1 ffff 100",
        "   0: 0100007F:18EB 00000000:0000 0A 00000000:-1 00:00000000 00000000 0 0 18261 1 ffff 100",
        "   0: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 -1 1 ffff 100",
        "   0: 0100007:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 18261 1 ffff 100",
        "   0: 0100007F:18EB 00000000:0000 0A 00000000:0000",
        "   0: 00000000000000000000000000000000:18EB 0:0 0A 00000000:00000000 00:00000000 00000000 0 0 1 1 f",
    };
    struct server_listener listener;

    (void)state;
    for (size_t i = 0; i < ELEMENTS(lines); i++)
        assert_int_equal(net_tcp_parse_line(lines[i], false, ORDER_LITTLE_ENDIAN, &listener), 0);
}

static void unix__listening_sockets(void **state)
{
    static const struct {
        const char *line, *address;
    } rows[] = {
        {"0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/redis/redis.sock",
         "/run/redis/redis.sock"},
        {"0000000000000000: 00000002 00000000 00010000 0001 01 12345 @abstract", "@abstract"},
        {"0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/a\033[31m b", "/run/a\\x1b[31m b"},
        {"0000000000000000: 00000002 00000000 00010000 0001 01 12345", ""},
        {"0000000000000000: 00000003 00000000 00000000 0001 03 12345 /run/connected", NULL},
        {"Num       RefCount Protocol Flags    Type St Inode Path", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        struct server_listener listener = {0};

        assert_int_equal(net_unix_parse_line(rows[i].line, &listener), rows[i].address ? 1 : 0);
        assert_text(listener.address, rows[i].address);
        if (rows[i].address)
            assert_int_equal(listener.inode, 12345);
        free(listener.address);
    }
}

static void unix__names_as_the_kernel_holds_them(void **state)
{
    static const struct {
        const char *name;
        size_t length;
        const char *shown;
    } rows[] = {
        {"/run/x", 7, "/run/x"},
        {"/run/x", 6, "/run/x"},
        {"\0abstract", 9, "@abstract"},
        {"\0with\0nul\n", 10, "@with\\x00nul\\x0a"},
        {"", 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++) {
        _cleanup_free_ char *shown = net_unix_display(rows[i].name, rows[i].length);

        assert_text(shown, rows[i].shown);
    }
}

static void remote__by_the_address(void **state)
{
    static const struct {
        struct server_listener listener;
        bool is_remote;
    } rows[] = {
        {{.family = LISTENER_IPV4, .address = (char *)"127.0.0.53"}, false},
        {{.family = LISTENER_IPV4, .address = (char *)"0.0.0.0"}, true},
        {{.family = LISTENER_IPV4, .address = (char *)"10.0.0.1"}, true},
        {{.family = LISTENER_IPV6, .address = (char *)"::1"}, false},
        {{.family = LISTENER_IPV6, .address = (char *)"::"}, true},
        {{.family = LISTENER_IPV6, .address = (char *)"fe80::1"}, true},
        {{.family = LISTENER_IPV6, .address = (char *)"::ffff:127.0.0.1"}, false},
        {{.family = LISTENER_UNIX, .address = (char *)"/run/x"}, false},
    };

    (void)state;
    for (size_t i = 0; i < ELEMENTS(rows); i++)
        assert_int_equal(server_listener_is_remote(&rows[i].listener), rows[i].is_remote);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(netstat__counters_by_their_name),
        cmocka_unit_test(netstat__cut_short_is_unknown),
        cmocka_unit_test(tcp__listening_sockets),
        cmocka_unit_test(tcp__of_a_big_endian_machine),
        cmocka_unit_test(tcp__other_lines),
        cmocka_unit_test(unix__listening_sockets),
        cmocka_unit_test(unix__names_as_the_kernel_holds_them),
        cmocka_unit_test(remote__by_the_address),
    };

    return cmocka_run_group_tests_name("servers-net-tables", tests, NULL, NULL);
}
