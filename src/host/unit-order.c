/* SPDX-License-Identifier: MIT */
/* The order of this host's units around redis-hosttune.service.
 * Owns how far it is followed. */
#include "host/unit-order.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/unit-file.h"
#include "util/cleanup.h"
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
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

/* By the name that systemd knows it by. What is above the bound is passed over: no host has that many. */
static int add_name(const struct unit_directories *directories, const char *name, struct units_behind *list)
{
    char known_by[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];

    if (!text_has_suffix(name, ".service") || unit_directories_follow(directories, name, known_by, path) < 0)
        snprintf(known_by, sizeof(known_by), "%s", name);
    if (list->count == NAMES_MAX || has_name(list, known_by))
        return 0;
    if (array_grow(&list->names, list->count + 1, sizeof(char *)) < 0)
        return -ENOMEM;
    list->names[list->count] = strdup(known_by);
    return list->names[list->count++] ? 0 : -ENOMEM;
}

static int add_names(const struct unit_directories *directories, const struct unit *unit, const char *key,
                     struct units_behind *list)
{
    char name[UNIT_NAME_SIZE];
    int error = 0;

    for (size_t i = 0; i < unit->settings_count; i++) {
        const char *position = unit->settings[i].value;

        while (error == 0 && strcmp(unit->settings[i].key, key) == 0 && unit_order_next_name(&position, name))
            error = add_name(directories, name, list);
    }
    return error;
}

/* 1: read; 0: not there, or not understood; -ENOMEM. */
static int read_order(const struct root *root, const struct unit_directories *directories, const char *name,
                      struct unit *unit)
{
    _cleanup_free_ char *message = NULL;
    int error = unit_file_read_order(root, directories, name, unit, &message);

    return error == -ENOMEM ? error : error == 0;
}

/* --- back from our unit --- */

int units_behind_read(const struct root *root, const struct unit_directories *directories,
                      struct units_behind *ret)
{
    _cleanup_(units_behind_done) struct units_behind behind = {0};
    int error = 0;

    for (size_t i = 0; i < ELEMENTS(always_behind) && error == 0; i++)
        error = add_name(directories, always_behind[i], &behind);
    for (size_t i = 0; i < behind.count && error == 0; i++) {
        _cleanup_(unit_done) struct unit unit = {0};
        int is_read = read_order(root, directories, behind.names[i], &unit);

        error = is_read > 0 ? add_names(directories, &unit, "After", &behind) : is_read;
    }
    if (error < 0)
        return error;
    *ret = behind;
    behind = (struct units_behind){0};
    return 0;
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

/* Everything that must start behind `first`, until one is found that our unit stands behind: *ret, which
 * belongs to behind; NULL: there is none. -ENOMEM. */
static int follow(const struct root *root, const struct unit_directories *directories,
                  const struct units_behind *behind, const char *first, const char **ret)
{
    _cleanup_(units_behind_done) struct units_behind found = {0};
    int error = add_name(directories, first, &found);

    *ret = NULL;
    for (size_t i = 0; i < found.count && error == 0 && !*ret; i++) {
        _cleanup_(unit_done) struct unit unit = {0};
        const char *implied = unit_order_implied_before(found.names[i]);

        *ret = find_behind(behind, found.names[i]);
        if (*ret)
            break;
        error = read_order(root, directories, found.names[i], &unit);
        if (error > 0)
            error = add_names(directories, &unit, "Before", &found);
        if (error == 0 && implied && !unit_order_without_defaults(&unit))
            error = add_name(directories, implied, &found);
    }
    return error;
}

static int refuse(struct unit_order *order, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(struct unit_order *order, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vasprintf(&order->refused, format, arguments);
    va_end(arguments);
    if (length < 0)
        order->refused = NULL;
    return length < 0 ? -ENOMEM : 0;
}

/* The first of its Before= that leads to what our unit stands behind. */
static int judge_before(const struct root *root, const struct unit_directories *directories,
                        const struct units_behind *behind, const struct unit *unit, struct unit_order *order)
{
    char name[UNIT_NAME_SIZE];
    int error = 0;

    for (size_t i = 0; i < unit->settings_count; i++) {
        const struct unit_setting *setting = &unit->settings[i];
        const char *position = setting->value, *reached = NULL;

        while (error == 0 && !reached && strcmp(setting->key, "Before") == 0 &&
               unit_order_next_name(&position, name))
            error = follow(root, directories, behind, name, &reached);
        if (error < 0)
            return error;
        if (reached)
            return refuse(order, "%s=%.*s (%s:%u): " TUNER " starts behind %s", setting->key, VALUE_SHOWN_MAX,
                          setting->value, setting->file, setting->line,
                          strcmp(reached, TUNER) == 0 ? "it then" : reached);
    }
    return 0;
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

static int judge(const struct root *root, const struct unit_directories *directories,
                 const struct units_behind *behind, const struct unit *unit, struct unit_order *order)
{
    const struct unit_setting *off = unit_order_without_defaults(unit);
    const char *target;

    order->is_early = off && is_early(unit);
    if (off)
        return refuse(order, "%s=%s (%s:%u): " TUNER " starts behind sysinit.target, and this unit need not",
                      off->key, off->value, off->file, off->line);
    if (has_name(behind, unit->name))
        return refuse(order, TUNER " starts behind %s itself", unit->name);
    target = find_waiting_target(root, directories, behind, unit->name);
    if (target)
        return refuse(order, "%s waits for it, and " TUNER " starts behind that", target);
    return judge_before(root, directories, behind, unit, order);
}

int unit_order_judge(const struct root *root, const struct unit_directories *directories,
                     const struct units_behind *behind, const char *name, struct unit_order *ret)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_(unit_order_done) struct unit_order order = {0};
    _cleanup_free_ char *message = NULL;
    int error = unit_file_read_order(root, directories, name, &unit, &message);

    if (error == -ENOMEM)
        return error;
    if (error < 0)
        error = refuse(&order, "its order is not understood: %s", message ? message : strerror(-error));
    else
        error = judge(root, directories, behind, &unit, &order);
    if (error < 0)
        return error;
    *ret = order;
    order = (struct unit_order){0};
    return 0;
}
