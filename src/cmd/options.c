/* SPDX-License-Identifier: MIT */
/* The command line.
 * Owns how it is read. */
#include "cmd/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "cmd/help.h"
#include "diagnose/finding.h"
#include "policy/tunable.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/quantity.h"
#include "util/terminal.h"
#include "util/text.h"

/* Logs what is wrong with the call. */
#define usage(...) (log_error(__VA_ARGS__), (int)EXIT_TROUBLE)
#define SEE_HELP   ": see redis-hosttune --help"

/* Splits at commas; the names are checked when the command is known. */
static int add_names(char ***names, const char *argument)
{
    _cleanup_free_ char *copy = memory_copy(argument);
    char *rest = copy, *name;

    while ((name = strsep(&rest, ",")))
        memory_add_text(names, strings_count(*names), memory_copy(name));
    return -1;
}

static int check_only(const struct command *command, const struct options *options)
{
    _cleanup_free_ char *names = NULL;

    for (char **name = options->only; name && *name; name++) {
        if (command->is_of_findings ? finding_find(*name) != NULL : tunable_find(*name) != NULL)
            continue;
        if (command->is_of_findings)
            return usage("--only: unknown finding \"%s\": redis-hosttune explain lists all", *name);
        if (tunable_find_any(*name))
            return usage(
                "--only: %s is set by the generator, for each unit of Redis at each reload of systemd, and "
                "not by apply: see redis-hosttune explain %s",
                *name, *name);
        names = memory_require(tunable_names());
        return usage("--only: unknown tunable \"%s\": there are %s", *name, names);
    }
    return -1;
}

static int set_root(struct options *options, const char *directory)
{
    struct root *root;
    int error = memory_check(root_open(directory, &root));

    if (error < 0) {
        log_error("--root=%s: %s: give a directory", directory, strerror(-error));
        return EXIT_TROUBLE;
    }
    root_free(options->root);
    options->root = root;
    return -1;
}

static int check_format(const struct command *command, struct options *options)
{
    for (size_t i = 0; i < OPTION_FORMATS_COUNT; i++)
        if (options->format_name && strcmp(options->format_name, option_formats[i].name) == 0 &&
            option_can_print(command, option_formats[i].format)) {
            options->format = option_formats[i].format;
            return -1;
        }
    return options->format_name
               ? usage("--format=%s is none of %s", options->format_name, option_format_names(command))
               : -1;
}

static int set_port(struct options *options, const char *argument)
{
    long long port;

    if (parse_integer(argument, &port) < 0 || port < 1 || port > 65535)
        return usage("--port=%s is no port: 1 to 65535", argument);
    options->server.port = (int)port;
    return -1;
}

static int set_interval(struct options *options, const char *argument)
{
    if (quantity_parse(QUANTITY_SECONDS, argument, &options->interval) < 0 || options->interval > 3600)
        return usage("--interval=%s: give %s, up to 1h", argument, quantity_syntax(QUANTITY_SECONDS));
    options->has_interval = true;
    return -1;
}

static int set_fail_on(struct options *options, const char *argument)
{
    if (strcmp(argument, "warning") != 0 && strcmp(argument, "critical") != 0)
        return usage("--fail-on=%s is none of warning and critical", argument);
    options->fails_on_critical_only = strcmp(argument, "critical") == 0;
    return -1;
}

/* Which server, and as whom. */
static int set_server_option(struct server_options *server, enum option_id id, const char *argument)
{
    const struct {
        enum option_id id;
        const char **target;
    } texts[] = {
        {OPTION_SOCKET, &server->socket},  {OPTION_HOST, &server->host},
        {OPTION_USER, &server->user},      {OPTION_PASSWORD_FILE, &server->password_file},
        {OPTION_CACERT, &server->ca_file}, {OPTION_CERT, &server->certificate},
        {OPTION_KEY, &server->key},
    };

    if (id == OPTION_TLS)
        server->is_tls = true;
    if (id == OPTION_SAME_PASSWORD)
        server->is_same_password = true;
    for (size_t i = 0; i < ELEMENTS(texts); i++)
        if (texts[i].id == id)
            *texts[i].target = argument;
    return -1;
}

/* -1 to go on, else the exit status. */
static int set_option(struct options *options, enum option_id id, const char *argument)
{
    switch (id) {
    case OPTION_ROOT:
        return set_root(options, argument);
    case OPTION_FORMAT:
        options->format_name = argument;
        return -1;
    case OPTION_ONLY:
        return add_names(&options->only, argument);
    case OPTION_FORCE:
        return add_names(&options->forced, argument);
    case OPTION_FORGET:
        return add_names(&options->forgotten, argument);
    case OPTION_SERVER:
        return add_names(&options->servers, argument);
    case OPTION_RUNTIME:
        options->is_runtime_only = true;
        return -1;
    case OPTION_OUT:
        options->out = argument;
        return -1;
    case OPTION_PLAN:
        options->plan = argument;
        return -1;
    case OPTION_DISABLE:
        options->disable = true;
        return -1;
    case OPTION_PORT:
        return set_port(options, argument);
    case OPTION_INTERVAL:
        return set_interval(options, argument);
    case OPTION_WATCH:
        options->is_watching = true;
        return -1;
    case OPTION_FAIL_ON:
        return set_fail_on(options, argument);
    default:
        return set_server_option(&options->server, id, argument);
    }
}

