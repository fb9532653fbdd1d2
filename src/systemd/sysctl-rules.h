/* SPDX-License-Identifier: MIT */
/* What a set of sysctl.d files makes of a key, as systemd-sysctl(8) works it out: the last assignment counts,
 * an explicit key beats a glob in any order, "-key" without "=" takes an earlier assignment back. And as
 * "sysctl --system" of procps does, which differs in all of these. Source: systemd 252 and 257,
 * src/sysctl/sysctl.c, parse_file() and apply_all(); procps 4.0.2 and 4.0.4, src/sysctl.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "systemd/sysctl-strays.h"

struct sysctl_rule {
    char *key;        /* with slashes: "net/core/somaxconn", or a glob */
    char *spelled;    /* the key with the slashes too many that were written; NULL: it has none */
    char *value;      /* NULL: "-key", which takes back or shields from globs */
    const char *file; /* the set's own */
    unsigned line;
    bool is_glob;
    bool is_plain; /* "net.core.somaxconn" to the letter, no glob, no minus */
};

struct sysctl_rules {
    const char *const *wanted;    /* keys with slashes, NULL-terminated: lines that set none of them are not
                                     kept; NULL: all lines are. Not owned */
    struct sysctl_strays *strays; /* where lines go that set nothing; NULL: they are passed over. Not owned */
    struct sysctl_rule *items;    /* in the order of the files and their lines */
    size_t items_count, items_room;
    char **files; /* NULL-terminated */
    size_t files_count;
    char *cut_off; /* "FILE:LINE" of a line too long for systemd, which reads no further; NULL: none */
    char *unseen;  /* a file or directory that this process could not read, of several the one that may come
                      last; NULL: none */
    bool is_unseen_one_file; /* its place among the files is known */
};

/* Adds the lines of one file. Files are to come in their order. */
void sysctl_rules_parse(struct sysctl_rules *rules, const char *file, const char *content, size_t size);

/* The same as procps reads them. */
void sysctl_rules_parse_procps(struct sysctl_rules *rules, const char *file, const char *content,
                               size_t size);

/* What is there and could not be read. Files are to come in their order. */
void sysctl_rules_note_unseen(struct sysctl_rules *rules, const char *path, bool is_one_file);

enum sysctl_fate {
    SYSCTL_WRITTEN,
    SYSCTL_OVERRIDDEN, /* by a later line of the same key */
    SYSCTL_BEATEN,     /* a glob, by an explicit key */
    SYSCTL_TAKEN_BACK, /* by "-key" */
    SYSCTL_REPEATED,   /* the line before says the same, and keeps its place */
    SYSCTL_TAKES_BACK, /* the "-key" itself */
};

struct sysctl_match {
    const struct sysctl_rule *rule;
    enum sysctl_fate fate;
};

/* Every line that has to do with the key ("net.core.somaxconn" or with slashes): first those that are not
 * written, in the order of the files, then those that are, in the order in which they are written. Owned by
 * the caller (free). */
void sysctl_rules_match(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                        size_t *ret_count);
void sysctl_rules_match_procps(const struct sysctl_rules *rules, const char *key, struct sysctl_match **ret,
                               size_t *ret_count);

/* Whether what could not be read may have the last say instead of these. */
bool sysctl_rules_may_lose(const struct sysctl_rules *rules, const struct sysctl_match *matches,
                           size_t count);

/* The rule that is written last, NULL: none is. */
const struct sysctl_rule *sysctl_rules_find(const struct sysctl_rules *rules, const char *key);

void sysctl_rules_done(struct sysctl_rules *rules);
