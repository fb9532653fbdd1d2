/* SPDX-License-Identifier: MIT */
/* redis-hosttune revert: what was there before the first apply, value by value and file by file.
 * Owns what becomes of the unit and of the saved state afterwards. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/survey.h"
#include "privileged/state.h"
#include "privileged/transaction.h"
#include "privileged/unit-control.h"
#include "render/text.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

static bool write_plan(const struct options *options, struct plan *plan)
{
    _cleanup_free_ char *message = NULL;

    if (transaction_write_values(options->root, plan, &message) < 0) {
        log_error("%s%s", message, plan_has_item_in(plan, ITEM_APPLIED) ? "" : ": nothing was changed");
        return false;
    }
    survey_log_changes(options, plan);
    for (size_t i = 0; i < plan->files_count; i++) /* left to whoever changed them, as said */
        if (plan->files[i].action == FILE_REFUSED)
            plan->files[i].action = FILE_KEEP;
    if (transaction_write_files(options->root, plan, &message) < 0) {
        log_error("%s: no drop-in was changed, the running kernel is back all the same", message);
        return false;
    }
    return true;
}

/* What was taken back is forgotten: with --only those rows, with --runtime nothing, as the files remain. */
static bool store_state(const struct options *options, struct survey *survey, const struct plan *plan)
{
    _cleanup_free_ char *text = NULL, *message = NULL;
    enum state_place place;
    int error = 0;

    if (options->is_runtime_only)
        return true;
    if (options->only) {
        for (size_t i = 0; i < plan->items_count; i++)
            saved_state_remove_value(&survey->state, plan->items[i].object);
        for (size_t i = 0; i < plan->files_count && error == 0; i++) {
            struct saved_file *file = saved_state_file(&survey->state, plan->files[i].path);

            if (file && plan->files[i].action == FILE_WRITTEN)
                error = text_replace(&file->written, plan->files[i].new_content);
        }
        if (error == 0 && survey->state.values_count > 0)
            error = state_serialize(&survey->state, survey->observation.facts.machine_id, &text);
    }
    if (error == 0)
        error = state_store(options->root, text, &place, &message);
    if (error < 0)
        log_error("all is back, but the saved state could not be updated: %s",
                  message ? message : strerror(-error));
    return error == 0;
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
    if (error < 0)
        log_error("%s", message ? message : strerror(-error));
    return error == 0;
}

static bool has_left_any(const struct plan *plan)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan->files[i].reason)
            return true;
    return plan_has_item_in(plan, ITEM_LEFT);
}

static void log_left(const struct plan *plan)
{
    for (size_t i = 0; i < plan->files_count; i++)
        if (plan->files[i].reason)
            log_warning("%s", plan->files[i].reason);
}

static int run_revert(const struct options *options)
{
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_close_ int lock = survey_lock(options, "revert");
    bool ok;

    if (lock < 0)
        return EXIT_TROUBLE;
    /* with --only the files are made anew without the rows, which takes the configuration */
    if (!(options->only ? survey_read : survey_read_host)(options, &survey) ||
        !survey_plan_revert(options, &survey, &plan))
        return EXIT_TROUBLE;
    ok = write_plan(options, &plan) && store_state(options, &survey, &plan);
    if (survey_print(options, &plan, text_render_result) != EXIT_DONE || !ok)
        return EXIT_TROUBLE;
    log_left(&plan);
    if (!settle_unit(options))
        return EXIT_TROUBLE;
    return has_left_any(&plan) ? EXIT_DIFFERENT : EXIT_DONE;
}

const struct command command_revert = {
    .name = "revert",
    .arguments = "[OPTION...]",
    .summary = "Put back what was there before the first apply.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_RUNTIME) |
               ACCEPTS(OPTION_ONLY) | ACCEPTS(OPTION_DISABLE),
    .run = run_revert,
};
