/* SPDX-License-Identifier: MIT */
/* One property over D-Bus, org.freedesktop.systemd1(5).
 * Owns the reading half of sd-bus; privileged/unit-control has the other. */
#include "host/unit-restarts.h"

#include <errno.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/memory.h"

#define DESTINATION  "org.freedesktop.systemd1"
#define TIMEOUT_USEC (2ULL * 1000 * 1000)

static void cleanup_bus(sd_bus **bus)
{
    sd_bus_flush_close_unref(*bus);
}

static void cleanup_message(sd_bus_message **message)
{
    sd_bus_message_unref(*message);
}

/* Of a unit that runs, so it is loaded. *ret_path lives as long as *reply. */
static int get_unit(sd_bus *bus, const char *unit, sd_bus_message **reply, const char **ret_path)
{
    int error = sd_bus_call_method(bus, DESTINATION, "/org/freedesktop/systemd1", DESTINATION ".Manager",
                                   "GetUnit", NULL, reply, "s", unit);

    return error < 0 ? error : sd_bus_message_read(*reply, "o", ret_path);
}

int unit_restarts_read(const char *unit, long long *ret)
{
    _cleanup_(cleanup_bus) sd_bus *bus = NULL;
    _cleanup_(cleanup_message) sd_bus_message *unit_reply = NULL, *reply = NULL;
    const char *path;
    uint32_t restarts;
    int error;

    if (access("/run/systemd/system", F_OK) < 0)
        return -ENOENT;
    error = sd_bus_open_system(&bus);
    if (error >= 0)
        error = sd_bus_set_method_call_timeout(bus, TIMEOUT_USEC);
    if (error >= 0)
        error = get_unit(bus, unit, &unit_reply, &path);
    if (error >= 0)
        error = sd_bus_call_method(bus, DESTINATION, path, "org.freedesktop.DBus.Properties", "Get", NULL,
                                   &reply, "ss", DESTINATION ".Service", "NRestarts");
    if (error >= 0)
        error = sd_bus_message_read(reply, "v", "u", &restarts);
    memory_check(error);
    if (error < 0)
        return error;
    *ret = restarts;
    return 0;
}
