/* SPDX-License-Identifier: MIT */
/* The words of the configuration for it. */
#include "policy/placement.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

const char *const placement_names[] = {
    [PLACEMENT_EXEC] = "exec",
    [PLACEMENT_SYSTEMD] = "systemd",
    [PLACEMENT_OFF] = "off",
    NULL,
};

int placement_parse(const char *text, enum placement *ret)
{
    for (size_t i = 0; placement_names[i]; i++)
        if (strcmp(placement_names[i], text) == 0) {
            *ret = (enum placement)i;
            return 0;
        }
    return -EINVAL;
}

const char *placement_name(enum placement placement)
{
    return placement_names[placement];
}
