/* SPDX-License-Identifier: MIT */
/* Properties of redis-hosttune.service, org.freedesktop.systemd1(5).
 * Owns which of them are asked for. */
#include "boot/read-tuner-status.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "systemd/read-manager-bus.h"

#define UNIT_PATH SYSTEMD_PATH "/unit/redis_2dhosttune_2eservice"

static int get_text(const struct manager_call *call, const char *interface, const char *property,
                    char *buffer, size_t size)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    const char *text;
    int error = manager_ask_property(call, UNIT_PATH, interface, property, "s", &reply);

    if (error >= 0)
        error = sd_bus_message_read_basic(reply, 's', &text);
    if (error >= 0)
        snprintf(buffer, size, "%s", text);
    return error;
}

static int get_number(const struct manager_call *call, const char *property, int *ret)
{
    _cleanup_message_ sd_bus_message *reply = NULL;
    int error = manager_ask_property(call, UNIT_PATH, SYSTEMD_SERVICE, property, "i", &reply);

    return error < 0 ? error : sd_bus_message_read_basic(reply, 'i', ret);
}

static void ask(const struct manager_call *call, struct tuner_status *ret)
{
    struct tuner_status status = {.has_failed = true};
    char active_state[32];

    if (get_text(call, SYSTEMD_UNIT, "ActiveState", active_state, sizeof(active_state)) < 0 ||
        strcmp(active_state, "failed") != 0)
        return;
    if (get_text(call, SYSTEMD_SERVICE, "Result", status.result, sizeof(status.result)) < 0 ||
        get_number(call, "ExecMainStatus", &status.status) < 0)
        return;
    *ret = status;
}

void tuner_status_read(struct tuner_status *ret)
{
    struct manager_call call;

    *ret = (struct tuner_status){0};
    if (access("/run/systemd/system", F_OK) < 0)
        return;
    call = manager_begin(NULL);
    if (manager_connect(&call) >= 0)
        ask(&call, ret);
    manager_close(&call);
}
