/* SPDX-License-Identifier: MIT */
/* From a row and the facts to a verdict.
 * Owns what makes a finding unknown before its rule is asked, and that all text of a verdict can be printed.
 */
#include "diagnose/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/nearest.h"
#include "util/text.h"

void finding_consider_names(struct nearest *nearest)
{
    const struct finding *finding = NULL;

    while ((finding = finding_next(finding)))
        nearest_consider(nearest, finding->id);
}

const struct threshold *finding_threshold(const struct finding *finding, const char *name)
{
    for (size_t i = 0; i < FINDING_THRESHOLDS_MAX && finding->thresholds[i].name; i++)
        if (strcmp(finding->thresholds[i].name, name) == 0)
            return &finding->thresholds[i];
    return NULL;
}

const char *finding_section_name(enum finding_section section)
{
    static const char *const names[SECTION_COUNT] = {
        [SECTION_MEMORY] = "Memory the kernel sees",
        [SECTION_FORK] = "Fork, snapshots, append-only file",
        [SECTION_LIMITS] = "Limits and eviction",
        [SECTION_CLIENTS] = "Clients and commands",
        [SECTION_ROLE] = "Role",
        [SECTION_EXPOSURE] = "Exposure",
        [SECTION_HOST] = "The host beneath it",
    };

    return names[section];
}

const char *finding_result_name(enum finding_result result)
{
    static const char *const names[] = {
        [FINDING_PASS] = "pass",         [FINDING_NOTE] = "note",       [FINDING_WARNING] = "warning",
        [FINDING_CRITICAL] = "critical", [FINDING_UNKNOWN] = "unknown",
    };

    return names[result];
}

/* --- filling a verdict --- */

__attribute__((format(printf, 1, 0))) static char *format_printable(const char *format, va_list arguments)
{
    char *text = memory_format_list(format, arguments);

    memory_check(text_escape(&text));
    return text;
}

void verdict_raise(struct verdict *verdict, enum finding_result result)
{
    if (verdict->result == FINDING_UNKNOWN || result > verdict->result) {
        verdict->result = result;
        free(verdict->unknown_reason);
        verdict->unknown_reason = NULL;
    }
}

double verdict_threshold(const struct verdict *verdict, const char *name)
{
    const struct threshold *threshold = finding_threshold(verdict->finding, name);
    const struct threshold_setting *setting =
        verdict->policy ? policy_threshold(verdict->policy, verdict->finding->id, name) : NULL;

    assert(threshold);
    return setting ? setting->value : threshold->standard;
}

bool verdict_compare(struct verdict *verdict, double value)
{
    bool is_raised = false;

    for (enum finding_result result = FINDING_NOTE; result <= FINDING_CRITICAL; result++) {
        const char *name = finding_result_name(result);

        if (finding_threshold(verdict->finding, name) && value > verdict_threshold(verdict, name)) {
            verdict_raise(verdict, result);
            is_raised = true;
        }
    }
    return is_raised;
}

void verdict_raise_by_counter(struct verdict *verdict, const struct diagnosis *diagnosis,
                              const struct counter *counter)
{
    double up = diagnosis_info(diagnosis, "uptime_in_seconds");

    if (counter->growth > 0)
        verdict_raise(verdict, FINDING_CRITICAL);
    else if (counter->total > 0)
        verdict_raise(verdict, up <= verdict_threshold(verdict, "recent") ? FINDING_WARNING : FINDING_NOTE);
}

void verdict_unknown(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;

    if (verdict->result != FINDING_PASS)
        return;
    va_start(arguments, format);
    verdict->unknown_reason = format_printable(format, arguments);
    va_end(arguments);
    verdict->result = FINDING_UNKNOWN;
}

bool verdict_lacks_interval(struct verdict *verdict, const struct diagnosis *diagnosis, const char *what)
{
    if (diagnosis_has_interval(diagnosis))
        return false;
    verdict_unknown(verdict,
                    "%s since the server's start; whether they are now takes two samples: --interval", what);
    return true;
}

static struct evidence *add_evidence(struct verdict *verdict, const char *name)
{
    struct evidence *evidence;

    evidence = memory_add(verdict->evidence, verdict->evidence_count);
    evidence->name = memory_require(text_escaped(name, strlen(name)));
    return evidence;
}

void evidence_number(struct verdict *verdict, const char *name, enum quantity quantity, double value)
{
    struct evidence *evidence = add_evidence(verdict, name);

    evidence->quantity = quantity;
    evidence->number = value;
}

void evidence_text(struct verdict *verdict, const char *name, const char *format, ...)
{
    struct evidence *evidence = add_evidence(verdict, name);
    va_list arguments;

    va_start(arguments, format);
    evidence->text = format_printable(format, arguments);
    va_end(arguments);
}

void evidence_info(struct verdict *verdict, const struct diagnosis *diagnosis, const char *field,
                   enum quantity quantity)
{
    evidence_number(verdict, field, quantity, diagnosis_info(diagnosis, field));
}

