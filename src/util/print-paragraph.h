/* SPDX-License-Identifier: MIT */
/* Words in lines of a width. */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* Fills lines up to width, indented by two. */
void paragraph_print(FILE *out, const char *text, int width);

/* The same for a part of text; every line is indented so far, the first behind its label, which stands two
 * columns in. */
void paragraph_print_labelled(FILE *out, const char *label, int indent, const char *text, size_t length,
                              int width);
