/* SPDX-License-Identifier: MIT */
/* The threads that try the addresses of one server.
 * Owns who is tried when, and which one is taken. */
#include "redis/reach.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "util/budget.h"
#include "util/memory.h"

const double redis_patience = 0.25;
static const double shortest = 0.05; /* nothing is begun with less */

enum { STACK_SIZE = 256 * 1024 };

enum progress { ATTEMPT_NONE, ATTEMPT_RUNS, ATTEMPT_DONE };

struct attempt {
    struct redis_reach *reach;
    size_t index;
    pthread_t thread;
    bool has_thread;
    enum progress progress;
    int error;
    struct redis_connection *connection;
    char *message;
};

struct redis_reach {
    struct redis_way way;
    struct redis_limits limits;
    int cancel;   /* an eventfd */
    double until; /* CLOCK_MONOTONIC */
    pthread_mutex_t mutex;
    pthread_cond_t moved; /* an attempt is done */
    size_t running;
    size_t count;
    struct attempt attempts[];
};

/* What the server itself said is final, whichever address it said it at. */
static bool is_final(int error)
{
    return error == 0 || error == -EACCES || error == -EUSERS;
}

/* --- one attempt --- */

static void try_one(struct attempt *attempt)
{
    struct redis_reach *reach = attempt->reach;
    struct redis_limits limits = reach->limits;
    struct redis_connection *connection = NULL;
    char *message = NULL;
    int error;

    limits.total = reach->until - budget_now();
    error = reach->way.connect(reach->way.data, attempt->index, &limits, &connection, &message);
    pthread_mutex_lock(&reach->mutex);
    attempt->error = error;
    attempt->connection = connection;
    attempt->message = message;
    attempt->progress = ATTEMPT_DONE;
    reach->running--;
    pthread_cond_signal(&reach->moved);
    pthread_mutex_unlock(&reach->mutex);
}

static void *run(void *data)
{
    try_one(data);
    return NULL;
}

/* Without a thread it is tried by this one: all the same, only slower. Called with the mutex held. */
static void start(struct redis_reach *reach, struct attempt *attempt)
{
    pthread_attr_t attributes;

    attempt->progress = ATTEMPT_RUNS;
    reach->running++;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    attempt->has_thread = pthread_create(&attempt->thread, &attributes, run, attempt) == 0;
    pthread_attr_destroy(&attributes);
    if (!attempt->has_thread) {
        pthread_mutex_unlock(&reach->mutex);
        try_one(attempt);
        pthread_mutex_lock(&reach->mutex);
    }
}

/* --- all of them --- */

static struct attempt *find(struct redis_reach *reach, bool (*is_wanted)(const struct attempt *))
{
    for (size_t i = 0; i < reach->count; i++)
        if (is_wanted(&reach->attempts[i]))
            return &reach->attempts[i];
    return NULL;
}

static bool is_decided(const struct attempt *attempt)
{
    return attempt->progress == ATTEMPT_DONE && is_final(attempt->error);
}

static bool is_done(const struct attempt *attempt)
{
    return attempt->progress == ATTEMPT_DONE;
}

static bool is_running(const struct attempt *attempt)
{
    return attempt->progress == ATTEMPT_RUNS;
}

static bool is_new(const struct attempt *attempt)
{
    return attempt->progress == ATTEMPT_NONE;
}

/* Until something moved, at the latest until then. The mutex is held. */
static void wait_until(struct redis_reach *reach, double moment)
{
    struct timespec time = {.tv_sec = (time_t)moment,
                            .tv_nsec = (long)((moment - (double)(time_t)moment) * 1e9)};

    pthread_cond_timedwait(&reach->moved, &reach->mutex, &time);
}

/* The best that is decided, once no better one is under way or the way's patience for it is over; NULL: none
 * of all that could be tried in this time. The mutex is held. */
static struct attempt *try_all(struct redis_reach *reach)
{
    double grace_ends = 0, silent_from = 0, last_moment = reach->until + reach->way.patience;
    bool is_silent = false;

