/* SPDX-License-Identifier: MIT */
/* Who may hold how much.
 * Owns the sizes: together they leave room for the rest of the program below 256 MiB. */
#include "util/memory-pool.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "util/budget.h"
#include "util/memory.h"

static const size_t parts_bytes = 48UL << 20, /* of answers that come in, all parts together */
    turn_bytes = 96UL << 20,                  /* what the one whose turn it is has besides */
    kept_bytes = 40UL << 20;

static const double turn_shortest = 0.25, turn_longest = 1; /* seconds, where others wait */

struct memory_pool {
    pthread_mutex_t mutex;
    pthread_cond_t turn_is_free;
    size_t count;
    bool is_turn_taken;
    size_t waiting;
    size_t claimed; /* of what is kept: by each that may still want more its part at least */
};

struct memory_pool *memory_pool_new(size_t count)
{
    struct memory_pool *pool = memory_new(1, sizeof(*pool));
    pthread_condattr_t attributes;

    pool->count = count > 0 ? count : 1;
    pool->claimed = kept_bytes / pool->count * pool->count;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->turn_is_free, &attributes);
    pthread_condattr_destroy(&attributes);
    return pool;
}

void memory_pool_free(struct memory_pool *pool)
{
    if (!pool)
        return;
    pthread_cond_destroy(&pool->turn_is_free);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

/* --- the turn --- */

static double turn_length(const struct memory_account *account)
{
    double length = (account->until - budget_now()) / (double)(account->pool->waiting + 1);

    return fmax(turn_shortest, fmin(turn_longest, length));
}

static void take_turn(struct memory_account *account)
{
    account->pool->is_turn_taken = account->has_turn = true;
    account->turn_ends = budget_now() + turn_length(account);
}

static int wait_for_turn(struct memory_account *account)
{
    struct memory_pool *pool = account->pool;
    struct timespec until = {.tv_sec = (time_t)account->until,
                             .tv_nsec = (long)(fmod(account->until, 1) * 1e9)};
    int error = 0;

    pool->waiting++;
    while (pool->is_turn_taken && error == 0)
        error = pthread_cond_timedwait(&pool->turn_is_free, &pool->mutex, &until);
    pool->waiting--;
    if (pool->is_turn_taken)
        return -ENOBUFS;
    take_turn(account);
    return 0;
}

/* Whose turn is over goes on where nobody waits. */
static int go_on(struct memory_account *account)
{
    if (budget_now() < account->turn_ends)
        return 0;
    if (account->pool->waiting > 0)
        return -ENOBUFS;
    take_turn(account);
    return 0;
}

int memory_account_hold(struct memory_account *account, size_t bytes)
{
    struct memory_pool *pool = account->pool;
    size_t part = pool ? parts_bytes / pool->count : 0;
    int error;

    if (!pool || (bytes <= part && !account->has_turn))
        return 0;
    if (bytes > part + turn_bytes)
        return -ENOBUFS;
    pthread_mutex_lock(&pool->mutex);
    error = account->has_turn ? go_on(account) : wait_for_turn(account);
    pthread_mutex_unlock(&pool->mutex);
    return error;
}

double memory_account_patience(const struct memory_account *account)
{
    double left = account->turn_ends - budget_now();

    return !account->has_turn ? INFINITY : left > 0 ? left : 0;
}

void memory_account_let_go(struct memory_account *account)
{
    if (!account->has_turn)
        return;
    account->has_turn = false;
    pthread_mutex_lock(&account->pool->mutex);
    account->pool->is_turn_taken = false;
    pthread_cond_signal(&account->pool->turn_is_free);
    pthread_mutex_unlock(&account->pool->mutex);
}

/* --- what is kept --- */

static size_t claim_of(const struct memory_account *account, size_t kept)
{
    size_t part = kept_bytes / account->pool->count;

    return kept > part ? kept : part;
}

int memory_account_keep(struct memory_account *account, size_t bytes)
{
    struct memory_pool *pool = account->pool;
    size_t claimed;
    int error = 0;

    if (!pool)
        return 0;
    if (bytes > kept_bytes)
        return -ENOBUFS;
    pthread_mutex_lock(&pool->mutex);
    claimed = pool->claimed - claim_of(account, account->kept) + claim_of(account, account->kept + bytes);
    if (claimed > kept_bytes) {
        error = -ENOBUFS;
    } else {
        pool->claimed = claimed;
        account->kept += bytes;
    }
    pthread_mutex_unlock(&pool->mutex);
    return error;
}

void memory_account_end(struct memory_account *account)
{
    if (!account->pool)
        return;
    memory_account_let_go(account);
    pthread_mutex_lock(&account->pool->mutex);
    account->pool->claimed -= claim_of(account, account->kept) - account->kept;
    pthread_mutex_unlock(&account->pool->mutex);
    account->pool = NULL;
}
