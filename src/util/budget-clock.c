/* SPDX-License-Identifier: MIT */
/* The clock of a run. Apart from the shares, which end where memory does: what writes to the host looks at
 * the clock too, by util/root. */
#include <time.h>

#include "util/budget.h"

double budget_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
