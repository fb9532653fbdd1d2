/* SPDX-License-Identifier: MIT */
/* Units with all their drop-ins.
 * Owns which drop-ins a unit has and in which order they count; systemd 252, src/shared/dropin.c, is the
 * model. */
#include "host/unit-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/text.h"

enum { NAMES_OF_A_UNIT_MAX = 64 };

/* --- names of one unit --- */

struct names {
    char *items[NAMES_OF_A_UNIT_MAX];
    size_t n;
};

static void names_done(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->items[i]);
}

static int names_add(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->items[i], name) == 0)
            return 0;
    if (names->n == NAMES_OF_A_UNIT_MAX)
        return -E2BIG;
    names->items[names->n] = strdup(name);
    return names->items[names->n++] ? 0 : -ENOMEM;
}

/* Every link in the search path that leads to the unit is a name of it. */
static int add_aliases(const struct unit_directories *directories, const char *name, struct names *names)
{
    for (size_t i = 0; i < directories->items_count; i++) {
        const struct unit_directory *directory = &directories->items[i];

        for (size_t j = 0; j < directory->entries_count; j++) {
            const char *alias = unit_entry_alias(&directory->entries[j]);
            int error = alias && strcmp(alias, name) == 0 ? names_add(names, directory->entries[j].name) : 0;

            if (error < 0)
                return error;
        }
    }
    return 0;
}

/* What drop-in directories a name has, the more specific first: itself, its template, then its prefixes up to
 * each dash ("redis-.service.d"). */
static int add_dropin_names(const char *name, struct names *names)
{
    char shorter[256];
    size_t end = strcspn(name, "@.");
    int error = names_add(names, name);

    if (error == 0 && unit_name_template(name, shorter, sizeof(shorter)))
        error = names_add(names, shorter);
    while (error == 0 && end > 1) {
        end--;
        if (name[end] != '-' || end == 0)
            continue;
        if (snprintf(shorter, sizeof(shorter), "%.*s-.service", (int)end, name) >= (int)sizeof(shorter))
            return -ENAMETOOLONG;
        error = names_add(names, shorter);
    }
    return error;
}

/* --- drop-ins --- */

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

static int add_dropins_of(const struct root *root, const char *directory, char ***paths, size_t *n)
{
    _cleanup_strings_ char **files = NULL;
    int error = root_list(root, directory, "*.conf", &files);

    if (error < 0)
        return error == -ENOENT || error == -ENOTDIR ? 0 : error;
    for (char **file = files; *file; file++) {
        bool is_known = false;

        for (size_t i = 0; i < *n && !is_known; i++)
            is_known = strcmp(base_name((*paths)[i]), *file) == 0;
        if (is_known)
            continue;
        if (*n == UNIT_DROPINS_MAX)
            return -E2BIG;
        if (array_grow(paths, *n + 1, sizeof(char *)) < 0 ||
            asprintf(&(*paths)[*n], "%s/%s", directory, *file) < 0)
            return -ENOMEM;
        (*n)++;
    }
    return 0;
}

static int add_dropins_of_name(const struct root *root, const struct unit_directory *directory,
                               const char *name, char ***paths, size_t *n)
{
    char dropins[300], path[UNIT_PATH_LENGTH_MAX];

    if (snprintf(dropins, sizeof(dropins), "%s.d", name) >= (int)sizeof(dropins))
        return -ENAMETOOLONG;
    if (!unit_directory_find(directory, dropins))
        return 0;
    snprintf(path, sizeof(path), "%s/%s", directory->path, dropins);
    return add_dropins_of(root, path, paths, n);
}

