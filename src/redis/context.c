/* SPDX-License-Identifier: MIT */
/* hiredis' context, connected.
 * Owns the ways to an endpoint, and what is said where there is none. */
#include "redis/context.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

#include "util/memory.h"

struct timeval context_timeval(double seconds)
{
    long whole = (long)seconds;

    return (struct timeval){.tv_sec = whole, .tv_usec = (long)((seconds - (double)whole) * 1e6)};
}

static int refuse_context(redisContext *context, int error, char **ret_error)
{
    if (context->err != REDIS_ERR_IO || error == 0)
        error = EHOSTUNREACH;
    if (error == EAGAIN || error == EINPROGRESS)
        error = ETIMEDOUT;
    memory_error(ret_error, -error, "cannot connect: %s",
                 error == EHOSTUNREACH ? context->errstr : strerror(error));
    redisFree(context);
    return -error;
}

/* Through the gate, which has its own ways to a path. */
static int open_gated(const struct redis_endpoint *endpoint, double timeout, redisContext **ret,
                      char **ret_error)
{
    const struct redis_gate *gate = endpoint->gate;
    int fd = gate->connect(gate->data, endpoint->socket, timeout, ret_error);
    redisContext *context;

    if (fd < 0)
        return fd;
    context = memory_require(redisConnectFd(fd));
    if (context->err) /* it asks for nothing but memory */
        memory_exhausted();
    *ret = context;
    return 0;
}

int context_open(const struct redis_endpoint *endpoint, double timeout, redisContext **ret, char **ret_error)
{
    struct timeval wait = context_timeval(timeout);
    redisContext *context;
    int error;

    if (endpoint->socket && endpoint->gate && endpoint->gate->connect)
        return open_gated(endpoint, timeout, ret, ret_error);
    /* hiredis would cut it, and connect to something else */
    if (endpoint->socket && strlen(endpoint->socket) >= sizeof(((struct sockaddr_un *)0)->sun_path))
        return memory_error(ret_error, -ENAMETOOLONG, "the path of a unix socket has at most 107 bytes");
    errno = 0;
    context = endpoint->socket ? redisConnectUnixWithTimeout(endpoint->socket, wait)
                               : redisConnectWithTimeout(endpoint->host, endpoint->port, wait);
    error = errno;
    memory_require(context);
    if (context->err)
        return refuse_context(context, error, ret_error);
    *ret = context;
    return 0;
}
