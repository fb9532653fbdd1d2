/* SPDX-License-Identifier: MIT */
/* redis-hosttune explain: a tunable, a finding or a log line, why it matters, and what is true of it on this
 * host. Owns nothing but its own printing. */
#include <string.h>

#include "check/print-text.h"
#include "cmd/command.h"
#include "cmd/explain-log.h"
#include "cmd/forecast.h"
#include "cmd/survey.h"
#include "diagnose/finding.h"
#include "diagnose/print-finding.h"
#include "plan/print-json.h"
#include "plan/print-text.h"
#include "units/print-units.h"
#include "units/read-redis-units.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/nearest.h"
#include "util/terminal.h"
#include "util/text.h"

enum { WIDTH_MAX = 100 };

static int list_names(void)
{
    const struct finding *finding = NULL;
    FILE *out = terminal_out();

    for (size_t i = 0; i < tunables_and_units_count; i++)
        fprintf(out, "%-28s %s\n", tunables[i].name, tunables[i].summary);
    while ((finding = finding_next(finding)))
        fprintf(out, "%-28s %s\n", finding->id, finding->summary);
    return EXIT_DONE;
}

static int explain_units(const struct options *options, const struct tunable *tunable)
{
    _cleanup_(redis_units_done) struct redis_units units = {0};
    _cleanup_(policy_done) struct policy policy = {0};
    _cleanup_free_ char *message = NULL;
    int error;

    if (!configuration_read(options, FINDING_SETTINGS_CHECKED, &policy))
        return EXIT_TROUBLE;
    error = redis_units_read(options->root, &policy, false, &units, &message);
    if (!log_result(error, message))
        return EXIT_TROUBLE;
    if (options->format == FORMAT_JSON)
        terminal_print_json(units_render_json(tunable, &units));
    else
        units_render_text(terminal_out(), tunable, &units, terminal_width(WIDTH_MAX));
    return EXIT_DONE;
}

static int explain_finding(const struct options *options, const struct finding *finding)
{
    _cleanup_(policy_done) struct policy policy = {0};
    if (!configuration_read(options, FINDING_SETTINGS_USED, &policy))
        return EXIT_TROUBLE;
    if (options->format == FORMAT_JSON)
        terminal_print_json(finding_render_json(finding, &policy));
    else
        finding_render_text(terminal_out(), finding, &policy, terminal_width(WIDTH_MAX));
    return EXIT_DONE;
}

/* name: the row's own, or one object's. */
static int explain(const struct options *options, const struct tunable *tunable, const char *name)
{
    const char *const only[] = {name, NULL};
    struct options narrowed = *options;
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_(boot_survey_done) struct boot_survey boot = {0};

    narrowed.only = (char **)only;
    if (!survey_read(options, FINDING_SETTINGS_CHECKED, &survey))
        return EXIT_TROUBLE;
    survey_plan(&narrowed, &survey, &plan);
    forecast_read(options, &survey, true, &plan, &boot);
    if (options->format == FORMAT_TEXT) {
        text_render_explanation(terminal_out(), &plan, tunable, &boot.facts, terminal_width(WIDTH_MAX));
        forecast_say_unseen(&boot);
        check_render_next_boot(terminal_out(), &plan);
        return EXIT_DONE;
    }
    terminal_print_json(json_render_explanation(&plan, tunable, &boot.facts));
    return EXIT_DONE;
}

static int unknown_name(const char *name)
{
    char question[NEAREST_QUESTION_MAX];
    struct nearest nearest = {.word = name};

    tunable_consider_names(&nearest);
    finding_consider_names(&nearest);
    nearest_question(&nearest, "", question);
    log_error("explain: unknown name \"%s\"%s: redis-hosttune explain lists all tunables and findings", name,
              question);
    return EXIT_TROUBLE;
}

static int run_explain(const struct options *options)
{
    const char *name = options->arguments[0];
    const struct tunable *tunable;

    if (!name)
        return list_names();
    if (options->arguments[1]) {
        log_error("explain takes one name: \"%s\" is one too many", options->arguments[1]);
        return EXIT_TROUBLE;
    }
    if (finding_find(name))
        return explain_finding(options, finding_find(name));
    tunable = tunable_find_any(name);
    if (strcmp(name, "-") == 0 || (!tunable && explain_knows_line(name)))
        return explain_log(options, name, terminal_width(WIDTH_MAX));
    if (!tunable && strchr(name, ' ')) {
        log_error("explain: no known message of Redis or Valkey is in \"%s\"", name);
        return EXIT_TROUBLE;
    }
    if (!tunable)
        return unknown_name(name);
    return tunable->scope == SCOPE_UNIT ? explain_units(options, tunable) : explain(options, tunable, name);
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "[OPTION...] [NAME|LINE|-]",
    .summary = "Explain a tunable, a finding or a log line, and what is true here.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT),
    .takes_arguments = true,
    .run = run_explain,
};
