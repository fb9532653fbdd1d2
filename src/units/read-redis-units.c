/* SPDX-License-Identifier: MIT */
/* From unit names to decisions.
 * Owns which units are looked at, and when none is. */
#include "units/read-redis-units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/read-facts.h"
#include "systemd/read-unit.h"
#include "units/read-order.h"
#include "units/read-unknown-units.h"
#include "units/tuner.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define PENDING_PATH "/run/redis-hosttune/pending"

enum { UNITS_MAX = 1024 };

/* Only while the tuner is enabled and nothing is pending. */
static int read_idle(const struct root *root, const struct unit_directories *directories,
                     struct redis_units *units)
{
    int enabled = unit_file_is_enabled(root, directories, "redis-hosttune.service");
    char mask[UNIT_PATH_LENGTH_MAX];

    if (enabled == -EACCES && geteuid() != 0)
        enabled = 0; /* what only root may see is not there for others */
    if (enabled < 0)
        return enabled;
    if (enabled == 0) {
        bool is_masked = unit_directories_mask(root, directories, "redis-hosttune.service", mask);

        units->idle_because = tuner_idle_because(is_masked ? mask : NULL);
        units->enable_command = tuner_enable_command(is_masked ? mask : NULL);
    } else if (root_exists(root, PENDING_PATH)) {
        units->idle_because = "redis-hosttune was installed and not applied yet";
        units->is_pending_only = true;
    }
    return 0;
}

static const struct redis_unit *find_unit(const struct redis_units *units, const char *name)
{
    return array_find(units->items, units->items_count, name, name);
}

/* What every unit is decided from. */
struct outlook {
    const struct root *root;
    const struct policy *policy;
    struct unit_directories directories;
    struct units_behind behind; /* empty until the first unit needs it */
    struct unit manager;
    struct host_facts facts;
};

static void outlook_done(struct outlook *outlook)
{
    unit_directories_done(&outlook->directories);
    units_behind_done(&outlook->behind);
    unit_done(&outlook->manager);
}

/* Whether `name` is one that the unit, or the template of it, goes by. */
static bool is_name_of(const struct outlook *outlook, const char *name, const char *unit)
{
    char known_by[UNIT_NAME_SIZE], template[UNIT_NAME_SIZE];

    if (unit_directories_follow(&outlook->directories, name, known_by) < 0)
        return false;
    return strcmp(known_by, unit) == 0 ||
           (unit_name_template(unit, template, sizeof(template)) && strcmp(known_by, template) == 0);
}

/* What is asked for the unit by the name that it is known by, then by an alias, then for all. */
static const struct unit_wish *find_wish(const struct outlook *outlook, const char *unit, const char *key)
{
    const struct policy *policy = outlook->policy;
    const struct unit_wish *found = policy_unit_wish(policy, unit, key);

    if (found && *found->unit)
        return found;
    for (size_t i = policy->unit_wishes_count; i > 0; i--) {
        const struct unit_wish *wish = &policy->unit_wishes[i - 1];

        if (*wish->unit && strcmp(wish->key, key) == 0 && is_name_of(outlook, wish->unit, unit))
            return wish;
    }
    return found;
}

/* What the host itself says: without the root in front. */
static void record_reason(const struct root *root, const char *asked_from, struct unit_wrap *wrap)
{
    size_t prefix = strlen(root_display(root, "/")) - 1;

    if (prefix == 0 || !text_equal(wrap->reason, asked_from) ||
        !text_has_prefix(asked_from, root_display(root, "/")))
        return;
    memory_set_text(&wrap->recorded_reason, asked_from + prefix);
}

static void judge_order(struct outlook *outlook, const char *name, struct unit_order *ret)
{
    if (outlook->behind.count == 0)
        units_behind_read(outlook->root, &outlook->directories, &outlook->behind);
    unit_order_judge(outlook->root, &outlook->directories, &outlook->behind, name, ret);
}

/* FILE:LINE of the wish. Owned by the caller. */
static char *describe_wish(const struct unit_wish *wish)
{
    return wish ? memory_format("%s:%u", wish->file, wish->line) : memory_copy("built in");
}

/* The unit's own wish for open files before that for all. "leave" leaves the number at 0. */
static void ask_open_files(const struct outlook *outlook, const char *unit, struct wrap_input *input,
                           char **ret_from)
{
    const struct unit_wish *own = find_wish(outlook, unit, UNIT_WISH_OPEN_FILES);
    const struct wish all =
        policy_wish(outlook->policy, tunable_find_any(TUNABLE_OPEN_FILES), unit, &outlook->facts);

    parse_integer(own ? own->value : all.value, &input->nofile);
    *ret_from = own ? describe_wish(own) : wish_describe(&all);
    input->nofile_from = *ret_from;
}

