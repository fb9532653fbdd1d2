/* SPDX-License-Identifier: MIT */
/* The report of check for node_exporter's textfile collector, in Prometheus' text format. */
#pragma once

#include <stdio.h>

#include "check/report.h"

void check_render_prometheus(FILE *out, const struct check_report *report);
