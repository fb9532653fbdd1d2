/* SPDX-License-Identifier: MIT */
/* Small helpers for text: errors with a message, integers, words, and how a text is put together. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* Makes an error where it is returned: stores the formatted message in *ret_error (allocated; the older
 * message, if any, is freed; ret_error may be NULL) and returns code. Without memory the message is NULL. */
int error_make(char **ret_error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What is said of such an error: the message, or where that is NULL the words for the code. */
const char *error_words(int code, const char *message);

/* A decimal integer with nothing before or behind it but white space. -EINVAL, -ERANGE. */
int parse_integer(const char *text, long long *ret);

/* The same without white space around it, "0x" for base 16 and a leading 0 for base 8 as well. */
int parse_integer_any_base(const char *text, long long *ret);

/* Cuts white space off both ends, in place; returns the first character that is none. */
char *text_trim(char *text);

bool text_equal(const char *a, const char *b);                          /* NULL equals NULL only */
bool text_equals_part(const char *text, const char *part, size_t size); /* part is not terminated */
bool text_has_prefix(const char *text, const char *prefix);
bool text_has_suffix(const char *text, const char *suffix);

/* What stands behind the last slash of a path: within it, and all of it where there is none. */
const char *text_file_name(const char *path);

/* Valid UTF-8 without control characters other than newline and tab. */
bool text_is_printable(const char *text, size_t size);

/* A copy as one line that is safe to show, util/escape.h. Owned by the caller; NULL without memory. */
char *text_escaped(const char *text, size_t size);

/* The same in the place of *text (NULL stays). -ENOMEM leaves it as it was. */
int text_escape(char **text);

/* text as one word of a shell, in single quotes where it must be. Owned by the caller; NULL without memory.
 */
char *text_shell_quote(const char *text);

/* Replaces *target by a copy of text (NULL allowed). -ENOMEM leaves *target as it was. */
int text_replace(char **target, const char *text);

/* A text that is put together piece by piece; {0} is an empty one. What fails for want of memory is
 * remembered, so that only the end is asked: NULL then. Where util/memory.h may be used, memory_require()
 * goes around it. */
struct text_builder {
    char *text;
    size_t size, room;
    bool has_failed;
};

void text_builder_add(struct text_builder *builder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_builder_add_text(struct text_builder *builder, const char *text);
void text_builder_add_part(struct text_builder *builder, const char *text, size_t size);

/* The text, owned by the caller; the builder is empty again. */
char *text_builder_take(struct text_builder *builder);

/* Makes room for one more element behind the n that *array has; the new element is zeroed. */
int array_grow(void *array, size_t n, size_t element_size);

/* The first of n elements whose member, a text that is not NULL, is this one; NULL: none has it. */
void *array_find_text(const void *array, size_t n, size_t element_size, size_t member, const char *text);
#define array_find(array, n, member, text)                              \
    ((__typeof__(array))array_find_text((array), (n), sizeof(*(array)), \
                                        offsetof(__typeof__(*(array)), member), (text)))

/* A NULL-terminated list of allocated strings; NULL is an empty one. */
size_t strings_count(char *const *list);
bool strings_have(const char *const *list, const char *text);
void strings_free(char **list);
static inline void cleanup_strings(char ***list)
{
    strings_free(*list);
}
#define _cleanup_strings_ __attribute__((cleanup(cleanup_strings)))
