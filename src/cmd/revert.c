/* SPDX-License-Identifier: MIT */
/* redis-hosttune revert: what was there before the first apply, value by value and file by file.
 * Owns what becomes of the unit and of the saved state afterwards. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/forecast.h"
#include "cmd/survey.h"
#include "plan/dropin.h"
#include "plan/print-text.h"
#include "plan/record.h"
#include "plan/revert.h"
#include "privileged/state-text.h"
#include "privileged/state.h"
#include "privileged/transaction.h"
#include "privileged/unit-control.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

static bool store(const struct options *options, const char *text, const char *consequence)
{
    _cleanup_free_ char *message = NULL;
    enum state_place place;
    int error = state_store(options->root, text, &place, &message);

    if (error == 0 && place == STATE_VOLATILE) /* it would be lost with this boot */
        error = -EIO;
    if (error < 0)
        log_error("%s: %s", consequence, error_words(error, message));
    return error == 0;
}

/* What is about to be written is noted before, as an apply does it: with --only the files are written anew
 * without some rows. A state that was not usable as it stood is stored as it was understood, beside what it
 * was. NULL: nothing is to be noted. */
static bool prepare_note(const struct options *options, struct survey *survey, const struct plan *plan,
                         char **ret)
{
    bool writes_ours = options->only && plan_writes_files(plan),
         is_recovered = survey_state_is_recovered(survey);
    int error;

    if (options->is_runtime_only || !(writes_ours || is_recovered))
        return true;
    if (writes_ours)
        plan_record_files(plan, &survey->state);
    error = state_serialize(&survey->state, survey_machine_id(survey), ret);
    if (error < 0)
        log_error("nothing was changed: %s", strerror(-error));
    return error == 0;
}

static bool note(const struct options *options, const struct survey *survey, const char *text)
{
    _cleanup_free_ char *message = NULL;
    int error = text ? state_set_aside(options->root, &survey->found, &message) : 0;

    if (error < 0)
        log_error("nothing was changed: %s", error_words(error, message));
    if (error < 0 || !text)
        return error == 0;
    return store(options, text, "nothing was changed, for the way back could not be saved");
}

static bool write_all(const struct options *options, struct plan *plan,
                      int (*write)(const struct root *, struct plan *, bool *, char **),
                      const char *consequence, const char *if_not_undone)
{
    _cleanup_free_ char *message = NULL;
    bool is_undone;
    int error = write(options->root, plan, &is_undone, &message);

    if (error < 0)
        log_error("%s: %s", error_words(error, message), is_undone ? consequence : if_not_undone);
    return error == 0;
}

static bool write_values(const struct options *options, struct plan *plan)
{
    return write_all(options, plan, transaction_write_values, "nothing was changed",
                     "what is back and what is not stays in the saved state");
}

static bool write_files(const struct options *options, struct plan *plan)
{
    return write_all(options, plan, transaction_write_files,
                     "no drop-in was changed, the running kernel is back all the same",
                     "it stays in the saved state, the running kernel is back all the same");
}

static void forget(const struct options *options, struct saved_state *state)
{
    const char *const *names = (const char *const *)options->forgotten;

    for (size_t i = state->values_count; i > 0; i--)
        if (plan_names_have(names, state->values[i - 1].object))
            saved_state_remove_value(state, state->values[i - 1].object);
    for (size_t i = state->files_count; i > 0; i--)
        if (plan_names_have(names, state->files[i - 1].path))
            saved_state_remove_file(state, state->files[i - 1].path);
}

/* Somebody's files that an earlier apply kept, and that no entry will speak of any more. */
static void report_earlier(const struct options *options, const struct saved_state *state,
                           const struct plan *plan)
{
    for (size_t i = 0; i < plan->files_count; i++) {
        const struct saved_file *saved = saved_state_file(state, plan->files[i].path);

        if (!saved || !plan_file_is_back(&plan->files[i]))
            continue;
        for (char *const *path = saved->earlier; path && *path; path++)
            log_notice(
                "%s is what was there before an earlier apply, and is kept: remove it when it is of no use",
                root_display(options->root, *path));
    }
}

/* What is back leaves the state, and nothing else does; with --runtime nothing, as the files remain. */
static bool settle_state(const struct options *options, struct survey *survey, const struct plan *plan)
{
    _cleanup_free_ char *text = NULL;
    int error = 0;

    if (options->is_runtime_only)
        return true;
    report_earlier(options, &survey->state, plan);
    plan_settle_revert(plan, &survey->state);
    forget(options, &survey->state);
    if (survey->state.values_count > 0 || survey->state.files_count > 0)
        error = state_serialize(&survey->state, survey_machine_id(survey), &text);
    if (error < 0) {
        log_error("what is back could not be noted in the saved state: %s", strerror(-error));
        return false;
    }
    return store(options, text, "what is back could not be noted in the saved state");
}

/* Both transactions, with the state around them. */
static bool carry_out(const struct options *options, struct survey *survey, struct plan *plan)
{
    _cleanup_free_ char *text = NULL;
    bool ok;

    if (!prepare_note(options, survey, plan, &text))
        return false;
    state_remove_leftovers(options->root);
    transaction_remove_leftovers(options->root);
    if (!note(options, survey, text) || !write_values(options, plan))
        return false;
    survey_log_changes(options, plan);
    ok = write_files(options, plan);
    return settle_state(options, survey, plan) && ok;
}

