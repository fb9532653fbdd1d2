/* SPDX-License-Identifier: MIT */
/* Owns what the wrapper says: one line a message, in one write, and never at
 * the price of the command it is about to run. */
#include "exec/report.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "util/escape.h"

#define PREFIX "redis-hosttune-exec: "

enum { LINE_SIZE = 1024, PATIENCE_MS = 200 };

/* A pipe without a reader answers POLLERR, a full one nothing: writing would kill or block. */
static bool is_writable(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
    int r;

    do
        r = poll(&poll_fd, 1, PATIENCE_MS);
    while (r < 0 && errno == EINTR);
    return r == 1 && poll_fd.revents == POLLOUT;
}

void report_line(int fd, const char *text)
{
    char line[LINE_SIZE] = PREFIX;
    size_t length = sizeof(PREFIX) - 1;
    void (*before)(int);

    length += escape_line(text, strlen(text), line + length, sizeof(line) - length);
    line[length++] = '\n';
    before = signal(SIGXFSZ, SIG_IGN); /* a file that has reached its limit would kill as well */
    while (is_writable(fd) && write(fd, line, length) < 0 && errno == EINTR)
        ;
    signal(SIGXFSZ, before);
}