static int compare_base_names(const void *a, const void *b)
{
    return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

/* Of drop-ins with the same name the first counts; all are read in the order of their names. */
static int list_dropins(const struct root *root, const struct unit_directories *directories,
                        const struct names *unit_names, char ***ret)
{
    _cleanup_strings_ char **paths = NULL;
    size_t n = 0;
    int error = array_grow(&paths, 0, sizeof(char *));

    for (size_t i = 0; i < unit_names->n && error == 0; i++) {
        _cleanup_(names_done) struct names names = {0};

        error = add_dropin_names(unit_names->items[i], &names);
        for (size_t where = 0; where < directories->items_count; where++)
            for (size_t j = 0; j < names.n && error == 0; j++)
                error = add_dropins_of_name(root, &directories->items[where], names.items[j], &paths, &n);
    }
    for (size_t where = 0; where < directories->items_count && error == 0; where++)
        error = add_dropins_of_name(root, &directories->items[where], "service", &paths, &n);
    if (error < 0)
        return error;
    qsort(paths, n, sizeof(*paths), compare_base_names);
    *ret = TAKE_POINTER(paths);
    return 0;
}

/* --- the whole --- */

static int read_file(const struct root *root, const char *path, struct unit *unit, char **ret_error)
{
    _cleanup_free_ char *content = NULL, *target = NULL;
    size_t size;
    int error;

    if (root_read_link(root, path, &target) == 0 && strcmp(target, "/dev/null") == 0)
        return 0; /* a masked drop-in */
    error = root_read_file(root, path, UNIT_FILE_SIZE_MAX, &content, &size);
    if (error == -ENOMEM)
        return error;
    if (error < 0)
        return error_make(ret_error, error, "%s: cannot be read: %s", path, strerror(-error));
    return unit_parse(unit, path, content, size, ret_error);
}

int unit_file_read(const struct root *root, const struct unit_directories *directories, const char *name,
                   struct unit *ret, char **ret_error)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_(names_done) struct names names = {0};
    _cleanup_strings_ char **dropins = NULL;
    char path[UNIT_PATH_LENGTH_MAX];
    int error = unit_directories_resolve(root, directories, name, &unit.name, path);

    if (error == 0)
        error = names_add(&names, unit.name);
    if (error == 0)
        error = add_aliases(directories, unit.name, &names);
    if (error == 0)
        error = list_dropins(root, directories, &names, &dropins);
    if (error == 0)
        error = read_file(root, path, &unit, ret_error);
    for (char **dropin = dropins; error == 0 && *dropin; dropin++)
        error = read_file(root, *dropin, &unit, ret_error);
    if (error < 0)
        return error;
    *ret = unit;
    unit = (struct unit){0};
    return 0;
}

/* "redis-server@a.service" and "redis-server@a.service.d" are of the instance; "redis-server@.service" is
 * not. */
static int add_instance(const char *entry, const char *template, struct names *names)
{
    size_t before = strcspn(template, "@") + 1;
    _cleanup_free_ char *name =
        strndup(entry, strlen(entry) - (text_has_suffix(entry, ".d") ? strlen(".d") : 0));

    if (!name)
        return -ENOMEM;
    if (strncmp(name, template, before) != 0 || !text_has_suffix(name, ".service") ||
        unit_name_is_template(name))
        return 0;
    return names_add(names, name);
}

int unit_file_instances(const struct unit_directories *directories, const char *template, char ***ret)
{
    _cleanup_(names_done) struct names names = {0};
    char **list;
    int error = 0;

    for (size_t i = 0; i < directories->items_count; i++)
        for (size_t j = 0; j < directories->items[i].entries_count && error == 0; j++)
            error = add_instance(directories->items[i].entries[j].name, template, &names);
    if (error < 0)
        return error;
    list = calloc(names.n + 1, sizeof(*list));
    if (!list)
        return -ENOMEM;
    memcpy(list, names.items, names.n * sizeof(*list));
    names.n = 0;
    *ret = list;
    return 0;
}

static bool is_pulled_in(const struct root *root, const struct unit_directory *directory, const char *name)
{
    for (size_t i = 0; i < directory->entries_count; i++) {
        const char *entry = directory->entries[i].name;
        char path[UNIT_PATH_LENGTH_MAX];
        _cleanup_close_ int fd = -1;

        if (!text_has_suffix(entry, ".wants") && !text_has_suffix(entry, ".requires"))
            continue;
        if (snprintf(path, sizeof(path), "%s/%s/%s", directory->path, entry, name) >= (int)sizeof(path))
            continue;
        fd = root_open_path(root, path, O_PATH | O_NOFOLLOW);
        if (fd >= 0)
            return true;
    }
    return false;
}

bool unit_file_is_enabled(const struct root *root, const struct unit_directories *directories,
                          const char *name)
{
    _cleanup_free_ char *known_by = NULL;
    char path[UNIT_PATH_LENGTH_MAX];

    if (unit_directories_resolve(root, directories, name, &known_by, path) < 0)
        return false;
    for (size_t i = 0; i < directories->items_count; i++)
        if (is_pulled_in(root, &directories->items[i], name))
            return true;
    return false;
}
