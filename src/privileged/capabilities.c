/* SPDX-License-Identifier: MIT */
/* Capabilities by libcap.
 * Owns the only cap_* calls. */
#include "privileged/capabilities.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>

int capabilities_drop_all(void)
{
    cap_t none = cap_init();
    int error = 0;

    if (!none)
        return -ENOMEM;
    if (cap_set_proc(none) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        error = -errno;
    cap_free(none);
    return error;
}
