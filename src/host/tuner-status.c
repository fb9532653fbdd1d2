/* SPDX-License-Identifier: MIT */
/* Properties of redis-hosttune.service over D-Bus, org.freedesktop.systemd1(5).
 * Owns which of them are asked for, and how long is waited. */
#include "host/tuner-status.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/memory.h"

#define DESTINATION  "org.freedesktop.systemd1"
#define UNIT_PATH    "/org/freedesktop/systemd1/unit/redis_2dhosttune_2eservice"
#define TIMEOUT_USEC (2ULL * 1000 * 1000)

static void cleanup_bus(sd_bus **bus)
{
    sd_bus_flush_close_unref(*bus);
}

static void cleanup_message(sd_bus_message **message)
{
    sd_bus_message_unref(*message);
}

static uint64_t now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int open_private(sd_bus **ret)
{
    _cleanup_(cleanup_bus) sd_bus *bus = NULL;
    int error = geteuid() == 0 ? sd_bus_new(&bus) : -1;

    if (error >= 0)
        error = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
    if (error >= 0)
        error = sd_bus_start(bus);
    memory_check(error);
    if (error >= 0)
        *ret = TAKE_POINTER(bus);
    return error;
}

static int get(sd_bus *bus, uint64_t end, const char *interface, const char *property, const char *type,
               sd_bus_message **reply, void *ret)
{
    uint64_t now = now_usec();
    int error = sd_bus_set_method_call_timeout(bus, end > now ? end - now : 1);

    if (error >= 0)
        error = sd_bus_call_method(bus, DESTINATION, UNIT_PATH, "org.freedesktop.DBus.Properties", "Get",
                                   NULL, reply, "ss", interface, property);
    if (error >= 0)
        error = sd_bus_message_read(*reply, "v", type, ret);
    memory_check(error);
    return error;
}

static int get_text(sd_bus *bus, uint64_t end, const char *interface, const char *property, char *buffer,
                    size_t size)
{
    _cleanup_(cleanup_message) sd_bus_message *reply = NULL;
    const char *text;
    int error = get(bus, end, interface, property, "s", &reply, &text);

    if (error >= 0)
        snprintf(buffer, size, "%s", text);
    return error;
}

static int get_number(sd_bus *bus, uint64_t end, const char *property, int *ret)
{
    _cleanup_(cleanup_message) sd_bus_message *reply = NULL;

    return get(bus, end, DESTINATION ".Service", property, "i", &reply, ret);
}

void tuner_status_read(struct tuner_status *ret)
{
    _cleanup_(cleanup_bus) sd_bus *bus = NULL;
    struct tuner_status status = {0};
    char active_state[32];
    uint64_t end = now_usec() + TIMEOUT_USEC;

    *ret = (struct tuner_status){0};
    if (access("/run/systemd/system", F_OK) < 0)
        return;
    if (open_private(&bus) < 0 && memory_check(sd_bus_open_system(&bus)) < 0)
        return;
    if (get_text(bus, end, DESTINATION ".Unit", "ActiveState", active_state, sizeof(active_state)) < 0 ||
        strcmp(active_state, "failed") != 0)
        return;
    if (get_text(bus, end, DESTINATION ".Service", "Result", status.result, sizeof(status.result)) < 0 ||
        get_number(bus, end, "ExecMainStatus", &status.status) < 0)
        return;
    status.has_failed = true;
    *ret = status;
}
