/* SPDX-License-Identifier: MIT */
/* How redis-hosttune.service fared in this boot. Filled by boot/read-tuner-status. */
#pragma once

#include <stdbool.h>

#include "plan/plan.h"

#define TUNER_UNIT "redis-hosttune.service"

struct tuner_status {
    bool has_failed; /* false: it has not, or no service manager could be asked */
    char result[32]; /* Result=, systemd.exec(5): "timeout", "exit-code", "signal", … */
    int status;      /* of its process: exit status, or signal */
};

/* "its time limit ended it half-way (Result=timeout)"; owned by the caller. */
char *tuner_status_describe(const struct tuner_status *status);

/* The objects of the plan that are not as wanted: what a tuner that failed did not reach, "thp.defrag, …".
 * Owned by the caller; "" where there are none. */
char *tuner_status_unreached(const struct plan *plan);