/* A unit that stays "active" would make a later systemctl start do nothing. */
static bool settle_unit(const struct options *options)
{
    _cleanup_free_ char *message = NULL;
    struct unit_status unit;
    int error = 0;

    if (!root_is_host(options->root) || options->is_runtime_only || options->only)
        return true;
    error = unit_status_read(&unit, &message);
    if (error == 0 && unit.is_known && unit.is_active)
        error = unit_stop(&message);
    if (error == 0 && unit.is_known && unit.is_enabled && options->disable)
        error = unit_disable(&message);
    else if (error == 0 && unit.is_known && unit.is_enabled)
        log_notice(
            "redis-hosttune.service is enabled and will apply again at the next boot: redis-hosttune revert "
            "--disable ends that too");
    return log_result(error, message);
}

/* --- what is said of what is not back --- */

static enum exit_status worse(enum exit_status a, enum exit_status b)
{
    return a > b ? a : b;
}

static enum exit_status report_items(const struct plan *plan)
{
    enum exit_status status = EXIT_DONE;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->state == ITEM_UNKNOWN)
            log_error("%s: %s", item->object, item->reason);
        if (item->state == ITEM_ABSENT && item->reason)
            log_notice("%s: %s", item->object, item->reason);
        if (item->state == ITEM_UNKNOWN || item->state == ITEM_LEFT)
            status = worse(status, item->state == ITEM_UNKNOWN ? EXIT_TROUBLE : EXIT_DIFFERENT);
    }
    return status;
}

static enum exit_status report_files(const struct plan *plan)
{
    enum exit_status status = EXIT_DONE;

    for (size_t i = 0; i < plan->files_count; i++) {
        const struct plan_file *file = &plan->files[i];

        if (file->action != FILE_LEFT)
            continue;
        if (file->is_unreadable)
            log_error("%s", file->reason);
        else
            log_warning("%s", file->reason);
        status = worse(status, file->is_unreadable ? EXIT_TROUBLE : EXIT_DIFFERENT);
    }
    return status;
}

/* Entries of another version's rows and files: this one cannot take them back, and does not drop them. */
static enum exit_status report_unknown(const struct options *options, const struct saved_state *state)
{
    enum exit_status status = EXIT_DONE;

    for (size_t i = 0; i < state->values_count && !options->only; i++) {
        const struct saved_value *value = &state->values[i];

        if (tunable_find(value->object))
            continue;
        log_warning("%s is a row of another version of redis-hosttune, which wrote %s where %s was: it stays "
                    "(revert with that version, or give it up by redis-hosttune revert --forget=%s)",
                    value->object, value->written ? value->written : "nothing",
                    value->original ? value->original : "something unknown", value->object);
        status = EXIT_DIFFERENT;
    }
    for (size_t i = 0; i < state->files_count && !options->only; i++) {
        if (dropin_is_path(state->files[i].path))
            continue;
        log_warning(
            "%s was written by another version of redis-hosttune: it stays (revert with that version, or "
            "give it up by redis-hosttune revert --forget=%s)",
            state->files[i].path, state->files[i].path);
        status = EXIT_DIFFERENT;
    }
    return status;
}

static bool is_in_state(const struct saved_state *state, const char *name)
{
    const char *const names[] = {name, NULL};

    for (size_t i = 0; i < state->values_count; i++)
        if (plan_names_have(names, state->values[i].object))
            return true;
    return saved_state_file(state, name) != NULL;
}

static bool check_names(char *const *names, const char *option, const struct saved_state *state)
{
    for (; names && *names; names++)
        if (!is_in_state(state, *names)) {
            log_error(
                "%s: nothing is saved of \"%s\": give a tunable or the path of a drop-in that redis-hosttune "
                "revert names",
                option, *names);
            return false;
        }
    return true;
}

static bool check_options(const struct options *options, const struct saved_state *state)
{
    if (options->is_runtime_only && options->forgotten) {
        log_error("--forget is about the saved state, which --runtime leaves alone: give one of them");
        return false;
    }
    return check_names(options->forced, "--force", state) &&
           check_names(options->forgotten, "--forget", state);
}

/* With --only the files are made anew without the rows, which takes the configuration. */
static bool look(const struct options *options, struct survey *survey)
{
    return options->only ? survey_read(options, FINDING_SETTINGS_CHECKED, survey)
                         : survey_read_host(options, survey);
}

static int run_revert(const struct options *options)
{
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_close_ int lock = survey_lock(options, "revert");
    enum exit_status status;
    bool ok;

    if (lock < 0)
        return EXIT_TROUBLE;
    if (!look(options, &survey) || !check_options(options, &survey.state))
        return EXIT_TROUBLE;
    survey_plan_revert(options, &survey, &plan);
    forecast_read_for_json(options, &survey, &plan);
    ok = carry_out(options, &survey, &plan);
    survey_print(options, &plan, text_render_result);
    if (!ok)
        return EXIT_TROUBLE;
    status = worse(report_items(&plan), report_files(&plan));
    status = worse(status, report_unknown(options, &survey.state));
    if (survey.observation.facts.unread_count > 0) /* as was said */
        status = EXIT_TROUBLE;
    return settle_unit(options) ? (int)status : EXIT_TROUBLE;
}

const struct command command_revert = {
    .name = "revert",
    .arguments = "[OPTION...]",
    .summary = "Put back what was there before the first apply.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_RUNTIME) |
               ACCEPTS(OPTION_ONLY) | ACCEPTS(OPTION_FORCE) | ACCEPTS(OPTION_FORGET) |
               ACCEPTS(OPTION_DISABLE),
    .run = run_revert,
};
