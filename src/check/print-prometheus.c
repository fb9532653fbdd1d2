/* SPDX-License-Identifier: MIT */
/* check as metrics.
 * Owns their names and labels. */
#include "check/print-prometheus.h"

#include <stdlib.h>
#include <string.h>

#include "boot/forecast.h"
#include "servers/restart.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/print-prometheus.h"

static void print_ok(FILE *out, const char *name, const struct plan_item *item, bool is_ok)
{
    const struct prometheus_label labels[] = {
        {"name", item->tunable->name},
        {"object", item->object},
        {NULL},
    };

    prometheus_print_sample(out, name, labels, is_ok);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void print_info(FILE *out, const char *name, const struct plan_item *item)
{
    const struct forecast *forecast = item->boot;
    _cleanup_free_ char *by =
        forecast ? forecast_step_describe(forecast_decided_by(forecast)) : memory_copy("");

    prometheus_print_sample(out, name,
                            (const struct prometheus_label[]){
                                {"name", item->tunable->name},
                                {"object", item->object},
                                {"current", or_empty(item->current)},
                                {"wanted", or_empty(item->wanted)},
                                {"at_boot", or_empty(forecast ? forecast->at_boot : NULL)},
                                {"decided_by", by},
                                {"set_by", or_empty(item->set_by)},
                                {NULL},
                            },
                            1);
}

/* What is not known is neither right nor wrong: it has no metric. Several servers may be in one unit: the
 * process tells them apart. */
static void print_servers(FILE *out, const char *name, const struct check_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++) {
        const struct check_server *server = &report->servers[i];
        enum { LABEL_NAME = 4 };
        char pid[16];
        struct prometheus_label labels[] = {
            {"server", server_display(server->facts)},
            {"unit", server_confirmed_unit(&server->facts->process)},
            {"pid", pid},
            {"proven", server->facts->unproven ? "no" : NULL},
            [LABEL_NAME] = {"name", NULL},
            {NULL},
        };

        snprintf(pid, sizeof(pid), "%d", server->facts->process.pid);
        for (size_t n = 0; n < server->judgements_count; n++) {
            const struct judgement *judgement = server->judgements[n];

            if (judgement->result == JUDGEMENT_UNKNOWN)
                continue;
            labels[LABEL_NAME].value = judgement->topic;
            prometheus_print_sample(out, name, labels, judgement->result == JUDGEMENT_FINE);
        }
    }
}

void check_render_prometheus(FILE *out, const struct check_report *report)
{
    static const char now[] = "redis_hosttune_tunable_ok", boot[] = "redis_hosttune_tunable_ok_at_boot",
                      info[] = "redis_hosttune_tunable_info", problems[] = "redis_hosttune_problems",
                      server[] = "redis_hosttune_server_ok";
    const struct plan_item *item;

    prometheus_print_header(out, problems, "gauge", "Problems that redis-hosttune check found.");
    fprintf(out, "%s %zu\n", problems, report->problems.count);
    prometheus_print_header(out, now, "gauge", "Whether the object has what is wanted of it.");
    for (size_t i = 0; (item = check_next_item(report, &i));)
        if (check_is_judged(item) && item->current)
            print_ok(out, now, item, item->state == ITEM_IN_SYNC);
    prometheus_print_header(out, boot, "gauge",
                            "Whether the object will have what is wanted of it after the next boot.");
    for (size_t i = 0; (item = check_next_item(report, &i));)
        if (check_is_judged(item))
            print_ok(out, boot, item, forecast_is_right(item));
    prometheus_print_header(out, server, "gauge", "Whether a running server lives under what is wanted.");
    print_servers(out, server, report);
    prometheus_print_header(out, info, "gauge",
                            "What the object has, should have and will have, and by whom.");
    for (size_t i = 0; (item = check_next_item(report, &i));)
        print_info(out, info, item);
}
