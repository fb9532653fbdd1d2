/* SPDX-License-Identifier: MIT */
/* From the command line to a plan.
 * Owns the order in which things are read, and joins host, model and render. */
#include "cmd/survey.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/config-file.h"
#include "host/dropin-file.h"
#include "host/observe.h"
#include "host/redis-process.h"
#include "model/dropin.h"
#include "model/plan-revert.h"
#include "privileged/lock.h"
#include "privileged/state.h"
#include "render/dropin.h"
#include "render/json.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/text.h"

enum exit_status out_of_memory(void)
{
    log_error("out of memory");
    return EXIT_TROUBLE;
}

static bool report(int error, const char *message)
{
    if (error >= 0)
        return true;
    if (message)
        log_error("%s", message);
    else if (error == -ENOMEM)
        out_of_memory();
    else
        log_error("%s", strerror(-error));
    return false;
}

int survey_lock(const struct options *options, const char *command)
{
    _cleanup_free_ char *message = NULL;
    int fd;

    if (root_is_host(options->root) && geteuid() != 0) {
        log_error("%s needs root: run sudo redis-hosttune %s", command, command);
        return -1;
    }
    fd = lock_take(options->root, &message);
    if (fd < 0)
        log_error("%s", message);
    return fd;
}

/* What a lost state said is told by the headers of the drop-ins, where they are. */
static int recover_state(const struct root *root, struct saved_state *state)
{
    if (state->machine_id)
        return 0;
    for (size_t i = 0; i < dropins_count; i++) {
        _cleanup_free_ char *content = NULL, *in_the_way = NULL;
        int error = dropin_file_read(root, dropins[i].path, &content, &in_the_way);

        if (error == 0 && content)
            error = dropin_recover(&dropins[i], content, state);
        if (error < 0)
            return error;
    }
    return 0;
}

bool survey_read(const struct options *options, struct survey *ret)
{
    _cleanup_free_ char *message = NULL;
    int error = config_file_read(options->root, &ret->policy, &message);

    return report(error, message) && survey_read_host(options, ret);
}

bool survey_read_host(const struct options *options, struct survey *ret)
{
    _cleanup_free_ char *message = NULL, *warning = NULL;
    int error = observe(options->root, &ret->observation);

    if (error == 0)
        error = state_load(options->root, ret->observation.facts.machine_id, &ret->state, &warning, &message);
    if (error == 0)
        error = recover_state(options->root, &ret->state);
    ret->is_state_recovered = warning != NULL;
    if (warning)
        log_warning("%s", warning);
    return report(error, message);
}

struct plan_input survey_plan_input(const struct options *options, const struct survey *survey)
{
    return (struct plan_input){
        .policy = &survey->policy,
        .observation = &survey->observation,
        .state = &survey->state,
        .only = (const char *const *)options->only,
        .is_other_root = !root_is_host(options->root),
    };
}

/* With no row of ours left to hold, the file goes back to what it was before us. */
static int without_rows(const struct saved_state *state, const char *path, const char *old_content,
                        char **ret)
{
    const struct saved_file *saved = saved_state_file(state, path);

    if (saved)
        return text_replace(ret, saved->original);
    return text_replace(ret, old_content && !dropin_is_ours(old_content) ? old_content : NULL);
}

static int add_file(const struct options *options, const struct survey *survey, const struct dropin *dropin,
                    struct plan *plan)
{
    char *old_content = NULL, *new_content = NULL, *reason = NULL;
    int error = dropin_file_read(options->root, dropin->path, &old_content, &reason);

    if (error == 0)
        error = dropin_render(dropin, plan, &survey->state, old_content, &new_content);
    if (error == 0 && !new_content)
        error = without_rows(&survey->state, dropin->path, old_content, &new_content);
    if (error < 0) {
        free(old_content);
        free(new_content);
        free(reason);
        return error;
    }
    if (!new_content && reason) { /* in the way of nothing */
        free(reason);
        reason = NULL;
    }
    if (plan_add_file(plan, dropin->path, old_content, new_content, reason) < 0)
        return -ENOMEM;
    plan->files[plan->files_count - 1].old_mode = dropin_file_mode(options->root, dropin->path);
    return 0;
}

bool survey_plan(const struct options *options, const struct survey *survey, struct plan *ret)
{
    struct plan_input input = survey_plan_input(options, survey);
    int error = plan_build(&input, ret);

    for (size_t i = 0; i < dropins_count && error == 0 && !options->is_runtime_only; i++)
        error = add_file(options, survey, &dropins[i], ret);
    return report(error, NULL);
}

/* With --only the files lose the selected rows and keep the others. */
static int add_files_without_selected(const struct options *options, const struct survey *survey,
                                      struct plan *plan)
{
    _cleanup_(plan_done) struct plan kept = {0};
    struct plan_input input = survey_plan_input(options, survey);
    int error = plan_build(&input, &kept);

    for (size_t i = 0; i < kept.items_count && error == 0; i++)
        if (kept.items[i].is_selected)
            error = text_replace(&kept.items[i].persisted, NULL);
    for (size_t i = 0; i < dropins_count && error == 0; i++)
        error = add_file(options, survey, &dropins[i], &kept);
    if (error == 0)
        error = plan_keep_changed_files(&kept, &survey->state);
    if (error < 0)
        return error;
    plan->files = TAKE_POINTER(kept.files);
    plan->files_count = kept.files_count;
    kept.files_count = 0;
    return 0;
}

static int add_files_back(const struct options *options, const struct survey *survey, struct plan *plan)
{
    int error = 0;

    for (size_t i = 0; i < dropins_count && error == 0; i++) {
        char *content, *in_the_way;

        error = dropin_file_read(options->root, dropins[i].path, &content, &in_the_way);
        if (error == 0)
            error = plan_add_file_revert(plan, dropins[i].path, content, in_the_way, &survey->state);
    }
    return error;
}

bool survey_plan_revert(const struct options *options, const struct survey *survey, struct plan *ret)
{
    struct plan_input input = survey_plan_input(options, survey);
    int error = plan_build_revert(&input, ret);

    if (error == 0 && !options->is_runtime_only)
        error = options->only ? add_files_without_selected(options, survey, ret)
                              : add_files_back(options, survey, ret);
    return report(error, NULL);
}

bool survey_add_restarts(const struct options *options, struct survey *survey, struct plan *plan)
{
    struct plan_input input = survey_plan_input(options, survey);
    int error = redis_process_find(options->root, &survey->observation);

    if (error == 0)
        error = plan_add_restarts(plan, &input);
    return report(error, NULL);
}

void survey_log_changes(const struct options *options, const struct plan *plan)
{
    for (size_t i = 0; i < plan->items_count && root_is_host(options->root); i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->state == ITEM_APPLIED)
            log_change(item->object, item->current, item->wanted, item->wanted_from);
    }
}

enum exit_status survey_print(const struct options *options, const struct plan *plan,
                              int (*text)(FILE *out, const struct plan *plan))
{
    _cleanup_free_ char *json = NULL;
    int error;

    if (options->format == FORMAT_JSON) {
        error = json_render_plan(plan, &json);
        if (error == 0)
            fputs(json, stdout);
    } else {
        error = text(stdout, plan);
    }
    return report(error, NULL) ? EXIT_DONE : EXIT_TROUBLE;
}

void survey_done(struct survey *survey)
{
    policy_done(&survey->policy);
    observation_done(&survey->observation);
    saved_state_done(&survey->state);
}
