/* SPDX-License-Identifier: MIT */
/* Characters of UTF-8, and which of them are shown as they are.
 * Owns the escapes. */
#include "util/escape.h"

#include <string.h>

#define ELEMENTS_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes of the sequence at text, 0 when it is none (overlong forms and surrogates too). */
static size_t sequence_length(const unsigned char *text, size_t size)
{
    static const struct {
        unsigned char first, last, second_low, second_high, bytes;
    } forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    for (size_t i = 0; i < ELEMENTS_OF(forms); i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last || forms[i].bytes > size)
            continue;
        if (text[1] < forms[i].second_low || text[1] > forms[i].second_high)
            return 0;
        for (size_t byte = 2; byte < forms[i].bytes; byte++)
            if ((text[byte] & 0xc0) != 0x80)
                return 0;
        return forms[i].bytes;
    }
    return 0;
}

static bool is_obeyed(unsigned code)
{
    static const struct {
        unsigned first, last;
    } ranges[] = {
        {0x00, 0x1f}, {0x7f, 0x9f}, {0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
    };

    for (size_t i = 0; i < ELEMENTS_OF(ranges); i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

struct character character_at(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    struct character character = {CHARACTER_NO_UTF8, 1, bytes[0]};
    size_t length = bytes[0] < 0x80 ? 1 : sequence_length(bytes, size);

    if (length == 0)
        return character;
    character.bytes = length;
    if (length > 1)
        character.code = bytes[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++)
        character.code = character.code << 6 | (bytes[i] & 0x3fU);
    character.kind = is_obeyed(character.code) ? CHARACTER_CONTROL : CHARACTER_SHOWN;
    return character;
}

bool character_is_cut(const char *text, size_t size)
{
    unsigned char first = (unsigned char)text[0];
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

    if (first < 0xc2 || first > 0xf4 || size >= length)
        return false;
    for (size_t i = 1; i < size; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return false;
    return true;
}

void character_escape(const struct character *character, char ret[static ESCAPE_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    bool is_byte = character->kind == CHARACTER_NO_UTF8 || character->code < 0x80;
    char *out = ret;

    *out++ = '\\';
    *out++ = is_byte ? 'x' : 'u';
    for (int shift = is_byte ? 4 : 12; shift >= 0; shift -= 4)
        *out++ = digits[character->code >> shift & 0xf];
    *out = '\0';
}

size_t escape_line(const char *text, size_t size, char *target, size_t room)
{
    size_t used = 0;

    for (size_t at = 0; at < size;) {
        struct character character = character_at(text + at, size - at);
        const char *shown = text + at;
        size_t length = character.bytes;
        char escape[ESCAPE_SIZE];

        if (character.kind != CHARACTER_SHOWN && text[at] != '\t') {
            character_escape(&character, escape);
            shown = escape;
            length = strlen(escape);
        }
        if (used + length >= room)
            break;
        memcpy(target + used, shown, length);
        used += length;
        at += character.bytes;
    }
    target[used] = '\0';
    return used;
}
