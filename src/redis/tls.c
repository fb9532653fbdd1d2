/* SPDX-License-Identifier: MIT */
/* TLS for a connection.
 * Owns the loading of hiredis' library for it, where this build has one. */
#include "redis/tls.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>

#include "util/library.h"
#include "util/memory.h"
#include "util/text.h"

#ifdef HAVE_HIREDIS_SSL

#include <dlfcn.h>
#include <fcntl.h>
#include <hiredis/hiredis_ssl.h>
#include <math.h>
#include <string.h>

#include "redis/watchdog.h"

#define TEXT_OF_(token) #token
#define TEXT_OF(token)  TEXT_OF_(token)
#define LIBRARY         "libhiredis_ssl.so." TEXT_OF(HIREDIS_SONAME)

struct tls {
    redisSSLContext *context;
    __typeof__(&redisFreeSSLContext) free_context;
};

struct library {
    __typeof__(&redisInitOpenSSL) init;
    __typeof__(&redisCreateSSLContext) create;
    __typeof__(&redisInitiateSSLWithContext) initiate;
    __typeof__(&redisSSLContextGetError) describe;
    __typeof__(&redisFreeSSLContext) free_context;
};

bool redis_has_tls(void)
{
    return true;
}

static int load(struct library *ret, char **ret_error)
{
    void *handle;
    const char *why;
    const struct {
        void *target;
        const char *name;
    } symbols[] = {
        {&ret->init, "redisInitOpenSSL"},
        {&ret->create, "redisCreateSSLContext"},
        {&ret->initiate, "redisInitiateSSLWithContext"},
        {&ret->describe, "redisSSLContextGetError"},
        {&ret->free_context, "redisFreeSSLContext"},
    };

    /* it stays: OpenSSL cannot be unloaded */
    if (memory_check(library_open(LIBRARY, RTLD_NOW | RTLD_LOCAL, &handle, &why)) < 0)
        return memory_error(ret_error, -ELIBACC, "TLS: %s", why);
    for (size_t i = 0; i < ELEMENTS(symbols); i++) {
        *(void **)symbols[i].target = dlsym(handle, symbols[i].name);
        if (!*(void **)symbols[i].target)
            return memory_error(ret_error, -ELIBACC, "TLS: %s has no %s", LIBRARY, symbols[i].name);
    }
    return 0;
}

/* The library's handshake reads until it is done. */
static int shake_hands(const struct library *library, struct tls *tls, redisContext *context, double seconds,
                       const int *cancel, char **ret_error)
{
    struct watchdog *watchdog = NULL;
    int error = watchdog_begin(context->fd, seconds, cancel, &watchdog), result;

    if (error < 0)
        return memory_error(ret_error, error, "TLS: %s", strerror(-error));
    result = library->initiate(context, tls->context);
    if (watchdog_end(watchdog))
        return memory_error(ret_error, -ETIMEDOUT, "TLS: no answer within %g s", round(seconds * 10) / 10);
    if (result != REDIS_OK)
        return memory_error(ret_error, -EPROTO, "TLS: %s", context->errstr);
    if (fcntl(context->fd, F_SETFL, fcntl(context->fd, F_GETFL) | O_NONBLOCK) < 0)
        return memory_error(ret_error, -errno, "TLS: %s", strerror(errno));
    context->flags &= ~REDIS_BLOCK;
    return 0;
}

int tls_start(struct redisContext *context, const struct redis_endpoint *endpoint, double seconds,
              const int *cancel, struct tls **ret, char **ret_error)
{
    redisSSLContextError ssl_error = REDIS_SSL_CTX_NONE;
    struct library library;
    struct tls *tls;
    int error = load(&library, ret_error);

    if (error < 0)
        return error;
    tls = memory_new(1, sizeof(*tls));
    library.init();
    tls->free_context = library.free_context;
    tls->context = library.create(endpoint->ca_file, NULL, endpoint->certificate, endpoint->key,
                                  endpoint->host, &ssl_error);
    if (!tls->context)
        error = memory_error(ret_error, -EINVAL, "TLS: %s", library.describe(ssl_error));
    else
        error = shake_hands(&library, tls, context, seconds, cancel, ret_error);
    if (error < 0)
        tls_stop(tls);
    else
        *ret = tls;
    return error;
}

void tls_stop(struct tls *tls)
{
    if (tls && tls->context)
        tls->free_context(tls->context);
    free(tls);
}

#else

bool redis_has_tls(void)
{
    return false;
}

int tls_start(struct redisContext *context, const struct redis_endpoint *endpoint, double seconds,
              const int *cancel, struct tls **ret, char **ret_error)
{
    (void)context;
    (void)endpoint;
    (void)seconds;
    (void)cancel;
    (void)ret;
    return memory_error(
        ret_error, -EOPNOTSUPP,
        "TLS: this build's hiredis has none (it came with 1.0.0): use the server's unix socket, or a "
        "port without TLS");
}

void tls_stop(struct tls *tls)
{
    (void)tls;
}

#endif
