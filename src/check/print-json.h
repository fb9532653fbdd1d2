/* SPDX-License-Identifier: MIT */
/* The report of check for programs: version 1 of its JSON. */
#pragma once

#include "check/report.h"

/* Owned by the caller. */
char *check_render_json(const struct check_report *report);
