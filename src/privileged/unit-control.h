/* SPDX-License-Identifier: MIT */
/* Asks the service manager about our own unit, over the bus. */
#pragma once

#include <stdbool.h>

struct unit_status {
    bool is_known; /* false: no service manager can be asked, or it has no such unit */
    bool is_active;
    bool is_enabled;
};

/* -errno with *ret_error. No service manager on this host: 0 and is_known false. */
int unit_status_read(struct unit_status *ret, char **ret_error);

/* Has the manager reload, which runs the generators. */
int manager_reload(char **ret_error);

/* Stops the unit and waits until it is stopped, ten seconds at the most: -ETIMEDOUT. */
int unit_stop(char **ret_error);

/* Removes the links that start it at boot, and lets the manager reload. */
int unit_disable(char **ret_error);
