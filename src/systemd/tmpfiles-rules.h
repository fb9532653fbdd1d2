/* SPDX-License-Identifier: MIT */
/* What a set of tmpfiles.d files writes into a file that is there already, as systemd-tmpfiles(8) --create
 * --boot works it out: of several lines for the same path the first counts (other than w+), different
 * spellings of a path are all carried out, in their order, those that create (f+) before those with globs
 * (w). Source: systemd 252 and 257, src/tmpfiles/tmpfiles.c, parse_line() and run(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the host gives the lines. */
struct tmpfiles_context {
    /* What "%x" stands for at ['x']; NULL: there is none, its lines are dropped. */
    const char *specifiers[128];
    bool is_newer; /* as systemd 257 reads the words in front, not 252: C escapes, and "$" in types */
    const char *const (*credentials)[2]; /* name and content, up to a NULL name; NULL: none */
    const char *const *wanted; /* paths, NULL-terminated: lines that touch none of them are not kept; NULL:
                                  all are */
};

struct tmpfiles_rule {
    char *path;     /* as the line has it, resolved and simplified; a glob, perhaps with braces */
    char *argument; /* what is written, argument_size bytes and a NUL */
    size_t argument_size;
    char *fields;     /* mode, user, group and age: lines that differ in them are not the same */
    const char *file; /* the set's own */
    unsigned line;
    char type;
    bool has_plus;
};

struct tmpfiles_rules {
    const struct tmpfiles_context *context; /* not owned */
    struct tmpfiles_rule *items;            /* in the order of the files and their lines */
    size_t items_count;
    char **files; /* NULL-terminated */
    size_t files_count;
    char *cut_off; /* "FILE:LINE" of a line too long for systemd, which reads no further; NULL: none */
    char *unseen;  /* the first file or directory that this process could not read; it may write whatever the
                      others do, by a glob; NULL: none */
};

/* Adds the lines of one file. Files are to come in their order. */
void tmpfiles_rules_parse(struct tmpfiles_rules *rules, const char *file, const char *content, size_t size);

void tmpfiles_rules_note_unseen(struct tmpfiles_rules *rules, const char *path);

struct tmpfiles_match {
    const struct tmpfiles_rule *rule;
    bool is_written; /* false: an earlier line for the same path counts instead */
};

/* Every line that would write into the file at path: first those that do not get to it, in the order of the
 * files, then those that do, in the order in which they are written. Owned by the caller (free). */
void tmpfiles_rules_match(const struct tmpfiles_rules *rules, const char *path, struct tmpfiles_match **ret,
                          size_t *ret_count);

void tmpfiles_rules_done(struct tmpfiles_rules *rules);
