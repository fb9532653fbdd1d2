/* SPDX-License-Identifier: MIT */
/* From facts of servers to judgements.
 * Owns which rule looks at which row, and what is restarted for it; pure. */
#include "servers/judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/judge.h"
#include "servers/restart.h"
#include "systemd/unit.h"
#include "util/memory.h"
#include "util/text.h"

judge_function *const server_judges[JUDGE_COUNT] = {
    [JUDGE_OVERCOMMIT] = judge_overcommit,     [JUDGE_SWAPPINESS] = judge_swappiness,
    [JUDGE_LISTEN_QUEUE] = judge_listen_queue, [JUDGE_SYN_BACKLOG] = judge_syn_backlog,
    [JUDGE_HUGE_PAGES] = judge_huge_pages,     [JUDGE_HUGE_PAGE_SIZE] = judge_huge_page_size,
    [JUDGE_PLACEMENT] = judge_placement,       [JUDGE_OPEN_FILES] = judge_open_files,
};

/* --- what the rules share --- */

static struct judgement *add(struct judging *judging, enum judgement_result result)
{
    struct judgement *added = memory_add(judging->judgements->items, judging->judgements->count);

    added->server = judging->server;
    added->topic = judging->topic;
    added->result = result;
    added->is_pending = judging->is_pending && result == JUDGEMENT_STALE;
    return added;
}

void judge_add(struct judging *judging, enum judgement_result result, const char *format, ...)
{
    const struct server_process *process = &judging->server->process;
    struct judgement *added = add(judging, result);
    struct restart_stake stake;
    struct server_restart restart;
    va_list arguments;

    added->unit = server_confirmed_unit(process);
    added->pid = process->pid;
    va_start(arguments, format);
    added->text = memory_format_list(format, arguments);
    va_end(arguments);
    if (result != JUDGEMENT_STALE)
        return;
    restart_stake_find(judging->server, &stake);
    server_restart_find(process, &stake, &restart);
    restart_stake_done(&stake);
    added->remedy = memory_copy(restart.command);
    added->words = restart.before ? memory_format("save first (%s), then %s", restart.before, restart.words)
                                  : memory_copy(restart.words);
    added->price = memory_copy(restart.price);
    server_restart_done(&restart);
}

void judge_remedy(struct judging *judging, const char *format, ...)
{
    struct judgement *last = &judging->judgements->items[judging->judgements->count - 1];
    va_list arguments;
    char *remedy;

    va_start(arguments, format);
    remedy = memory_format_list(format, arguments);
    va_end(arguments);
    if (last->remedy)
        memory_join(&remedy, "\n", last->remedy);
    free(last->remedy);
    last->remedy = remedy;
}

const char *judge_value_before(const struct judging *judging, const struct plan_item *item)
{
    const struct saved_value *saved = saved_state_value(judging->input->state, item->object);

    if (item->state == ITEM_CHANGE)
        return item->current;
    if (!saved || !saved->written || saved->is_left || !saved->original || !saved->boot_id ||
        strcmp(saved->boot_id, judging->input->observation->facts.boot_id) != 0 ||
        judging->server->process.started_usec >= saved->written_usec)
        return NULL;
    return saved->written_before ? saved->written_before : saved->original;
}

/* --- one server --- */

/* Left, refused, absent: nothing is wanted there. */
static bool is_judged(const struct plan_item *item)
{
    return item->tunable->judge != JUDGE_NOBODY && item->is_selected && item->current && item->wanted &&
           (item->state == ITEM_IN_SYNC || item->state == ITEM_CHANGE || item->state == ITEM_APPLIED);
}

static void judge_item(const struct judging *about, struct plan_item *item)
{
    struct judging judging = *about;

    judging.topic = item->tunable->scope == SCOPE_UNIT ? item->tunable->name : item->object;
    judging.judgements = &item->servers;
    judging.is_pending = item->state == ITEM_CHANGE;
    server_judges[item->tunable->judge](&judging, item);
}

/* Those that are not a unit's, or of one that is not known, get none of what units get. */
static struct plan_item *add_unit_item(const struct judging *judging, const struct tunable *tunable)
{
    const struct server_process *process = &judging->server->process;
    char object[32];
    struct plan_item *item;

    snprintf(object, sizeof(object), "pid %d", process->pid);
    item = plan_add_unit_item(judging->plan, tunable, object, judging->input);
    item->reason = memory_copy(process->container ? "it runs in a container"
                               : process->unit    ? "its unit is none of Redis' that are known (add it to "
                                                    "[units])"
                                                  : "it belongs to no unit");
    return item;
}

