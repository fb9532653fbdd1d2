/* SPDX-License-Identifier: MIT */
/* The command line.
 * Owns how it is read. */
#include "cmd/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "cmd/help.h"
#include "diagnose/finding.h"
#include "policy/tunable.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/nearest.h"
#include "util/quantity.h"
#include "util/terminal.h"
#include "util/text.h"

/* Logs what is wrong with the call. */
#define usage(...) (log_error(__VA_ARGS__), false)
#define SEE_HELP   ": see redis-hosttune --help"

/* Splits at commas; the names are checked when the command is known. */
static void add_names(char ***names, const char *argument)
{
    _cleanup_free_ char *copy = memory_copy(argument);
    char *rest = copy, *name;

    while ((name = strsep(&rest, ",")))
        memory_add_text(names, strings_count(*names), memory_copy(name));
}

static bool refuse_finding(const char *name)
{
    char question[NEAREST_QUESTION_MAX];
    struct nearest nearest = {.word = name};

    finding_consider_names(&nearest);
    nearest_question(&nearest, "", question);
    return usage("--only: unknown finding \"%s\"%s: redis-hosttune explain lists all", name, question);
}

static bool refuse_tunable(const char *name)
{
    _cleanup_free_ char *names = NULL;
    char question[NEAREST_QUESTION_MAX];
    struct nearest nearest = {.word = name};

    if (tunable_find_any(name))
        return usage(
            "--only: %s is set by the generator, for each unit of Redis at each reload of systemd, and "
            "not by apply: see redis-hosttune explain %s",
            name, name);
    tunable_consider_names(&nearest);
    nearest_question(&nearest, "", question);
    names = memory_require(tunable_names());
    return usage("--only: unknown tunable \"%s\"%s: there are %s", name, question, names);
}

static bool check_only(const struct command *command, const struct options *options)
{
    for (char **name = options->only; name && *name; name++) {
        if (command->is_of_findings && !finding_find(*name))
            return refuse_finding(*name);
        if (!command->is_of_findings && !tunable_find(*name))
            return refuse_tunable(*name);
    }
    return true;
}

static bool set_root(struct options *options, const char *directory)
{
    struct root *root;
    int error = memory_check(root_open(directory, &root));

    if (error < 0)
        return usage("--root=%s: %s: give a directory", directory, strerror(-error));
    root_free(options->root);
    options->root = root;
    return true;
}

static bool check_format(const struct command *command, struct options *options)
{
    for (size_t i = 0; i < OPTION_FORMATS_COUNT; i++)
        if (options->format_name && strcmp(options->format_name, option_formats[i].name) == 0 &&
            option_can_print(command, option_formats[i].format)) {
            options->format = option_formats[i].format;
            return true;
        }
    return !options->format_name ||
           usage("--format=%s is none of %s", options->format_name, option_format_names(command));
}

static bool set_port(struct options *options, const char *argument)
{
    long long port;

    if (parse_integer(argument, &port) < 0 || port < 1 || port > 65535)
        return usage("--port=%s is no port: 1 to 65535", argument);
    options->server.port = (int)port;
    return true;
}

static bool set_interval(struct options *options, const char *argument)
{
    if (quantity_parse(QUANTITY_SECONDS, argument, &options->interval) < 0 || options->interval > 3600)
        return usage("--interval=%s: give %s, up to 1h", argument, quantity_syntax(QUANTITY_SECONDS));
    options->has_interval = true;
    return true;
}

static bool set_fail_on(struct options *options, const char *argument)
{
    if (strcmp(argument, "warning") != 0 && strcmp(argument, "critical") != 0)
        return usage("--fail-on=%s is none of warning and critical", argument);
    options->fails_on_critical_only = strcmp(argument, "critical") == 0;
    return true;
}

