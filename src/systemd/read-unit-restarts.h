/* SPDX-License-Identifier: MIT */
/* Asks systemd how often it has started a unit again by itself. */
#pragma once

/* NRestarts= of the unit, which a start by hand sets back to 0. -errno where no systemd can be asked; all
 * that a run asks of it takes two seconds at the most (-ETIMEDOUT). */
int unit_restarts_read(const char *unit, long long *ret);
