/* SPDX-License-Identifier: MIT */
/* The kernel's network tables: what is taken as a listening socket has an address that can be printed. */
#include "fuzz.h"

#include "model/net-tables.h"

static void check_listener(int found, struct server_listener *listener)
{
    REQUIRE(found == 0 || found == 1);
    if (found == 0)
        return;
    REQUIRE(listener->address);
    for (const char *at = listener->address; *at; at++)
        REQUIRE((unsigned char)*at >= 0x20 && *at != 0x7f);
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
        check_listener(net_tcp_parse_line(line, false, &listener), &listener);
        check_listener(net_tcp_parse_line(line, true, &listener), &listener);
        check_listener(net_unix_parse_line(line, &listener), &listener);
    }
    return 0;
}
