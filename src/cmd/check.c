/* SPDX-License-Identifier: MIT */
/* redis-hosttune check: is the host right now, and will it be after the next boot?
 * Owns the order in which it looks, and the exit status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/forecast.h"
#include "cmd/survey.h"
#include "render/check-json.h"
#include "render/check-prometheus.h"
#include "render/check-text.h"
#include "util/cleanup.h"
#include "util/log.h"

static int print(const struct options *options, const struct check_report *report)
{
    _cleanup_free_ char *json = NULL;
    int error;

    if (options->format == FORMAT_TEXT)
        return check_render_text(stdout, report);
    if (options->format == FORMAT_PROMETHEUS)
        return check_render_prometheus(stdout, report);
    error = check_render_json(report, &json);
    if (error == 0)
        fputs(json, stdout);
    return error;
}

/* Drop-ins that this process may not read leave the forecast open. */
static bool says_what_is_unseen(const struct boot_files *files)
{
    for (char **unseen = files->unseen; unseen && *unseen; unseen++)
        log_error("cannot see %s%s", *unseen,
                  geteuid() != 0 ? ": run sudo redis-hosttune check" : ", so what it says is not counted");
    return files->unseen != NULL;
}

static int note_servers(const struct observation *observation, struct check_report *report)
{
    if (observation->servers_count > 0)
        return 0;
    return check_lines_add(
        &report->notes, NULL, "%s",
        observation->sees_servers
            ? "no Redis or Valkey server runs here: judged on the host alone"
            : "processes of others are hidden: run sudo redis-hosttune check to judge the servers");
}

static int run_check(const struct options *options)
{
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_(check_report_done) struct check_report report = {0};
    _cleanup_(boot_files_done) struct boot_files files = {0};
    _cleanup_(forecasts_done) struct forecasts forecasts = {0};
    bool is_blind;
    int error;

    if (!survey_read(options, &survey) || !survey_plan(options, &survey, &plan) ||
        !survey_find_servers(options, &survey) || !forecast_read(options, &survey, &plan, &files, &forecasts))
        return EXIT_TROUBLE;
    error = forecast_report(&survey, &plan, &files, &forecasts, &report);
    if (error == 0)
        error = note_servers(&survey.observation, &report);
    if (error < 0)
        return out_of_memory();
    is_blind = says_what_is_unseen(&files);
    if (print(options, &report) < 0)
        return out_of_memory();
    if (is_blind || (survey.observation.facts.is_running && plan_has_item_in(&plan, ITEM_UNKNOWN)))
        return EXIT_TROUBLE;
    return report.problems.count > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}

const struct command command_check = {
    .name = "check",
    .arguments = "[OPTION...]",
    .summary = "Say whether the host is right now and will be after a boot.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT),
    .formats = PRINTS(FORMAT_TEXT) | PRINTS(FORMAT_JSON) | PRINTS(FORMAT_PROMETHEUS),
    .run = run_check,
};
