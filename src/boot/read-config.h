/* SPDX-License-Identifier: MIT */
/* Reads all that decides about the knobs at the next boot. */
#pragma once

#include "boot/config.h"
#include "host/facts.h"
#include "plan/observation.h"
#include "systemd/read-tmpfiles-d.h"

struct boot_files {
    struct boot_config config; /* points to the rest; its command line and unit_path are owned here */
    struct sysctl_rules sysctl, procps;
    struct tmpfiles_d tmpfiles;
    struct tuned_profile tuned;
    struct sysctl_strays strays;
    const char *keys[SYSCTL_KEYS_MAX], *words[SYSCTL_KEYS_MAX], *names[SYSCTL_KEYS_MAX];
    char **paths; /* of the objects, with a slash in front; NULL-terminated */
    struct other_writers others;
    char **unseen; /* sentences on what this process may not read, NULL-terminated; NULL: nothing */
};

/* Fills ret in place, for the objects of the observation; owned by the caller, boot_files_done. Without
 * with_others nobody looks for other writers, which takes a while. */
void boot_files_read(const struct root *root, const struct observation *observation, bool with_others,
                     struct boot_files *ret);
void boot_files_done(struct boot_files *files);

/* What thp.enabled starts with, from the configuration that the kernel was built with; static text, NULL: not
 * known. */
const char *boot_read_thp_built_in(const struct root *root);
