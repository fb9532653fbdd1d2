/* SPDX-License-Identifier: MIT */
/* Owns where PID 1 listens. */
#include "util/systemd-bus.h"

#include <errno.h>
#include <unistd.h>

#define PRIVATE "unix:path=/run/systemd/private"

static int open_private(sd_bus **ret)
{
    sd_bus *bus = NULL;
    int error = geteuid() == 0 ? sd_bus_new(&bus) : -EPERM;

    if (error >= 0)
        error = sd_bus_set_address(bus, PRIVATE);
    if (error >= 0)
        error = sd_bus_start(bus);
    if (error < 0) {
        sd_bus_unref(bus);
        return error;
    }
    *ret = bus;
    return 0;
}

int systemd_bus_open(bool is_private, sd_bus **ret)
{
    sd_bus *bus = NULL;
    int error = is_private ? open_private(&bus) : sd_bus_open_system(&bus);

    if (error < 0)
        return error;
    *ret = bus;
    return 0;
}

int systemd_bus_open_any(sd_bus **ret)
{
    return systemd_bus_open(true, ret) == 0 ? 0 : systemd_bus_open(false, ret);
}
