/* SPDX-License-Identifier: MIT */
/* How the memory of a unit's Redis is placed over the NUMA nodes. */
#pragma once

enum placement {
    PLACEMENT_EXEC,    /* ExecStart= with the wrapper in front */
    PLACEMENT_SYSTEMD, /* NUMAPolicy= and NUMAMask= */
    PLACEMENT_OFF,
};

extern const char *const placement_names[]; /* by enum placement, NULL-terminated */

int placement_parse(const char *text, enum placement *ret); /* -EINVAL */
const char *placement_name(enum placement placement);
