/* SPDX-License-Identifier: MIT */
/* Which running servers live under older values than the plan's.
 * Owns when a restart is asked for; pure. */
#include "servers/restarts.h"

#include <stdlib.h>
#include <string.h>

#include "servers/restart.h"
#include "systemd/unit.h"
#include "util/memory.h"
#include "util/text.h"

const char *plan_restart_reason(const struct plan_item *item, const struct server_process *server,
                                const struct plan_input *input)
{
    const struct saved_value *saved = saved_state_value(input->state, item->object);
    const char *boot_id = input->observation->facts.boot_id;

    if (!item->is_selected || !item->tunable->restart_reason || !item->current || !item->wanted)
        return NULL;
    if (item->state == ITEM_CHANGE)
        return item->tunable->restart_reason(item->current, item->wanted, server->has_thp_disabled);
    if (item->state != ITEM_IN_SYNC || !saved || !saved->written || saved->is_left || !saved->original ||
        !saved->boot_id)
        return NULL;
    if (strcmp(saved->boot_id, boot_id) != 0 || server->started_usec >= saved->written_usec)
        return NULL;
    return item->tunable->restart_reason(saved->written_before ? saved->written_before : saved->original,
                                         saved->written, server->has_thp_disabled);
}

static void add_restart(struct plan *plan, const struct server_process *server, const char *reason)
{
    const char *unit = server_confirmed_unit(server);
    struct plan_restart *restart;

    memory_grow(&plan->restarts, plan->restarts_count, sizeof(*plan->restarts));
    restart = &plan->restarts[plan->restarts_count++];
    restart->unit = unit ? memory_copy(unit) : memory_format("pid %d", server->pid);
    restart->reason = memory_copy(reason);
    restart->command = server_restart_command(server);
    restart->words = restart->command ? NULL : server_restart_words(server);
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
static void add_unseen_restart(struct plan *plan)
{
    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->state != ITEM_CHANGE || !item->is_selected || !item->tunable->restart_reason ||
            !item->tunable->restart_reason(item->current, item->wanted, false))
            continue;
        memory_grow(&plan->restarts, plan->restarts_count, sizeof(*plan->restarts));
        plan->restarts[plan->restarts_count++].reason =
            memory_copy("the processes of this host cannot be seen from here");
        return;
    }
}

/* A running unit lives under its old drop-in until it is restarted. */
static void add_unit_restart(struct plan *plan, const struct server_process *server)
{
    static const char reason[] = "its unit gets another drop-in (memory placement, open files)";

    for (size_t i = 0; i < plan->units_count; i++) {
        char template[256];
        const char *name = plan->units[i].name;
        bool is_its = text_equal(server->unit, name) ||
                      (server->unit && unit_name_template(server->unit, template, sizeof(template)) &&
                       strcmp(template, name) == 0);

        if (is_its && plan_unit_differs(&plan->units[i]) && !restart_is_planned(plan, server, reason))
            add_restart(plan, server, reason);
    }
}

void plan_add_restarts(struct plan *plan, const struct plan_input *input,
                       const struct server_processes *servers)
{
    if (!servers->are_seen)
        add_unseen_restart(plan);
    for (size_t server = 0; servers->are_seen && server < servers->count; server++) {
        for (size_t i = 0; i < plan->items_count; i++) {
            const char *reason = plan_restart_reason(&plan->items[i], &servers->items[server], input);

            if (reason && !restart_is_planned(plan, &servers->items[server], reason))
                add_restart(plan, &servers->items[server], reason);
        }
        add_unit_restart(plan, &servers->items[server]);
    }
}
