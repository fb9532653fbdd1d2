/* SPDX-License-Identifier: MIT */
/* redis-hosttune: finds the command and runs it.
 * Owns the list of commands and the exit status. */
#include <string.h>

#include "cmd/command.h"
#include "cmd/options.h"
#include "privileged/capabilities.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/start.h"
#include "util/terminal.h"

static const struct command *const commands[] = {
    &command_diff,     &command_apply,   &command_revert, &command_check,
    &command_diagnose, &command_explain, &command_exec,   NULL,
};

/* A result that could not be printed in full is none. */
static int finish(int status)
{
    int error = terminal_flush();

    if (error == 0)
        return status;
    log_error("the output could not be written: %s", strerror(-error));
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    __attribute__((cleanup(options_done))) struct options options = {0};
    const struct command *command = NULL;
    int status;

    start_program();
    memory_set_failure(EXIT_TROUBLE, "redis-hosttune: out of memory\n", NULL);
    if (!options_parse(argc, argv, commands, &command, &options, &status))
        return finish(status);
    if (!command->is_passed_through) {
        int error = command->asks_servers         ? capabilities_keep_asking()
                    : command->inspects_processes ? capabilities_hold_inspection()
                                                  : capabilities_drop_all();

        if (error < 0) {
            log_error("cannot drop capabilities: %s", strerror(-error));
            return EXIT_TROUBLE;
        }
    }
    return finish(command->run(&options));
}
