/* SPDX-License-Identifier: MIT */
/* Lines that somebody meant for sysctl.d and that set nothing at boot: in a file that is not read, or no
 * assignment of a key that there is. */
#pragma once

#include <stddef.h>

enum sysctl_stray_reason {
    STRAY_LINE,   /* its file is read, and the line is no NAME = VALUE of a known name */
    STRAY_MARK,   /* the same, for a byte order mark that an editor put in front of it */
    STRAY_NAME,   /* the file's name does not end in .conf, or begins with a dot */
    STRAY_PLACE,  /* /etc/sysctl.conf, which no link in sysctl.d leads to */
    STRAY_LOADER, /* a parameter of the boot loader's, which this boot's command line has not */
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
    const char *const *names; /* how the names of such keys end, likewise */
    struct sysctl_stray *items;
    size_t count;
};

/* Adds a line of a file that is read, which became no rule (STRAY_LINE), or a parameter, where it has a word.
 */
void sysctl_strays_add_line(struct sysctl_strays *strays, enum sysctl_stray_reason reason, const char *file,
                            unsigned line, const char *text, size_t length);

/* Adds those lines of a file that is not read which have a word and are no comment. */
void sysctl_strays_add_file(struct sysctl_strays *strays, enum sysctl_stray_reason reason, const char *file,
                            const char *content, size_t size);

void sysctl_strays_done(struct sysctl_strays *strays);
