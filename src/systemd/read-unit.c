/* SPDX-License-Identifier: MIT */
/* Units with all their drop-ins.
 * Owns which drop-ins a unit has and in which order they count; systemd 252, src/shared/dropin.c, is the
 * model. */
#include "systemd/read-unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "systemd/read-conf-dirs.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { NAMES_MAX = 4096 };

/* --- lists of names --- */

struct names {
    char **items; /* NULL-terminated, or NULL */
    size_t n;
};

static void names_done(struct names *names)
{
    strings_free(names->items);
}

static int names_add(struct names *names, const char *name)
{
    if (strings_have((const char *const *)names->items, name))
        return 0;
    if (names->n == NAMES_MAX)
        return -E2BIG;
    memory_add_text(&names->items, names->n++, memory_copy(name));
    return 0;
}

/* --- names of one unit --- */

/* Every link that leads to the unit is a name of it; one to its template is, with its instance. */
static int add_alias(const struct unit_directories *directories, const char *name, const char *link,
                     struct names *names)
{
    char candidate[UNIT_NAME_SIZE], known_by[UNIT_NAME_SIZE];

    if (!unit_name_of_instance(link, name, candidate, sizeof(candidate)) && !unit_name_copy(candidate, link))
        return 0;
    if (unit_directories_follow(directories, candidate, known_by) < 0 || strcmp(known_by, name) != 0)
        return 0;
    return names_add(names, candidate);
}

static int add_aliases(const struct unit_directories *directories, const char *name, struct names *names)
{
    int error = names_add(names, name);

    if (!unit_name_is_service(name)) /* of no other type aliases are known */
        return error;
    for (size_t i = 0; i < directories->items_count; i++) {
        const struct unit_directory *directory = &directories->items[i];

        for (size_t j = 0; j < directory->entries_count && error == 0; j++)
            if (directory->entries[j].alias)
                error = add_alias(directories, name, directory->entries[j].name, names);
    }
    return error;
}

/* The prefix of a name up to a dash before `end`; 0: there is none. As in systemd, one dash in front of end
 * counts for nothing, and the first character of a name is no dash. */
static size_t chop(const char *name, size_t end)
{
    if (end > 0 && name[end - 1] == '-')
        end--;
    while (end > 0 && name[end - 1] != '-')
        end--;
    return end >= 2 ? end : 0;
}

/* What drop-in directories a name has, the more specific first: its own, its template's, then those of its
 * prefixes up to each dash ("redis-.service"), then those of the instance ("redis-@a.service"). */
static int add_dropin_names(const char *name, struct names *names)
{
    const char *at = strchr(name, '@');
    size_t length = (size_t)((at ? at : strrchr(name, '.')) - name);
    char template[UNIT_NAME_SIZE], shorter[UNIT_NAME_SIZE];
    const char *type = strrchr(name, '.');
    bool is_instance = unit_name_template(name, template, sizeof(template));
    int error = names_add(names, name);

    if (error == 0 && is_instance)
        error = names_add(names, template);
    for (size_t end = chop(name, length); end > 0 && error == 0; end = chop(name, end)) {
        snprintf(shorter, sizeof(shorter), "%.*s%s", (int)end, name, type);
        error = names_add(names, shorter);
    }
    for (size_t end = is_instance ? chop(name, length) : 0; end > 0 && error == 0; end = chop(name, end)) {
        snprintf(shorter, sizeof(shorter), "%.*s%s", (int)end, name, at);
        error = names_add(names, shorter);
        snprintf(shorter, sizeof(shorter), "%.*s@%s", (int)end, name, type);
        if (error == 0)
            error = names_add(names, shorter);
    }
    return error;
}

/* --- drop-ins --- */

/* Of drop-ins with the same name the first counts. Hidden ones are none. */
static int add_dropins_of(const struct root *root, const char *directory, struct names *paths)
{
    _cleanup_strings_ char **files = NULL;
    int error = memory_check(root_list(root, directory, "*.conf", &files));
    size_t known = paths->n;

    if (error < 0)
        return error == -ENOENT || error == -ENOTDIR ? 0 : error;
    for (char **file = files; *file && error == 0; file++) {
        char path[2 * UNIT_PATH_LENGTH_MAX];
        bool is_passed_over = **file == '.';

        for (size_t i = 0; i < known && !is_passed_over; i++)
            is_passed_over = strcmp(text_file_name(paths->items[i]), *file) == 0;
        if (is_passed_over)
            continue;
        if (!text_is_printable(*file, strlen(*file)) || strpbrk(*file, "\t\r\n"))
            return -EILSEQ;
        if (paths->n == UNIT_DROPINS_MAX)
            return -E2BIG;
        snprintf(path, sizeof(path), "%s/%s", directory, *file);
        error = names_add(paths, path);
    }
    return error;
}

