/* SPDX-License-Identifier: MIT */
/* All that decides at the next boot what the knobs of the kernel stand at. Filled by boot/read-config.
 * What could not be read is told from what is not there: sysctl, tmpfiles and tuned have it in .unseen. */
#pragma once

#include "boot/other-writers.h"
#include "boot/tuned-profile.h"
#include "systemd/sysctl-rules.h"
#include "systemd/sysctl-strays.h"
#include "systemd/tmpfiles-rules.h"

#define BOOT_SYSCTL_UNIT   "systemd-sysctl.service"
#define BOOT_TMPFILES_UNIT "systemd-tmpfiles-setup.service"

struct boot_config {
    const char *command_line; /* of this boot; NULL: there is none */
    bool is_command_line_unseen;
    const struct sysctl_rules *sysctl;  /* as systemd-sysctl will read them */
    const struct sysctl_strays *strays; /* what nobody reads */
    const struct sysctl_rules *procps;  /* as "sysctl --system" reads them now */
    const struct tmpfiles_rules *tmpfiles;
    const struct tuned_profile *tuned;
    /* The masks of the units that read sysctl.d and tmpfiles.d at boot; NULL: they are not masked */
    const char *sysctl_mask, *tmpfiles_mask;
    const struct other_writers *others; /* who else may write then; NULL: nobody was looked for */
    const char *unit_path;   /* redis-hosttune.service, which is enabled; NULL: it is not, or masked, or there
                                is none */
    const char *unit_mask;   /* of redis-hosttune.service; NULL: it is not masked */
    const char *unit_unseen; /* what keeps us from seeing whether it is, a path or "the links that …"; NULL:
                                nothing does */
};
