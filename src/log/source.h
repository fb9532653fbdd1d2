/* SPDX-License-Identifier: MIT */
/* Who has written a line of a stream that several may write to, and which version that server has. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "log/frame.h"

struct log_version {
    int major, minor, patch; /* 0, 0, 0: unknown */
};

enum { LOG_SOURCES_MAX = 64 }; /* that are kept in mind, the newest */

/* The versions that servers have told at their start. */
struct log_versions {
    struct {
        uint64_t source;
        struct log_version version;
    } told[LOG_SOURCES_MAX];
    size_t count; /* told in all; the place of the next one is count % LOG_SOURCES_MAX */
};

enum log_writer {
    LOG_WRITER_NOBODY, /* the line has no name before its message: whoever wrote it is not told */
    LOG_WRITER_SERVER, /* a server or a container by its name */
    LOG_WRITER_KERNEL,
    LOG_WRITER_SYSTEMD,
    LOG_WRITER_OTHER,
};

/* "redis_exporter", "-cli": what only bears a server's name. */
bool log_is_tool(struct log_part name);

/* A server by its name, and no tool. */
bool log_is_server(struct log_part name);

/* By what stands before a message that has no frame. */
enum log_writer log_writer(struct log_part prefix);

/* The same for all lines of one process in one stream: what stands before them but the time, and the pid of
 * their frame. */
uint64_t log_source(struct log_part prefix, struct log_part pid);

/* 0, 0, 0: this source has not told. */
struct log_version log_version_of(const struct log_versions *versions, uint64_t source);

void log_version_told(struct log_versions *versions, uint64_t source, struct log_version version);
