/* SPDX-License-Identifier: MIT */
/* The order of this host's units around redis-hosttune.service.
 * Owns how far it is followed. */
#include "units/read-order.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/read-unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define TUNER "redis-hosttune.service"

enum { NAMES_MAX = 1024, VALUE_SHOWN_MAX = 200 };

/* What our unit names itself, and what stands before sysinit.target and basic.target wherever systemd is:
 * true of a tree without their files too. */
static const char *const always_behind[] = {
    TUNER,           "systemd-sysctl.service", "systemd-tmpfiles-setup.service",
    "tuned.service", "saptune.service",        "sysinit.target",
    "basic.target",  "sockets.target",         "paths.target",
    "slices.target", "local-fs.target",        "local-fs-pre.target",
    "swap.target",
};

/* --- a list of names that is walked while it grows --- */

static bool has_name(const struct units_behind *list, const char *name)
{
    return strings_have((const char *const *)list->names, name);
}

/* By the name that systemd knows it by. What is above the bound is passed over: no host has that many. */
static void add_name(const struct unit_directories *directories, const char *name, struct units_behind *list)
{
    char known_by[UNIT_NAME_SIZE];

    if ((!text_has_suffix(name, ".service") || unit_directories_follow(directories, name, known_by) < 0) &&
        !unit_name_copy(known_by, name))
        return;
    if (list->count == NAMES_MAX || has_name(list, known_by))
        return;
    memory_add_text(&list->names, list->count++, memory_copy(known_by));
}

static void add_names(const struct unit_directories *directories, const struct unit *unit, const char *key,
                      struct units_behind *list)
{
    char name[UNIT_NAME_SIZE];

    for (size_t i = 0; i < unit->settings_count; i++) {
        const char *position = unit->settings[i].value;

        while (strcmp(unit->settings[i].key, key) == 0 && unit_order_next_name(&position, name))
            add_name(directories, name, list);
    }
}

/* Whether it is there and understood. */
static bool read_order(const struct root *root, const struct unit_directories *directories, const char *name,
                       struct unit *unit)
{
    _cleanup_free_ char *message = NULL;

    return unit_file_read_order(root, directories, name, unit, &message) == 0;
}

/* --- back from our unit --- */

void units_behind_read(const struct root *root, const struct unit_directories *directories,
                       struct units_behind *ret)
{
    struct units_behind behind = {0};

    for (size_t i = 0; i < ELEMENTS(always_behind); i++)
        add_name(directories, always_behind[i], &behind);
    for (size_t i = 0; i < behind.count; i++) {
        _cleanup_(unit_done) struct unit unit = {0};

        if (read_order(root, directories, behind.names[i], &unit))
            add_names(directories, &unit, "After", &behind);
    }
    *ret = behind;
}

void units_behind_done(struct units_behind *behind)
{
    strings_free(behind->names);
    *behind = (struct units_behind){0};
}

/* --- on from a Redis unit --- */

static const char *find_behind(const struct units_behind *behind, const char *name)
{
    for (size_t i = 0; i < behind->count; i++)
        if (unit_order_may_be(name, behind->names[i]))
            return behind->names[i];
    return NULL;
}

/* Of everything that must start behind `first`, the nearest that our unit stands behind; it belongs to
 * behind. NULL: there is none. */
static const char *follow(const struct root *root, const struct unit_directories *directories,
                          const struct units_behind *behind, const char *first)
{
    _cleanup_(units_behind_done) struct units_behind found = {0};
    const char *reached = NULL;

    add_name(directories, first, &found);
    for (size_t i = 0; i < found.count && !reached; i++) {
        _cleanup_(unit_done) struct unit unit = {0};
        const char *implied = unit_order_implied_before(found.names[i]);

        reached = find_behind(behind, found.names[i]);
        if (!reached && read_order(root, directories, found.names[i], &unit))
            add_names(directories, &unit, "Before", &found);
        if (!reached && implied && !unit_order_without_defaults(&unit))
            add_name(directories, implied, &found);
    }
    return reached;
}