static int add_dropins_of_name(const struct root *root, const struct unit_directory *directory,
                               const char *name, struct names *paths)
{
    char dropins[UNIT_NAME_SIZE + 2], path[UNIT_PATH_LENGTH_MAX];

    snprintf(dropins, sizeof(dropins), "%s.d", name);
    if (!unit_directory_find(directory, dropins))
        return 0;
    snprintf(path, sizeof(path), "%s/%s", directory->path, dropins);
    return add_dropins_of(root, path, paths);
}

static int compare_file_names(const void *a, const void *b)
{
    return strcmp(text_file_name(*(char *const *)a), text_file_name(*(char *const *)b));
}

/* They are read in the order of their names, wherever they lie. */
static int list_dropins(const struct root *root, const struct unit_directories *directories,
                        const struct names *unit_names, struct names *paths)
{
    int error = 0;

    for (size_t i = 0; i < unit_names->n && error == 0; i++) {
        _cleanup_(names_done) struct names names = {0};

        error = add_dropin_names(unit_names->items[i], &names);
        for (size_t where = 0; where < directories->items_count; where++)
            for (size_t j = 0; j < names.n && error == 0; j++)
                error = add_dropins_of_name(root, &directories->items[where], names.items[j], paths);
    }
    for (size_t where = 0; where < directories->items_count && error == 0; where++)
        error = add_dropins_of_name(root, &directories->items[where], strrchr(unit_names->items[0], '.') + 1,
                                    paths);
    if (error == 0 && paths->n > 0)
        qsort(paths->items, paths->n, sizeof(char *), compare_file_names);
    return error;
}

/* --- the whole --- */

static int read_file(const struct root *root, const char *path, const char *section, struct unit *unit,
                     char **ret_error)
{
    _cleanup_free_ char *content = NULL;
    size_t size;
    int error = memory_check(root_read_file(root, path, UNIT_FILE_SIZE_MAX, &content, &size));

    if (error == -ENOENT)
        return error;
    if (error < 0)
        return memory_error(ret_error, error, "%s: cannot be read: %s", path, strerror(-error));
    error = unit_parse(unit, section, path, content, size, ret_error);
    if (error < 0)
        memory_require(*ret_error);
    return error;
}

/* One that leads nowhere, or to /dev/null, counts for nothing. */
static int read_dropin(const struct root *root, const char *path, const char *section, struct unit *unit,
                       char **ret_error)
{
    _cleanup_free_ char *message = NULL;
    int error = read_file(root, path, section, unit, &message);

    if (error == -ENOENT || (error == -ENODEV && conf_dirs_is_masked(root, path)))
        return 0;
    if (error < 0 && message)
        memory_error(ret_error, error, "%s", message);
    return error;
}

/* Of what has no file that it could be said of. */
static int explain(int error, char **ret_error)
{
    if (error == -ELOOP)
        return memory_error(ret_error, error, "its links lead in a circle, or through too many names");
    if (error == -E2BIG)
        return memory_error(ret_error, error, "it has more names or drop-ins than any unit has");
    if (error == -EILSEQ)
        return memory_error(ret_error, error, "the file name of a drop-in is not text in UTF-8");
    return memory_error(ret_error, error, "it cannot be read: %s", strerror(-error));
}

static int read_unit(const struct root *root, const struct unit_directories *directories, const char *name,
                     const char *section, struct unit *ret, char **ret_error)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_(names_done) struct names names = {0}, dropins = {0};
    _cleanup_free_ char *message = NULL;
    char known_by[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];
    int error = unit_directories_resolve(root, directories, name, known_by, path);

    if (error == 0)
        memory_set_text(&unit.name, known_by);
    if (error == 0)
        error = add_aliases(directories, known_by, &names);
    if (error == 0)
        error = list_dropins(root, directories, &names, &dropins);
    if (error == 0)
        error = read_file(root, path, section, &unit, &message);
    for (size_t i = 0; i < dropins.n && error == 0; i++)
        error = read_dropin(root, dropins.items[i], section, &unit, &message);
    if (error == -ENOENT)
        return error;
    if (error < 0 && !message)
        return explain(error, ret_error);
    if (error < 0) {
        *ret_error = TAKE_POINTER(message);
        return error;
    }
    *ret = unit;
    unit = (struct unit){0};
    return 0;
}

