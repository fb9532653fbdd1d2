/* SPDX-License-Identifier: MIT */
/* The way to PID 1, org.freedesktop.systemd1(5), for all who ask it or have it do something. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "util/cleanup.h"

#define SYSTEMD_DESTINATION "org.freedesktop.systemd1"
#define SYSTEMD_PATH        "/org/freedesktop/systemd1" /* of the manager */
#define SYSTEMD_MANAGER     SYSTEMD_DESTINATION ".Manager"
#define SYSTEMD_UNIT        SYSTEMD_DESTINATION ".Unit"
#define SYSTEMD_SERVICE     SYSTEMD_DESTINATION ".Service"

static inline void cleanup_message(sd_bus_message **message)
{
    sd_bus_message_unref(*message);
}
#define _cleanup_message_ _cleanup_(cleanup_message)

/* is_private: the socket that PID 1 itself listens on, for root alone (-EPERM), as systemctl uses it; else
 * the system's bus. Nobody was greeted yet, so this does not wait. 0 or -errno. */
int systemd_bus_open(bool is_private, sd_bus **ret);

/* As root the one, where that fails and for others the other. */
int systemd_bus_open_any(sd_bus **ret);
