/* SPDX-License-Identifier: MIT */
/* Directories below a root.
 * Owns how much is taken of one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/budget.h"
#include "util/cleanup.h"
#include "util/root.h"
#include "util/text.h"

enum { NAMES_MAX = 65536 };

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Reads on until the end of the directory; the list stays NULL-terminated throughout. */
static int list_directory(DIR *dir, const char *pattern, double until, char ***names, size_t *n)
{
    for (;;) {
        const struct dirent *entry;
        int error;

        errno = 0;
        entry = readdir(dir);
        if (!entry)
            return -errno;
        if (until < INFINITY && budget_now() >= until)
            return -ETIME;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fnmatch(pattern, entry->d_name, 0) != 0)
            continue;
        if (*n == NAMES_MAX)
            return -E2BIG;
        error = array_grow(names, *n + 1, sizeof(**names));
        if (error < 0)
            return error;
        (*names)[*n] = strdup(entry->d_name);
        if (!(*names)[*n])
            return -ENOMEM;
        (*n)++;
    }
}

int root_list_until(const struct root *root, const char *directory, const char *pattern, double until,
                    char ***ret)
{
    _cleanup_close_ int fd = -1;
    _cleanup_closedir_ DIR *dir = NULL;
    _cleanup_strings_ char **names = NULL;
    size_t n = 0;
    int error;

    fd = root_open_path(root, directory, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return fd;
    dir = fdopendir(fd);
    if (!dir)
        return -errno;
    fd = -EBADF;
    error = array_grow(&names, 0, sizeof(*names));
    if (error == 0)
        error = list_directory(dir, pattern, until, &names, &n);
    if (error < 0)
        return error;
    qsort(names, n, sizeof(*names), compare_names);
    *ret = TAKE_POINTER(names);
    return 0;
}

int root_list(const struct root *root, const char *directory, const char *pattern, char ***ret)
{
    return root_list_until(root, directory, pattern, INFINITY, ret);
}