/* Where what is taken as it is given stands. */
static const struct {
    enum { TAKEN_OTHERWISE, IS_FLAG, IS_TEXT, IS_NAMES } kind;
    size_t offset;
} places[OPTION_COUNT] = {
#define PLACE(member) offsetof(struct options, member)
    [OPTION_FORMAT] = {IS_TEXT, PLACE(format_name)},
    [OPTION_RUNTIME] = {IS_FLAG, PLACE(is_runtime_only)},
    [OPTION_ONLY] = {IS_NAMES, PLACE(only)},
    [OPTION_OUT] = {IS_TEXT, PLACE(out)},
    [OPTION_PLAN] = {IS_TEXT, PLACE(plan)},
    [OPTION_FORCE] = {IS_NAMES, PLACE(forced)},
    [OPTION_FORGET] = {IS_NAMES, PLACE(forgotten)},
    [OPTION_DISABLE] = {IS_FLAG, PLACE(disable)},
    [OPTION_SERVER] = {IS_NAMES, PLACE(servers)},
    [OPTION_SOCKET] = {IS_TEXT, PLACE(server.socket)},
    [OPTION_HOST] = {IS_TEXT, PLACE(server.host)},
    [OPTION_USER] = {IS_TEXT, PLACE(server.user)},
    [OPTION_PASSWORD_FILE] = {IS_TEXT, PLACE(server.password_file)},
    [OPTION_SAME_PASSWORD] = {IS_FLAG, PLACE(server.is_same_password)},
    [OPTION_TLS] = {IS_FLAG, PLACE(server.is_tls)},
    [OPTION_CACERT] = {IS_TEXT, PLACE(server.ca_file)},
    [OPTION_CERT] = {IS_TEXT, PLACE(server.certificate)},
    [OPTION_KEY] = {IS_TEXT, PLACE(server.key)},
    [OPTION_WATCH] = {IS_FLAG, PLACE(is_watching)},
    [OPTION_NOTES] = {IS_FLAG, PLACE(has_notes)},
};

static bool set_option(struct options *options, enum option_id id, const char *argument)
{
    void *place = (char *)options + places[id].offset;

    if (places[id].kind == IS_FLAG)
        *(bool *)place = true;
    else if (places[id].kind == IS_TEXT)
        *(const char **)place = argument;
    else if (places[id].kind == IS_NAMES)
        add_names(place, argument);
    else if (id == OPTION_ROOT)
        return set_root(options, argument);
    else if (id == OPTION_PORT)
        return set_port(options, argument);
    else if (id == OPTION_INTERVAL)
        return set_interval(options, argument);
    else if (id == OPTION_FAIL_ON)
        return set_fail_on(options, argument);
    return true;
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

static bool unknown_command(const struct command *const *commands, const char *name)
{
    char question[NEAREST_QUESTION_MAX];
    struct nearest nearest = {.word = name};

    nearest_consider(&nearest, "help");
    for (; *commands; commands++)
        nearest_consider(&nearest, (*commands)->name);
    nearest_question(&nearest, "", question);
    return usage("unknown command \"%s\"%s" SEE_HELP, name, question);
}

/* The name of a long option as it stands there, without its value: that may be a secret. "" where it is no
 * long option. */
static char *long_name(const char *argument)
{
    bool is_long = argument && text_has_prefix(argument, "--") && argument[2];

    return memory_copy_part(is_long ? argument + 2 : "", is_long ? strcspn(argument + 2, "=") : 0);
}

/* getopt would take the beginning of a name for all of it: what another version adds would change it. */
static bool check_long_name(const char *argument)
{
    _cleanup_free_ char *name = long_name(argument);
    char question[NEAREST_QUESTION_MAX];
    struct nearest nearest = {.word = name};

    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        if (*name == '\0' || strcmp(name, option_specs[id].name) == 0)
            return true;
        nearest_consider(&nearest, option_specs[id].name);
    }
    nearest_question(&nearest, "--", question);
    return usage("unknown option \"--%s\"%s" SEE_HELP, name, question);
}

/* The option's last word was no option with a value, or has none though it needs one. */
static bool refuse_option(int option, char *const *argv)
{
    _cleanup_free_ char *name = long_name(argv[optind - 1]);

    if (option == '?' && optopt < 256)
        return usage("unknown option \"-%c\"" SEE_HELP, optopt);
    return usage(option == '?' ? "\"--%s\" takes no value" SEE_HELP : "\"--%s\" needs a value" SEE_HELP,
                 name);
}

