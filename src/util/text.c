/* SPDX-License-Identifier: MIT */
/* Errors with a message, integers, words: what every layer needs of text.
 * Owns the only calls of strtoll. */
#include "util/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int error_make(char **ret_error, int code, const char *format, ...)
{
    va_list arguments;
    char *message = NULL;

    if (!ret_error)
        return code;
    va_start(arguments, format);
    if (vasprintf(&message, format, arguments) < 0)
        message = NULL;
    va_end(arguments);
    free(*ret_error);
    *ret_error = message;
    return code;
}

int parse_integer(const char *text, long long *ret)
{
    char *end;
    long long value;

    while (isspace((unsigned char)*text))
        text++;
    /* strtoll would skip white space between the sign and nothing, and take "0x": neither is a knob's value
     */
    if (!isdigit((unsigned char)*text) && !(*text == '-' && isdigit((unsigned char)text[1])))
        return -EINVAL;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0)
        return -errno;
    while (isspace((unsigned char)*end))
        end++;
    if (*end != '\0')
        return -EINVAL;
    *ret = value;
    return 0;
}

int parse_integer_any_base(const char *text, long long *ret)
{
    char *end;
    long long value;

    if (!isdigit((unsigned char)text[*text == '-']))
        return -EINVAL;
    errno = 0;
    value = strtoll(text, &end, 0);
    if (errno != 0)
        return -errno;
    if (*end != '\0')
        return -EINVAL;
    *ret = value;
    return 0;
}

char *text_trim(char *text)
{
    size_t length;

    while (isspace((unsigned char)*text))
        text++;
    length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

bool text_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool text_has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_has_suffix(const char *text, const char *suffix)
{
    size_t length = strlen(text), suffix_length = strlen(suffix);

    return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

/* Bytes of the UTF-8 sequence that starts at text, 0 when it is none (overlong forms and surrogates too). */
static size_t utf8_sequence(const unsigned char *text, size_t size)
{
    static const struct {
        unsigned char first, last, second_low, second_high, bytes;
    } forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    for (size_t i = 0; i < ELEMENTS(forms); i++) {
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

bool text_is_printable(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t step;

    for (size_t i = 0; i < size; i += step) {
        if (bytes[i] < 0x80) {
            if ((bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r') ||
                bytes[i] == 0x7f)
                return false;
            step = 1;
        } else {
            step = utf8_sequence(bytes + i, size - i);
            if (step == 0)
                return false;
        }
    }
    return true;
}

void text_make_printable(char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size;) {
        unsigned char c = (unsigned char)text[i];
        size_t step = c < 0x80 ? 1 : utf8_sequence((const unsigned char *)text + i, size - i);

        /* U+0080 to U+009F are control characters as well */
        if (step == 0 || c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)text[i + 1] < 0xa0)) {
            text[i] = '?';
            step = step == 0 ? 1 : step;
            if (step == 2)
                text[i + 1] = '?';
        }
        i += step;
    }
}

void text_print(FILE *out, const char *text)
{
    bool is_text = text_is_printable(text, strlen(text));

    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        fputc(*c < 0x20 || *c == 0x7f || (!is_text && *c > 0x7f) ? '?' : *c, out);
}

static bool is_plain_word(const char *text)
{
    return *text &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/@%+=,")] ==
               '\0';
}

char *text_shell_quote(const char *text)
{
    size_t quotes = 0;
    char *quoted, *end;

    if (is_plain_word(text))
        return strdup(text);
    for (const char *c = text; *c; c++)
        quotes += *c == '\'';
    quoted = malloc(strlen(text) + quotes * strlen("'\\'") + sizeof("''"));
    if (!quoted)
        return NULL;
    end = quoted;
    *end++ = '\'';
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            end = stpcpy(end, "'\\'");
        *end++ = *c;
    }
    memcpy(end, "'", sizeof("'"));
    return quoted;
}

int text_replace(char **target, const char *text)
{
    char *copy = NULL;

    if (text) {
        copy = strdup(text);
        if (!copy)
            return -ENOMEM;
    }
    free(*target);
    *target = copy;
    return 0;
}

int array_grow(void *array, size_t n, size_t element_size)
{
    void **base = array;
    char *grown = reallocarray(*base, n + 1, element_size);

    if (!grown)
        return -ENOMEM;
    memset(grown + n * element_size, 0, element_size);
    *base = grown;
    return 0;
}

void strings_free(char **list)
{
    if (!list)
        return;
    for (char **string = list; *string; string++)
        free(*string);
    free(list);
}
