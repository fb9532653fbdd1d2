/* SPDX-License-Identifier: MIT */
/* The sections that everybody understands, and from a name and its value to a setting.
 * Owns which sections there are. */
#include "config/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/placement.h"
#include "policy/value.h"
#include "systemd/unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/nearest.h"
#include "util/text.h"

static int add_tunable(const char *name, const char *value, const char *shown, unsigned line,
                       struct policy *policy, char **ret_error)
{
    _cleanup_free_ char *canonical = NULL, *detail = NULL, *names = NULL;
    const struct tunable *tunable = strcmp(name, TUNABLE_PLACEMENT) == 0 ? NULL : tunable_find_any(name);
    struct nearest nearest = {.word = name};
    char question[NEAREST_QUESTION_MAX];
    int error;

    if (!tunable) {
        tunable_consider_names(&nearest);
        nearest_question(&nearest, "", question);
        names = memory_require(tunable_names());
        return memory_error(ret_error, -EINVAL, "%s:%u: unknown name \"%s\"%s: allowed are %s, %s", shown,
                            line, name, question, names, TUNABLE_OPEN_FILES);
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
static int add_placement(const char *name, const char *value, const char *shown, unsigned line,
                         struct policy *policy, char **ret_error)
{
    _cleanup_free_ char *unit = NULL;
    enum placement placement;

    if (placement_parse(value, &placement) < 0)
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: \"%s\" is no placement: allowed are exec, systemd and off", shown, line,
                            value);
    unit = memory_copy_part(name, strcmp(name, "placement") == 0 ? 0 : strlen(name) - strlen(".placement"));
    if (strcmp(name, "placement") != 0 && !unit_name_is_service(unit))
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: \"%s\" is no name of a service: NAME.service.placement", shown, line,
                            unit);
    policy_add_unit_wish(policy, unit, UNIT_WISH_PLACEMENT, value, shown, line);
    return 0;
}

/* "NAME.service.LimitNOFILE", for one unit; for all it is a tunable. */
static int add_open_files(const char *name, const char *value, const char *shown, unsigned line,
                          struct policy *policy, char **ret_error)
{
    _cleanup_free_ char *unit = memory_copy_part(name, strlen(name) - strlen(".LimitNOFILE"));
    _cleanup_free_ char *canonical = NULL, *detail = NULL;
    int error;

    if (!unit_name_is_service(unit))
        return memory_error(ret_error, -EINVAL,
                            "%s:%u: \"%s\" is no name of a service: NAME.service.LimitNOFILE", shown, line,
                            unit);
    error = memory_check(
        value_parse_configured(tunable_find_any(TUNABLE_OPEN_FILES), value, &canonical, &detail));
    if (error < 0)
        return memory_error(ret_error, error, "%s:%u: %s", shown, line, (char *)memory_require(detail));
    policy_add_unit_wish(policy, unit, UNIT_WISH_OPEN_FILES, canonical, shown, line);
    return 0;
}

static int add_unit_key(const char *name, const char *value, const char *shown, unsigned line,
                        struct policy *policy, char **ret_error)
{
    if (strcmp(name, "add") == 0)
        return add_units(value, shown, line, policy, ret_error);
    if (strcmp(name, "placement") == 0 || text_has_suffix(name, ".placement"))
        return add_placement(name, value, shown, line, policy, ret_error);
    if (text_has_suffix(name, ".LimitNOFILE"))
        return add_open_files(name, value, shown, line, policy, ret_error);
    return memory_error(ret_error, -EINVAL,
                        "%s:%u: unknown name \"%s\": allowed are add, placement, NAME.service.placement and "
                        "NAME.service.LimitNOFILE",
                        shown, line, name);
}

const struct config_section config_tunables = {"tunables", add_tunable};
const struct config_section config_units = {"units", add_unit_key};

const struct config_section *const config_host_sections[] = {&config_tunables, &config_units, NULL};

bool config_is_section(const char *name, size_t length)
{
    static const char *const names[] = {"tunables", "units", "thresholds", "suppress"};

    for (size_t i = 0; i < ELEMENTS(names); i++)
        if (text_equals_part(names[i], name, length))
            return true;
    return false;
}
