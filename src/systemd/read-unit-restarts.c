/* SPDX-License-Identifier: MIT */
/* One property of a unit, org.freedesktop.systemd1(5). */
#include "systemd/read-unit-restarts.h"

#include <errno.h>
#include <unistd.h>

#include "systemd/read-manager-bus.h"

/* Of a unit that runs, so it is loaded. */
static int ask(const struct manager_call *call, const char *unit, uint32_t *ret)
{
    _cleanup_message_ sd_bus_message *found = NULL, *reply = NULL;
    const char *const words[] = {unit, NULL};
    const char *path;
    int error = manager_ask(call, SYSTEMD_PATH, SYSTEMD_MANAGER, "GetUnit", words, &found);

    if (error >= 0)
        error = sd_bus_message_read_basic(found, 'o', &path);
    if (error >= 0)
        error = manager_ask_property(call, path, SYSTEMD_SERVICE, "NRestarts", "u", &reply);
    return error < 0 ? error : sd_bus_message_read_basic(reply, 'u', ret);
}

int unit_restarts_read(const char *unit, long long *ret)
{
    struct manager_call call;
    uint32_t restarts;
    int error;

    if (access("/run/systemd/system", F_OK) < 0)
        return -ENOENT;
    call = manager_begin(NULL);
    error = manager_connect(&call);
    if (error >= 0)
        error = ask(&call, unit, &restarts);
    manager_close(&call);
    if (error < 0)
        return error;
    *ret = restarts;
    return 0;
}
