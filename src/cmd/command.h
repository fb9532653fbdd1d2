/* SPDX-License-Identifier: MIT */
/* What a command is. Each command file ends with its row; adding a command is adding a file and its line in
 * main.c. */
#pragma once

#include <stdbool.h>

#include "util/root.h"

enum output_format {
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_PROMETHEUS,
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
    OPTION_FORCE,
    OPTION_FORGET,
    OPTION_DISABLE,
    OPTION_SERVER,
    OPTION_SOCKET,
    OPTION_HOST,
    OPTION_PORT,
    OPTION_USER,
    OPTION_PASSWORD_FILE,
    OPTION_SAME_PASSWORD,
    OPTION_TLS,
    OPTION_CACERT,
    OPTION_CERT,
    OPTION_KEY,
    OPTION_INTERVAL,
    OPTION_WATCH,
    OPTION_NOTES,
    OPTION_FAIL_ON,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT,
};

/* Which server, and as whom: all of it as it was given, NULL where not. */
struct server_options {
    const char *socket, *host;
    int port; /* 0: not given */
    const char *user, *password_file;
    bool is_same_password; /* for every server that is proven */
    bool is_tls;
    const char *ca_file, *certificate, *key;
};

struct options {
    struct root *root;
    enum output_format format;
    const char *format_name; /* as it was given; NULL: it was not */
    bool is_runtime_only;
    char **only;                /* NULL-terminated; NULL: all. Rows of the command's table */
    char **forced, **forgotten; /* as only; rows, objects and files of the saved state */
    char **servers;             /* as only; process ids and units: these count, proven or not */
    const char *out;
    const char *plan;
    bool disable;
    struct server_options server;
    bool has_interval;
    double interval; /* seconds */
    bool is_watching;
    bool has_notes;
    bool fails_on_critical_only;
    char *const *arguments; /* what follows the options, NULL-terminated */
};

struct command {
    const char *name;
    const char *arguments; /* for the usage line */
    const char *summary;
    unsigned long accepts; /* a bit for each option_id */
    unsigned formats;      /* a bit for each output_format; 0: text and JSON */
    bool takes_arguments;
    bool is_of_findings;     /* --only names findings; of all others, tunables */
    bool is_passed_through;  /* options behind the name are the arguments' own, and capabilities stay as they
                                are */
    bool inspects_processes; /* begins with what it takes to look at the processes of others, held back
                                (capabilities_hold_inspection), and drops it itself; all others begin with
                                nothing */
    bool asks_servers;       /* begins with that in effect, and with what it takes to use unix sockets of
                                others; drops it when it has gathered */
    int (*run)(const struct options *options); /* an exit_status */
};

#define ACCEPTS(option) (1UL << (option))
#define PRINTS(format)  (1U << (format))

extern const struct command command_diff, command_apply, command_revert, command_explain, command_exec,
    command_diagnose, command_check;
