/* SPDX-License-Identifier: MIT */
/* The options' names and what --help says of them; cmd/options parses by the same table. */
#pragma once

#include "cmd/command.h"

struct option_spec {
    const char *name;
    const char *argument; /* NULL: none */
    const char *help;
};

extern const struct option_spec option_specs[OPTION_COUNT];

#define OPTIONS_EVERYWHERE (ACCEPTS(OPTION_HELP) | ACCEPTS(OPTION_VERSION))

struct option_format {
    const char *name;
    enum output_format format;
};

enum { OPTION_FORMATS_COUNT = 3 };
extern const struct option_format option_formats[OPTION_FORMATS_COUNT];

bool option_can_print(const struct command *command, enum output_format format);

/* "text, json"; static buffer. */
const char *option_format_names(const struct command *command);

void help_print_command(const struct command *command);
void help_print(const struct command *const *commands);
