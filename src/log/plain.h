/* SPDX-License-Identifier: MIT */
/* A line of a log as its server wrote it, out of what carries it: docker's json-file, the journal's JSON,
 * Valkey's own (log-format json, from 9 on), and the colours that a terminal gets. */
#pragma once

#include "log/frame.h"

/* The line itself where nothing carries it, else what is put together of it in the buffer: of Valkey's JSON
 * "PID:ROLE TIME LEVEL MESSAGE", of the journal's "IDENTIFIER[PID]: MESSAGE", of what another program has in
 * its own JSON "json: MESSAGE". A line that is cut is read as far as it goes. */
struct log_part log_plain(const char *line, size_t size, char buffer[static LOG_LINE_MAX]);
