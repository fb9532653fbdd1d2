/* SPDX-License-Identifier: MIT */
/* What diagnose found, for a person, as JSON and for Prometheus. */
#pragma once

#include <stdio.h>

#include "diagnose/report.h"
#include "plan/print-text.h"

/* Worst first, one block for each finding, for a note where has_notes; what is the same for several servers
 * once. Then what is suppressed and what is unknown, each with its reason, and a line for each server. width:
 * columns to fill. */
void diagnosis_render_text(FILE *out, const struct diagnosis_report *report, bool has_notes,
                           struct text_style style, int width);

/* For --watch: a block for each finding that got worse or came, a line for each that got better, and servers
 * that came or went; nothing where nothing changed. time: what stands in front of a change. Returns whether
 * there was any. */
bool diagnosis_render_changes(FILE *out, const struct diagnosis_report *before,
                              const struct diagnosis_report *now, const char *time, bool has_notes,
                              struct text_style style, int width);

/* Version 1: {"version":1,"servers":[{"address","version","unit","pid","trouble","findings":[{"id","section",
 * "result","evidence":{NAME:value},"units":{NAME:unit},"harm","remedy","reason","suppressed"}]}]}. Every
 * finding is there, passes too; what does not apply is null. Owned by the caller. */
char *diagnosis_render_json(const struct diagnosis_report *report);

/* Gauges: redis_hosttune_server_up, redis_hosttune_finding (0 pass or note, 1 warning, 2 critical; none where
 * unknown), redis_hosttune_finding_unknown, redis_hosttune_finding_suppressed. */
void diagnosis_render_prometheus(FILE *out, const struct diagnosis_report *report);
