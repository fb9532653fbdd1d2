/* SPDX-License-Identifier: MIT */
/* Memory for all that writes nothing to the host: what is asked for is there, or the program ends. A command
 * that only reads has nothing to undo, so no function of it can fail for want of memory.
 * Not for privileged/ and what that calls, which take everything back before they end and so return -ENOMEM;
 * tools/check-memory.sh holds that. Nor for the wrapper, which never keeps its command from starting. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* The exit status, the line that is said then, and who says it (NULL: write(2) to standard error). The line
 * must outlive the program; it is said without any further memory. Without a call: 2, "out of memory". */
void memory_set_failure(int status, const char *line, void (*say)(const char *line));

/* Says the line and ends the program at once: nothing is flushed, and nothing registered with atexit(3) runs.
 */
_Noreturn void memory_exhausted(void);

/* For what others made, whose word for it is NULL or -ENOMEM. Anything else is given back as it came. */
int memory_check(int error);
void *memory_require(void *pointer);

void *memory_new(size_t count, size_t size); /* zeroed */
void *memory_resize(void *block, size_t count, size_t size);

/* Copies; the first gives NULL for NULL. */
char *memory_copy(const char *text);
char *memory_copy_part(const char *text, size_t size);
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_format_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Replaces *target by a copy of text (NULL allowed). */
void memory_set_text(char **target, const char *text);

/* Puts word behind what *list has, with the separator between where it has something. */
void memory_join(char **list, const char *separator, const char *word);

/* Makes room for one more element behind the n that *array has; the new element is zeroed. */
void memory_grow(void *array, size_t n, size_t element_size);

/* Puts a zeroed element behind the n of an array, which counts it: a pointer to it. */
#define memory_add(array, n) (memory_grow(&(array), (n), sizeof(*(array))), &(array)[(n)++])

/* Puts a text, which it takes over, behind the n of a NULL-terminated list; NULL is an empty one. */
void memory_add_text(char ***list, size_t n, char *text);

/* As error_make, with its message always made. */
int memory_error(char **ret_error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
