/* SPDX-License-Identifier: MIT */
/* Who else sets values, at boot or later: units, and scripts of an administrator. Filled by
 * boot/read-other-writers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/tunable.h"

struct other_writer {
    char *what;    /* "/etc/rc.local", "thp.service, by /usr/bin/thp.sh" */
    char *because; /* the word that it has, or why that is not known; NULL: it is known to */
    char *unit; /* the one that runs it at boot; NULL: none, or it is not enabled, or ordered before ours */
    char *file, *text; /* of a unit's: the line, and where it stands; NULL: nothing else is known */
    char *mended_by;   /* of a unit's: the step that keeps it from writing */
    unsigned line;
    bool is_script;        /* the line is one of a script, others may keep it from being run */
    bool is_ordered_first; /* redis-hosttune.service comes behind it */
};

struct other_writers {
    struct other_writer *items;
    size_t count;
};

/* Whether the line writes the object at path (as an item's); *ret_value is what, owned by the caller, NULL:
 * that cannot be told. */
bool other_writer_sets(const struct other_writer *writer, const struct tunable *tunable, const char *path,
                       char **ret_value);

/* What a line that is no comment sets: a row's word, or "sysctl -p" where it has the files read again. NULL:
 * nothing. */
const char *other_writers_word(const char *line);

/* The next path in a command line from *position on, which moves behind it; none of the kernel's own. Owned
 * by the caller; NULL: there is none. */
char *other_writers_next_path(const char **position);

/* because NULL: it is known. Takes it over. */
struct other_writer *other_writers_add(struct other_writers *writers, const char *what, char *because);

/* What cannot be looked into may write as well: "CANNOT: error". */
void other_writers_add_unread(struct other_writers *writers, const char *what, const char *cannot, int error);

void other_writers_done(struct other_writers *writers);
