/* SPDX-License-Identifier: MIT */
/* The threads that ask.
 * Owns how many there are, and how much of the run each server may have. */
#include "cmd/diagnose-ask.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "util/cleanup.h"
#include "util/memory-pool.h"
#include "util/memory.h"

enum {
    THREADS_MAX = 128,      /* they wait for the interval most of the time */
    CONNECTIONS_MAX = 256,  /* besides, where a server has addresses that stay silent */
    DESCRIPTORS_KEPT = 128, /* for all else that is open */
    STACK_SIZE = 512 * 1024,
    MMAP_THRESHOLD = 128 * 1024,
};

static const double rest_seconds = 2.5; /* for what is read of the processes when they were asked */

struct plan_of_asking {
    struct asking *asking;
    struct memory_pool *pool;
    struct redis_share *shares;
    size_t *order; /* who may be proven comes first */
    size_t proven; /* so many */
    size_t threads;
    double until;
    size_t next; /* the place in the order of the first that nobody asks yet */
};

/* More servers than threads take turns, and so a part of the time. Strangers, of whom there may be any
 * number, take none from the units' servers. */
static double time_for(const struct plan_of_asking *plan, size_t place)
{
    size_t threads = __atomic_load_n(&plan->threads, __ATOMIC_RELAXED);
    size_t turns = (plan->asking->count - place + threads - 1) / threads;
    double now = budget_now();

    if (place < plan->proven && plan->proven <= threads)
        return plan->until;
    return now + (plan->until - now) / (double)turns;
}

static void *ask_in_turn(void *data)
{
    struct plan_of_asking *plan = data;
    struct asking *asking = plan->asking;
    size_t place;

    while ((place = __atomic_fetch_add(&plan->next, 1, __ATOMIC_RELAXED)) < asking->count) {
        size_t i = plan->order[place];
        struct redis_share *share = &plan->shares[i];

        share->until = share->account.until = time_for(plan, place);
        if (asking->targets[i].count > 0)
            redis_server_facts_read(&asking->targets[i], asking->query, server_peers_at(&asking->peers, i),
                                    share, &asking->servers[i].diagnosis.redis);
        else
            memory_account_end(&share->account);
    }
    return NULL;
}

/* Threads that cannot be had are done without: the others, and in the end this one, take their turns. */
static void run_threads(struct plan_of_asking *plan)
{
    pthread_t threads[THREADS_MAX];
    pthread_attr_t attributes;
    size_t n = 0, wanted = plan->threads;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (n < wanted && wanted > 1 && pthread_create(&threads[n], &attributes, ask_in_turn, plan) == 0)
        n++;
    __atomic_store_n(&plan->threads, n > 0 ? n : 1, __ATOMIC_RELAXED);
    ask_in_turn(plan);
    while (n > 0)
        pthread_join(threads[--n], NULL);
    pthread_attr_destroy(&attributes);
}

/* One address is tried by the thread that asks; the others need what is shared out here. */
static bool share_connections(void *data, size_t index, struct budget_share *share)
{
    struct plan_of_asking *plan = data;
    size_t count = plan->asking->targets[index].count, wanted = count > 1 ? count - 1 : 0;

    share->used = wanted < share->amount ? wanted : share->amount;
    plan->shares[index].at_once = 1 + share->used;
    return wanted > share->amount;
}

static bool may_be_proven(void *data, size_t index)
{
    struct asking *asking = data;

    return server_peer_unproven(server_peers_at(&asking->peers, index)) == NULL;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void make_plan(struct asking *asking, struct plan_of_asking *ret)
{
    struct budget *budget = asking->budget;
    struct budget_queue queue = {.count = asking->count};
    struct rlimit files = {.rlim_cur = 1024};
    size_t descriptors;

    getrlimit(RLIMIT_NOFILE, &files);
    descriptors = files.rlim_cur > DESCRIPTORS_KEPT + 2 ? files.rlim_cur - DESCRIPTORS_KEPT : 2;
    ret->asking = asking;
    ret->threads = smaller(smaller(asking->count, THREADS_MAX), (descriptors + 1) / 2);
    ret->until = budget->deadline - rest_seconds;
    ret->shares = memory_new(asking->count, sizeof(*ret->shares));
    ret->pool = memory_pool_new(asking->count);
    ret->order = budget_order(asking->count, may_be_proven, asking, &ret->proven);
    queue.order = ret->order;
    queue.trusted = ret->proven;
    for (size_t i = 0; i < asking->count; i++)
        ret->shares[i].account.pool = ret->pool;
    budget->total[BUDGET_CONNECTIONS] = smaller(CONNECTIONS_MAX, descriptors - ret->threads);
    budget_serve(budget, BUDGET_CONNECTIONS, &queue, share_connections, ret);
}

void asking_run(struct asking *asking)
{
    struct plan_of_asking plan = {0};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

    if (asking->count == 0)
        return;
    make_plan(asking, &plan);
    /* what was an answer goes back to the kernel at once */
    mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
    mallopt(M_ARENA_MAX, 2);
    sigaction(SIGPIPE, &ignore, &before); /* a server may close while we write */
    run_threads(&plan);
    sigaction(SIGPIPE, &before, NULL);
    memory_pool_free(plan.pool);
    free(plan.shares);
    free(plan.order);
}

void asking_done(struct asking *asking)
{
    for (size_t i = 0; i < asking->count; i++)
        redis_targets_done(&asking->targets[i]);
    free(asking->targets);
    server_peers_done(&asking->peers);
    *asking = (struct asking){0};
}
