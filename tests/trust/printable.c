/* SPDX-License-Identifier: MIT */
/* Reads UTF-8 by itself, so that no code of the program judges the program. */
#include "printable.h"

#include <string.h>

/* The character and its length; 0: no UTF-8. */
static size_t decode(const unsigned char *text, unsigned *ret)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = *text < 0x80 ? 1 : *text >> 5 == 6 ? 2 : *text >> 4 == 14 ? 3 : *text >> 3 == 30 ? 4 : 0;
    unsigned character = length > 1 ? *text & (0x7fu >> length) : *text;

    for (size_t i = 1; i < length; i++) {
        if (text[i] >> 6 != 2)
            return 0;
        character = character << 6 | (text[i] & 0x3fu);
    }
    if (character < least[length] || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
        return 0;
    *ret = character;
    return length;
}

static bool is_obeyed(unsigned character)
{
    return (character < 0x20 && character != '\n' && character != '\t') ||
           (character >= 0x7f && character < 0xa0) || character == 0x61c || character == 0x200e ||
           character == 0x200f || (character >= 0x202a && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

bool judge_printable(const char *text, const char *where, struct text *complaint)
{
    size_t length, start, shown;
    unsigned character = 0;

    for (size_t i = 0; text[i]; i += length) {
        length = decode((const unsigned char *)text + i, &character);
        if (length > 0 && !is_obeyed(character))
            continue;
        start = i > 30 ? i - 30 : 0;
        text_say(complaint, "    %s has byte 0x%02x at %zu, behind \"", where, (unsigned char)text[i], i);
        for (shown = start; shown < i; shown++)
            text_say(complaint, "%c", text[shown] >= 0x20 && text[shown] < 0x7f ? text[shown] : '?');
        text_say(complaint, "\"\n");
        return false;
    }
    return true;
}
