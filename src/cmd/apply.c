/* SPDX-License-Identifier: MIT */
/* redis-hosttune apply: make it so, now and for the next boot.
 * Owns the order: state, values of the kernel, files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/command.h"
#include "cmd/forecast.h"
#include "cmd/survey.h"
#include "plan/print-json.h"
#include "plan/print-text.h"
#include "plan/record.h"
#include "privileged/capabilities.h"
#include "privileged/file-writer.h"
#include "privileged/state-text.h"
#include "privileged/state.h"
#include "privileged/transaction.h"
#include "privileged/unit-control.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/text.h"

/* Left by the package's first installation: until the first apply, units are not touched. */
#define PENDING_PATH "/run/redis-hosttune/pending"

enum { SAVED_PLAN_MAX = 16 * 1024 * 1024 };

/* The state as text at each step, so that a failed step can go back to the one before. */
struct state_texts {
    char *before;      /* NULL: there was none */
    char *with_values; /* NULL: no file can fail behind them */
    char *with_files;
    enum state_place place;
};

static void state_texts_done(struct state_texts *texts)
{
    free(texts->before);
    free(texts->with_values);
    free(texts->with_files);
}

static unsigned long long now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
}

/* There are only files to write, and without a lasting state none is written: then there is nothing to
 * remember. */
static bool forget_state(const struct options *options, struct state_texts *texts, const char *message)
{
    _cleanup_free_ char *ignored = NULL;

    log_error("nothing was changed, for the way back could not be saved: %s", message);
    state_store(options->root, texts->before, &texts->place, &ignored);
    return false;
}

/* All of it, before anything is written: from here on only these texts are used. */
static int prepare_texts(struct survey *survey, const struct plan *plan, struct state_texts *texts)
{
    const struct host_facts *facts = &survey->observation.facts;
    const char *machine_id = survey_machine_id(survey);
    int error = 0;

    if (survey->state.machine_id)
        error = state_serialize(&survey->state, survey->state.machine_id, &texts->before);
    if (error < 0)
        return error;
    plan_record_values(plan, facts, now_usec(), &survey->state);
    if (plan_may_fail_at_files(plan))
        error = state_serialize(&survey->state, machine_id, &texts->with_values);
    plan_record_files(plan, &survey->state);
    return error < 0 ? error : state_serialize(&survey->state, machine_id, &texts->with_files);
}

/* Notes in the state what is about to be written and stores it, before anything else is touched. */
static bool store_state(const struct options *options, struct survey *survey, const struct plan *plan,
                        struct state_texts *texts)
{
    _cleanup_free_ char *message = NULL;
    int error = state_set_aside(options->root, &survey->found, &message);

    if (error == 0)
        error = state_store(options->root, texts->with_files, &texts->place, &message);
    if (error < 0)
        log_error("nothing was changed, for the way back could not be saved: %s",
                  error_words(error, message));
    else if (texts->place == STATE_VOLATILE && !plan_writes_values(plan) && plan_writes_files(plan))
        return forget_state(options, texts, message);
    else if (texts->place == STATE_VOLATILE)
        log_error(
            "%s: the values from before are kept in /run until the next boot, and no drop-in is written",
            message);
    return error == 0;
}

static bool write_values(const struct options *options, struct plan *plan, const struct state_texts *texts)
{
    _cleanup_free_ char *message = NULL, *ignored = NULL;
    enum state_place place;
    bool is_undone;
    int error = transaction_write_values(options->root, plan, &is_undone, &message);

    if (error == 0)
        return true;
    if (!is_undone) { /* it is still ours to revert */
        log_error("%s: it stays in the saved state: redis-hosttune revert tries again",
                  error_words(error, message));
        return false;
    }
    log_error("%s: nothing was changed", error_words(error, message));
    state_store(options->root, texts->before, &place, &ignored);
    return false;
}

