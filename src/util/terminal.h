/* SPDX-License-Identifier: MIT */
/* Standard output and standard error. Every text that the program shows goes through here, and nothing else
 * knows these two: what others chose (names of files, values, what a server or a log says, arguments) is
 * escaped on its way, util/escape.h; newline and tab stay. Colours and the line that shows progress are our
 * own, and are added behind that. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Standard output, never NULL. Line by line where it is a terminal. */
FILE *terminal_out(void);

/* What others chose to any stream: a name, a value, one cell of a row. Newlines are escaped too. */
void terminal_print_text(FILE *out, const char *text);

/* One line to any stream, its newline behind it: one that is in an argument is escaped and ends no line. */
void terminal_print_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A whole text of JSON to standard output. Its escapes are JSON's: "\u009b", so that it says the same.
 * Takes the text over. */
void terminal_print_json(char *json);

/* Writes what is left. 0, or -errno of the first thing that could not be written. */
int terminal_flush(void);

/* One line on standard error, in one write where it is of a usual length; newlines in text are escaped.
 * prefix is ours. */
void terminal_say(const char *prefix, const char *text);

/* A line on standard error that the next one takes the place of; NULL takes it away. Only where a person sees
 * it: does nothing where standard error is no terminal. */
void terminal_show_progress(const char *text);

/* On a terminal that TERM calls by a name other than "dumb", unless NO_COLOR is set (no-color.org). */
bool terminal_has_colour(void);

/* Columns of the terminal, from 40 to most; 80 where there is none. */
int terminal_width(int most);

enum terminal_colour {
    COLOUR_NONE, /* changes nothing */
    COLOUR_RESET,
    COLOUR_BOLD,
    COLOUR_RED,
    COLOUR_GREEN,
    COLOUR_CYAN,
    COLOUR_BOLD_RED,
    COLOUR_BOLD_YELLOW,
};

/* The text that follows in out has this colour. out: terminal_out() or any other stream. */
void terminal_set_colour(FILE *out, enum terminal_colour colour);
