/* SPDX-License-Identifier: MIT */
/* Listing of drop-in directories.
 * Owns precedence by name and masking; systemd 252, src/basic/conf-files.c, is the model. */
#include "host/conf-dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/text.h"

enum { LINKS_MAX = 40 };

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool is_listed(char *const *paths, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(base_name(paths[i]), name) == 0)
            return true;
    return false;
}

/* Follows links by their text, as an image need not have a /dev/null. */
static bool leads_to_dev_null(const struct root *root, const char *path)
{
    _cleanup_free_ char *here = strdup(path);

    for (int links = 0; here && links < LINKS_MAX; links++) {
        _cleanup_free_ char *target = NULL, *next = NULL;

        if (root_read_link(root, here, &target) < 0)
            return false;
        if (strcmp(target, "/dev/null") == 0 || (*target != '/' && text_has_suffix(target, "../dev/null")))
            return true;
        if (*target == '/')
            next = TAKE_POINTER(target);
        else if (asprintf(&next, "%.*s/%s", (int)(base_name(here) - here - 1), here, target) < 0)
            next = NULL;
        free(here);
        here = TAKE_POINTER(next);
    }
    return false;
}

/* What cannot be opened is no mask: reading it will say why. */
bool conf_dirs_is_masked(const struct root *root, const char *path)
{
    _cleanup_close_ int fd = -1;
    struct stat status;

    if (leads_to_dev_null(root, path))
        return true;
    fd = root_open_path(root, path, O_PATH);
    return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

static int add_directory(const struct root *root, const char *directory, char ***paths, size_t *n,
                         char **ret_error)
{
    _cleanup_strings_ char **names = NULL;
    size_t known = *n;
    int error = root_list(root, directory, "*.conf", &names);

    if (error == -ENOENT)
        return 0;
    if (error < 0)
        return error_make(ret_error, error, "%s: cannot be read: %s", root_display(root, directory),
                          strerror(-error));
    for (char **name = names; *name; name++) {
        if (is_listed(*paths, known, *name))
            continue;
        error = array_grow(paths, *n + 1, sizeof(**paths));
        if (error < 0)
            return error;
        if (asprintf(&(*paths)[*n], "%s/%s", directory, *name) < 0) {
            (*paths)[*n] = NULL;
            return -ENOMEM;
        }
        (*n)++;
    }
    return 0;
}

static int compare_base_names(const void *a, const void *b)
{
    return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

static void drop_masked(const struct root *root, char **paths)
{
    char **kept = paths;

    for (char **path = paths; *path; path++) {
        if (conf_dirs_is_masked(root, *path))
            free(*path);
        else
            *kept++ = *path;
    }
    *kept = NULL;
}

int conf_dirs_list(const struct root *root, const char *const *directories, char ***ret, char **ret_error)
{
    _cleanup_strings_ char **paths = NULL;
    size_t n = 0;
    int error = array_grow(&paths, 0, sizeof(*paths));

    for (; *directories && error == 0; directories++)
        error = add_directory(root, *directories, &paths, &n, ret_error);
    if (error < 0)
        return error;
    qsort(paths, n, sizeof(*paths), compare_base_names);
    drop_masked(root, paths);
    *ret = TAKE_POINTER(paths);
    return 0;
}
