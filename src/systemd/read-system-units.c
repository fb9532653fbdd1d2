/* SPDX-License-Identifier: MIT */
/* Units by the word of PID 1.
 * Owns which of their properties are asked for. */
#include "systemd/read-system-units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/read-manager-bus.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* --- answers --- */

enum { UNITS_AT_ONCE = 16 }; /* a bus limits how many questions may be open: 128 */

static int take_text(sd_bus_message *reply, char **ret)
{
    const char *text;
    int error = sd_bus_message_read_basic(reply, 's', &text);

    if (error >= 0)
        memory_set_text(ret, *text ? text : NULL);
    return error;
}

static int take_main_pid(sd_bus_message *reply, struct system_unit *unit)
{
    uint32_t pid;
    int error = sd_bus_message_read_basic(reply, 'u', &pid);

    if (error >= 0)
        unit->main_pid = (int)pid;
    return error;
}

/* The first command of a(sasbttttuii). */
static int take_command(sd_bus_message *reply, struct system_unit *unit)
{
    const char *program;
    int error = sd_bus_message_enter_container(reply, 'a', "(sasbttttuii)");

    if (error >= 0)
        error = sd_bus_message_enter_container(reply, 'r', "sasbttttuii");
    if (error <= 0)
        return error;
    error = sd_bus_message_read_basic(reply, 's', &program);
    if (error >= 0)
        memory_set_text(&unit->exec_path, program);
    return error < 0 ? error : sd_bus_message_read_strv(reply, &unit->exec_argv);
}

static int take_control_group(sd_bus_message *reply, struct system_unit *unit)
{
    return take_text(reply, &unit->control_group);
}

static int take_load_state(sd_bus_message *reply, struct system_unit *unit)
{
    return take_text(reply, &unit->load_state);
}

static int take_type(sd_bus_message *reply, struct system_unit *unit)
{
    return take_text(reply, &unit->type);
}

static int take_start_timeout(sd_bus_message *reply, struct system_unit *unit)
{
    return sd_bus_message_read_basic(reply, 't', &unit->start_timeout_usec);
}

static int take_stop_timeout(sd_bus_message *reply, struct system_unit *unit)
{
    return sd_bus_message_read_basic(reply, 't', &unit->stop_timeout_usec);
}

static const struct {
    const char *interface, *name, *type;
    int (*take)(sd_bus_message *reply, struct system_unit *unit);
} properties[] = {
    {SYSTEMD_SERVICE, "MainPID", "u", take_main_pid},
    {SYSTEMD_SERVICE, "ExecStart", "a(sasbttttuii)", take_command},
    {SYSTEMD_SERVICE, "ControlGroup", "s", take_control_group},
    {SYSTEMD_UNIT, "LoadState", "s", take_load_state},
    {SYSTEMD_SERVICE, "Type", "s", take_type},
    {SYSTEMD_SERVICE, "TimeoutStartUSec", "t", take_start_timeout},
    {SYSTEMD_SERVICE, "TimeoutStopUSec", "t", take_stop_timeout},
};

static int send_property(const struct manager_call *call, const char *path, size_t property,
                         struct manager_question *ret)
{
    const char *const words[] = {properties[property].interface, properties[property].name, NULL};

    return manager_send(call, path, MANAGER_PROPERTIES, "Get", words, ret);
}

static int take_property(size_t property, sd_bus_message *reply, struct system_unit *unit)
{
    int error = -sd_bus_message_get_errno(reply); /* 0: it is no error */

    if (error == 0)
        error = sd_bus_message_enter_container(reply, 'v', properties[property].type);
    return error < 0 ? error : properties[property].take(reply, unit);
}

/* The first `wanted` properties of units by their objects' paths; NULL: PID 1 has none. */
static int ask_properties(const struct manager_call *call, char *const *paths, struct system_unit *units,
                          size_t count, size_t wanted)
{
    struct manager_question questions[UNITS_AT_ONCE * ELEMENTS(properties)] = {0};
    size_t asked = 0, taken = 0;
    int error = 0;

    for (size_t i = 0; i < count && error >= 0; i++)
        for (size_t p = 0; p < wanted && paths[i] && error >= 0; p++)
            error = send_property(call, paths[i], p, &questions[asked++]);
    if (error >= 0)
        error = manager_wait(call, questions, asked);
    for (size_t i = 0; i < count && error >= 0; i++)
        for (size_t p = 0; p < wanted && paths[i] && error >= 0; p++)
            error = take_property(p, questions[taken++].reply, &units[i]);
    manager_forget(questions, asked);
    return error < 0 ? error : 0;
}

