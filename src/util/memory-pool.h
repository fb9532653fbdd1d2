/* SPDX-License-Identifier: MIT */
/* Memory for what many servers answer at once, so that all together stay below one limit whatever any of them
 * sends. Every server has a part for the answer that comes in at the moment; one at a time may have much more
 * than that, the others wait for their turn. What is kept of the answers is shared out besides: a server may
 * keep what the others leave, and at least one part of as many as there are. Used by several threads. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct memory_pool;

/* For so many servers. */
struct memory_pool *memory_pool_new(size_t count);
void memory_pool_free(struct memory_pool *pool);

/* One server's, used by one thread at a time. */
struct memory_account {
    struct memory_pool *pool; /* NULL: nothing is limited */
    double until;             /* CLOCK_MONOTONIC: how long it may wait for its turn */
    size_t kept;
    bool has_turn;
    double turn_ends; /* where others wait */
};

/* Its answer takes so many bytes by now. Waits for its turn where that is more than its part. -ENOBUFS: it is
 * more than what one may have, its turn did not come, or is over. */
int memory_account_hold(struct memory_account *account, size_t bytes);

/* Seconds until it has to ask again with memory_account_hold, whether more has come or not; INFINITY: only
 * when more comes. */
double memory_account_patience(const struct memory_account *account);

/* The answer was freed. */
void memory_account_let_go(struct memory_account *account);

/* It keeps so many bytes more. -ENOBUFS: there is no room for them. */
int memory_account_keep(struct memory_account *account, size_t bytes);

/* It is not asked any more: what it does not keep is the others'. */
void memory_account_end(struct memory_account *account);
