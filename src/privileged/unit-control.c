/* SPDX-License-Identifier: MIT */
/* redis-hosttune.service over D-Bus, org.freedesktop.systemd1(5).
 * Owns what is asked of it and done to it. */
#include "privileged/unit-control.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "util/cleanup.h"
#include "util/systemd-bus.h"
#include "util/text.h"

#define UNIT "redis-hosttune.service"

#define RELOAD_TIMEOUT_USEC (180ULL * 1000 * 1000) /* as systemctl has it */

static void cleanup_bus(sd_bus **bus)
{
    sd_bus_flush_close_unref(*bus);
}
#define _cleanup_bus_ _cleanup_(cleanup_bus)

static int fail(int error, const char *action, const sd_bus_error *detail, char **ret_error)
{
    return error_make(ret_error, error, "cannot %s " UNIT ": %s: do it with systemctl", action,
                      detail && sd_bus_error_is_set(detail) ? detail->message : strerror(-error));
}

static int get_property(sd_bus *bus, const char *path, const char *property, char **ret)
{
    return sd_bus_get_property_string(bus, SYSTEMD_DESTINATION, path, SYSTEMD_UNIT, property, NULL, ret);
}

/* The object path of the unit, loaded if need be. */
static int load_unit(sd_bus *bus, char **ret)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    const char *path;
    int error = sd_bus_call_method(bus, SYSTEMD_DESTINATION, SYSTEMD_PATH, SYSTEMD_MANAGER, "LoadUnit", NULL,
                                   &reply, "s", UNIT);

    if (error >= 0)
        error = sd_bus_message_read(reply, "o", &path);
    if (error < 0)
        return error;
    *ret = strdup(path);
    return *ret ? 0 : -ENOMEM;
}

static int read_status(sd_bus *bus, const char *path, struct unit_status *ret)
{
    _cleanup_free_ char *load_state = NULL, *active_state = NULL, *file_state = NULL;
    int error = get_property(bus, path, "LoadState", &load_state);

    if (error >= 0)
        error = get_property(bus, path, "ActiveState", &active_state);
    if (error >= 0)
        error = get_property(bus, path, "UnitFileState", &file_state);
    if (error < 0)
        return error;
    ret->is_active = strcmp(active_state, "inactive") != 0 && strcmp(active_state, "failed") != 0;
    ret->is_enabled = text_has_prefix(file_state, "enabled");
    ret->is_known = strcmp(load_state, "not-found") != 0 || ret->is_active;
    return 0;
}

int unit_status_read(struct unit_status *ret, char **ret_error)
{
    _cleanup_bus_ sd_bus *bus = NULL;
    _cleanup_free_ char *path = NULL;
    int error;

    *ret = (struct unit_status){0};
    if (access("/run/systemd/system", F_OK) < 0)
        return 0;
    error = systemd_bus_open_any(&bus);
    if (error < 0 && error != -ENOMEM) /* there is none */
        return 0;
    if (error >= 0)
        error = load_unit(bus, &path);
    if (error >= 0)
        error = read_status(bus, path, ret);
    return error < 0 ? fail(error, "ask about", NULL, ret_error) : 0;
}

static int wait_until_stopped(sd_bus *bus)
{
    _cleanup_free_ char *path = NULL;
    struct unit_status status;
    int error = load_unit(bus, &path);

    for (int tries = 0; error >= 0 && tries < 500; tries++) {
        const struct timespec pause = {.tv_nsec = 20L * 1000 * 1000};

        error = read_status(bus, path, &status);
        if (error < 0 || !status.is_active)
            return error;
        nanosleep(&pause, NULL);
    }
    return error < 0 ? error : -ETIMEDOUT;
}

int unit_stop(char **ret_error)
{
    _cleanup_bus_ sd_bus *bus = NULL;
    _cleanup_(sd_bus_error_free) sd_bus_error detail = SD_BUS_ERROR_NULL;
    int error = systemd_bus_open_any(&bus);

    if (error >= 0)
        error = sd_bus_call_method(bus, SYSTEMD_DESTINATION, SYSTEMD_PATH, SYSTEMD_MANAGER, "StopUnit",
                                   &detail, NULL, "ss", UNIT, "replace");
    if (error >= 0)
        error = wait_until_stopped(bus);
    return error < 0 ? fail(error, "stop", &detail, ret_error) : 0;
}

/* All generators run before the answer comes: that may take longer than the bus waits by itself. */
static int call_reload(sd_bus *bus, sd_bus_error *detail)
{
    _cleanup_message_ sd_bus_message *message = NULL;
    int error = sd_bus_message_new_method_call(bus, &message, SYSTEMD_DESTINATION, SYSTEMD_PATH,
                                               SYSTEMD_MANAGER, "Reload");

    return error < 0 ? error : sd_bus_call(bus, message, RELOAD_TIMEOUT_USEC, detail, NULL);
}

int manager_reload(char **ret_error)
{
    _cleanup_bus_ sd_bus *bus = NULL;
    _cleanup_(sd_bus_error_free) sd_bus_error detail = SD_BUS_ERROR_NULL;
    int error = systemd_bus_open_any(&bus);

    if (error >= 0)
        error = call_reload(bus, &detail);
    if (error < 0)
        return error_make(ret_error, error,
                          "systemd could not be asked to reload: %s: run systemctl daemon-reload",
                          sd_bus_error_is_set(&detail) ? detail.message : strerror(-error));
    return 0;
}

int unit_disable(char **ret_error)
{
    _cleanup_bus_ sd_bus *bus = NULL;
    _cleanup_(sd_bus_error_free) sd_bus_error detail = SD_BUS_ERROR_NULL;
    int error = systemd_bus_open_any(&bus);

    if (error >= 0)
        error = sd_bus_call_method(bus, SYSTEMD_DESTINATION, SYSTEMD_PATH, SYSTEMD_MANAGER,
                                   "DisableUnitFiles", &detail, NULL, "asb", 1, UNIT, 0);
    if (error >= 0)
        error = call_reload(bus, &detail);
    return error < 0 ? fail(error, "disable", &detail, ret_error) : 0;
}
