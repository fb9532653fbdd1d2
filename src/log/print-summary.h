/* SPDX-License-Identifier: MIT */
/* What a log said, explained: for a person, and as JSON, version 1:
 * {"version":1,"read":N,"cut":N,"unclear":N,"lines":[{"id","count","first","last","message","written_by","meaning","wrong",
 *  "now","now_reason","remedy","see","is_cut"}]}, in the order of the log. What is not stated or does not
 * apply is null; "now" is "yes", "no" or "unknown". */
#pragma once

#include <stdio.h>

#include "log/summary.h"

void log_summary_render_text(FILE *out, const struct log_summary *summary, int width);

/* The text, with a newline at its end; owned by the caller. */
char *log_summary_render_json(const struct log_summary *summary);
