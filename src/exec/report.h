/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* One line on stderr, "redis-hosttune-exec: " in front, control characters made harmless, cut at 1 KiB.
 * Neither blocks for long nor raises SIGPIPE: where nobody reads, the line is lost. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same to a descriptor of the caller's choice. */
void report_to(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
