/* SPDX-License-Identifier: MIT */
/* A directory tree kept in memory: read from a disk, written to one, compared. Hard links, owners and one
 * extended attribute are part of it, so that "the same file" can be told from "a file with the same text". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "support.h"

struct tree_entry {
    char *path; /* below the tree, without a slash in front */
    mode_t mode;
    uid_t uid;
    gid_t gid;
    dev_t device;
    char *content; /* of a file, or the target of a link */
    size_t size;
    char *attribute; /* NULL: none */
    ssize_t same_as; /* the earlier entry that is the same inode; -1: none */
    ino_t inode;     /* where it was read */
};

struct tree {
    struct tree_entry *entries; /* sorted by path */
    size_t count;
};

void tree_read(const char *directory, struct tree *ret);
/* Makes the directory be this tree and nothing else. */
void tree_write(const char *directory, const struct tree *tree);
/* Removes a directory with all that is in it; none is no error. */
void tree_remove(const char *directory);
void tree_done(struct tree *tree);

const struct tree_entry *tree_find(const struct tree *tree, const char *path);
/* Adds or replaces; missing directories are added. The content is copied. */
struct tree_entry *tree_put(struct tree *tree, const char *path, mode_t mode, const char *content);
/* Takes out the entry and all below it. */
void tree_cut(struct tree *tree, const char *path);
void tree_copy(const struct tree *tree, struct tree *ret);

/* Whether two entries are the same to a reader: what differs in every run and means nothing is left out (the
 * time in a saved state, the other words that a kernel's file offers). Both may be NULL. */
bool tree_entry_equals(const struct tree_entry *a, const struct tree_entry *b);

/* Whether this file counts at all: the lock does not, nor do directories. */
bool tree_entry_counts(const struct tree_entry *entry);

/* Says each entry of the tree that is in none of the two references as it is here, and each that both have
 * and that is missing here; a saved state by its entries, see state-compare.h. True: none. */
bool tree_is_one_of(const struct tree *tree, const struct tree *a, const struct tree *b, const char *what,
                    struct text *complaint);

/* "WHAT: PATH is …, should be …"; either may be NULL, absent. */
void tree_say_difference(const struct tree_entry *is, const struct tree_entry *should, const char *path,
                         const char *what, struct text *complaint);
