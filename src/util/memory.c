/* SPDX-License-Identifier: MIT */
/* Allocations that succeed or end the program.
 * Owns how it ends. */
#include "util/memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/text.h"

static void say_to_stderr(const char *line)
{
    if (write(STDERR_FILENO, line, strlen(line)) < 0)
        return; /* the exit status says it too */
}

static int exit_status = 2;
static const char *last_line = "out of memory\n";
static void (*say_last)(const char *line) = say_to_stderr;

void memory_set_failure(int status, const char *line, void (*say)(const char *line))
{
    exit_status = status;
    last_line = line;
    say_last = say ? say : say_to_stderr;
}

void memory_exhausted(void)
{
    say_last(last_line);
    _exit(exit_status);
}

int memory_check(int error)
{
    if (error == -ENOMEM)
        memory_exhausted();
    return error;
}

void *memory_require(void *pointer)
{
    if (!pointer)
        memory_exhausted();
    return pointer;
}

void *memory_new(size_t count, size_t size)
{
    return memory_require(calloc(count ? count : 1, size));
}

void *memory_resize(void *block, size_t count, size_t size)
{
    return memory_require(reallocarray(block, count, size));
}

char *memory_copy(const char *text)
{
    return text ? memory_require(strdup(text)) : NULL;
}

char *memory_copy_part(const char *text, size_t size)
{
    return memory_require(strndup(text, size));
}

char *memory_format_list(const char *format, va_list arguments)
{
    char *text;

    if (vasprintf(&text, format, arguments) < 0)
        memory_exhausted();
    return text;
}

char *memory_format(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = memory_format_list(format, arguments);
    va_end(arguments);
    return text;
}

void memory_set_text(char **target, const char *text)
{
    memory_check(text_replace(target, text));
}

void memory_join(char **list, const char *separator, const char *word)
{
    char *joined = memory_format("%s%s%s", *list ? *list : "", *list ? separator : "", word);

    free(*list);
    *list = joined;
}

void memory_grow(void *array, size_t n, size_t element_size)
{
    memory_check(array_grow(array, n, element_size));
}

void memory_add_text(char ***list, size_t n, char *text)
{
    memory_grow(list, n + 1, sizeof(**list));
    (*list)[n] = text;
}

int memory_error(char **ret_error, int code, const char *format, ...)
{
    va_list arguments;
    char *message;

    if (!ret_error)
        return code;
    va_start(arguments, format);
    message = memory_format_list(format, arguments);
    va_end(arguments);
    free(*ret_error);
    *ret_error = message;
    return code;
}
