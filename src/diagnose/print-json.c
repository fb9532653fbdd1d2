/* SPDX-License-Identifier: MIT */
/* Findings as JSON, by jansson.
 * Owns the names of the fields. */
#include "diagnose/print.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "util/cleanup.h"
#include "util/json.h"
#include "util/memory.h"

/* A whole number as one, up to what a double holds exactly. */
static json_t *number_to_json(double number)
{
    if (number == floor(number) && fabs(number) <= 0x1p53)
        return json_integer((json_int_t)number);
    return isfinite(number) ? json_real(number) : json_null();
}

/* A name that the object has not: "queue", "queue 2", … */
static char *free_name(const json_t *object, const char *name)
{
    char *found = memory_copy(name);

    for (size_t i = 2; json_object_get(object, found); i++) {
        free(found);
        found = memory_format("%s %zu", name, i);
    }
    return found;
}

static json_t *verdict_to_json(const struct verdict *verdict)
{
    json_t *values = json_object(), *units = json_object();
    const char *suppressed = verdict_is_suppressed(verdict) ? verdict->suppressed_reason : NULL;

    for (size_t i = 0; i < verdict->evidence_count; i++) {
        const struct evidence *evidence = &verdict->evidence[i];
        _cleanup_free_ char *name = free_name(values, evidence->name);

        json_object_set_new(values, name,
                            evidence->text ? json_of_text(evidence->text) : number_to_json(evidence->number));
        if (!evidence->text)
            json_object_set_new(units, name, json_string(quantity_unit(evidence->quantity)));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s?, s:s?, s:s?, s:s?}", "id", verdict->finding->id,
                     "section", finding_section_name(finding_section(verdict->finding)), "result",
                     finding_result_name(verdict->result), "evidence", values, "units", units, "harm",
                     verdict->harm, "remedy", verdict->remedy, "reason", verdict->unknown_reason,
                     "suppressed", suppressed);
}

static json_t *server_to_json(const struct server_report *server)
{
    json_t *found = json_array();

    for (size_t i = 0; i < server->verdicts_count; i++)
        json_array_append_new(found, verdict_to_json(&server->verdicts[i]));
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "address", json_of_text(server->address), "product",
        json_of_text(server->product), "version", json_of_text(server->version), "unit",
        json_of_text(server->unit), "pid", server->pid ? json_integer(server->pid) : json_null(), "unproven",
        json_of_text(server->unproven), "trouble", json_of_text(server->trouble), "findings", found);
}

char *diagnosis_render_json(const struct diagnosis_report *report)
{
    json_t *servers;

    json_memory_begin();
    servers = json_array();
    for (size_t i = 0; i < report->servers_count; i++)
        json_array_append_new(servers, server_to_json(&report->servers[i]));
    return json_to_text(json_pack("{s:i, s:o}", "version", 1, "servers", servers), JSON_REAL_PRECISION(12));
}
