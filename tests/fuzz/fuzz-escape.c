/* SPDX-License-Identifier: MIT */
/* What a terminal gets of any bytes: one line, nothing that it obeys, and the same again when escaped again.
 */
#include "fuzz.h"

#include "util/escape.h"

static void require_shown(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        struct character character = character_at(text + at, size - at);

        REQUIRE(character.kind == CHARACTER_SHOWN || text[at] == '\t');
        at += character.bytes;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *copy = malloc(size ? size : 1), *whole = NULL, *again = NULL;
    char cut[16];
    size_t length;

    REQUIRE(copy);
    if (size > 0)
        memcpy(copy, data, size);
    whole = text_escaped(copy, size);
    REQUIRE(whole);
    require_shown(whole, strlen(whole));
    again = text_escaped(whole, strlen(whole));
    REQUIRE(again && strcmp(whole, again) == 0);
    length = escape_line(copy, size, cut, sizeof(cut));
    REQUIRE(length < sizeof(cut) && strlen(cut) == length && strncmp(cut, whole, length) == 0);
    require_shown(cut, length);
    return 0;
}
