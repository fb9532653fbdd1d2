/* SPDX-License-Identifier: MIT */
/* Findings for Prometheus.
 * Owns the metrics' names. */
#include "diagnose/print.h"

#include "util/print-prometheus.h"

/* Several servers may lead to one address, which is none's own then, or be in one unit: the process tells
 * them apart. */
static void print_sample(FILE *out, const char *metric, const struct server_report *server,
                         const struct verdict *verdict, int value)
{
    char pid[16];
    const struct prometheus_label labels[] = {
        {"server", server->name ? server->name : server->address},
        {"address", server->is_address_own ? server->address : NULL},
        {"unit", server->unit},
        {"pid", server->pid > 0 ? pid : NULL},
        {"proven", server->unproven ? "no" : NULL},
        {"finding", verdict ? verdict->finding->id : NULL},
        {NULL},
    };

    snprintf(pid, sizeof(pid), "%d", server->pid);
    prometheus_print_sample(out, metric, labels, value);
}

static void print_up(FILE *out, const struct diagnosis_report *report)
{
    static const char name[] = "redis_hosttune_server_up";

    prometheus_print_header(out, name, "gauge", "Whether the server could be asked.");
    for (size_t i = 0; i < report->servers_count; i++)
        print_sample(out, name, &report->servers[i], NULL, !report->servers[i].trouble);
}

static void print_findings(FILE *out, const struct diagnosis_report *report, const char *name,
                           const char *help, bool (*has_sample)(const struct verdict *),
                           int (*value)(const struct verdict *))
{
    prometheus_print_header(out, name, "gauge", help);
    for (size_t i = 0; i < report->servers_count; i++)
        for (size_t v = 0; v < report->servers[i].verdicts_count; v++) {
            const struct verdict *verdict = &report->servers[i].verdicts[v];

            if (!has_sample || has_sample(verdict))
                print_sample(out, name, &report->servers[i], verdict, value(verdict));
        }
}

static bool is_known(const struct verdict *verdict)
{
    return verdict->result != FINDING_UNKNOWN;
}

static int level(const struct verdict *verdict)
{
    return verdict->result == FINDING_CRITICAL ? 2 : verdict->result == FINDING_WARNING;
}

static int is_unknown(const struct verdict *verdict)
{
    return verdict->result == FINDING_UNKNOWN;
}

static int is_suppressed(const struct verdict *verdict)
{
    return verdict_is_suppressed(verdict);
}

void diagnosis_render_prometheus(FILE *out, const struct diagnosis_report *report)
{
    print_up(out, report);
    print_findings(
        out, report, "redis_hosttune_finding",
        "What a server suffers from: 0 pass or note, 1 warning, 2 critical; no sample where it is unknown.",
        is_known, level);
    print_findings(out, report, "redis_hosttune_finding_unknown", "Whether a finding could not be judged.",
                   NULL, is_unknown);
    print_findings(out, report, "redis_hosttune_finding_suppressed",
                   "Whether the configuration suppresses a finding that does not pass.", NULL, is_suppressed);
}
