/* SPDX-License-Identifier: MIT */
/* From the command line to a plan.
 * Owns the order in which things are read, and joins host, model and render. */
#include "cmd/survey.h"

#include <errno.h>
#include <string.h>

#include "plan/dropin-plan.h"
#include "plan/print-dropin.h"
#include "plan/print-json.h"
#include "plan/read-dropin.h"
#include "plan/read-observation.h"
#include "plan/revert.h"
#include "privileged/capabilities.h"
#include "privileged/lock.h"
#include "servers/judgement.h"
#include "servers/read-facts.h"
#include "util/budget.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/terminal.h"
#include "util/text.h"

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

bool survey_state_is_recovered(const struct survey *survey)
{
    return survey->is_completed || survey->found.persistent > STATE_USABLE ||
           survey->found.volatile_ > STATE_USABLE;
}

/* There was an apply, and a header that cannot be read may hold what was there before it: what stands there
 * now is not that, as far as anybody knows. A later call that can read it goes on from it. */
static void doubt_values(const struct dropin *dropin, const struct observation *observation,
                         struct saved_state *state)
{
    for (size_t i = 0; i < observation->items_count; i++) {
        const struct observed *item = &observation->items[i];
        struct saved_value *value;

        if (item->tunable->persistence != dropin->persistence || !item->current ||
            saved_state_value(state, item->object))
            continue;
        value = memory_require(saved_state_add_value(state, item->object));
        memory_set_text(&value->written, item->current);
    }
}

/* What a lost state said is told by the headers of the drop-ins and by what is kept beside them. */
static bool recover_state(struct survey *survey)
{
    bool is_recovered = false;

    for (size_t i = 0; i < dropins_count; i++) {
        const struct dropin_seen *seen = &survey->files.seen[i];

        if (memory_check(dropin_recover(&dropins[i], seen, &survey->state)) > 0)
            is_recovered = true;
        if (survey_state_is_recovered(survey) && seen->is_unreadable)
            doubt_values(&dropins[i], &survey->observation, &survey->state);
    }
    return is_recovered;
}

static void warn_of_unread(const struct options *options, const struct host_facts *facts)
{
    for (size_t i = 0; i < facts->unread_count; i++)
        log_warning("cannot read %s: %s: %s is not known", root_display(options->root, facts->unread[i].path),
                    strerror(-facts->unread[i].error), facts->unread[i].what);
}

bool survey_read(const struct options *options, enum finding_settings finding_settings, struct survey *ret)
{
    return configuration_read(options, finding_settings, &ret->policy) && survey_read_host(options, ret);
}

bool survey_read_host(const struct options *options, struct survey *ret)
{
    _cleanup_free_ char *message = NULL, *warning = NULL;
    int error;

    observe(options->root, &ret->observation);
    error = memory_check(state_load(options->root, ret->observation.facts.machine_id, &ret->state,
                                    &ret->found, &warning, &message));
    if (error == 0) {
        for (size_t i = 0; i < dropins_count; i++)
            dropin_file_look(options->root, dropins[i].path, &ret->files.seen[i]);
        ret->is_completed = recover_state(ret);
        warn_of_unread(options, &ret->observation.facts);
    }
    if (warning)
        log_warning("%s", warning);
    return log_result(error, message);
}

const char *survey_machine_id(const struct survey *survey)
{
    const char *read = survey->observation.facts.machine_id;

    return *read || !survey->state.machine_id ? read : survey->state.machine_id;
}

struct plan_input survey_plan_input(const struct options *options, const struct survey *survey)
{
    return (struct plan_input){
        .policy = &survey->policy,
        .observation = &survey->observation,
        .state = &survey->state,
        .only = (const char *const *)options->only,
        .forced = (const char *const *)options->forced,
        .forgotten = (const char *const *)options->forgotten,
        .is_other_root = !root_is_host(options->root),
    };
}

/* The drop-in as the rows of `rows` want it, or as it was before us where none of them goes there. */
static void add_file(const struct options *options, const struct survey *survey, size_t index,
                     const struct plan *rows, bool is_revert, struct plan *plan)
{
    const struct dropin *dropin = &dropins[index];
    const struct dropin_seen *seen = &survey->files.seen[index];
    _cleanup_free_ char *ours = rows ? dropin_render(dropin, rows, &survey->state, seen->content) : NULL;

    plan_add_dropin(plan,
                    &(struct dropin_request){
                        .dropin = dropin,
                        .seen = seen,
                        .saved = saved_state_file(&survey->state, dropin->path),
                        .ours = ours,
                        .is_revert = is_revert,
                        .is_forced = plan_names_have((const char *const *)options->forced, dropin->path),
                    });
}

