/* SPDX-License-Identifier: MIT */
/* credentials.conf: what is taken is complete and can be found again, and no message has more of the file
 * than the name of a unit. */
#include "fuzz.h"

#include <errno.h>

#include "servers/credentials.h"
#include "systemd/unit.h"

static void check(const struct credentials *credentials)
{
    for (size_t i = 0; i < credentials->count; i++) {
        const struct credential *item = &credentials->items[i];

        REQUIRE(unit_name_is_service(item->unit));
        REQUIRE(*item->password && !strchr(item->password, '\n'));
        REQUIRE(!item->user || *item->user);
        REQUIRE(credentials_find(credentials, item->unit) == item);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = fuzz_text(data, size), *message = NULL;
    struct credentials credentials = {0};
    int error = credentials_parse(text, "file", &credentials, &message);

    REQUIRE(error == 0 || (error == -EINVAL && message && !credentials.items));
    if (message)
        REQUIRE(text_is_printable(message, strlen(message)) && strlen(message) < 400);
    check(&credentials);
    credentials_done(&credentials);
    return 0;
}