#define refuse(order, ...) memory_error(&(order)->refused, 0, __VA_ARGS__)

/* The first of its Before= that leads to what our unit stands behind. */
static void judge_before(const struct root *root, const struct unit_directories *directories,
                         const struct units_behind *behind, const struct unit *unit, struct unit_order *order)
{
    char name[UNIT_NAME_SIZE];

    for (size_t i = 0; i < unit->settings_count && !order->refused; i++) {
        const struct unit_setting *setting = &unit->settings[i];
        const char *position = setting->value, *reached = NULL;

        while (!reached && strcmp(setting->key, "Before") == 0 && unit_order_next_name(&position, name))
            reached = follow(root, directories, behind, name);
        if (reached)
            refuse(order, "%s=%.*s (%s:%u): " TUNER " starts behind %s", setting->key, VALUE_SHOWN_MAX,
                   setting->value, setting->file, setting->line,
                   strcmp(reached, TUNER) == 0 ? "it then" : reached);
    }
}

static bool is_wanted_by(const struct root *root, const struct unit_directory *directory, const char *target,
                         const char *name)
{
    static const char *const kinds[] = {"wants", "requires"};
    char links[UNIT_NAME_SIZE + 16], path[UNIT_PATH_LENGTH_MAX];

    for (size_t i = 0; i < ELEMENTS(kinds); i++) {
        _cleanup_close_ int fd = -1;

        snprintf(links, sizeof(links), "%s.%s", target, kinds[i]);
        if (!unit_directory_find(directory, links))
            continue;
        snprintf(path, sizeof(path), "%s/%s/%s", directory->path, links, name);
        fd = root_open_path(root, path, O_PATH | O_NOFOLLOW);
        if (fd >= 0)
            return true;
    }
    return false;
}

/* A target waits for what it wants, but not for what waits for it, as all services do for these two. */
static const char *find_waiting_target(const struct root *root, const struct unit_directories *directories,
                                       const struct units_behind *behind, const char *name)
{
    for (size_t i = 0; i < behind->count; i++) {
        const char *target = behind->names[i];

        if (!text_has_suffix(target, ".target") || strcmp(target, "sysinit.target") == 0 ||
            strcmp(target, "basic.target") == 0)
            continue;
        for (size_t j = 0; j < directories->items_count; j++)
            if (is_wanted_by(root, &directories->items[j], target, name))
                return target;
    }
    return NULL;
}

/* It would get the values of the drop-ins all the same, behind those that set them. */
static bool is_early(const struct unit *unit)
{
    return !unit_order_has(unit, "After", "sysinit.target") &&
           !unit_order_has(unit, "After", "basic.target") &&
           (!unit_order_has(unit, "After", "systemd-sysctl.service") ||
            !unit_order_has(unit, "After", "systemd-tmpfiles-setup.service"));
}

static void judge(const struct root *root, const struct unit_directories *directories,
                  const struct units_behind *behind, const struct unit *unit, struct unit_order *order)
{
    const struct unit_setting *off = unit_order_without_defaults(unit);
    const char *target;

    order->is_early = off && is_early(unit);
    if (off)
        refuse(order, "%s=%s (%s:%u): " TUNER " starts behind sysinit.target, and this unit need not",
               off->key, off->value, off->file, off->line);
    else if (has_name(behind, unit->name))
        refuse(order, TUNER " starts behind %s itself", unit->name);
    else if ((target = find_waiting_target(root, directories, behind, unit->name)))
        refuse(order, "%s waits for it, and " TUNER " starts behind that", target);
    else
        judge_before(root, directories, behind, unit, order);
}

void unit_order_judge(const struct root *root, const struct unit_directories *directories,
                      const struct units_behind *behind, const char *name, struct unit_order *ret)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL;
    int error = unit_file_read_order(root, directories, name, &unit, &message);

    *ret = (struct unit_order){0};
    if (error < 0)
        refuse(ret, "its order is not understood: %s", message ? message : strerror(-error));
    else
        judge(root, directories, behind, &unit, ret);
}
