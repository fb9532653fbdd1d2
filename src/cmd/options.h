/* SPDX-License-Identifier: MIT */
/* Command line options: one table for parsing and for help. */
#pragma once

#include <stdio.h>

#include "cmd/command.h"

/* Parses the arguments of main. *ret_command is the command that was named. False: that is all, and
 * *ret_status is the exit status to end with (help was printed, or an error was logged). */
bool options_parse(int argc, char **argv, const struct command *const *commands,
                   const struct command **ret_command, struct options *ret, int *ret_status);
void options_done(struct options *options);
