/* SPDX-License-Identifier: MIT */
/* redis-hosttune exec: runs a command under interleaved memory.
 * Owns where the wrapper is installed; the wrapper does the work. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/start.h"

#define WRAPPER PKGLIBDIR "/redis-hosttune-exec"

enum {
    EXIT_CANNOT_RUN = 126, /* as a shell has them */
    EXIT_NOT_FOUND = 127,
};

static int run_exec(const struct options *options)
{
    char *const *arguments = options->arguments;
    _cleanup_free_ char **command = NULL;
    size_t n = 0;
    int error;

    if (*arguments && strcmp(*arguments, "--") == 0)
        arguments++;
    while (arguments[n])
        n++;
    if (n == 0) {
        log_error("exec: no command given: redis-hosttune exec -- CMD [ARG...]");
        return EXIT_TROUBLE;
    }
    command = memory_new(n + 3, sizeof(*command));
    command[0] = (char *)WRAPPER;
    command[1] = (char *)"--";
    memcpy(command + 2, arguments, n * sizeof(*command));
    start_give_back();
    execv(WRAPPER, command);
    error = errno;
    log_error("exec: cannot run %s: %s: install the package again", WRAPPER, strerror(error));
    return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

const struct command command_exec = {
    .name = "exec",
    .arguments = "-- CMD [ARG...]",
    .summary = "Run a command with its memory interleaved over all NUMA nodes.",
    .takes_arguments = true,
    .is_passed_through = true,
    .run = run_exec,
};
