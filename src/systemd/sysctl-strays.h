/* SPDX-License-Identifier: MIT */
/* Lines that somebody meant for sysctl.d and that set nothing at boot: in a file that is not read, or no
 * assignment of a key that there is. */
#pragma once

#include "systemd/sysctl-rules.h"

enum sysctl_stray_reason {
    STRAY_LINE,  /* its file is read, and the line is no NAME = VALUE of a known name */
    STRAY_MARK,  /* the same, for a byte order mark that an editor put in front of it */
    STRAY_NAME,  /* the file's name does not end in .conf, or begins with a dot */
    STRAY_PLACE, /* /etc/sysctl.conf, which no link in sysctl.d leads to */
};

struct sysctl_stray {
    char *file, *text;
    unsigned line;
    const char *word; /* the one that it was found by */
    enum sysctl_stray_reason reason;
};

struct sysctl_strays {
    const char *const *words; /* what a line has that is meant for one of the wanted keys, NULL-terminated.
                                 Not owned */
    struct sysctl_stray *items;
    size_t count;
};

/* Adds the lines of a file that have a word and are no comment; of a file that is read (rules: what it was
 * parsed into, its own from `first` on; NULL: it is not read) those that became no rule. */
void sysctl_strays_add(struct sysctl_strays *strays, enum sysctl_stray_reason reason,
                       const struct sysctl_rules *rules, size_t first, const char *file, const char *content,
                       size_t size);

void sysctl_strays_done(struct sysctl_strays *strays);
