/* SPDX-License-Identifier: MIT */
/* The sections of the findings, and from a name and its value to a setting.
 * Owns that this object and no other of the room links the findings: the generator does without it. */
#include "config/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/finding.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/nearest.h"
#include "util/text.h"

/* "rss-near-ram.warning, rss-near-ram.critical"; "": it has none. */
static char *threshold_names(const struct finding *finding)
{
    struct text_builder names = {0};

    for (size_t i = 0; i < FINDING_THRESHOLDS_MAX && finding->thresholds[i].name; i++)
        text_builder_add(&names, "%s%s.%s", i ? ", " : "", finding->id, finding->thresholds[i].name);
    return memory_require(text_builder_take(&names));
}

static int refuse_finding(const char *id, const char *shown, unsigned line, char **ret_error)
{
    char question[NEAREST_QUESTION_MAX];
    struct nearest nearest = {.word = id};

    finding_consider_names(&nearest);
    nearest_question(&nearest, "", question);
    return memory_error(ret_error, -EINVAL,
                        "%s:%u: unknown finding \"%s\"%s: redis-hosttune explain lists them", shown, line, id,
                        question);
}

static int refuse_threshold(const struct finding *finding, const char *id, const char *name,
                            const char *shown, unsigned line, char **ret_error)
{
    _cleanup_free_ char *names = finding ? threshold_names(finding) : NULL;

    if (!finding)
        return refuse_finding(id, shown, line, ret_error);
    if (!*names)
        return memory_error(ret_error, -EINVAL, "%s:%u: %s has no limit that could be set", shown, line,
                            finding->id);
    return memory_error(ret_error, -EINVAL, "%s:%u: unknown name \"%s\": allowed are %s", shown, line, name,
                        names);
}

/* "FINDING.NAME" */
static int add_threshold(const char *key, const char *value, const char *shown, unsigned line,
                         struct policy *policy, char **ret_error)
{
    const char *dot = strchr(key, '.');
    _cleanup_free_ char *id = memory_copy_part(key, dot ? (size_t)(dot - key) : strlen(key));
    const struct finding *finding = finding_find(id);
    const struct threshold *threshold = finding && dot ? finding_threshold(finding, dot + 1) : NULL;
    double number;

    if (!threshold)
        return refuse_threshold(finding, id, key, shown, line, ret_error);
    if (quantity_parse(threshold->quantity, value, &number) < 0)
        return memory_error(ret_error, -EINVAL, "%s:%u: \"%s\" is no value of %s: give %s", shown, line,
                            value, key, quantity_syntax(threshold->quantity));
    policy_add_threshold(policy, id, threshold->name, number, shown, line);
    return 0;
}

static int add_suppression(const char *key, const char *value, const char *shown, unsigned line,
                           struct policy *policy, char **ret_error)
{
    if (!finding_find(key))
        return refuse_finding(key, shown, line, ret_error);
    if (*value == '\0')
        return memory_error(ret_error, -EINVAL, "%s:%u: %s needs a reason: %s = REASON", shown, line, key,
                            key);
    policy_add_suppression(policy, key, value);
    return 0;
}

const struct config_section config_thresholds = {"thresholds", add_threshold};
const struct config_section config_suppress = {"suppress", add_suppression};

const struct config_section *const config_finding_sections[] = {&config_thresholds, &config_suppress, NULL};

const struct config_section *const config_all_sections[] = {&config_tunables, &config_units,
                                                            &config_thresholds, &config_suppress, NULL};
