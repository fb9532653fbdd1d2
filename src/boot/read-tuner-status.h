/* SPDX-License-Identifier: MIT */
/* Asks systemd how our own unit fared. */
#pragma once

#include "boot/tuner-status.h"

/* As root by PID 1's own socket, which needs no bus, else and for others by the bus; two seconds for all that
 * a run asks of it. Where no systemd can be asked nothing is known of it, which is no error: *ret is empty
 * then. */
void tuner_status_read(struct tuner_status *ret);
