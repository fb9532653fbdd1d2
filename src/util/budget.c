/* SPDX-License-Identifier: MIT */
/* Shares of what a run may use.
 * Owns how much that is in all, and who has how much of it. */
#include "util/budget.h"

#include "util/cleanup.h"
#include "util/memory.h"

const double budget_seconds = 10;

enum {
    CONFIG_BYTES = 16 << 20, /* Redis' own example has 110 KiB: a hundred servers need less */
    LOG_BYTES = 256 << 20,
    DESCRIPTORS = 1 << 20,
};

void budget_begin(struct budget *budget, double interval)
{
    *budget = (struct budget){
        .started = budget_now(),
        .total =
            {[BUDGET_CONFIG] = CONFIG_BYTES, [BUDGET_LOG] = LOG_BYTES, [BUDGET_DESCRIPTORS] = DESCRIPTORS},
    };
    budget->deadline = budget->started + interval + budget_seconds;
}

double budget_time_left(const struct budget *budget)
{
    double left = budget->deadline - budget_now();

    return left > 0 ? left : 0;
}

bool budget_share_is_over(const struct budget_share *share)
{
    return budget_now() >= share->until;
}

size_t *budget_order(size_t count, bool (*is_trusted)(void *data, size_t index), void *data,
                     size_t *ret_trusted)
{
    size_t *order = memory_new(count, sizeof(*order)), n = 0;

    for (size_t i = 0; i < count; i++)
        if (is_trusted(data, i))
            order[n++] = i;
    *ret_trusted = n;
    for (size_t i = 0; i < count; i++)
        if (!is_trusted(data, i))
            order[n++] = i;
    return order;
}

struct turn {
    struct budget *budget;
    enum budget_kind kind;
    const struct budget_queue *queue;
    double strangers_until; /* 0: none of them had its turn yet */
    bool (*serve)(void *data, size_t index, struct budget_share *share);
    void *data;
};

/* Until when those who wait may take the time. What strangers leave is for the trusted ones' next kind. */
static double end_of_time(struct turn *turn, size_t place)
{
    double now = budget_now(), left = budget_time_left(turn->budget);

    if (turn->queue->trusted == 0 || place < turn->queue->trusted)
        return now + left;
    if (turn->strangers_until == 0)
        turn->strangers_until = now + left / 2;
    return turn->strangers_until > now ? turn->strangers_until : now;
}

/* waiting: those that are still to be served, with this one. *held: what one that was cut keeps for its next
 * turn, in which it begins anew. */
static bool serve_one(struct turn *turn, size_t place, size_t waiting, size_t *held)
{
    const struct budget_queue *queue = turn->queue;
    size_t *left = &turn->budget->left[turn->kind];
    double now = budget_now();
    struct budget_share share = {
        .amount = *left / waiting,
        .until = now + (end_of_time(turn, place) - now) / (double)waiting,
    };
    size_t amount = share.amount;
    bool is_cut = turn->serve(turn->data, queue->order ? queue->order[place] : place, &share);

    if (is_cut)
        *held += amount;
    else
        amount = share.used < amount ? share.used : amount;
    *left -= amount;
    return is_cut;
}

void budget_serve(struct budget *budget, enum budget_kind kind, const struct budget_queue *queue,
                  bool (*serve)(void *data, size_t index, struct budget_share *share), void *data)
{
    struct turn turn = {.budget = budget, .kind = kind, .queue = queue, .serve = serve, .data = data};
    _cleanup_free_ size_t *cut = memory_new(queue->count, sizeof(*cut)); /* places in the queue */
    size_t cut_count = 0, held = 0;

    budget->left[kind] = budget->total[kind];
    for (size_t place = 0; place < queue->count; place++)
        if (serve_one(&turn, place, queue->count - place, &held))
            cut[cut_count++] = place;
    budget->left[kind] += held;
    /* one alone has had all of it already */
    for (size_t i = 0; i < cut_count && queue->count > 1; i++)
        serve_one(&turn, cut[i], cut_count - i, &held);
}