/* Parses options up to the first argument that is none ("+"), for a command or, before one was named, for
 * any. *ret_seen collects what was given. */
static bool parse_run(int argc, char **argv, struct options *options, unsigned long *ret_seen)
{
    struct option long_options[OPTION_COUNT + 1];
    int option;

    fill_long_options(long_options);
    while (check_long_name(argv[optind])) {
        option = getopt_long(argc, argv, "+:h", long_options, NULL);
        if (option == -1)
            return true;
        if (option == '?' || option == ':')
            return refuse_option(option, argv);
        option = option == 'h' ? OPTION_HELP : option - 256;
        *ret_seen |= ACCEPTS(option);
        if (!set_option(options, (enum option_id)option, optarg))
            return false;
    }
    return false;
}

static bool check_accepted(const struct command *command, unsigned long seen)
{
    unsigned long wrong = seen & ~(command->accepts | OPTIONS_EVERYWHERE);

    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (wrong & ACCEPTS(id))
            return usage("%s takes no --%s: see redis-hosttune %s --help", command->name,
                         option_specs[id].name, command->name);
    return true;
}

/* The options and arguments behind the command's name; options may also follow arguments. */
static bool parse_command(int argc, char **argv, const struct command *command, struct options *options,
                          unsigned long *seen)
{
    int n = optind; /* arguments are gathered at the front of what is left */

    options->arguments = argv + optind;
    if (command->is_passed_through) {
        if (argv[n] && (strcmp(argv[n], "--help") == 0 || strcmp(argv[n], "-h") == 0))
            *seen |= ACCEPTS(OPTION_HELP);
        return true;
    }
    if (!parse_run(argc, argv, options, seen))
        return false;
    while (optind < argc) {
        if (!command->takes_arguments)
            return usage("unexpected argument \"%s\"" SEE_HELP, argv[optind]);
        argv[n++] = argv[optind++];
        if (!parse_run(argc, argv, options, seen))
            return false;
    }
    argv[n] = NULL;
    return check_accepted(command, *seen) && check_format(command, options) && check_only(command, options);
}

/* What ends the program well: false. */
static bool print_informative(const struct command *const *commands, const struct command *command,
                              unsigned long seen, int *ret_status)
{
    if (seen & ACCEPTS(OPTION_VERSION))
        fputs("redis-hosttune " VERSION "\n", terminal_out());
    else if (command)
        help_print_command(command);
    else
        help_print(commands);
    *ret_status = EXIT_DONE;
    return false;
}

/* "help", "help COMMAND": as --help. */
static bool print_help(const struct command *const *commands, const char *name, int *ret_status)
{
    const struct command *command = name ? find_command(commands, name) : NULL;

    if (name && !command && strcmp(name, "help") != 0)
        return unknown_command(commands, name);
    return print_informative(commands, command, ACCEPTS(OPTION_HELP), ret_status);
}

bool options_parse(int argc, char **argv, const struct command *const *commands,
                   const struct command **ret_command, struct options *ret, int *ret_status)
{
    unsigned long seen = 0;

    opterr = 0;
    *ret_status = EXIT_TROUBLE;
    if (!parse_run(argc, argv, ret, &seen))
        return false;
    if (seen & OPTIONS_EVERYWHERE)
        return print_informative(commands, NULL, seen, ret_status);
    if (optind == argc)
        return usage("no command given" SEE_HELP);
    if (strcmp(argv[optind], "help") == 0)
        return print_help(commands, argv[optind + 1], ret_status);
    *ret_command = find_command(commands, argv[optind]);
    if (!*ret_command)
        return unknown_command(commands, argv[optind]);
    optind++;
    if (!parse_command(argc, argv, *ret_command, ret, &seen))
        return false;
    if (seen & OPTIONS_EVERYWHERE)
        return print_informative(commands, *ret_command, seen, ret_status);
    return ret->root || set_root(ret, "/");
}

void options_done(struct options *options)
{
    root_free(options->root);
    strings_free(options->only);
    strings_free(options->forced);
    strings_free(options->forgotten);
    strings_free(options->servers);
}
