/* SPDX-License-Identifier: MIT */
/* A thread that waits for the end of another's call.
 * Owns the shutting down of its socket. */
#include "redis/watchdog.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/budget.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { STACK_SIZE = 64 * 1024 };

struct watchdog {
    pthread_t thread;
    int fd, over; /* over: an eventfd */
    const int *cancel;
    double until; /* budget_now */
    bool has_bitten;
};

static void *watch(void *data)
{
    struct watchdog *watchdog = data;
    struct pollfd events[] = {
        {.fd = watchdog->over, .events = POLLIN},
        {.fd = watchdog->cancel ? *watchdog->cancel : -1, .events = POLLIN},
    };
    double left;

    do {
        left = watchdog->until - budget_now();
        if (left > 0 && poll(events, ELEMENTS(events), (int)(left * 1000) + 1) < 0)
            events[0].revents = events[1].revents = 0;
        if (events[0].revents)
            return NULL;
    } while (left > 0 && !events[1].revents);
    watchdog->has_bitten = true;
    shutdown(watchdog->fd, SHUT_RDWR);
    return NULL;
}

static int start(struct watchdog *watchdog)
{
    pthread_attr_t attributes;
    int error;

    watchdog->over = eventfd(0, EFD_CLOEXEC);
    if (watchdog->over < 0)
        return -errno;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    error = pthread_create(&watchdog->thread, &attributes, watch, watchdog);
    pthread_attr_destroy(&attributes);
    if (error != 0)
        close(watchdog->over);
    return -error;
}

int watchdog_begin(int fd, double seconds, const int *cancel, struct watchdog **ret)
{
    _cleanup_free_ struct watchdog *watchdog = memory_new(1, sizeof(*watchdog));
    int error;

    *watchdog = (struct watchdog){.fd = fd, .cancel = cancel, .until = budget_now() + seconds};
    error = start(watchdog);
    if (error < 0)
        return error;
    *ret = TAKE_POINTER(watchdog);
    return 0;
}

bool watchdog_end(struct watchdog *watchdog)
{
    const uint64_t one = 1;
    bool has_bitten;

    if (!watchdog)
        return false;
    if (write(watchdog->over, &one, sizeof(one)) < 0) {
        /* then it ends by its time */
    }
    pthread_join(watchdog->thread, NULL);
    has_bitten = watchdog->has_bitten;
    close(watchdog->over);
    free(watchdog);
    return has_bitten;
}
