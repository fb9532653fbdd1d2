/* SPDX-License-Identifier: MIT */
/* The tree that is looked at: the running host, an image, a captured machine or a test.
 * Paths are given as on that host ("/etc/x" or "etc/x"). Below another root than "/" symbolic links are
 * followed for reading, absolute ones from that root, and never out of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct root;
struct stat;

/* Owned by the caller, root_free. -errno of the directory. */
int root_open(const char *path, struct root **ret);
void root_free(struct root *root);
static inline void cleanup_root(struct root **root)
{
    root_free(*root);
}
#define _cleanup_root_ __attribute__((cleanup(cleanup_root)))

/* True for "/": what is written there reaches the running kernel. */
bool root_is_host(const struct root *root);

/* The path as a person would type it: with the root in front where that is not "/". Static buffer. */
const char *root_display(const struct root *root, const char *path);

/* open(2) below the root; O_CLOEXEC, O_NOCTTY and O_NONBLOCK are added. A file descriptor or -errno. */
int root_open_path(const struct root *root, const char *path, int flags);

/* The directory that holds path, and the name in it: for writers, which act on the name itself and so never
 * follow a link there. *ret_name points into path. A file descriptor or -errno. */
int root_open_parent(const struct root *root, const char *path, const char **ret_name);

/* The content of a regular file (or a link to one), NUL-terminated, owned by the caller; ret_size may be
 * NULL. -EFBIG above limit bytes, -ELOOP for link cycles, -EISDIR, -ENODEV for a FIFO, socket or device. */
int root_read_file(const struct root *root, const char *path, size_t limit, char **ret, size_t *ret_size);

bool root_exists(const struct root *root, const char *path);

/* fstat(2) of what a path leads to; with O_NOFOLLOW of a link itself. 0 or -errno. */
int root_stat(const struct root *root, const char *path, int flags, struct stat *ret);

/* Whether two looks were at one and the same file, whatever its names. */
bool stat_is_same_file(const struct stat *a, const struct stat *b);

/* The same for two paths, flags as for root_stat: 1, 0, or -errno of the first that cannot be looked at. */
int root_is_same_file(const struct root *root, const char *a, const char *b, int flags);

/* The first N from 1 to 9 whose name PREFIX-N is free: nothing has it, or it is a second name of *own (NULL:
 * of none), as a call that was cut off leaves it. -EEXIST: none is; -errno: whether one is cannot be seen. */
int root_free_number(const struct root *root, const char *prefix, const struct stat *own);

/* The target of a symbolic link at path (owned by the caller); -EINVAL when it is none. */
int root_read_link(const struct root *root, const char *path, char **ret);

/* The names in a directory that match the fnmatch(3) pattern, sorted by byte order, NULL-terminated, owned by
 * the caller (strings_free). -E2BIG above 65,536 names. */
int root_list(const struct root *root, const char *directory, const char *pattern, char ***ret);

/* Likewise of a directory that another may have filled: -ETIME where that takes longer than until this moment
 * (budget_now). */
int root_list_until(const struct root *root, const char *directory, const char *pattern, double until,
                    char ***ret);

/* The rest of an open file, as root_read_file gives it. */
int fd_read_all(int fd, size_t limit, char **ret, size_t *ret_size);
