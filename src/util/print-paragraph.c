/* SPDX-License-Identifier: MIT */
/* Owns where a line ends. */
#include "util/print-paragraph.h"

#include <stdbool.h>
#include <string.h>

void paragraph_print_labelled(FILE *out, const char *label, int indent, const char *text, size_t length,
                              int width)
{
    int column = fprintf(out, "  %-*s", indent - 2, label);
    const char *end = text + length;
    bool is_first = true;

    while (text < end) {
        size_t word = strcspn(text, " ");

        if (word > (size_t)(end - text))
            word = (size_t)(end - text);
        if (!is_first && column + 1 + (int)word > width) {
            column = fprintf(out, "\n%*s", indent, "") - 1;
            is_first = true;
        }
        column += fprintf(out, "%s%.*s", is_first ? "" : " ", (int)word, text);
        is_first = false;
        text += word;
        while (text < end && *text == ' ')
            text++;
    }
    fputc('\n', out);
}

void paragraph_print(FILE *out, const char *text, int width)
{
    paragraph_print_labelled(out, "", 2, text, strlen(text), width);
}
