/* SPDX-License-Identifier: MIT */
/* CLIENT LIST: the sums agree with each other whatever the lines say, and no text holds control characters.
 */
#include "fuzz.h"

#include "redis/client-list.h"

static void check_client(const struct client *client)
{
    const char *const texts[] = {client->address, client->user, client->command};

    REQUIRE(client->id >= -1 && client->age >= -1);
    REQUIRE(client->omem >= -1);
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        REQUIRE(text_is_printable(texts[i], strlen(texts[i])) && !strpbrk(texts[i], "\r\n\t"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct client_list list;

    client_list_parse((const char *)data, size, &list);
    REQUIRE(list.count <= size + 1);
    REQUIRE(list.biggest_normal.omem <= list.biggest.omem);
    check_client(&list.biggest_normal);
    REQUIRE((list.biggest.id >= 0) == (list.count > 0));
    REQUIRE((list.monitor.id >= 0) == (list.monitors > 0));
    REQUIRE(list.biggest.omem <= list.omem && list.omem >= 0);
    check_client(&list.biggest);
    return 0;
}
