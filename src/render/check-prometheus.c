/* SPDX-License-Identifier: MIT */
/* check as metrics.
 * Owns their names and labels. */
#include "render/check-prometheus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/prometheus.h"
#include "util/cleanup.h"

static void print_label(FILE *out, bool is_first, const char *name, const char *value)
{
    fprintf(out, "%s%s=", is_first ? "{" : ",", name);
    prometheus_print_label(out, value ? value : "");
}

static void print_head(FILE *out, const char *name, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void print_ok(FILE *out, const char *name, const struct check_row *row, bool is_ok)
{
    fputs(name, out);
    print_label(out, true, "name", row->item->tunable->name);
    print_label(out, false, "object", row->item->object);
    fprintf(out, "} %d\n", is_ok);
}

static int print_info(FILE *out, const char *name, const struct check_row *row)
{
    const struct forecast *forecast = row->forecast;
    _cleanup_free_ char *by =
        forecast ? forecast_step_describe(&forecast->steps[forecast->decided]) : strdup("");

    if (!by)
        return -ENOMEM;
    fputs(name, out);
    print_label(out, true, "name", row->item->tunable->name);
    print_label(out, false, "object", row->item->object);
    print_label(out, false, "current", row->item->current);
    print_label(out, false, "wanted", row->item->wanted);
    print_label(out, false, "at_boot", forecast ? forecast->at_boot : NULL);
    print_label(out, false, "decided_by", by);
    print_label(out, false, "set_by", row->set_by);
    fputs("} 1\n", out);
    return 0;
}

/* Rows that are left, and those that this kernel has not, are nobody's wish. */
static bool is_judged(const struct check_row *row)
{
    return row->item->wanted && row->item->state != ITEM_LEFT && row->item->state != ITEM_ABSENT &&
           row->item->state != ITEM_REFUSED;
}

/* What is not known is neither right nor wrong: it has no metric. */
static void print_servers(FILE *out, const char *name, const struct check_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++) {
        const struct check_server *server = &report->servers[i];

        for (size_t n = 0; n < server->judgements.count; n++) {
            const struct judgement *judgement = &server->judgements.items[n];

            if (judgement->result == JUDGEMENT_UNKNOWN)
                continue;
            fputs(name, out);
            print_label(out, true, "server", server_display(server->facts));
            print_label(out, false, "name", judgement->topic);
            fprintf(out, "} %d\n", judgement->result == JUDGEMENT_FINE);
        }
    }
}

int check_render_prometheus(FILE *out, const struct check_report *report)
{
    static const char now[] = "redis_hosttune_tunable_ok", boot[] = "redis_hosttune_tunable_ok_at_boot",
                      info[] = "redis_hosttune_tunable_info", problems[] = "redis_hosttune_problems",
                      server[] = "redis_hosttune_server_ok";
    int error = 0;

    print_head(out, problems, "Problems that redis-hosttune check found.");
    fprintf(out, "%s %zu\n", problems, report->problems.count);
    print_head(out, now, "Whether the object has what is wanted of it.");
    for (size_t i = 0; i < report->rows_count; i++)
        if (is_judged(&report->rows[i]) && report->rows[i].item->current)
            print_ok(out, now, &report->rows[i], report->rows[i].is_right_now);
    print_head(out, boot, "Whether the object will have what is wanted of it after the next boot.");
    for (size_t i = 0; i < report->rows_count; i++)
        if (is_judged(&report->rows[i]))
            print_ok(out, boot, &report->rows[i], report->rows[i].is_right_at_boot);
    print_head(out, server, "Whether a running server lives under what is wanted.");
    print_servers(out, server, report);
    print_head(out, info, "What the object has, should have and will have, and by whom.");
    for (size_t i = 0; i < report->rows_count && error == 0; i++)
        error = print_info(out, info, &report->rows[i]);
    return error;
}
