/* SPDX-License-Identifier: MIT */
/* Prometheus' text format.
 * Owns its escapes. */
#include "render/prometheus.h"

void prometheus_print_header(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void prometheus_print_label(FILE *out, const char *value)
{
    fputc('"', out);
    for (; *value; value++)
        if (*value == '\n')
            fputs("\\n", out);
        else if (*value == '"' || *value == '\\')
            fprintf(out, "\\%c", *value);
        else
            fputc(*value, out);
    fputc('"', out);
}