int unit_file_read(const struct root *root, const struct unit_directories *directories, const char *name,
                   struct unit *ret, char **ret_error)
{
    return read_unit(root, directories, name, "Service", ret, ret_error);
}

int unit_file_read_order(const struct root *root, const struct unit_directories *directories,
                         const char *name, struct unit *ret, char **ret_error)
{
    return read_unit(root, directories, name, "Unit", ret, ret_error);
}

int unit_file_read_timer(const struct root *root, const struct unit_directories *directories,
                         const char *name, struct unit *ret, char **ret_error)
{
    return read_unit(root, directories, name, "Timer", ret, ret_error);
}

/* --- what there is besides --- */

/* "redis-server@a.service" and "redis-server@a.service.d" are of the instance, and "redis-@a.service.d" too;
 * "redis-server@.service" is not. */
static int add_instance(const char *entry, const char *template, struct names *names)
{
    size_t before = strcspn(entry, "@");
    char name[UNIT_NAME_SIZE], own_template[UNIT_NAME_SIZE], instance[UNIT_NAME_SIZE];
    bool is_directory;

    if (entry[before] == '\0') /* nearly all of what a host has */
        return 0;
    is_directory = text_has_suffix(entry, ".d");
    snprintf(name, sizeof(name), "%.*s", (int)(strlen(entry) - (is_directory ? strlen(".d") : 0)), entry);
    if (!text_has_suffix(name, ".service") || !unit_name_template(name, own_template, sizeof(own_template)) ||
        !unit_name_of_instance(template, name, instance, sizeof(instance)))
        return 0;
    if (strcmp(own_template, template) != 0 &&
        (!is_directory || before == 0 || name[before - 1] != '-' || strncmp(name, template, before) != 0))
        return 0;
    return names_add(names, instance);
}

int unit_file_instances(const struct unit_directories *directories, const char *template, char ***ret)
{
    _cleanup_(names_done) struct names names = {0}, templates = {0};
    int error = add_aliases(directories, template, &templates);

    for (size_t i = 0; i < directories->items_count; i++)
        for (size_t j = 0; j < directories->items[i].entries_count; j++)
            for (size_t n = 0; n < templates.n && error == 0; n++)
                error = add_instance(directories->items[i].entries[j].name, templates.items[n], &names);
    if (error == 0 && !names.items)
        memory_grow(&names.items, 0, sizeof(char *));
    if (error < 0)
        return error;
    *ret = TAKE_POINTER(names.items);
    return 0;
}

/* 1: yes, 0: no, -errno: it cannot be seen. */
static int is_pulled_in(const struct root *root, const struct unit_directory *directory, const char *name)
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
            return 1;
        if (fd != -ENOENT && fd != -ENOTDIR)
            return fd;
    }
    return 0;
}

int unit_file_is_enabled(const struct root *root, const struct unit_directories *directories,
                         const char *name)
{
    char known_by[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];
    int found = 0;

    if (unit_directories_resolve(root, directories, name, known_by, path) < 0)
        return 0;
    for (size_t i = 0; i < directories->items_count && found == 0; i++)
        found = is_pulled_in(root, &directories->items[i], name);
    return found;
}

int unit_file_read_manager(const struct root *root, struct unit *ret, char **ret_error)
{
    static const char *const dropin_directories[] = {
        "/etc/systemd/system.conf.d",
        "/run/systemd/system.conf.d",
        "/usr/local/lib/systemd/system.conf.d",
        "/usr/lib/systemd/system.conf.d",
        NULL,
    };
    _cleanup_(unit_done) struct unit manager = {0};
    _cleanup_strings_ char **paths = NULL;
    int error = read_dropin(root, "/etc/systemd/system.conf", "Manager", &manager, ret_error);

    if (error == 0)
        error = conf_dirs_list(root, dropin_directories, &paths, ret_error);
    for (char **path = paths; error == 0 && *path; path++)
        error = read_dropin(root, *path, "Manager", &manager, ret_error);
    if (error < 0)
        return error;
    *ret = manager;
    manager = (struct unit){0};
    return 0;
}
