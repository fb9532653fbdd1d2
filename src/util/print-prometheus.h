/* SPDX-License-Identifier: MIT */
/* The text format that Prometheus reads (exposition format 0.0.4). */
#pragma once

#include <stdio.h>

/* "# HELP NAME …" and "# TYPE NAME TYPE"; help is one line. */
void prometheus_print_header(FILE *out, const char *name, const char *type, const char *help);

/* The value of a label with its quotes: backslash, quote and newline are escaped, control characters and what
 * is no UTF-8 become '?'. */
void prometheus_print_label(FILE *out, const char *value);

struct prometheus_label {
    const char *name;
    const char *value; /* NULL: there is none */
};

/* One series with its value. labels end with one without a name. */
void prometheus_print_sample(FILE *out, const char *name, const struct prometheus_label *labels, int value);
