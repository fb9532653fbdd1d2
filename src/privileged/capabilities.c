/* SPDX-License-Identifier: MIT */
/* Capabilities by libcap.
 * Owns the only cap_* calls. */
#include "privileged/capabilities.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "util/text.h"

/* Other processes' files, configuration that belongs to the redis user, setns(2) into a network namespace,
 * and the kernel's log where no journal is. */
static const cap_value_t inspection[] = {CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN, CAP_SYSLOG};

/* Takes over into wanted what this process has of the inspection's. */
static int keep_inspection(cap_t wanted)
{
    cap_t now = cap_get_proc();
    int error = now ? 0 : -errno;

    for (size_t i = 0; i < ELEMENTS(inspection) && error == 0; i++) {
        cap_flag_value_t is_permitted;

        if (cap_get_flag(now, inspection[i], CAP_PERMITTED, &is_permitted) < 0 ||
            cap_set_flag(wanted, CAP_PERMITTED, 1, &inspection[i], is_permitted) < 0 ||
            cap_set_flag(wanted, CAP_EFFECTIVE, 1, &inspection[i], is_permitted) < 0)
            error = -errno;
    }
    if (now)
        cap_free(now);
    return error;
}

static int reduce_to(int (*keep)(cap_t wanted))
{
    cap_t wanted = cap_init();
    int error = wanted ? 0 : -ENOMEM;

    if (error == 0 && keep)
        error = keep(wanted);
    if (error == 0 && (cap_set_proc(wanted) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0))
        error = -errno;
    if (wanted)
        cap_free(wanted);
    return error;
}

int capabilities_drop_all(void)
{
    return reduce_to(NULL);
}

int capabilities_keep_inspection(void)
{
    return reduce_to(keep_inspection);
}