void survey_plan(const struct options *options, const struct survey *survey, struct plan *ret)
{
    struct plan_input input = survey_plan_input(options, survey);

    plan_build(&input, ret);
    for (size_t i = 0; i < dropins_count && !options->is_runtime_only; i++)
        add_file(options, survey, i, ret, false, ret);
}

/* With --only the files lose the selected rows and keep the others. */
static void build_kept_rows(const struct options *options, const struct survey *survey, struct plan *ret)
{
    struct plan_input input = survey_plan_input(options, survey);

    plan_build(&input, ret);
    for (size_t i = 0; i < ret->items_count; i++)
        if (ret->items[i].is_selected)
            memory_set_text(&ret->items[i].persisted, NULL);
}

static void add_files_back(const struct options *options, const struct survey *survey, struct plan *plan)
{
    _cleanup_(plan_done) struct plan kept = {0};

    if (options->only)
        build_kept_rows(options, survey, &kept);
    for (size_t i = 0; i < dropins_count; i++)
        if (!plan_names_have((const char *const *)options->forgotten, dropins[i].path))
            add_file(options, survey, i, options->only ? &kept : NULL, true, plan);
}

/* What the state has and the table's own look did not find: a size of huge pages that is gone. */
static void observe_saved(const struct options *options, struct survey *survey)
{
    for (size_t i = 0; i < survey->state.values_count; i++)
        if (!observation_find(&survey->observation, survey->state.values[i].object))
            observe_object(options->root, survey->state.values[i].object, &survey->observation);
}

void survey_plan_revert(const struct options *options, struct survey *survey, struct plan *ret)
{
    struct plan_input input;

    observe_saved(options, survey);
    input = survey_plan_input(options, survey);
    plan_build_revert(&input, ret);
    if (!options->is_runtime_only)
        add_files_back(options, survey, ret);
}

/* Each mapping is walked for numa_maps: not where there is one node, and nothing to place. */
static unsigned groups_to_read(const struct host_facts *facts, bool asks_manager)
{
    unsigned groups = SERVER_GROUPS_CHEAP & ~(unsigned)SERVER_GROUP_CHILDREN;

    if (facts->memory_nodes == 1)
        groups &= ~(unsigned)SERVER_GROUP_NUMA;
    return asks_manager ? groups : groups & ~(unsigned)SERVER_GROUP_UNIT;
}

bool survey_look_at_servers(const struct options *options, const struct host_facts *facts, bool asks_manager,
                            struct survey *survey)
{
    struct budget budget;
    int error = capabilities_use_held();

    budget_begin(&budget, 0);
    if (error == 0)
        server_facts_read(options->root, facts, groups_to_read(facts, asks_manager),
                          (const char *const *)options->servers, &budget, &survey->servers);
    if (error == 0)
        error = capabilities_drop_all();
    if (error < 0)
        log_error("cannot change capabilities: %s", strerror(-error));
    return error == 0;
}

bool survey_judge_servers(const struct options *options, bool asks_manager, struct survey *survey,
                          struct plan *plan)
{
    const struct plan_input input = survey_plan_input(options, survey);

    if (!survey_look_at_servers(options, &survey->observation.facts, asks_manager, survey))
        return false;
    servers_judge(plan, &input, &survey->servers);
    return true;
}

void survey_log_changes(const struct options *options, const struct plan *plan)
{
    for (size_t i = 0; i < plan->items_count && root_is_host(options->root); i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->state == ITEM_APPLIED)
            log_change(item->object, item->current, item->wanted, item->wanted_from);
    }
}

void survey_print(const struct options *options, const struct plan *plan,
                  void (*text)(FILE *out, const struct plan *plan))
{
    if (options->format == FORMAT_JSON)
        terminal_print_json(json_render_plan(plan));
    else
        text(terminal_out(), plan);
}

void survey_done(struct survey *survey)
{
    policy_done(&survey->policy);
    observation_done(&survey->observation);
    server_list_done(&survey->servers);
    saved_state_done(&survey->state);
    for (size_t i = 0; i < ELEMENTS(survey->files.seen); i++)
        dropin_seen_done(&survey->files.seen[i]);
}
