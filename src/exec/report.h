/* SPDX-License-Identifier: MIT */
#pragma once

/* One line to fd, "redis-hosttune-exec: " in front, what a terminal would obey escaped (util/escape.h),
 * cut at 1 KiB.
 * Neither blocks for long nor raises SIGPIPE or SIGXFSZ: where nobody reads or no room is left, the line is
 * lost. */
void report_line(int fd, const char *text);
