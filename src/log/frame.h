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

/* What stands around the message. Without a frame, as in syslog or in what --check-system prints, the message
 * is the whole line and all else is absent. */
struct log_frame {
    struct log_part prefix; /* of others before the frame: of the journal, of a container's log */
    struct log_part pid, time, message;
    char role;  /* 'M', 'S', 'C' or 'X' as the servers have it; 0: not stated */
    char level; /* '.', '-', '*' or '#' */
};

/* The parts of a line of at most LOG_LINE_MAX bytes (what is beyond is not looked at), without its line end.
 */
struct log_frame log_frame_parse(const char *line, size_t size);

/* 'M' for "primary", '#' for "warning" and so on, as Valkey spells them out; 0: no such word. */
char log_role(struct log_part word);
char log_level(struct log_part word);

/* A copy, escaped (util/escape.h); of more than 200 bytes the words that fit and "[...]". */
char *log_part_copy(struct log_part part);
