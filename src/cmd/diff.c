/* SPDX-License-Identifier: MIT */
/* redis-hosttune diff: what would change, and why.
 * Owns nothing but its own printing; nothing is written, except with --out. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/survey.h"
#include "render/json.h"
#include "render/text.h"
#include "util/cleanup.h"
#include "util/log.h"

static int print_text(FILE *out, const struct plan *plan)
{
    return text_render_diff(out, plan, text_style_of_terminal());
}

static bool save_plan(const char *path, const struct plan *plan)
{
    _cleanup_free_ char *json = NULL;
    _cleanup_fclose_ FILE *out = NULL;

    if (json_render_plan(plan, &json) < 0)
        return out_of_memory(), false;
    out = fopen(path, "we");
    if (!out || fputs(json, out) == EOF || fflush(out) == EOF) {
        log_error("--out: cannot write %s: %s", path, strerror(errno));
        return false;
    }
    return true;
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

    if (!survey_read(options, &survey) || !survey_plan(options, &survey, &plan) ||
        (!options->is_runtime_only && !options->only && !survey_add_units(options, &survey, &plan)) ||
        !survey_add_restarts(options, &survey, &plan, true))
        return EXIT_TROUBLE;
    if (options->out && !save_plan(options->out, &plan))
        return EXIT_TROUBLE;
    if (survey_print(options, &plan, print_text) != EXIT_DONE)
        return EXIT_TROUBLE;
    return judge(&survey, &plan);
}

const struct command command_diff = {
    .name = "diff",
    .arguments = "[OPTION...]",
    .summary = "Show what apply would change, and why; writes nothing.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_RUNTIME) |
               ACCEPTS(OPTION_ONLY) | ACCEPTS(OPTION_OUT),
    .run = run_diff,
};
