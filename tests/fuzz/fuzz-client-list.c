/* SPDX-License-Identifier: MIT */
/* CLIENT LIST: the sums agree with each other whatever the lines say, and no text holds control characters.
 */
#include "fuzz.h"

#include "redis/client-list.h"

static void check_client(const struct client *client)
{
    const char *const texts[] = {client->address, client->name, client->user, client->command};

    REQUIRE(client->id >= -1 && client->age >= -1);
    REQUIRE(client->omem >= -1 && client->total_memory >= -1);
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        REQUIRE(text_is_printable(texts[i], strlen(texts[i])) && !strpbrk(texts[i], "\r\n\t"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct client_list list;
    size_t count = 0;

    client_list_parse((const char *)data, size, &list);
    for (size_t class = 0; class < CLIENT_CLASSES; class ++) {
        count += list.count_of[class];
        REQUIRE((list.biggest_of[class].id >= 0) == (list.count_of[class] > 0));
        REQUIRE(list.biggest_of[class].omem <= list.biggest.omem);
        REQUIRE(list.omem_of[class] <= list.omem);
        check_client(&list.biggest_of[class]);
    }
    REQUIRE(count == list.count && list.count + list.unreadable <= size + 1);
    REQUIRE((list.biggest.id >= 0) == (list.count > 0));
    REQUIRE((list.monitor.id >= 0) == (list.monitors > 0));
    REQUIRE(list.biggest.omem <= list.omem && list.omem >= 0 && list.total_memory >= -1);
    check_client(&list.biggest);
    return 0;
}
