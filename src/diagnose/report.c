/* SPDX-License-Identifier: MIT */
/* The verdicts on all servers.
 * Owns what counts for the exit status. */
#include "diagnose/report.h"

#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

bool verdict_is_suppressed(const struct verdict *verdict)
{
    return verdict->suppressed_reason && verdict->result != FINDING_PASS;
}

struct verdict_counts report_count(const struct server_report *server)
{
    struct verdict_counts counts = {0};

    for (size_t i = 0; i < server->verdicts_count; i++)
        if (verdict_is_suppressed(&server->verdicts[i]))
            counts.suppressed++;
        else
            counts.of[server->verdicts[i].result]++;
    return counts;
}

enum finding_result report_worst(const struct diagnosis_report *report)
{
    enum finding_result worst = FINDING_PASS;

    for (size_t i = 0; i < report->servers_count; i++) {
        struct verdict_counts counts = report_count(&report->servers[i]);

        if (counts.of[FINDING_CRITICAL])
            return FINDING_CRITICAL;
        if (counts.of[FINDING_WARNING])
            worst = FINDING_WARNING;
    }
    return worst;
}

bool report_has_trouble(const struct diagnosis_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++)
        if (report->servers[i].trouble)
            return true;
    return false;
}

void report_judge(const struct diagnosis *diagnosis, const struct policy *policy, const char *const *only,
                  struct server_report *server)
{
    const struct finding *finding = NULL;

    while ((finding = finding_next(finding)))
        if (!only || strings_have(only, finding->id))
            finding_judge(finding, diagnosis, policy, memory_add(server->verdicts, server->verdicts_count));
}

const struct server_report *report_find(const struct diagnosis_report *report, const char *address)
{
    return array_find(report->servers, report->servers_count, address, address);
}

const struct verdict *report_verdict(const struct server_report *server, const char *id)
{
    for (size_t i = 0; i < server->verdicts_count; i++)
        if (strcmp(server->verdicts[i].finding->id, id) == 0)
            return &server->verdicts[i];
    return NULL;
}

static void verdicts_done(struct server_report *server)
{
    for (size_t i = 0; i < server->verdicts_count; i++)
        verdict_done(&server->verdicts[i]);
    free(server->verdicts);
    server->verdicts = NULL;
    server->verdicts_count = 0;
}

static void server_report_done(struct server_report *server)
{
    verdicts_done(server);
    free(server->address);
    free(server->name);
    free(server->cli);
    free(server->identity);
    free(server->version);
    free(server->unit);
    free(server->unproven);
    free(server->trouble);
}

void report_carry(struct diagnosis_report *before, struct diagnosis_report *now)
{
    for (size_t i = 0; i < now->servers_count; i++) {
        struct server_report *server = &now->servers[i], *earlier;

        if (!server->trouble)
            continue;
        verdicts_done(server);
        earlier = array_find(before->servers, before->servers_count, address, server->address);
        if (!earlier)
            continue;
        server->verdicts = TAKE_POINTER(earlier->verdicts);
        server->verdicts_count = earlier->verdicts_count;
        earlier->verdicts_count = 0;
    }
}

void report_done(struct diagnosis_report *report)
{
    for (size_t i = 0; i < report->servers_count; i++)
        server_report_done(&report->servers[i]);
    free(report->servers);
    *report = (struct diagnosis_report){0};
}
