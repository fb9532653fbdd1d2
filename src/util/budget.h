/* SPDX-License-Identifier: MIT */
/* What one run may use, so that no process of a stranger can multiply it: time, bytes, memory, descriptors.
 * A server's share is what the others leave, and at least one part of as many as there are servers: a server
 * that is alone has all of it. What is streamed from /proc costs time alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum budget_kind {
    BUDGET_TIME,        /* nothing but time is counted */
    BUDGET_CONFIG,      /* bytes of configuration files with their includes */
    BUDGET_LOG,         /* bytes of logs */
    BUDGET_DESCRIPTORS, /* entries of /proc/PID/fd that are looked at */
    BUDGET_CONNECTIONS, /* that are tried beside the one that a server is asked over; set by who asks */
    BUDGET_KINDS,
};

struct budget {
    double started, deadline; /* CLOCK_MONOTONIC, seconds */
    size_t total[BUDGET_KINDS], left[BUDGET_KINDS];
};

/* Seconds that a run may take besides the interval between its samples. */
extern const double budget_seconds;

/* The run begins now. */
void budget_begin(struct budget *budget, double interval);

/* Seconds of CLOCK_MONOTONIC. */
double budget_now(void);

/* 0: there is none left. */
double budget_time_left(const struct budget *budget);

/* One server's share. */
struct budget_share {
    size_t amount; /* of the kind that is shared out */
    double until;  /* the moment when the next one's time begins */
    size_t used;   /* what was used of the amount: the user sets it */
};

/* Whether its time is over; cheap enough to be asked for each line of a file. */
bool budget_share_is_over(const struct budget_share *share);

/* Who is served, in which order. */
struct budget_queue {
    size_t count;
    const size_t *order; /* NULL: as they come */
    /* So many stand in front whom the others, of whom there may be any number, are to take no time from:
     * these have no more than half of what is left behind them; 0: there are none. */
    size_t trusted;
};

/* All of them, those who are trusted in front, each part as they come: .order and .trusted. The order is
 * owned by the caller. */
size_t *budget_order(size_t count, bool (*is_trusted)(void *data, size_t index), void *data,
                     size_t *ret_trusted);

/* Serves all of them, each with its share. serve says whether the share did not suffice: it is served once
 * more then, when the others have left what they do not need, and whatever it said then stands. */
void budget_serve(struct budget *budget, enum budget_kind kind, const struct budget_queue *queue,
                  bool (*serve)(void *data, size_t index, struct budget_share *share), void *data);