static void fill_long_options(struct option long_options[static OPTION_COUNT + 1])
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        long_options[id] = (struct option){
            .name = option_specs[id].name,
            .has_arg = option_specs[id].argument ? required_argument : no_argument,
            .val = 256 + (int)id,
        };
    long_options[OPTION_COUNT] = (struct option){0};
}

static const struct command *find_command(const struct command *const *commands, const char *name)
{
    for (; *commands; commands++)
        if (strcmp((*commands)->name, name) == 0)
            return *commands;
    return NULL;
}

/* Parses options up to the first argument that is none ("+"), for a command or, before one was named, for
 * any. *ret_seen collects what was given. */
static int parse_run(int argc, char **argv, struct options *options, unsigned long *ret_seen)
{
    struct option long_options[OPTION_COUNT + 1];
    int option, status;

    fill_long_options(long_options);
    while ((option = getopt_long(argc, argv, "+:h", long_options, NULL)) != -1) {
        if (option == '?' && optopt >= 256)
            return usage("\"%s\" takes no value" SEE_HELP, argv[optind - 1]);
        if (option == '?' && optopt)
            return usage("unknown option \"-%c\"" SEE_HELP, optopt);
        if (option == '?')
            return usage("unknown option \"%s\"" SEE_HELP, argv[optind - 1]);
        if (option == ':')
            return usage("\"%s\" needs a value" SEE_HELP, argv[optind - 1]);
        option = option == 'h' ? OPTION_HELP : option - 256;
        *ret_seen |= ACCEPTS(option);
        status = set_option(options, (enum option_id)option, optarg);
        if (status >= 0)
            return status;
    }
    return -1;
}

static int check_accepted(const struct command *command, unsigned long seen)
{
    unsigned long wrong = seen & ~(command->accepts | OPTIONS_EVERYWHERE);

    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (wrong & ACCEPTS(id)) {
            log_error("%s takes no --%s: see redis-hosttune %s --help", command->name, option_specs[id].name,
                      command->name);
            return EXIT_TROUBLE;
        }
    return -1;
}

/* The options and arguments behind the command's name; options may also follow arguments. */
static int parse_command(int argc, char **argv, const struct command *command, struct options *options,
                         unsigned long *seen)
{
    int status, n = optind; /* arguments are gathered at the front of what is left */

    options->arguments = argv + optind;
    if (command->is_passed_through) {
        if (argv[n] && (strcmp(argv[n], "--help") == 0 || strcmp(argv[n], "-h") == 0))
            *seen |= ACCEPTS(OPTION_HELP);
        return -1;
    }
    while ((status = parse_run(argc, argv, options, seen)) < 0 && optind < argc) {
        if (!command->takes_arguments)
            return usage("unexpected argument \"%s\"" SEE_HELP, argv[optind]);
        argv[n++] = argv[optind++];
    }
    if (status >= 0)
        return status;
    argv[n] = NULL;
    status = check_accepted(command, *seen);
    if (status < 0)
        status = check_format(command, options);
    return status < 0 ? check_only(command, options) : status;
}

static int print_informative(const struct command *const *commands, const struct command *command,
                             unsigned long seen)
{
    if (seen & ACCEPTS(OPTION_VERSION))
        fputs("redis-hosttune " VERSION "\n", terminal_out());
    else if (command)
        help_print_command(command);
    else
        help_print(commands);
    return EXIT_DONE;
}

int options_parse(int argc, char **argv, const struct command *const *commands,
                  const struct command **ret_command, struct options *ret)
{
    unsigned long seen = 0;
    int status;

    opterr = 0;
    status = parse_run(argc, argv, ret, &seen);
    if (status >= 0)
        return status;
    if (seen & OPTIONS_EVERYWHERE)
        return print_informative(commands, NULL, seen);
    if (optind == argc)
        return usage("no command given" SEE_HELP);
    *ret_command = find_command(commands, argv[optind]);
    if (!*ret_command)
        return usage("unknown command \"%s\"" SEE_HELP, argv[optind]);
    optind++;
    status = parse_command(argc, argv, *ret_command, ret, &seen);
    if (status >= 0)
        return status;
    if (seen & OPTIONS_EVERYWHERE)
        return print_informative(commands, *ret_command, seen);
    return ret->root ? -1 : set_root(ret, "/");
}

void options_done(struct options *options)
{
    root_free(options->root);
    strings_free(options->only);
    strings_free(options->forced);
    strings_free(options->forgotten);
    strings_free(options->servers);
}