void evidence_policy(struct verdict *verdict, const struct diagnosis *diagnosis)
{
    evidence_text(verdict, "maxmemory_policy", "%s", diagnosis_policy(diagnosis));
}

void evidence_keyspace(struct verdict *verdict, const struct keyspace *keyspace)
{
    evidence_number(verdict, "keys", QUANTITY_COUNT, keyspace->keys);
    evidence_number(verdict, "keys_with_ttl", QUANTITY_COUNT, keyspace->expires);
}

void verdict_harm(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;

    free(verdict->harm);
    va_start(arguments, format);
    verdict->harm = format_printable(format, arguments);
    va_end(arguments);
}

void verdict_remedy(struct verdict *verdict, const char *format, ...)
{
    _cleanup_free_ char *step = NULL;
    va_list arguments;

    va_start(arguments, format);
    step = format_printable(format, arguments);
    va_end(arguments);
    memory_join(&verdict->remedy, "\n", step);
}

/* --- judging --- */

static bool has_groups(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct finding *finding = verdict->finding;
    unsigned needs = finding->needs | (finding->info[0] ? NEEDS(FACT_INFO) : 0) |
                     (finding->config[0] ? NEEDS(FACT_CONFIG) : 0);

    for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
        const char *reason = needs & NEEDS(fact) ? diagnosis_unknown(diagnosis, fact) : NULL;

        if (reason) {
            verdict_unknown(verdict, "%s", reason);
            return false;
        }
    }
    return true;
}

static void lacks_info(const struct diagnosis *diagnosis, struct verdict *verdict, const char *field)
{
    const char *since = redis_info_since(field);

    if (redis_fields_find(&diagnosis->redis.now, field))
        verdict_unknown(verdict, "INFO has no number for %s", field);
    else if (diagnosis->redis.is_sentinel)
        verdict_unknown(verdict, "this is a Sentinel, which has no data: INFO does not report %s", field);
    else if (since)
        verdict_unknown(verdict, "INFO does not report %s (servers since Redis %s do)", field, since);
    else
        verdict_unknown(verdict, "INFO does not report %s", field);
}

static void lacks_parameter(const struct diagnosis *diagnosis, struct verdict *verdict, const char *parameter)
{
    if (diagnosis->redis.config_file)
        verdict_unknown(verdict, "this server refuses CONFIG GET, and %s does not set %s",
                        diagnosis->redis.config_file, parameter);
    else
        verdict_unknown(verdict, "CONFIG GET has no %s on this server", parameter);
}

static bool has_fields(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct finding *finding = verdict->finding;
    double number;

    for (size_t i = 0; i < FINDING_FIELDS_MAX && finding->info[i]; i++)
        if (redis_fields_number(&diagnosis->redis.now, finding->info[i], &number) < 0) {
            lacks_info(diagnosis, verdict, finding->info[i]);
            return false;
        }
    for (size_t i = 0; i < FINDING_FIELDS_MAX && finding->config[i]; i++)
        if (!redis_fields_find(&diagnosis->redis.config, finding->config[i])) {
            lacks_parameter(diagnosis, verdict, finding->config[i]);
            return false;
        }
    return true;
}

/* A finding has the row's harm and remedy where the rule gave none; a pass has neither. */
static void complete(struct verdict *verdict)
{
    const struct finding *finding = verdict->finding;

    if (verdict->result == FINDING_PASS || verdict->result == FINDING_UNKNOWN) {
        free(verdict->harm);
        free(verdict->remedy);
        verdict->harm = verdict->remedy = NULL;
        return;
    }
    if (!verdict->harm)
        memory_set_text(&verdict->harm, finding->harm);
    if (!verdict->remedy)
        memory_set_text(&verdict->remedy, finding->remedy);
}

void finding_judge(const struct finding *finding, const struct diagnosis *diagnosis,
                   const struct policy *policy, struct verdict *ret)
{
    *ret = (struct verdict){.finding = finding, .policy = policy};
    if (finding->config[0] && diagnosis->redis.config_file)
        evidence_text(ret, "configuration", "by %s, for the server refuses CONFIG GET",
                      diagnosis->redis.config_file);
    if ((finding->judges_full && diagnosis->redis.is_full) ||
        (has_groups(diagnosis, ret) && has_fields(diagnosis, ret)))
        finding->evaluate(diagnosis, ret);
    complete(ret);
    if (policy)
        ret->suppressed_reason = memory_copy(policy_suppressed(policy, finding->id));
    ret->policy = NULL; /* the verdict outlives it */
}

void verdict_done(struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->evidence_count; i++) {
        free(verdict->evidence[i].name);
        free(verdict->evidence[i].text);
    }
    free(verdict->evidence);
    free(verdict->harm);
    free(verdict->remedy);
    free(verdict->unknown_reason);
    free(verdict->suppressed_reason);
    *verdict = (struct verdict){0};
}
