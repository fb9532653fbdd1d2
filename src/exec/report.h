/* SPDX-License-Identifier: MIT */
#pragma once

/* One line to fd, "redis-hosttune-exec: " in front, control characters made harmless, cut at 1 KiB.
 * Neither blocks for long nor raises SIGPIPE: where nobody reads, the line is lost. */
void report_line(int fd, const char *text);
