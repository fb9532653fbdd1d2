/* SPDX-License-Identifier: MIT */
/* Errors with a message, integers, words: what every layer needs of text.
 * Owns the only calls of strtoll, and the one way to put a text together. */
#include "util/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/escape.h"

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

const char *error_words(int code, const char *message)
{
    return message ? message : strerror(-code);
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

bool text_equals_part(const char *text, const char *part, size_t size)
{
    return strlen(text) == size && memcmp(text, part, size) == 0;
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

const char *text_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool text_is_printable(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        struct character character;

        if (text[at] >= ' ' && text[at] <= '~') { /* nearly all that is asked of */
            at++;
            continue;
        }
        character = character_at(text + at, size - at);
        if (character.kind == CHARACTER_NO_UTF8 || character.code == 0x7f ||
            (character.code < 0x20 && text[at] != '\n' && text[at] != '\t' && text[at] != '\r'))
            return false;
        at += character.bytes;
    }
    return true;
}

char *text_escaped(const char *text, size_t size)
{
    size_t room = size * ESCAPE_SIZE + 1;
    char *escaped = malloc(room);

    if (escaped)
        escape_line(text, size, escaped, room);
    return escaped;
}

int text_escape(char **text)
{
    char *escaped = *text ? text_escaped(*text, strlen(*text)) : NULL;

    if (*text && !escaped)
        return -ENOMEM;
    free(*text);
    *text = escaped;
    return 0;
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

enum { BUILDER_ROOM = 256 };

/* Room for so many bytes more and the end. */
static bool builder_reserve(struct text_builder *builder, size_t size)
{
    size_t room = builder->room > 0 ? builder->room : BUILDER_ROOM;
    char *grown;

    if (builder->has_failed)
        return false;
    while (room - builder->size <= size && room <= SIZE_MAX / 2)
        room *= 2;
    if (room == builder->room)
        return true;
    grown = room - builder->size > size ? realloc(builder->text, room) : NULL;
    builder->has_failed = !grown;
    if (!grown)
        return false;
    builder->text = grown;
    builder->room = room;
    return true;
}

void text_builder_add_part(struct text_builder *builder, const char *text, size_t size)
{
    if (!builder_reserve(builder, size))
        return;
    memcpy(builder->text + builder->size, text, size);
    builder->size += size;
}

void text_builder_add_text(struct text_builder *builder, const char *text)
{
    text_builder_add_part(builder, text, strlen(text));
}

void text_builder_add(struct text_builder *builder, const char *format, ...)
{
    va_list arguments, again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        builder->has_failed = true;
    } else if (builder_reserve(builder, (size_t)length)) {
        vsnprintf(builder->text + builder->size, (size_t)length + 1, format, again);
        builder->size += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

char *text_builder_take(struct text_builder *builder)
{
    char *text = NULL;

    if (builder_reserve(builder, 0)) {
        text = builder->text;
        text[builder->size] = '\0';
    } else {
        free(builder->text);
    }
    *builder = (struct text_builder){0};
    return text;
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

void *array_find_text(const void *array, size_t n, size_t element_size, size_t member, const char *text)
{
    for (const char *element = array; n > 0; n--, element += element_size)
        if (strcmp(*(const char *const *)(const void *)(element + member), text) == 0)
            return (void *)element;
    return NULL;
}

size_t strings_count(char *const *list)
{
    size_t n = 0;

    while (list && list[n])
        n++;
    return n;
}

bool strings_have(const char *const *list, const char *text)
{
    for (; list && *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

void strings_free(char **list)
{
    if (!list)
        return;
    for (char **string = list; *string; string++)
        free(*string);
    free(list);
}
