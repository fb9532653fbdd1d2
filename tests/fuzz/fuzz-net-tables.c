/* SPDX-License-Identifier: MIT */
/* The kernel's network tables: what is taken as a listening socket has an address that can be printed. */
#include "fuzz.h"

#include "servers/net-tables.h"

static void check_listener(int found, struct server_listener *listener)
{
    REQUIRE(found == 0 || found == 1);
    if (found == 0)
        return;
    REQUIRE(listener->address);
    REQUIRE(text_is_printable(listener->address, strlen(listener->address)));
    REQUIRE(!strpbrk(listener->address, "\n\r"));
    REQUIRE(listener->port <= 65535);
    free(listener->address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size), *name = NULL;
    struct server_listener listener;
    char *rest = text, *line;

    netstat_counter(text, "TcpExt", "ListenDrops");
    netstat_counter(text, "TcpExt", "");
    name = net_unix_display(text, size);
    REQUIRE(name);
    while ((line = strsep(&rest, "\n"))) {
        check_listener(net_tcp_parse_line(line, false, ORDER_OF_THIS_MACHINE, &listener), &listener);
        check_listener(net_tcp_parse_line(line, true, ORDER_OF_THIS_MACHINE, &listener), &listener);
        check_listener(net_unix_parse_line(line, &listener), &listener);
    }
    return 0;
}
