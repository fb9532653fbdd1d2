/* SPDX-License-Identifier: MIT */
/* What a set of sysctl.d files makes of a key, as systemd-sysctl(8) works it out: the last assignment counts,
 * an explicit key beats a glob in any order, "-key" without "=" takes an earlier assignment back. Source:
 * systemd 252 and 257, src/sysctl/sysctl.c, parse_file() and apply_all(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct sysctl_rule {
    char *key;   /* with slashes: "net/core/somaxconn", or a glob */
    char *value; /* NULL: taken back */
    char *file;
    unsigned line;
};

struct sysctl_rules {
    struct sysctl_rule *items; /* in the order in which they count */
    size_t items_count;
};

/* Adds the lines of one file, which are cut up in place. Files are to come in their order. -ENOMEM. */
int sysctl_rules_parse(struct sysctl_rules *rules, const char *file, char *content);

/* The rule that decides the key ("net.core.somaxconn" or with slashes), NULL: none. */
const struct sysctl_rule *sysctl_rules_find(const struct sysctl_rules *rules, const char *key);

void sysctl_rules_done(struct sysctl_rules *rules);