    for (;;) {
        struct attempt *decided = find(reach, is_decided), *running = find(reach, is_running);
        double moment = budget_now();
        struct attempt *next = moment < reach->until - shortest ? find(reach, is_new) : NULL;

        if (decided) {
            if (grace_ends == 0)
                grace_ends = moment + reach->way.patience;
            if (!running || running > decided || moment >= grace_ends)
                return decided;
            wait_until(reach, grace_ends);
        } else if ((!running && !next) || moment >= last_moment) {
            return NULL;
        } else if (next && (!running || (is_silent && reach->running < reach->way.at_once))) {
            start(reach, next);
            silent_from = moment + reach->way.patience;
        } else if (next && !is_silent) {
            wait_until(reach, silent_from);
            is_silent = budget_now() >= silent_from;
        } else {
            wait_until(reach, last_moment);
        }
    }
}

/* Why none could be reached: what was in the way of the best address, and what of the others is not known. */
static int explain(struct redis_reach *reach, size_t *ret_used, char **ret_error)
{
    const struct attempt *first = find(reach, is_done);
    const char *why = first && first->message ? first->message : "no answer in the time of this run";
    size_t tried = 0;
    int error = first ? first->error : -ETIMEDOUT;

    for (size_t i = 0; i < reach->count; i++)
        tried += reach->attempts[i].progress != ATTEMPT_NONE;
    *ret_used = first ? first->index : 0;
    if (tried < reach->count)
        return memory_error(ret_error, error, "%s; of its %zu addresses %zu were not tried in that time", why,
                            reach->count, reach->count - tried);
    return memory_error(ret_error, error, "%s", why);
}

static int begin(const struct redis_way *way, const struct redis_limits *limits, struct redis_reach **ret)
{
    struct redis_reach *reach = memory_new(1, sizeof(*reach) + way->count * sizeof(*reach->attempts));
    pthread_condattr_t attributes;

    reach->cancel = eventfd(0, EFD_CLOEXEC);
    if (reach->cancel < 0) {
        free(reach);
        return -errno;
    }
    reach->way = *way;
    reach->limits = *limits;
    reach->limits.account = NULL; /* that is for one at a time */
    reach->limits.cancel = &reach->cancel;
    reach->until = budget_now() + limits->total;
    reach->count = way->count;
    for (size_t i = 0; i < way->count; i++) {
        reach->attempts[i].reach = reach;
        reach->attempts[i].index = i;
    }
    pthread_mutex_init(&reach->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&reach->moved, &attributes);
    pthread_condattr_destroy(&attributes);
    *ret = reach;
    return 0;
}

int redis_reach(const struct redis_way *way, const struct redis_limits *limits,
                struct redis_reach **ret_reach, size_t *ret_used, struct redis_connection **ret,
                char **ret_error)
{
    struct redis_reach *reach = NULL;
    struct attempt *taken;
    int error;

    *ret_used = 0;
    if (way->count == 1)
        return way->connect(way->data, 0, limits, ret, ret_error);
    error = begin(way, limits, &reach);
    if (error < 0 || !reach)
        return memory_error(ret_error, error, "%s", strerror(-error));
    *ret_reach = reach;
    pthread_mutex_lock(&reach->mutex);
    taken = try_all(reach);
    if (!taken) {
        error = explain(reach, ret_used, ret_error);
    } else {
        *ret_used = taken->index;
        error = taken->error;
        if (error < 0)
            memory_error(ret_error, error, "%s", taken->message ? taken->message : strerror(-error));
        else
            *ret = taken->connection;
        taken->connection = NULL;
    }
    pthread_mutex_unlock(&reach->mutex);
    return error;
}

void redis_reach_end(struct redis_reach *reach)
{
    const uint64_t one = 1;

    if (!reach)
        return;
    if (write(reach->cancel, &one, sizeof(one)) < 0) {
        /* then they end by their own limits */
    }
    for (size_t i = 0; i < reach->count; i++) {
        struct attempt *attempt = &reach->attempts[i];

        if (attempt->has_thread)
            pthread_join(attempt->thread, NULL);
        redis_disconnect(attempt->connection);
        free(attempt->message);
    }
    pthread_cond_destroy(&reach->moved);
    pthread_mutex_destroy(&reach->mutex);
    close(reach->cancel);
    free(reach);
}