static int take_path(sd_bus_message *reply, char **ret)
{
    const char *path = NULL;
    int error;

    if (sd_bus_message_is_method_error(reply, SYSTEMD_DESTINATION ".NoSuchUnit") > 0)
        return 0;
    error = -sd_bus_message_get_errno(reply);
    if (error == 0)
        error = sd_bus_message_read_basic(reply, 'o', &path);
    memory_set_text(ret, path);
    return error;
}

/* Only of units in its memory: nothing is loaded for our sake. */
static int ask_paths(const struct manager_call *call, const struct system_unit *units, char **paths,
                     size_t count)
{
    struct manager_question questions[UNITS_AT_ONCE] = {0};
    size_t asked = 0;
    int error = 0;

    for (size_t i = 0; i < count && error >= 0; i++) {
        const char *const words[] = {units[i].name, NULL};

        error = manager_send(call, SYSTEMD_PATH, SYSTEMD_MANAGER, "GetUnit", words, &questions[asked++]);
    }
    if (error >= 0)
        error = manager_wait(call, questions, asked);
    for (size_t i = 0; i < count && error >= 0; i++)
        error = take_path(questions[i].reply, &paths[i]);
    manager_forget(questions, asked);
    return error < 0 ? error : 0;
}

/* "252.39-1~deb12u1", "257", "v257.13". */
static int ask_version(const struct manager_call *call, unsigned *ret)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    _cleanup_free_ char *version = NULL;
    int error = manager_ask_property(call, SYSTEMD_PATH, SYSTEMD_MANAGER, "Version", "s", &reply);

    if (error >= 0)
        error = take_text(reply, &version);
    if (error >= 0 && version)
        (void)sscanf(version + (*version == 'v'), "%5u", ret);
    return error;
}

static int ask_all(const struct manager_call *call, struct system_units *units)
{
    int error = ask_version(call, &units->version);

    for (size_t i = 0; i < units->count && error >= 0; i += UNITS_AT_ONCE) {
        size_t left = units->count - i, count = left < UNITS_AT_ONCE ? left : UNITS_AT_ONCE;

        error = ask_paths(call, units->items + i, units->paths + i, count);
        if (error >= 0)
            error = ask_properties(call, units->paths + i, units->items + i, count, ELEMENTS(properties));
    }
    return error < 0 ? error : 0;
}

static char *explain(int error)
{
    if (memory_check(error) == -ETIMEDOUT)
        return memory_copy("PID 1 did not answer within 2 s");
    if (error == -EXDEV)
        return memory_copy("PID 1 is in another PID namespace");
    return memory_format("PID 1 cannot be asked over the bus: %s", strerror(-error));
}

static void make_items(const char *const *names, size_t count, struct system_units *units)
{
    units->paths = memory_new(count, sizeof(*units->paths));
    units->items = memory_new(count, sizeof(*units->items));
    for (size_t i = 0; i < count; i++)
        units->items[units->count++].name = memory_copy(names[i]);
}

void system_units_ask(const char *const *names, size_t count, struct system_units *ret)
{
    struct system_units units = {0};
    struct manager_call call = manager_begin(NULL);
    int error = manager_connect(&call);

    make_items(names, count, &units);
    units.bus = call.bus;
    if (error >= 0)
        error = ask_all(&call, &units);
    manager_end(&call);
    if (error < 0) { /* what was learned until then proves nothing */
        system_units_done(&units);
        units.unknown = explain(error);
    }
    *ret = units;
}

void system_units_ask_main_pid(const struct system_units *units, const char *name, int *ret,
                               char **ret_unknown)
{
    const struct system_unit *unit = system_units_find(units, name);
    struct manager_call call = manager_begin(units->bus);
    struct system_unit now = {0};
    int error =
        unit && call.bus ? ask_properties(&call, &units->paths[unit - units->items], &now, 1, 1) : -ENOTCONN;

    manager_end(&call);
    *ret = now.main_pid;
    if (error < 0)
        *ret_unknown = explain(error);
}

static void system_unit_done(struct system_unit *unit)
{
    free(unit->name);
    free(unit->load_state);
    free(unit->control_group);
    free(unit->exec_path);
    free(unit->type);
    strings_free(unit->exec_argv);
    *unit = (struct system_unit){0};
}

void system_units_done(struct system_units *units)
{
    for (size_t i = 0; i < units->count; i++) {
        system_unit_done(&units->items[i]);
        free(units->paths[i]);
    }
    free(units->items);
    free(units->paths);
    if (units->bus)
        sd_bus_close_unref(units->bus); /* no flush: that could wait */
    free(units->unknown);
    *units = (struct system_units){0};
}

const struct system_unit *system_units_find(const struct system_units *units, const char *name)
{
    return name ? array_find(units->items, units->count, name, name) : NULL;
}
