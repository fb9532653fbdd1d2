/* SPDX-License-Identifier: MIT */
/* Which running servers live under older values than the plan's.
 * Owns when a restart is asked for; pure. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/plan.h"
#include "model/server-restart.h"
#include "model/unit.h"
#include "util/text.h"

const char *plan_restart_reason(const struct plan_item *item, const struct server_process *server,
                                const struct plan_input *input)
{
    const struct saved_value *saved = saved_state_value(input->state, item->object);
    const char *boot_id = input->observation->facts.boot_id;

    if (!item->is_selected || !item->tunable->restart_reason || !item->current || !item->wanted)
        return NULL;
    if (item->state == ITEM_CHANGE)
        return item->tunable->restart_reason(item->current, item->wanted, server);
    if (item->state != ITEM_IN_SYNC || !saved || !saved->written || saved->is_left || !saved->original ||
        !saved->boot_id)
        return NULL;
    if (strcmp(saved->boot_id, boot_id) != 0 || server->started_usec >= saved->written_usec)
        return NULL;
    return item->tunable->restart_reason(saved->written_before ? saved->written_before : saved->original,
                                         saved->written, server);
}

static int add_restart(struct plan *plan, const struct server_process *server, const char *reason)
{
    const char *unit = server_confirmed_unit(server);
    struct plan_restart *restart;
    int error = array_grow(&plan->restarts, plan->restarts_count, sizeof(*plan->restarts));

    if (error < 0)
        return error;
    restart = &plan->restarts[plan->restarts_count++];
    if (unit)
        restart->unit = strdup(unit);
    else if (asprintf(&restart->unit, "pid %d", server->pid) < 0)
        restart->unit = NULL;
    restart->reason = strdup(reason);
    if (!restart->unit || !restart->reason)
        return -ENOMEM;
    error = server_restart_command(server, &restart->command);
    return error < 0 || restart->command ? error : server_restart_words(server, &restart->words);
}

static bool restart_is_planned(const struct plan *plan, const struct server_process *server,
                               const char *reason)
{
    const char *unit = server_confirmed_unit(server);

    for (size_t i = 0; i < plan->restarts_count; i++)
        if (unit && text_equal(plan->restarts[i].unit, unit) && strcmp(plan->restarts[i].reason, reason) == 0)
            return true;
    return false;
}

/* Where processes cannot be seen, any server may be concerned by these changes. */
static int add_unseen_restart(struct plan *plan)
{
    const struct server_process any = {0};

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];
        int error;

        if (item->state != ITEM_CHANGE || !item->is_selected || !item->tunable->restart_reason ||
            !item->tunable->restart_reason(item->current, item->wanted, &any))
            continue;
        error = array_grow(&plan->restarts, plan->restarts_count, sizeof(*plan->restarts));
        if (error < 0)
            return error;
        plan->restarts[plan->restarts_count].reason =
            strdup("the processes of this host cannot be seen from here");
        return plan->restarts[plan->restarts_count++].reason ? 0 : -ENOMEM;
    }
    return 0;
}

/* A running unit lives under its old drop-in until it is restarted. */
static int add_unit_restart(struct plan *plan, const struct server_process *server)
{
    static const char reason[] = "its unit gets another drop-in (memory placement, open files)";

    for (size_t i = 0; i < plan->units_count; i++) {
        char template[256];
        const char *name = plan->units[i].name;
        bool is_its = text_equal(server->unit, name) ||
                      (server->unit && unit_name_template(server->unit, template, sizeof(template)) &&
                       strcmp(template, name) == 0);

        if (is_its && plan_unit_differs(&plan->units[i]) && !restart_is_planned(plan, server, reason))
            return add_restart(plan, server, reason);
    }
    return 0;
}

int plan_add_restarts(struct plan *plan, const struct plan_input *input)
{
    const struct observation *observation = input->observation;

    if (!observation->sees_servers)
        return add_unseen_restart(plan);

    for (size_t server = 0; server < observation->servers_count; server++) {
        for (size_t i = 0; i < plan->items_count; i++) {
            const char *reason = plan_restart_reason(&plan->items[i], &observation->servers[server], input);
            int error;

            if (!reason || restart_is_planned(plan, &observation->servers[server], reason))
                continue;
            error = add_restart(plan, &observation->servers[server], reason);
            if (error < 0)
                return error;
        }
        if (add_unit_restart(plan, &observation->servers[server]) < 0)
            return -ENOMEM;
    }
    return 0;
}
