/* SPDX-License-Identifier: MIT */
/* The part of `explain` that takes log lines. */
#pragma once

#include "cmd/command.h"

/* Whether the text is a log line with a known message. */
bool explain_knows_line(const char *text);

/* Explains the lines of the text, or of standard input where it is "-". An exit_status; logs on error. */
int explain_log(const struct options *options, const char *text, int width);
