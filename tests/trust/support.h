/* SPDX-License-Identifier: MIT */
/* What every campaign needs: an end to a broken harness, text that grows, work on several processes. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* The harness itself cannot go on: says why and exits with 2. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

void *must_allocate(size_t size);
void *must_grow(void *memory, size_t size);
char *must_duplicate(const char *text);
__attribute__((format(printf, 1, 2))) char *must_print(const char *format, ...);

struct text {
    char *data; /* NULL: nothing was said */
    size_t size;
};
__attribute__((format(printf, 2, 3))) void text_say(struct text *text, const char *format, ...);
void text_done(struct text *text);

/* --- options and results --- */

struct campaign {
    const char *name;
    const char *program; /* absolute */
    char *directory;     /* this campaign's own, in memory where that is possible */
    unsigned jobs;
    unsigned show;   /* faults to be shown for each scenario */
    long only_point; /* -1: all */
    bool is_long;    /* all errnos and the like */
};

/* --jobs=N --show=N --point=N --long PROGRAM [SCENARIO...]; returns the index of the first scenario. */
int campaign_open(struct campaign *campaign, const char *name, int argc, char **argv);
/* Whether names has this one, or none at all. */
bool campaign_is_asked_for(const char *name, char **names);
/* Prints the sum and returns the exit status: 1 where there was a fault. */
int campaign_close(struct campaign *campaign);
/* A line of the table, and its numbers for the sum. */
void campaign_count(struct campaign *campaign, const char *what, unsigned long points, unsigned long faults,
                    unsigned long not_reached);

/* --- points in parallel --- */

enum point_result {
    POINT_HELD,
    POINT_NOT_REACHED,
    POINT_FAULT,
};

/* Tries one point in the worker's own directory; what is wrong goes to *complaint. */
typedef enum point_result point_function(const char *directory, unsigned long point, void *data,
                                         struct text *complaint);

/* Tries the points 0 to count - 1 on campaign->jobs processes and counts them as `what`. */
void campaign_try(struct campaign *campaign, const char *what, unsigned long count, point_function *function,
                  void *data);
