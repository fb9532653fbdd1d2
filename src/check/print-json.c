/* SPDX-License-Identifier: MIT */
/* check as JSON, by jansson.
 * Owns the names of its fields. */
#include "check/print-json.h"

#include <jansson.h>

#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/memory.h"

static json_t *number(unsigned value)
{
    return value > 0 ? json_integer(value) : json_null();
}

static json_t *place(const struct forecast_step *step)
{
    return json_pack("{s:o, s:o}", "file", json_of_text(step->file), "line", number(step->line));
}

/* Everybody who has a say and not the last word. */
static json_t *overridden(const struct forecast *forecast)
{
    json_t *list = json_array();

    for (size_t i = 0; forecast && i < forecast->steps_count; i++) {
        const struct forecast_step *step = &forecast->steps[i];

        if (i == forecast->decided || step->source == FORECAST_KERNEL)
            continue;
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "file", json_of_text(step->file), "line",
                                              number(step->line), "value", json_of_text(step->value)));
    }
    return list;
}

static json_t *item_to_json(const struct plan_item *item)
{
    const struct forecast *forecast = item->boot;
    const struct forecast_step none = {0};

    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", item->tunable->name, "object",
                     json_of_text(item->object), "current", json_of_text(item->current), "wanted",
                     json_of_text(item->wanted), "at_boot", json_of_text(forecast ? forecast->at_boot : NULL),
                     "decided_by", place(forecast ? forecast_decided_by(forecast) : &none), "overridden",
                     overridden(forecast), "set_by", json_of_text(item->set_by));
}

static json_t *lines_to_json(const struct check_lines *lines)
{
    json_t *list = json_array();

    for (size_t i = 0; i < lines->count; i++)
        json_array_append_new(list, json_pack("{s:o, s:o}", "object", json_of_text(lines->items[i].object),
                                              "text", json_of_text(lines->items[i].text)));
    return list;
}

static json_t *figure(amount value)
{
    return amount_is_number(value) ? json_integer((json_int_t)value) : json_null();
}

static json_t *listeners_to_json(const struct server_listeners *listeners)
{
    static const char *const families[] = {"ipv4", "ipv6", "unix"};
    json_t *list = json_array();

    for (size_t i = 0; i < listeners->count; i++) {
        const struct server_listener *listener = &listeners->items[i];

        json_array_append_new(
            list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "family", families[listener->family], "address",
                            json_of_text(listener->address), "port", number(listener->port), "queue",
                            figure(listener->queue_now), "queue_limit", figure(listener->queue_limit)));
    }
    return list;
}

static json_t *judgements_to_json(const struct check_server *server)
{
    json_t *list = json_array();

    for (size_t i = 0; i < server->judgements_count; i++) {
        const struct judgement *judgement = server->judgements[i];

        json_array_append_new(
            list,
            json_pack("{s:o, s:s, s:o, s:o, s:o}", "name", json_of_text(judgement->topic), "result",
                      judgement_result_name(judgement->result), "text", json_of_text(judgement->text),
                      "remedy", json_of_text(judgement->remedy), "price", json_of_text(judgement->price)));
    }
    return list;
}

static json_t *server_to_json(const struct check_server *server)
{
    const struct server_process *process = &server->facts->process;
    const char *kind = process->kind == SERVER_KIND_SENTINEL ? "sentinel" : "server";

    return json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:b, s:o, s:o}", "pid", process->pid, "comm",
                     process->comm, "kind", kind, "unit", json_of_text(server_confirmed_unit(process)),
                     "container", json_of_text(process->container), "unproven",
                     json_of_text(server->facts->unproven), "counted", check_server_counts(server->facts),
                     "listeners", listeners_to_json(&server->facts->listeners), "judgements",
                     judgements_to_json(server));
}

static json_t *servers_to_json(const struct check_report *report)
{
    json_t *list = json_array();

    for (size_t i = 0; i < report->servers_count; i++)
        json_array_append_new(list, server_to_json(&report->servers[i]));
    return list;
}

char *check_render_json(const struct check_report *report)
{
    const struct plan_item *item;
    size_t position = 0;
    json_t *items;

    json_memory_begin();
    items = json_array();
    while ((item = check_next_item(report, &position)))
        json_array_append_new(items, item_to_json(item));
    return json_to_text(json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", 1, "tunables", items, "servers",
                                  servers_to_json(report), "problems", lines_to_json(&report->problems),
                                  "notes", lines_to_json(&report->notes)),
                        0);
}
