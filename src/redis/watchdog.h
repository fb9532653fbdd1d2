/* SPDX-License-Identifier: MIT */
/* An end for calls that have none: a library that reads a socket until it has what it wants goes on for as
 * long as the other end sends a byte now and then, whatever the time-out of a single read is. */
#pragma once

#include <stdbool.h>

struct watchdog;

/* Shuts the socket down after so many seconds, or when the descriptor `cancel` (NULL: none) can be read, so
 * that whoever reads it finds its end. -errno: there is no thread to be had, or no descriptor. */
int watchdog_begin(int fd, double seconds, const int *cancel, struct watchdog **ret);

/* Whether it has shut the socket down; from here on it never will. Takes NULL, which has not. */
bool watchdog_end(struct watchdog *watchdog);
