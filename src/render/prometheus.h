/* SPDX-License-Identifier: MIT */
/* The text format that Prometheus reads (exposition format 0.0.4). */
#pragma once

#include <stdio.h>

/* "# HELP NAME …" and "# TYPE NAME TYPE"; help is one line. */
void prometheus_print_header(FILE *out, const char *name, const char *type, const char *help);

/* The value of a label with its quotes: backslash, quote and newline are escaped. */
void prometheus_print_label(FILE *out, const char *value);
