/* SPDX-License-Identifier: MIT */
/* What stands around a message in a log of Redis (2.6 and later) or Valkey. Bytes in, nothing kept: a line
 * may hold anything. */
#pragma once

#include <stddef.h>

enum { LOG_LINE_MAX = 4096 }; /* what is looked at of a line; the servers cut theirs at 1,024 */

/* A part of the line, not terminated. */
struct log_part {
    const char *text; /* NULL: not there */
    size_t size;
};

/* What stands around the message. Whatever comes before the frame (of the journal, of a container's log) is
 * skipped; without a frame, as in syslog or in what --check-system prints, all but the message is absent. */
struct log_frame {
    struct log_part pid, time, message;
    char role;  /* 'M', 'S', 'C' or 'X' as the servers have it; 0: not stated */
    char level; /* '.', '-', '*' or '#' */
};

/* The parts of a line of at most LOG_LINE_MAX bytes (what is beyond is not looked at), without its line end.
 */
struct log_frame log_frame_parse(const char *line, size_t size);

/* A copy of at most 200 bytes, escaped (util/escape.h). */
char *log_part_copy(struct log_part part);
