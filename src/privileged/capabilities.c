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

/* A unix socket that only its user may write to, as unixsocketperm 700 has it: connecting is writing, and is
 * done as that user. */
static const cap_value_t asking[] = {CAP_SETUID};

/* Takes over into wanted what this process has of these. */
static int keep(cap_t wanted, const cap_value_t *kept, size_t count, bool is_in_effect)
{
    cap_t now = cap_get_proc();
    int error = now ? 0 : -errno;

    for (size_t i = 0; i < count && error == 0; i++) {
        cap_flag_value_t is_permitted;

        if (cap_get_flag(now, kept[i], CAP_PERMITTED, &is_permitted) < 0 ||
            cap_set_flag(wanted, CAP_PERMITTED, 1, &kept[i], is_permitted) < 0 ||
            cap_set_flag(wanted, CAP_EFFECTIVE, 1, &kept[i], is_in_effect ? is_permitted : CAP_CLEAR) < 0)
            error = -errno;
    }
    if (now)
        cap_free(now);
    return error;
}

static int hold_inspection(cap_t wanted)
{
    return keep(wanted, inspection, ELEMENTS(inspection), false);
}

static int keep_inspection(cap_t wanted)
{
    return keep(wanted, inspection, ELEMENTS(inspection), true);
}

static int keep_asking(cap_t wanted)
{
    int error = keep_inspection(wanted);

    return error < 0 ? error : keep(wanted, asking, ELEMENTS(asking), true);
}

/* Nothing is called where nothing is held beyond it: the unit's filter then has no need of capset(2). */
static int set(cap_t wanted)
{
    cap_t now = cap_get_proc();
    int error = now ? 0 : -errno;

    if (error == 0 && cap_compare(now, wanted) != 0 && cap_set_proc(wanted) < 0)
        error = -errno;
    if (now)
        cap_free(now);
    return error;
}

static int reduce_to(int (*fill)(cap_t wanted))
{
    cap_t wanted = cap_init();
    int error = wanted ? 0 : -ENOMEM;

    if (error == 0 && fill)
        error = fill(wanted);
    if (error == 0)
        error = set(wanted);
    if (error == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        error = -errno;
    if (wanted)
        cap_free(wanted);
    return error;
}

int capabilities_drop_all(void)
{
    return reduce_to(NULL);
}

int capabilities_hold_inspection(void)
{
    return reduce_to(hold_inspection);
}

int capabilities_use_held(void)
{
    return reduce_to(keep_inspection);
}

int capabilities_keep_asking(void)
{
    return reduce_to(keep_asking);
}
