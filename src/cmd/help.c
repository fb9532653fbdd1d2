/* SPDX-License-Identifier: MIT */
/* What --help prints.
 * Owns the options' names and every line about them. */
#include "cmd/help.h"

#include <stdio.h>
#include <string.h>

#include "util/terminal.h"

const struct option_spec option_specs[OPTION_COUNT] = {
    [OPTION_ROOT] = {"root", "DIR", "look at the tree below DIR instead of this host"},
    [OPTION_FORMAT] = {"format", "FORMAT", "how the result is printed: "},
    [OPTION_RUNTIME] = {"runtime", NULL, "the running kernel only, no files"},
    [OPTION_ONLY] = {"only", "NAME[,NAME...]", "only these; may be given again"},
    [OPTION_OUT] = {"out", "FILE", "save the plan, for apply --plan"},
    [OPTION_PLAN] = {"plan", "FILE", "refuse when anything moved since FILE was saved"},
    [OPTION_FORCE] = {"force", "NAME[,NAME...]", "put these back whoever changed them since"},
    [OPTION_FORGET] = {"forget", "NAME[,NAME...]", "leave these as they are, for good"},
    [OPTION_DISABLE] = {"disable", NULL, "do not apply again at the next boot either"},
    [OPTION_SERVER] = {"server", "PID|UNIT[,...]", "count these though they are not proven"},
    [OPTION_SOCKET] = {"socket", "PATH", "ask the server at this unix socket"},
    [OPTION_HOST] = {"host", "HOST", "ask the server at this address (127.0.0.1)"},
    [OPTION_PORT] = {"port", "PORT", "and at this port (6379)"},
    [OPTION_USER] = {"user", "NAME", "authenticate as this user of its ACL"},
    [OPTION_PASSWORD_FILE] = {"password-file", "FILE", "its password; else REDISCLI_AUTH has it"},
    [OPTION_SAME_PASSWORD] = {"same-password", NULL, "give it to all servers of system services"},
    [OPTION_TLS] = {"tls", NULL, "speak TLS with --host and --port"},
    [OPTION_CACERT] = {"cacert", "FILE", "TLS: the authorities to verify against"},
    [OPTION_CERT] = {"cert", "FILE", "TLS: the client's certificate"},
    [OPTION_KEY] = {"key", "FILE", "TLS: its key"},
    [OPTION_INTERVAL] = {"interval", "TIME", "between two samples (1s); 0: one sample"},
    [OPTION_WATCH] = {"watch", NULL, "go on, and print what changes"},
    [OPTION_NOTES] = {"notes", NULL, "show notes too: what is no trouble, but worth a word"},
    [OPTION_FAIL_ON] = {"fail-on", "RESULT", "exit with 1 on: warning (and worse), critical"},
    [OPTION_HELP] = {"help", NULL, "print this help"},
    [OPTION_VERSION] = {"version", NULL, "print the version"},
};

const struct option_format option_formats[OPTION_FORMATS_COUNT] = {
    {"text", FORMAT_TEXT},
    {"json", FORMAT_JSON},
    {"prometheus", FORMAT_PROMETHEUS},
};

bool option_can_print(const struct command *command, enum output_format format)
{
    return (command->formats ? command->formats : PRINTS(FORMAT_TEXT) | PRINTS(FORMAT_JSON)) & PRINTS(format);
}

const char *option_format_names(const struct command *command)
{
    static char names[64];

    *names = '\0';
    for (size_t i = 0; i < OPTION_FORMATS_COUNT; i++)
        if (option_can_print(command, option_formats[i].format))
            snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", *names ? ", " : "",
                     option_formats[i].name);
    return names;
}

static void print_option(const struct command *command, enum option_id id)
{
    char shown[40];

    snprintf(shown, sizeof(shown), "%s--%s%s%s", id == OPTION_HELP ? "-h, " : "", option_specs[id].name,
             option_specs[id].argument ? "=" : "",
             option_specs[id].argument ? option_specs[id].argument : "");
    fprintf(terminal_out(), "  %-24s %s%s\n", shown, option_specs[id].help,
            id == OPTION_FORMAT ? option_format_names(command) : "");
}

void help_print_command(const struct command *command)
{
    fprintf(terminal_out(), "Usage: redis-hosttune %s%s%s\n\n%s\n\n", command->name,
            *command->arguments ? " " : "", command->arguments, command->summary);
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if ((command->accepts | OPTIONS_EVERYWHERE) & ACCEPTS(id))
            print_option(command, id);
}

void help_print(const struct command *const *commands)
{
    FILE *out = terminal_out();

    fputs("Usage: redis-hosttune COMMAND [OPTION...]\n\n"
          "Make this Linux host right for Redis and Valkey, and keep it so.\n\n",
          out);
    for (; *commands; commands++)
        fprintf(out, "  %-9s %s\n", (*commands)->name, (*commands)->summary);
    fputc('\n', out);
    print_option(NULL, OPTION_HELP);
    print_option(NULL, OPTION_VERSION);
    fputs("\nExit status: 0 in sync or done, 1 differences, 2 trouble.\n"
          "\"redis-hosttune COMMAND --help\" has the options of a command; see also\n"
          "redis-hosttune(8) and redis-hosttune.conf(5).\n",
          out);
}
