/* SPDX-License-Identifier: MIT */
/* The command line.
 * Owns the options' names and every line of --help. */
#include "cmd/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "model/tunable.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

static const struct {
    const char *name;
    const char *argument; /* NULL: none */
    const char *help;
} specs[OPTION_COUNT] = {
    [OPTION_ROOT] = {"root", "DIR", "look at the tree below DIR instead of this host"},
    [OPTION_FORMAT] = {"format", "text|json", "how the result is printed"},
    [OPTION_RUNTIME] = {"runtime", NULL, "the running kernel only, no files"},
    [OPTION_ONLY] = {"only", "NAME[,NAME...]", "these tunables only; may be given again"},
    [OPTION_OUT] = {"out", "FILE", "save the plan, for apply --plan"},
    [OPTION_PLAN] = {"plan", "FILE", "refuse when anything moved since FILE was saved"},
    [OPTION_DISABLE] = {"disable", NULL, "do not apply again at the next boot either"},
    [OPTION_HELP] = {"help", NULL, "print this help"},
    [OPTION_VERSION] = {"version", NULL, "print the version"},
};

static const unsigned long accepted_everywhere = ACCEPTS(OPTION_HELP) | ACCEPTS(OPTION_VERSION);

/* --- help --- */

static void print_option(enum option_id id)
{
    char shown[40];

    snprintf(shown, sizeof(shown), "%s--%s%s%s", id == OPTION_HELP ? "-h, " : "", specs[id].name,
             specs[id].argument ? "=" : "", specs[id].argument ? specs[id].argument : "");
    printf("  %-24s %s\n", shown, specs[id].help);
}

static void print_command_help(const struct command *command)
{
    printf("Usage: redis-hosttune %s%s%s\n\n%s\n\n", command->name, *command->arguments ? " " : "",
           command->arguments, command->summary);
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if ((command->accepts | accepted_everywhere) & ACCEPTS(id))
            print_option(id);
}

static void print_help(const struct command *const *commands)
{
    puts("Usage: redis-hosttune COMMAND [OPTION...]\n\n"
         "Make this Linux host right for Redis and Valkey, and keep it so.\n");
    for (; *commands; commands++)
        printf("  %-9s %s\n", (*commands)->name, (*commands)->summary);
    putchar('\n');
    print_option(OPTION_HELP);
    print_option(OPTION_VERSION);
    puts("\nExit status: 0 in sync or done, 1 differences, 2 trouble.\n"
         "\"redis-hosttune COMMAND --help\" has the options of a command; see also\n"
         "redis-hosttune(8) and redis-hosttune.conf(5).");
}

/* --- parsing --- */

/* Logs what is wrong with the call. */
#define usage(...) (log_error(__VA_ARGS__), (int)EXIT_TROUBLE)
#define SEE_HELP   ": see redis-hosttune --help"

/* Splits at commas and checks each name. */
static int add_only(struct options *options, const char *argument)
{
    _cleanup_free_ char *copy = strdup(argument), *names = NULL;
    char *rest = copy, *name;
    size_t n = 0;

    while (options->only && options->only[n])
        n++;
    while (rest && (name = strsep(&rest, ","))) {
        if (!tunable_find(name)) {
            names = tunable_names();
            log_error("--only: unknown tunable \"%s\": there are %s", name, names ? names : "others");
            return EXIT_TROUBLE;
        }
        if (array_grow(&options->only, n + 1, sizeof(*options->only)) < 0)
            return EXIT_TROUBLE;
        options->only[n++] = strdup(name);
        options->only[n] = NULL;
    }
    return -1;
}

static int set_root(struct options *options, const char *directory)
{
    struct root *root;
    int error = root_open(directory, &root);

    if (error < 0) {
        log_error("--root=%s: %s: give a directory", directory, strerror(-error));
        return EXIT_TROUBLE;
    }
    root_free(options->root);
    options->root = root;
    return -1;
}

static int set_format(struct options *options, const char *format)
{
    if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
        return usage("--format=%s is none of text and json", format);
    options->format = strcmp(format, "json") == 0 ? FORMAT_JSON : FORMAT_TEXT;
    return -1;
}

/* -1 to go on, else the exit status. */
static int set_option(struct options *options, enum option_id id, const char *argument)
{
    switch (id) {
    case OPTION_ROOT:
        return set_root(options, argument);
    case OPTION_FORMAT:
        return set_format(options, argument);
    case OPTION_ONLY:
        return add_only(options, argument);
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
    default:
        return -1;
    }
}

static void fill_long_options(struct option long_options[static OPTION_COUNT + 1])
{
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        long_options[id] = (struct option){
            .name = specs[id].name,
            .has_arg = specs[id].argument ? required_argument : no_argument,
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
    unsigned long wrong = seen & ~(command->accepts | accepted_everywhere);

    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if (wrong & ACCEPTS(id)) {
            log_error("%s takes no --%s: see redis-hosttune %s --help", command->name, specs[id].name,
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
    return check_accepted(command, *seen);
}

static int print_informative(const struct command *const *commands, const struct command *command,
                             unsigned long seen)
{
    if (seen & ACCEPTS(OPTION_VERSION))
        puts("redis-hosttune " VERSION);
    else if (command)
        print_command_help(command);
    else
        print_help(commands);
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
    if (seen & accepted_everywhere)
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
    if (seen & accepted_everywhere)
        return print_informative(commands, *ret_command, seen);
    return ret->root ? -1 : set_root(ret, "/");
}

void options_done(struct options *options)
{
    root_free(options->root);
    strings_free(options->only);
}