/* Of the row, the item that is about the server: its own, by its unit, else by its unit's template. */
static struct plan_item *find_unit_item(const struct plan *plan, const struct tunable *tunable,
                                        const struct server_process *process)
{
    const char *unit = process->container ? NULL : process->unit;
    struct plan_item *of_template = NULL;
    char template[UNIT_NAME_SIZE];
    bool is_instance = unit && unit_name_template(unit, template, sizeof(template));

    for (size_t i = 0; i < plan->unit_items_count; i++) {
        struct plan_item *item = &plan->unit_items[i];

        if (item->tunable != tunable)
            continue;
        if (text_equal(item->object, unit))
            return item;
        if (is_instance && strcmp(item->object, template) == 0)
            of_template = item;
    }
    return of_template;
}

static void judge_unit_rows(const struct judging *judging)
{
    for (size_t row = tunables_count; row < tunables_and_units_count && judging->plan->has_unit_items;
         row++) {
        struct plan_item *item = find_unit_item(judging->plan, &tunables[row], &judging->server->process);

        judge_item(judging, item ? item : add_unit_item(judging, &tunables[row]));
    }
}

static void judge_server(const struct judging *judging)
{
    for (size_t i = 0; i < judging->plan->items_count; i++)
        if (is_judged(&judging->plan->items[i]))
            judge_item(judging, &judging->plan->items[i]);
    judge_unit_rows(judging);
}

void server_judge_limits(const struct server_facts *server, struct judgements *ret)
{
    struct judging judging = {.server = server, .judgements = ret};

    *ret = (struct judgements){0};
    if (server->process.kind == SERVER_KIND_SERVER)
        judge_cgroup_limits(&judging);
}

const struct judgement *server_judgement(const struct plan_item *item, const struct server_facts *server)
{
    for (size_t i = 0; i < item->servers.count; i++)
        if (item->servers.items[i].server == server)
            return &item->servers.items[i];
    return NULL;
}

/* --- what is to be restarted --- */

static void add_restart(struct plan *plan, const struct judgement *judgement)
{
    for (size_t i = 0; i < plan->restarts_count; i++)
        if (judgement->unit && text_equal(plan->restarts[i]->unit, judgement->unit) &&
            strcmp(plan->restarts[i]->text, judgement->text) == 0)
            return;
    memory_grow(&plan->restarts, plan->restarts_count, sizeof(const struct judgement *));
    plan->restarts[plan->restarts_count++] = judgement;
}

/* server NULL: those that could not be seen. */
static void add_restarts_of(struct plan *plan, const struct server_facts *server)
{
    for (size_t i = 0; plan_item_at(plan, i); i++) {
        const struct judgement *judgement = server_judgement(plan_item_at(plan, i), server);

        if (judgement && (!server || judgement->result == JUDGEMENT_STALE))
            add_restart(plan, judgement);
    }
}

/* Where processes cannot be seen, there may be one of which nothing is known but that it has run since the
 * boot: the first change that such a one would not live under is said. */
static void judge_unseen(const struct judging *judging)
{
    struct server_facts any = {0};
    struct judging of_any = {.plan = judging->plan, .input = judging->input, .server = &any};
    bool is_concerned = false;

    server_facts_init(&any);
    for (size_t i = 0; i < judging->plan->items_count && !is_concerned; i++) {
        struct plan_item *item = &judging->plan->items[i];
        struct judgements judgements = {0};
        struct judging unseen = {.topic = item->object, .judgements = &item->servers};

        if (!is_judged(item) || item->state != ITEM_CHANGE || !item->tunable->is_taken_at_start)
            continue;
        of_any.judgements = &judgements;
        server_judges[item->tunable->judge](&of_any, item);
        is_concerned = judgements.count > 0 && judgements.items[0].result == JUDGEMENT_STALE;
        if (is_concerned)
            add(&unseen, JUDGEMENT_UNKNOWN)->text =
                memory_copy("the processes of this host cannot be seen from here");
        judgements_done(&judgements);
    }
    server_facts_done(&any);
}

void servers_judge(struct plan *plan, const struct plan_input *input, const struct server_list *list)
{
    struct judging judging = {.plan = plan, .input = input};

    for (size_t i = 0; i < list->count; i++) {
        judging.server = &list->servers[i];
        if (judging.server->process.kind == SERVER_KIND_SERVER)
            judge_server(&judging);
    }
    if (list->unseen)
        judge_unseen(&judging);
    for (size_t i = 0; i < list->count; i++)
        add_restarts_of(plan, &list->servers[i]);
    add_restarts_of(plan, NULL);
}
