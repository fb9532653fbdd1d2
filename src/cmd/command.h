/* SPDX-License-Identifier: MIT */
/* What a command is. Each command file ends with its row; adding a command is adding a file and its line in
 * main.c. */
#pragma once

#include <stdbool.h>

#include "util/root.h"

enum output_format {
    FORMAT_TEXT,
    FORMAT_JSON,
};

enum exit_status {
    EXIT_DONE = 0,      /* in sync, or done */
    EXIT_DIFFERENT = 1, /* differences or findings */
    EXIT_TROUBLE = 2,   /* usage, unreadable, refused, failed */
};

enum option_id {
    OPTION_ROOT,
    OPTION_FORMAT,
    OPTION_RUNTIME,
    OPTION_ONLY,
    OPTION_OUT,
    OPTION_PLAN,
    OPTION_DISABLE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT,
};

struct options {
    struct root *root;
    enum output_format format;
    bool is_runtime_only;
    char **only; /* NULL-terminated; NULL: all */
    const char *out;
    const char *plan;
    bool disable;
    char *const *arguments; /* what follows the options, NULL-terminated */
};

struct command {
    const char *name;
    const char *arguments; /* for the usage line */
    const char *summary;
    unsigned long accepts; /* a bit for each option_id */
    bool takes_arguments;
    bool is_passed_through;  /* options behind the name are the arguments' own, and capabilities stay as they
                                are */
    bool inspects_processes; /* begins with what it takes to look at the processes of others, and drops it
                                itself (capabilities_drop_all) when it has gathered; all others begin with
                                nothing */
    int (*run)(const struct options *options); /* an exit_status */
};

#define ACCEPTS(option) (1UL << (option))

extern const struct command command_diff, command_apply, command_revert, command_explain, command_exec;
