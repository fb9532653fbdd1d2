/* SPDX-License-Identifier: MIT */
/* Owns what the wrapper says: one line a message, in one write, and never at
 * the price of the command it is about to run. */
#include "exec/report.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "redis-hosttune-exec: "

enum { LINE_SIZE = 1024, PATIENCE_MS = 200 };

/* A pipe without a reader answers POLLERR, a full one nothing: writing would kill or block. */
static int is_writable(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
    int r;

    do
        r = poll(&poll_fd, 1, PATIENCE_MS);
    while (r < 0 && errno == EINTR);
    return r == 1 && poll_fd.revents == POLLOUT;
}

__attribute__((format(printf, 2, 0))) static void write_line(int fd, const char *format, va_list arguments)
{
    char line[LINE_SIZE] = PREFIX;
    size_t length;
    ssize_t written;

    vsnprintf(line + strlen(PREFIX), sizeof(line) - strlen(PREFIX) - 1, format, arguments);
    length = strlen(line);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    }
    line[length++] = '\n';
    if (is_writable(fd)) {
        do
            written = write(fd, line, length);
        while (written < 0 && errno == EINTR);
    }
}

void report_to(int fd, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(fd, format, arguments);
    va_end(arguments);
}

void report(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(STDERR_FILENO, format, arguments);
    va_end(arguments);
}
