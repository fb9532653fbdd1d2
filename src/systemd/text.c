/* SPDX-License-Identifier: MIT */
/* Lines, words, escapes and base64 as systemd reads them.
 * Owns nothing but those rules; pure. */
#include "systemd/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* --- lines --- */

enum {
    END_NUL = 1,
    END_NEWLINE = 2,
    END_RETURN = 4,
};

static int end_of_line(char c)
{
    return c == '\0' ? END_NUL : c == '\n' ? END_NEWLINE : c == '\r' ? END_RETURN : 0;
}

/* Several marks in a row are one end as long as each is of another kind, and a NUL is the last. */
static const char *skip_end(const char *at, const char *end)
{
    int seen = 0;

    while (at < end && !(seen & END_NUL)) {
        int mark = end_of_line(*at);

        if (mark == 0 || (seen & mark))
            break;
        seen |= mark;
        at++;
    }
    return at;
}

bool systemd_lines_next(struct systemd_lines *lines, const char **ret_start, size_t *ret_length)
{
    const char *start = lines->next, *stop = start;

    if (start == lines->end)
        return false;
    lines->number++;
    while (stop < lines->end && end_of_line(*stop) == 0)
        stop++;
    if (stop - start >= SYSTEMD_LINE_MAX) {
        lines->next = lines->end;
        lines->is_too_long = true;
        return false;
    }
    lines->next = skip_end(stop, lines->end);
    while (start < stop && is_one_of(*start, SYSTEMD_WHITESPACE))
        start++;
    while (stop > start && is_one_of(stop[-1], SYSTEMD_WHITESPACE))
        stop--;
    *ret_start = start;
    *ret_length = (size_t)(stop - start);
    return true;
}

/* --- escapes --- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* `digits` of them in the base; -EINVAL also for 0, which would end the text. */
static int64_t read_number(const char *text, int digits, int base)
{
    int64_t number = 0;

    for (int i = 0; i < digits; i++) {
        int digit = hex_digit(text[i]);

        if (digit < 0 || digit >= base)
            return -EINVAL;
        number = number * base + digit;
    }
    return number > 0 ? number : -EINVAL;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    } else {
        *to++ = (char)(0xf0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    }
    return to;
}

static bool is_code_point(int64_t c)
{
    return c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff) && !(c >= 0xfdd0 && c <= 0xfdef) &&
           (c & 0xfffe) != 0xfffe;
}

/* Resolves the escape behind a backslash, at most four bytes long; how many characters it had, or -EINVAL. */
static int unescape_one(const char *text, char **to)
{
    static const char names[] = "abfnrtv\\\"'s", values[] = "\a\b\f\n\r\t\v\\\"' ";
    static const struct {
        char name;
        int digits;
    } numbers[] = {{'x', 2}, {'u', 4}, {'U', 8}};
    const char *name = is_one_of(*text, names) ? strchr(names, *text) : NULL;
    int64_t number;

    if (name) {
        *(*to)++ = values[name - names];
        return 1;
    }
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        if (*text != numbers[i].name)
            continue;
        number = read_number(text + 1, numbers[i].digits, 16);
        if (number < 0 || (*text == 'U' && !is_code_point(number)))
            return -EINVAL;
        if (*text == 'x')
            *(*to)++ = (char)number;
        else
            *to = put_utf8(*to, (uint32_t)number);
        return 1 + numbers[i].digits;
    }
    number = read_number(text, 3, 8);
    if (number < 0 || number > 255)
        return -EINVAL;
    *(*to)++ = (char)number;
    return 3;
}

int systemd_unescape(const char *text, char **ret)
{
    _cleanup_free_ char *result =
        memory_new(1, strlen(text) + 1); /* no escape is shorter than what it stands for */
    char *to = result;

    while (*text) {
        int length;

        if (*text != '\\') {
            *to++ = *text++;
            continue;
        }
        length = unescape_one(text + 1, &to);
        if (length < 0)
            return length;
        text += 1 + length;
    }
    *to = '\0';
    *ret = TAKE_POINTER(result);
    return 0;
}

/* --- paths --- */

void systemd_simplify_path(char *path)
{
    char *end = path;

    for (const char *c = path; *c;) {
        size_t length = strcspn(c, "/");

        if (length > 0 && !(length == 1 && *c == '.')) {
            if (end > path)
                *end++ = '/';
            memmove(end, c, length);
            end += length;
        }
        c += length + (c[length] == '/');
    }
    *end = '\0';
}

/* --- words --- */

/* Copies what a backslash stands for; how many characters that took, or -EINVAL. */
static int copy_escaped(const char *text, bool unescapes, char **to)
{
    if (*text == '\0')
        return -EINVAL;
    if (unescapes)
        return unescape_one(text, to);
    *(*to)++ = *text;
    return 1;
}

/* From the first character of a word to behind it. */
static int copy_word(const char **text, bool unescapes, char *to)
{
    const char *at = *text;
    char quote = '\0';

    for (; *at && (quote || !is_one_of(*at, SYSTEMD_WHITESPACE)); at++) {
        if (*at == '\\') {
            int length = copy_escaped(at + 1, unescapes, &to);

            if (length < 0)
                return length;
            at += length;
        } else if (quote ? *at == quote : is_one_of(*at, "'\"")) {
            quote = quote ? '\0' : *at;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    *text = at;
    return quote ? -EINVAL : 1;
}

int systemd_extract_word(const char **text, bool unescapes, char **ret)
{
    _cleanup_free_ char *word = NULL;
    int error;

    if (*text)
        *text += strspn(*text, SYSTEMD_WHITESPACE);
    if (!*text || !**text) {
        *text = NULL;
        return 0;
    }
    word = memory_new(1, strlen(*text) + 1);
    error = copy_word(text, unescapes, word);
    if (error < 0)
        return error;
    *text += strspn(*text, SYSTEMD_WHITESPACE);
    if (!**text)
        *text = NULL;
    *ret = TAKE_POINTER(word);
    return 1;
}

/* --- base64 --- */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -EINVAL;
}

int systemd_decode_base64(const char *text, char **ret, size_t *ret_size)
{
    _cleanup_free_ char *result = memory_new(1, strlen(text) / 4 * 3 + 4);
    size_t size = 0, padding = 0, n = 0;
    uint32_t bits = 0;

    for (; *text; text++) {
        int digit = *text == '=' ? 0 : base64_digit(*text);

        if (is_one_of(*text, SYSTEMD_WHITESPACE))
            continue;
        if (digit < 0 || (padding > 0 && (*text != '=' || n % 4 == 0)))
            return -EINVAL;
        padding += *text == '=';
        bits = bits << 6 | (uint32_t)digit;
        if (++n % 4 != 0)
            continue;
        result[size++] = (char)(bits >> 16);
        result[size++] = (char)(bits >> 8);
        result[size++] = (char)bits;
    }
    /* what padding cuts off must be 0 */
    if (n % 4 != 0 || padding > 2 || (padding > 0 && (bits & ((1U << 8 * padding) - 1))))
        return -EINVAL;
    size -= padding;
    result[size] = '\0';
    *ret = TAKE_POINTER(result);
    *ret_size = size;
    return 0;
}

/* --- where a line stands --- */

const char *systemd_keep_file_name(char ***files, size_t *count, const char *file)
{
    if (*count == 0 || strcmp((*files)[*count - 1], file) != 0)
        memory_add_text(files, (*count)++, memory_copy(file));
    return (*files)[*count - 1];
}
