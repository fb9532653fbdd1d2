/* SPDX-License-Identifier: MIT */
/* Command line options: one table for parsing and for help. */
#pragma once

#include <stdio.h>

#include "cmd/command.h"

/* Parses the arguments of main. *ret_command is the command that was named. Returns a negative value to go on
 * with it, else the exit status to end with (help was printed, or an error was logged). */
int options_parse(int argc, char **argv, const struct command *const *commands,
                  const struct command **ret_command, struct options *ret);

void options_done(struct options *options);
