/* SPDX-License-Identifier: MIT */
/* From unit names to decisions.
 * Owns which units are looked at, and when none is. */
#include "host/redis-units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/facts.h"
#include "host/unit-file.h"
#include "util/cleanup.h"
#include "util/text.h"

#define PENDING_PATH "/run/redis-hosttune/pending"

enum { UNITS_MAX = 1024 };

/* Only while the tuner is enabled and nothing is pending. */
static void read_idle(const struct root *root, const struct unit_directories *directories,
                      struct redis_units *units)
{
    if (!unit_file_is_enabled(root, directories, "redis-hosttune.service")) {
        units->idle_because = "redis-hosttune.service is not enabled";
    } else if (root_exists(root, PENDING_PATH)) {
        units->idle_because = "redis-hosttune was installed and not applied yet";
        units->is_pending_only = true;
    }
}

static const struct redis_unit *find_unit(const struct redis_units *units, const char *name)
{
    for (size_t i = 0; i < units->items_count; i++)
        if (strcmp(units->items[i].name, name) == 0)
            return &units->items[i];
    return NULL;
}

static int decide(const struct unit *unit, const struct policy *policy, const struct host_facts *facts,
                  struct unit_wrap *ret)
{
    const struct placement_setting *setting = policy_placement(policy, unit->name);
    _cleanup_free_ char *from = NULL;
    struct wrap_input input = {
        .asked = setting ? setting->placement : PLACEMENT_EXEC,
        .memory_nodes = facts->memory_nodes,
        .selinux_enforcing = facts->selinux_enforcing,
        .is_sentinel = policy_is_sentinel(unit->name),
    };

    if (!setting)
        from = strdup("built in");
    else if (asprintf(&from, "%s:%u", setting->file, setting->line) < 0)
        from = NULL;
    if (!from)
        return -ENOMEM;
    input.asked_from = from;
    return unit_wrap_decide(unit, &input, ret);
}

static int append(struct redis_units *units, const char *name, struct redis_unit **ret)
{
    struct redis_unit *added;

    if (units->items_count == UNITS_MAX)
        return -E2BIG;
    if (array_grow(&units->items, units->items_count, sizeof(*units->items)) < 0)
        return -ENOMEM;
    added = &units->items[units->items_count];
    added->name = strdup(name);
    if (!added->name)
        return -ENOMEM;
    units->items_count++;
    *ret = added;
    return 0;
}

/* A unit that is not there is passed over, one that is not understood is kept with its problem. */
static int add_unit(const struct root *root, const struct unit_directories *directories, const char *name,
                    const struct policy *policy, const struct host_facts *facts, struct redis_units *units)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *problem = NULL;
    struct redis_unit *added;
    const struct redis_unit *template_unit;
    char template[256];
    int error = unit_file_read(root, directories, name, &unit, &problem);

    if (error == -ENOENT || error == -ENOMEM)
        return error == -ENOENT ? 0 : error;
    if (find_unit(units, error < 0 ? name : unit.name))
        return 0;
    if (error < 0) {
        error = append(units, name, &added);
        if (error == 0)
            added->problem = problem ? TAKE_POINTER(problem) : strdup("it is not understood");
        return error;
    }
    error = append(units, unit.name, &added);
    if (error == 0)
        error = decide(&unit, policy, facts, &added->wrap);
    if (error < 0 || !unit_name_template(unit.name, template, sizeof(template)))
        return error;
    template_unit = find_unit(units, template);
    added->is_as_template =
        template_unit && !template_unit->problem && unit_wrap_equal(&template_unit->wrap, &added->wrap);
    return 0;
}

static int add_with_instances(const struct root *root, const struct unit_directories *directories,
                              const char *name, const struct policy *policy, const struct host_facts *facts,
                              struct redis_units *units)
{
    _cleanup_strings_ char **instances = NULL;
    int error = add_unit(root, directories, name, policy, facts, units);

    if (error < 0 || !unit_name_is_template(name))
        return error;
    error = unit_file_instances(directories, name, &instances);
    for (char **instance = instances; error == 0 && *instance; instance++)
        error = add_unit(root, directories, *instance, policy, facts, units);
    return error;
}

int redis_units_read(const struct root *root, const struct policy *policy, struct redis_units *ret,
                     char **ret_error)
{
    const char *const *lists[] = {policy_units, policy_sentinels, (const char *const *)policy->units_added};
    _cleanup_(unit_directories_done) struct unit_directories directories = {0};
    _cleanup_(redis_units_done) struct redis_units units = {0};
    struct host_facts facts = {0};
    int error = unit_directories_read(root, &directories);

    if (error == 0)
        read_idle(root, &directories, &units);
    facts_read_placement(root, &facts);
    for (size_t list = 0; list < ELEMENTS(lists); list++)
        for (const char *const *name = lists[list]; error == 0 && name && *name; name++)
            error = add_with_instances(root, &directories, *name, policy, &facts, &units);
    if (error == -E2BIG)
        return error_make(ret_error, error, "there are more unit files than any host has");
    if (error < 0)
        return error;
    *ret = units;
    units = (struct redis_units){0};
    return 0;
}
