/* SPDX-License-Identifier: MIT */
/* Reads the tmpfiles.d directories of a host. */
#pragma once

#include "systemd/tmpfiles-rules.h"
#include "util/root.h"

enum { TMPFILES_CREDENTIALS_MAX = 32 };

struct tmpfiles_d {
    struct tmpfiles_rules rules;
    /* what the rules point to */
    struct tmpfiles_context context;
    char *machine_id, *kernel_release, *host_name, *short_host_name;
    char *credential_texts[2 * TMPFILES_CREDENTIALS_MAX];
    const char *credentials[TMPFILES_CREDENTIALS_MAX + 1][2];
};

/* The lines that touch one of the wanted paths (NULL-terminated, to outlive ret), as systemd-tmpfiles will
 * read them at the next boot: what lies below /run is left out (keep_run: read it, as it is now), the
 * credential tmpfiles.extra comes last. Fills ret in place; owned by the caller, tmpfiles_d_done. Files that
 * nobody could read are passed over, unseen as in sysctl-d.h. */
void tmpfiles_d_read(const struct root *root, const char *const *wanted, bool keep_run,
                     struct tmpfiles_d *ret, char ***unseen);
void tmpfiles_d_done(struct tmpfiles_d *tmpfiles);