static void decide(struct outlook *outlook, const struct unit *unit, struct unit_wrap *ret)
{
    const struct unit_wish *placement = find_wish(outlook, unit->name, UNIT_WISH_PLACEMENT);
    _cleanup_free_ char *from = describe_wish(placement), *nofile_from = NULL;
    struct wrap_input input = {
        .memory_nodes = outlook->facts.memory_nodes,
        .selinux_enforcing = outlook->facts.selinux_enforcing,
        .is_sentinel = policy_is_sentinel(unit->name),
        .manager = &outlook->manager,
    };

    if (placement)
        placement_parse(placement->value, &input.asked);
    input.asked_from = from;
    ask_open_files(outlook, unit->name, &input, &nofile_from);
    unit_wrap_decide(unit, &input, ret);
    record_reason(outlook->root, from, ret);
    judge_order(outlook, unit->name, &ret->order);
}

static int append(struct redis_units *units, const char *name, struct redis_unit **ret)
{
    if (units->items_count == UNITS_MAX)
        return -E2BIG;
    *ret = memory_add(units->items, units->items_count);
    (*ret)->name = memory_copy(name);
    return 0;
}

/* The template of an instance, where that is understood. */
static const struct redis_unit *find_template(const struct redis_units *units, const char *name)
{
    const struct redis_unit *unit = NULL;
    char template[UNIT_NAME_SIZE];

    if (unit_name_template(name, template, sizeof(template)))
        unit = find_unit(units, template);
    return unit && !unit->problem && !unit->shielded_because ? unit : NULL;
}

/* What is not understood is kept with its problem and gets nothing. An instance would have its template's
 * drop-in all the same: one of its own by that name, with nothing in it, keeps that away. */
static int add_problem(const char *name, char *problem, struct redis_units *units)
{
    const struct redis_unit *template_unit = find_template(units, name);
    bool is_shielded = template_unit != NULL;
    struct redis_unit *added;
    int error = append(units, name, &added);

    if (error < 0) {
        free(problem);
        return error;
    }
    if (!is_shielded) {
        added->problem = problem;
        return 0;
    }
    added->shielded_because = problem;
    added->wrap.placement = PLACEMENT_OFF;
    memory_set_text(&added->wrap.order.refused, "the unit is not understood");
    memory_set_text(&added->wrap.reason, problem);
    return 0;
}

/* A unit that is not there is passed over. */
static int add_unit(struct outlook *outlook, const char *name, struct redis_units *units)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *problem = NULL;
    const struct redis_unit *template_unit;
    struct redis_unit *added;
    int error = unit_file_read(outlook->root, &outlook->directories, name, &unit, &problem);

    if (error == -ENOENT)
        return 0;
    if (find_unit(units, error < 0 ? name : unit.name))
        return 0;
    if (error < 0)
        return add_problem(name, TAKE_POINTER(problem), units);
    error = append(units, unit.name, &added);
    if (error == 0)
        decide(outlook, &unit, &added->wrap);
    if (error < 0)
        return error;
    template_unit = find_template(units, unit.name);
    added->is_as_template = template_unit && unit_wrap_equal(&template_unit->wrap, &added->wrap);
    return 0;
}

static int add_with_instances(struct outlook *outlook, const char *name, struct redis_units *units)
{
    _cleanup_strings_ char **instances = NULL;
    int error = add_unit(outlook, name, units);

    if (error < 0 || !unit_name_is_template(name))
        return error;
    error = unit_file_instances(&outlook->directories, name, &instances);
    for (char **instance = instances; error == 0 && *instance; instance++)
        error = add_unit(outlook, *instance, units);
    return error;
}

/* An instance that is named there needs no file of its own. */
static int add_named_in_policy(struct outlook *outlook, struct redis_units *units)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < outlook->policy->unit_wishes_count; i++)
        if (*outlook->policy->unit_wishes[i].unit)
            error = add_unit(outlook, outlook->policy->unit_wishes[i].unit, units);
    return error;
}

int redis_units_read(const struct root *root, const struct policy *policy, bool with_unknown,
                     struct redis_units *ret, char **ret_error)
{
    const char *const *lists[] = {policy_units, policy_sentinels, (const char *const *)policy->units_added};
    _cleanup_(outlook_done) struct outlook outlook = {.root = root, .policy = policy};
    _cleanup_(redis_units_done) struct redis_units units = {0};
    int error = unit_directories_read(root, &outlook.directories, NULL);

    if (error == 0)
        error = read_idle(root, &outlook.directories, &units);
    if (error < 0 && error != -E2BIG)
        return memory_error(
            ret_error, error,
            "whether redis-hosttune.service is enabled cannot be seen, nor which units there are: %s",
            strerror(-error));
    if (error == 0)
        error = unit_file_read_manager(root, &outlook.manager, ret_error);
    facts_read_placement(root, &outlook.facts);
    for (size_t list = 0; list < ELEMENTS(lists); list++)
        for (const char *const *name = lists[list]; error == 0 && name && *name; name++)
            error = add_with_instances(&outlook, *name, &units);
    if (error == 0)
        error = add_named_in_policy(&outlook, &units);
    if (error == -E2BIG && !*ret_error)
        return memory_error(ret_error, error, "there are more unit files than any host has");
    if (error < 0)
        return error;
    units.memory_nodes = outlook.facts.memory_nodes;
    if (with_unknown)
        unknown_units_find(root, &outlook.directories, policy, &units);
    *ret = units;
    units = (struct redis_units){0};
    return 0;
}
