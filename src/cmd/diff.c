/* SPDX-License-Identifier: MIT */
/* redis-hosttune diff: what would change, and why.
 * Owns nothing but its own printing; nothing is written, except with --out. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/command.h"
#include "cmd/forecast.h"
#include "cmd/survey.h"
#include "plan/print-json.h"
#include "plan/print-text.h"
#include "privileged/file-writer.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/start.h"
#include "util/text.h"

static void print_text(FILE *out, const struct plan *plan)
{
    text_render_diff(out, plan, text_style_of_terminal());
}

/* NULL where a file may be put under the name: what stands there is none, or a file that is replaced. */
static const char *what_is_in_the_way(const struct root *directory, const char *name)
{
    _cleanup_close_ int fd = root_open_path(directory, name, O_PATH | O_NOFOLLOW);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return NULL;
    return S_ISREG(status.st_mode)    ? NULL
           : S_ISDIR(status.st_mode)  ? "a directory"
           : S_ISLNK(status.st_mode)  ? "a symbolic link"
           : S_ISFIFO(status.st_mode) ? "a FIFO"
           : S_ISSOCK(status.st_mode) ? "a socket"
                                      : "a device";
}

/* As a whole or not at all; what stands under that name is neither followed nor opened. */
static bool save_plan(const char *path, const struct plan *plan)
{
    const char *slash = strrchr(path, '/'), *name = text_file_name(path), *obstacle;
    _cleanup_free_ char *json = NULL, *message = NULL, *beside = NULL, *below = NULL;
    _cleanup_root_ struct root *directory = NULL;
    int error;

    json = json_render_plan(plan);
    beside = memory_format("%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    below = memory_format("/%s", name);
    error = *name ? memory_check(root_open(beside, &directory)) : -EISDIR;
    if (error < 0) {
        log_error("--out: cannot write %s: %s", path, strerror(-error));
        return false;
    }
    obstacle = what_is_in_the_way(directory, name);
    if (obstacle) {
        log_error("--out: %s is %s: give the name of a file", path, obstacle);
        return false;
    }
    error = file_write_with_mode(directory, below, json, (0666 & ~start_umask()) | 0600, &message);
    if (error < 0)
        log_error("--out: %s", error_words(error, message));
    return error == 0;
}

static enum exit_status judge(const struct survey *survey, const struct plan *plan)
{
    if (survey->observation.facts.is_running && plan_has_item_in(plan, ITEM_UNKNOWN)) {
        log_error("not every value could be read: see the lines marked unknown");
        return EXIT_TROUBLE;
    }
    if (plan_has_file_in(plan, FILE_REFUSED)) {
        log_error("not every drop-in can be written: see the lines marked refused");
        return EXIT_TROUBLE;
    }
    return plan_is_in_sync(plan) ? EXIT_DONE : EXIT_DIFFERENT;
}

static int run_diff(const struct options *options)
{
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};

    if (!survey_read(options, FINDING_SETTINGS_CHECKED, &survey))
        return EXIT_TROUBLE;
    survey_plan(options, &survey, &plan);
    if (!options->is_runtime_only && !options->only && !survey_add_units(options, &survey, &plan))
        return EXIT_TROUBLE;
    if (!survey_judge_servers(options, true, &survey, &plan))
        return EXIT_TROUBLE;
    forecast_read_for_json(options, &survey, &plan);
    if (options->out && !save_plan(options->out, &plan))
        return EXIT_TROUBLE;
    survey_print(options, &plan, print_text);
    return judge(&survey, &plan);
}

const struct command command_diff = {
    .name = "diff",
    .arguments = "[OPTION...]",
    .summary = "Show what apply would change, and why; writes nothing.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_RUNTIME) |
               ACCEPTS(OPTION_ONLY) | ACCEPTS(OPTION_OUT),
    .inspects_processes = true,
    .run = run_diff,
};
