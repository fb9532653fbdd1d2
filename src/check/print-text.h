/* SPDX-License-Identifier: MIT */
/* The report of check for a person: one table of at most 100 columns, then a line for each problem and note.
 */
#pragma once

#include <stdio.h>

#include "check/report.h"

void check_render_text(FILE *out, const struct check_report *report);

/* "OBJECT: VALUE, by FILE:LINE", and a line for each who has a say and not the last word. */
void check_render_next_boot(FILE *out, const struct plan *plan);
