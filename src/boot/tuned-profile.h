/* SPDX-License-Identifier: MIT */
/* What the active profile of tuned sets. Source: tuned 2.25, tuned/profiles/loader.py, merger.py and
 * tuned/plugins/plugin_sysctl.py, plugin_vm.py, base.py. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct tuned_unit {
    char *name, *type;
    bool is_enabled;
    bool is_conditional; /* for some processors or kernels only, which is not judged here */
};

struct tuned_option {
    char *unit, *name, *value;
    char *file;
    unsigned line;
};

struct tuned_profile {
    char *names;           /* "virtual-guest", several with blanks between; NULL: none is active */
    bool starts_at_boot;   /* tuned.service is enabled */
    bool is_start_unseen;  /* whether it is could not be seen */
    char *unseen;          /* a file of it that this process could not read; NULL: none */
    bool reapplies_sysctl; /* it reads /etc/sysctl.d and /etc/sysctl.conf again behind its own settings */
    bool is_incomplete;    /* a profile that it includes was not found or not understood */
    struct tuned_unit *units;
    size_t units_count;
    struct tuned_option *options;
    size_t options_count;
};

/* Lays a profile's file over what is there already. The names that it includes, to be laid down before it,
 * are found by tuned_profile_includes. -EINVAL: tuned refuses it, which leaves `profile` half filled. */
int tuned_profile_merge(struct tuned_profile *profile, const char *file, const char *content);

/* The value of include= in [main], owned by the caller; NULL: it has none. -EINVAL. */
int tuned_profile_includes(const char *content, char **ret);

/* What sets a sysctl ("vm.swappiness"); NULL: nothing does. */
const struct tuned_option *tuned_profile_find_sysctl(const struct tuned_profile *profile, const char *name);

/* The same for "transparent_hugepages" and "transparent_hugepage.defrag". */
const struct tuned_option *tuned_profile_find_vm(const struct tuned_profile *profile, const char *name);

/* Whether the profile has sysctl settings at all, without which nothing is read again. */
bool tuned_profile_has_sysctl(const struct tuned_profile *profile);

/* What the option makes of an integer that the kernel has (NULL: not known): ">10" and "<10" raise and lower
 * only. *ret is NULL where it stays, or where only tuned itself could tell ("${…}": *ret_is_known false).
 * Owned by the caller. */
void tuned_option_apply(const struct tuned_option *option, const char *current, char **ret,
                        bool *ret_is_known);

void tuned_profile_done(struct tuned_profile *profile);
