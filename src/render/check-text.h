/* SPDX-License-Identifier: MIT */
/* The report of check for a person: one table of at most 100 columns, then a line for each problem and note.
 */
#pragma once

#include <stdio.h>

#include "model/check-report.h"

/* -ENOMEM. */
int check_render_text(FILE *out, const struct check_report *report);
