/* SPDX-License-Identifier: MIT */
/* The sections of the configuration as a table, and from a name and its value to a setting.
 * Owns what each section knows. */
#include "config/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/finding.h"
#include "policy/value.h"
#include "systemd/unit.h"
#include "units/nofile.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static int add_tunable(const char *name, const char *value, const char *shown, unsigned line,
                       struct policy *policy, char **ret_error)
{
    _cleanup_free_ char *canonical = NULL, *detail = NULL, *names = NULL;
    const struct tunable *tunable = strcmp(name, unit_nofile.name) == 0 ? &unit_nofile : tunable_find(name);
    int error;

    if (!tunable) {
        names = memory_require(tunable_names());
        return memory_error(ret_error, -EINVAL, "%s:%u: unknown name \"%s\": allowed are %s, %s", shown, line,
                            name, names, unit_nofile.name);
    }
    error = memory_check(value_parse_configured(tunable, value, &canonical, &detail));
    if (error < 0)
        return memory_error(ret_error, error, "%s:%u: %s", shown, line, (char *)memory_require(detail));
    policy_add(policy, name, canonical, shown, line);
    return 0;
}

static int add_units(const char *value, const char *shown, unsigned line, struct policy *policy,
                     char **ret_error)
{
    _cleanup_free_ char *copy = memory_copy(value);
    char *rest = copy, *name;

    while ((name = strsep(&rest, " \t"))) {
        if (*name == '\0')
            continue;
        if (!unit_name_is_service(name))
            return memory_error(ret_error, -EINVAL,
                                "%s:%u: \"%s\" is no name of a service: NAME.service or NAME@.service", shown,
                                line, name);
        policy_add_unit(policy, name);
    }
    return 0;
}

/* "placement" for all units, "NAME.service.placement" for one. */
static int add_placement(const char *key, const char *value, const char *shown, unsigned line,
                         struct policy *policy, char **ret_error)
{
    _cleanup_free_ char *unit = NULL;
    enum placement placement;

    if (placement_parse(value, &placement) < 0)
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: \"%s\" is no placement: allowed are exec, systemd and off", shown, line,
                            value);
    unit = memory_copy_part(key, strcmp(key, "placement") == 0 ? 0 : strlen(key) - strlen(".placement"));
    if (strcmp(key, "placement") != 0 && !unit_name_is_service(unit))
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: \"%s\" is no name of a service: NAME.service.placement", shown, line,
                            unit);
    policy_add_placement(policy, unit, placement, shown, line);
    return 0;
}

static int add_unit_key(const char *name, const char *value, const char *shown, unsigned line,
                        struct policy *policy, char **ret_error)
{
    if (strcmp(name, "add") == 0)
        return add_units(value, shown, line, policy, ret_error);
    if (strcmp(name, "placement") == 0 || text_has_suffix(name, ".placement"))
        return add_placement(name, value, shown, line, policy, ret_error);
    return memory_error(ret_error, -EINVAL,
                        "%s:%u: unknown name \"%s\": allowed are add, placement and NAME.service.placement",
                        shown, line, name);
}

/* "rss-near-ram.warning, rss-near-ram.critical"; "": it has none. */
static char *threshold_names(const struct finding *finding)
{
    struct memory_stream names;
    FILE *out = memory_stream_open(&names);

    for (size_t i = 0; i < FINDING_THRESHOLDS_MAX && finding->thresholds[i].name; i++)
        fprintf(out, "%s%s.%s", i ? ", " : "", finding->id, finding->thresholds[i].name);
    return memory_stream_close(&names);
}

static int refuse_threshold(const struct finding *finding, const char *name, const char *shown, unsigned line,
                            char **ret_error)
{
    _cleanup_free_ char *names = finding ? threshold_names(finding) : NULL;

    if (!finding)
        return memory_error(
            ret_error, -EINVAL,
            "%s:%u: unknown name \"%s\": allowed are FINDING.warning and FINDING.critical, see "
            "redis-hosttune explain",
            shown, line, name);
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
        return refuse_threshold(finding, key, shown, line, ret_error);
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
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: unknown finding \"%s\": redis-hosttune explain lists them", shown, line,
                            key);
    if (*value == '\0')
        return memory_error(ret_error, -EINVAL, "%s:%u: %s needs a reason: %s = REASON", shown, line, key,
                            key);
    policy_add_suppression(policy, key, value, shown, line);
    return 0;
}

const struct config_section config_sections[] = {
    {"tunables", add_tunable},
    {"units", add_unit_key},
    {"thresholds", add_threshold},
    {"suppress", add_suppression},
};

const size_t config_sections_count = ELEMENTS(config_sections);

bool config_is_section(const char *name, size_t length)
{
    for (size_t i = 0; i < config_sections_count; i++)
        if (strlen(config_sections[i].name) == length && strncmp(config_sections[i].name, name, length) == 0)
            return true;
    return false;
}