/* Without a way back that outlives a reboot nothing is made to outlive one. */
static bool write_files(const struct options *options, struct plan *plan, const struct state_texts *texts)
{
    _cleanup_free_ char *message = NULL, *ignored = NULL;
    enum state_place place;
    bool is_undone;
    int error;

    if (texts->place == STATE_VOLATILE)
        return false;
    error = transaction_write_files(options->root, plan, &is_undone, &message);
    if (error == 0)
        return true;
    log_error("%s: %s, the running kernel is set all the same", error_words(error, message),
              is_undone ? "no drop-in was changed" : "it stays in the saved state");
    if (is_undone && texts->with_values) /* stored by this call */
        state_store(options->root, texts->with_values, &place, &ignored);
    return false;
}

/* A call that finds everything in order, the state included, writes nothing at all. */
static bool is_all_in_order(const struct survey *survey, const struct plan *plan,
                            const struct state_texts *texts)
{
    bool has_state = survey->state.values_count > 0 || survey->state.files_count > 0 || texts->before;

    return !plan_writes_values(plan) && !plan_writes_files(plan) && !survey_state_is_recovered(survey) &&
           (!has_state || text_equal(texts->before, texts->with_files));
}

/* Both transactions, with the state around them. */
static enum exit_status carry_out(const struct options *options, struct survey *survey, struct plan *plan)
{
    _cleanup_(state_texts_done) struct state_texts texts = {.place = STATE_PERSISTENT};
    int error = prepare_texts(survey, plan, &texts);
    bool ok;

    if (error < 0) {
        log_error("nothing was changed, for the way back could not be saved: %s", strerror(-error));
        return EXIT_TROUBLE;
    }
    state_remove_leftovers(options->root);
    transaction_remove_leftovers(options->root);
    if (is_all_in_order(survey, plan, &texts))
        return write_files(options, plan, &texts) ? EXIT_DONE : EXIT_TROUBLE;
    if (!store_state(options, survey, plan, &texts) || !write_values(options, plan, &texts))
        return EXIT_TROUBLE;
    survey_log_changes(options, plan);
    ok = write_files(options, plan, &texts);
    return ok ? EXIT_DONE : EXIT_TROUBLE;
}

