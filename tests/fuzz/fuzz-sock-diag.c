/* SPDX-License-Identifier: MIT */
/* A datagram of NETLINK_SOCK_DIAG of any bytes: what is taken as listening has an address that can be
 * printed. */
#include "fuzz.h"

#include "servers/read-sock-diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct server_listeners listeners = {0};
    _cleanup_free_ void *reply = malloc(size ? size : 1); /* its exact size, and aligned */
    int result;

    REQUIRE(reply);
    if (size > 0)
        memcpy(reply, data, size);
    result = sock_diag_take(&listeners, reply, size);
    REQUIRE(result <= 1);
    for (size_t i = 0; i < listeners.count; i++) {
        const struct server_listener *listener = &listeners.items[i];

        REQUIRE(listener->address && listener->port <= 65535);
        REQUIRE(text_is_printable(listener->address, strlen(listener->address)));
        free(listener->address);
    }
    free(listeners.items);
    return 0;
}
