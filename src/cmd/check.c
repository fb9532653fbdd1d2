/* SPDX-License-Identifier: MIT */
/* redis-hosttune check: is the host right now, and will it be after the next boot?
 * Owns the order in which it looks, and the exit status. */

#include "boot/read-tuner-status.h"
#include "check/print-json.h"
#include "check/print-prometheus.h"
#include "check/print-text.h"
#include "cmd/command.h"
#include "cmd/forecast.h"
#include "cmd/survey.h"
#include "host/read-facts.h"
#include "servers/judgement.h"
#include "servers/read-proven.h"
#include "units/read-redis-units.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/terminal.h"
#include "util/text.h"

/* The timer's run: what was found, one entry each. A table is for people. */
static void log_lines(const struct check_report *report)
{
    for (size_t i = 0; i < report->problems.count; i++)
        log_problem(report->problems.items[i].object, report->problems.items[i].text);
    if (report->problems.count > 0)
        log_notice("%zu found to be mended: run sudo redis-hosttune check", report->problems.count);
    else
        log_notice("nothing to mend, now or at the next boot");
}

static void print(const struct options *options, const struct check_report *report)
{
    if (options->format == FORMAT_TEXT && log_is_journal())
        log_lines(report);
    else if (options->format == FORMAT_TEXT)
        check_render_text(terminal_out(), report);
    else if (options->format == FORMAT_PROMETHEUS)
        check_render_prometheus(terminal_out(), report);
    else
        terminal_print_json(check_render_json(report));
}

/* Before anything else, with what it takes to look at the processes of others; behind it nothing of that is
 * left. */
static bool look_at_servers(const struct options *options, struct survey *survey)
{
    struct host_facts facts;

    facts_read(options->root, &facts);
    return survey_look_at_servers(options, &facts, true, survey);
}

static void judge_servers(const struct options *options, struct survey *survey, struct plan *plan,
                          struct check_report *report)
{
    _cleanup_(redis_units_done) struct redis_units units = {0};
    _cleanup_free_ char *message = NULL;
    const struct plan_input input = survey_plan_input(options, survey);
    int error = redis_units_read(options->root, &survey->policy, true, &units, &message);

    servers_proven_read(options->root, &survey->policy, &survey->servers);
    if (error < 0)
        log_warning("%s", error_words(error, message));
    else
        plan_add_unit_items(plan, &units, &input);
    servers_judge(plan, &input, &survey->servers);
    if (!units.idle_because) {
        check_report_add_units(report, &units);
        check_report_add_unknown_units(report, &units, policy_open_files(&survey->policy, NULL));
    }
    check_report_add_servers(report, &survey->servers);
}

static void judge_tuner(const struct options *options, const struct plan *plan, struct check_report *report)
{
    struct tuner_status tuner;

    if (!root_is_host(options->root))
        return;
    tuner_status_read(&tuner);
    check_report_add_tuner(report, &tuner, plan);
}

/* A name that is none would count nothing, and nobody would know. */
static bool says_what_is_missing(const struct options *options, const struct server_list *servers)
{
    bool is_missing = false;

    for (char **name = options->servers; name && *name; name++) {
        size_t i = 0;

        while (i < servers->count && !server_is_called(&servers->servers[i].process, *name))
            i++;
        if (i < servers->count)
            continue;
        is_missing = true;
        log_error("--server=%s: no Redis or Valkey server with this process id or in this unit is seen%s%s: "
                  "redis-hosttune check --format=json lists all",
                  *name, servers->unseen ? ": " : "", servers->unseen ? servers->unseen : "");
    }
    return is_missing;
}

static int run_check(const struct options *options)
{
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_(check_report_done) struct check_report report = {0};
    _cleanup_(boot_survey_done) struct boot_survey boot = {0};
    bool is_blind, is_missing;

    if (!look_at_servers(options, &survey) || !survey_read(options, FINDING_SETTINGS_USED, &survey))
        return EXIT_TROUBLE;
    survey_plan(options, &survey, &plan);
    forecast_read(options, &survey, true, &plan, &boot);
    check_report_build(&plan, &boot.input, &report);
    judge_tuner(options, &plan, &report);
    judge_servers(options, &survey, &plan, &report);
    is_blind = forecast_say_unseen(&boot);
    is_missing = says_what_is_missing(options, &survey.servers);
    print(options, &report);
    if (is_blind || is_missing ||
        (survey.observation.facts.is_running && plan_has_item_in(&plan, ITEM_UNKNOWN)))
        return EXIT_TROUBLE;
    return report.problems.count > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}

const struct command command_check = {
    .name = "check",
    .arguments = "[OPTION...]",
    .summary = "Say whether the host is right now and will be after a boot.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_SERVER),
    .formats = PRINTS(FORMAT_TEXT) | PRINTS(FORMAT_JSON) | PRINTS(FORMAT_PROMETHEUS),
    .inspects_processes = true,
    .run = run_check,
};