static bool check_saved_plan(const struct options *options, const struct plan *plan)
{
    _cleanup_close_ int fd = -1;
    _cleanup_free_ char *saved = NULL, *message = NULL;
    int error;

    if (!options->plan)
        return true;
    fd = open(options->plan, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    error = fd < 0 ? -errno : memory_check(fd_read_all(fd, SAVED_PLAN_MAX, &saved, NULL));
    if (error < 0) {
        log_error("--plan: cannot read %s: %s", options->plan, strerror(-error));
        return false;
    }
    error = json_compare_plan(plan, saved, &message);
    if (error == -ESTALE)
        log_error("%s: %s: look at redis-hosttune diff again; nothing was changed", options->plan, message);
    else if (error < 0)
        log_error("%s: %s: save it with redis-hosttune diff --out", options->plan,
                  error_words(error, message));
    return error == 0;
}

/* systemd starts the boot unit itself; whoever calls by hand does not have PID 1 as parent. */
static bool is_by_hand(void)
{
    return getppid() != 1 || !getenv("INVOCATION_ID");
}

/* The generator writes the units' drop-ins when systemd reloads. At boot it has done so already, and a reload
 * from within a unit that others wait for is asking for trouble. */
static bool reload(const struct plan *plan)
{
    _cleanup_free_ char *message = NULL;

    if (!plan_needs_reload(plan) || manager_reload(&message) == 0)
        return true;
    log_error("%s", message);
    return false;
}

/* The marker of a fresh installation kept the generator quiet. */
static void end_pending(const struct options *options)
{
    if (!root_exists(options->root, PENDING_PATH))
        return;
    file_remove(options->root, PENDING_PATH, NULL);
    if (!is_by_hand())
        log_notice("run systemctl daemon-reload, so that the units of Redis get their drop-ins before the "
                   "next boot");
}

static enum exit_status judge(const struct survey *survey, const struct plan *plan)
{
    if (survey->observation.facts.is_running && plan_has_item_in(plan, ITEM_UNKNOWN)) {
        for (size_t i = 0; i < plan->items_count; i++)
            if (plan->items[i].state == ITEM_UNKNOWN && plan->items[i].is_selected)
                log_error("%s: %s", plan->items[i].object, plan->items[i].reason);
        return EXIT_TROUBLE;
    }
    if (survey->observation.facts.unread_count > 0) /* as was said */
        return EXIT_TROUBLE;
    return plan_has_item_in(plan, ITEM_REFUSED) ? EXIT_DIFFERENT : EXIT_DONE;
}

/* Only to a person, for the boot unit comes behind all that it could lose to; and only where something was
 * written, for a call that finds everything in order is to cost nothing: check says the same at any time. */
static bool loses_at_boot(const struct options *options, const struct survey *survey, struct plan *plan)
{
    _cleanup_(boot_survey_done) struct boot_survey boot = {0};

    if (options->is_runtime_only || !is_by_hand() ||
        !(plan_has_item_in(plan, ITEM_APPLIED) || plan_has_file_in(plan, FILE_WRITTEN)))
        return false;
    forecast_read(options, survey, true, plan, &boot);
    forecast_say_unseen(&boot);
    return forecast_warn(plan, &boot);
}

/* What is to be restarted: for who reads it, for a call that finds everything in order is to cost nothing. By
 * hand PID 1 is asked whose they are; never at boot. */
static bool judge_servers(const struct options *options, struct survey *survey, struct plan *plan)
{
    if (plan_is_in_sync(plan) && options->format != FORMAT_JSON)
        return log_result(capabilities_drop_all(), NULL);
    return survey_judge_servers(options, is_by_hand(), survey, plan);
}

static int run_apply(const struct options *options)
{
    _cleanup_(survey_done) struct survey survey = {0};
    _cleanup_(plan_done) struct plan plan = {0};
    _cleanup_close_ int lock = survey_lock(options, "apply");
    bool with_units = !options->is_runtime_only && !options->only && is_by_hand();
    enum exit_status status;

    if (lock < 0)
        return EXIT_TROUBLE;
    if (!survey_read(options, is_by_hand() ? FINDING_SETTINGS_CHECKED : FINDING_SETTINGS_IGNORED, &survey))
        return EXIT_TROUBLE;
    survey_plan(options, &survey, &plan);
    if (with_units && !survey_add_units(options, &survey, &plan))
        return EXIT_TROUBLE;
    if (!check_saved_plan(options, &plan))
        return EXIT_TROUBLE;
    forecast_read_for_json(options, &survey, &plan);
    if (!judge_servers(options, &survey, &plan))
        return EXIT_TROUBLE;
    if (options->is_runtime_only && !survey.observation.facts.is_running) {
        log_error("--runtime: %s is no running system, nothing can be set there",
                  root_display(options->root, "/"));
        return EXIT_TROUBLE;
    }
    status = carry_out(options, &survey, &plan);
    if (status == EXIT_DONE)
        end_pending(options);
    if (status == EXIT_DONE && with_units && !reload(&plan))
        status = EXIT_TROUBLE;
    survey_print(options, &plan, text_render_result);
    if (status == EXIT_TROUBLE)
        return EXIT_TROUBLE;
    status = judge(&survey, &plan);
    if (loses_at_boot(options, &survey, &plan) && status == EXIT_DONE)
        status = EXIT_DIFFERENT;
    return status;
}

const struct command command_apply = {
    .name = "apply",
    .arguments = "[OPTION...]",
    .summary = "Set the kernel now and write the drop-ins for the next boot.",
    .accepts = ACCEPTS(OPTION_ROOT) | ACCEPTS(OPTION_FORMAT) | ACCEPTS(OPTION_RUNTIME) |
               ACCEPTS(OPTION_ONLY) | ACCEPTS(OPTION_PLAN),
    .inspects_processes = true,
    .run = run_apply,
};
