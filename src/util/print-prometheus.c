/* SPDX-License-Identifier: MIT */
/* Prometheus' text format.
 * Owns its escapes. */
#include "util/print-prometheus.h"

#include <stdbool.h>
#include <string.h>

#include "util/escape.h"

void prometheus_print_header(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void prometheus_print_label(FILE *out, const char *value)
{
    size_t size = strlen(value);

    fputc('"', out);
    for (size_t at = 0; at < size;) {
        struct character character = character_at(value + at, size - at);
        char escape[ESCAPE_SIZE];

        if (value[at] == '\n') {
            fputs("\\n", out);
        } else if (value[at] == '"' || value[at] == '\\') {
            fprintf(out, "\\%c", value[at]);
        } else if (character.kind == CHARACTER_SHOWN) {
            fwrite(value + at, 1, character.bytes, out);
        } else { /* the format has no escape for it: ours, whose backslash is one of the value */
            character_escape(&character, escape);
            fprintf(out, "\\%s", escape);
        }
        at += character.bytes;
    }
    fputc('"', out);
}

void prometheus_print_sample(FILE *out, const char *name, const struct prometheus_label *labels, int value)
{
    char before = '{';

    fputs(name, out);
    for (; labels->name; labels++) {
        if (!labels->value)
            continue;
        fprintf(out, "%c%s=", before, labels->name);
        prometheus_print_label(out, labels->value);
        before = ',';
    }
    fprintf(out, "%s %d\n", before == ',' ? "}" : "", value);
}
