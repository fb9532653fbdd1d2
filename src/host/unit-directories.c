/* SPDX-License-Identifier: MIT */
/* The search path for units below a root.
 * Owns its order, and what is an alias and what a mask; systemd 252, src/basic/unit-file.c, is the model. */
#include "host/unit-directories.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "model/unit.h"
#include "util/cleanup.h"
#include "util/text.h"

enum {
    ALIASES_MAX = 16,
    ENTRIES_MAX = 65536,
};

/* /lib is a link to /usr/lib where it is merged: then it is not read again. */
static const char *const search_path[] = {
    "/etc/systemd/system.control",  "/run/systemd/system.control",   "/run/systemd/transient",
    "/etc/systemd/system",          "/etc/systemd/system.attached",  "/run/systemd/system",
    "/run/systemd/system.attached", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system",
};

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct unit_entry *)a)->name, ((const struct unit_entry *)b)->name);
}

static int read_target(int directory, const struct dirent *entry, char **ret)
{
    char target[PATH_MAX];
    ssize_t length;

    if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
        return 0;
    length = readlinkat(directory, entry->d_name, target, sizeof(target) - 1);
    if (length < 0)
        return 0;
    target[length] = '\0';
    return text_replace(ret, target);
}

static int add_entry(struct unit_directory *directory, int fd, const struct dirent *entry)
{
    struct unit_entry *added;

    if (directory->entries_count == ENTRIES_MAX)
        return -E2BIG;
    if (array_grow(&directory->entries, directory->entries_count, sizeof(*directory->entries)) < 0)
        return -ENOMEM;
    added = &directory->entries[directory->entries_count++];
    added->name = strdup(entry->d_name);
    return added->name ? read_target(fd, entry, &added->target) : -ENOMEM;
}

static int read_directory(const struct root *root, struct unit_directory *directory)
{
    int fd = root_open_path(root, directory->path, O_RDONLY | O_DIRECTORY);
    _cleanup_closedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    int error = 0;

    while (dir && error == 0 && (entry = readdir(dir)))
        if (*entry->d_name != '.')
            error = add_entry(directory, fd, entry);
    qsort(directory->entries, directory->entries_count, sizeof(*directory->entries), compare_entries);
    return error;
}

int unit_directories_read(const struct root *root, struct unit_directories *ret)
{
    _cleanup_(unit_directories_done) struct unit_directories directories = {0};
    _cleanup_free_ char *lib = NULL;
    bool is_merged = root_read_link(root, "/lib", &lib) == 0;

    for (size_t i = 0; i < ELEMENTS(search_path); i++) {
        int error;

        if (is_merged && text_has_prefix(search_path[i], "/lib/"))
            continue;
        error = array_grow(&directories.items, directories.items_count, sizeof(*directories.items));
        if (error < 0)
            return error;
        directories.items[directories.items_count].path = search_path[i];
        error = read_directory(root, &directories.items[directories.items_count++]);
        if (error < 0)
            return error;
    }
    *ret = directories;
    directories = (struct unit_directories){0};
    return 0;
}

void unit_directories_done(struct unit_directories *directories)
{
    for (size_t i = 0; i < directories->items_count; i++) {
        for (size_t j = 0; j < directories->items[i].entries_count; j++) {
            free(directories->items[i].entries[j].name);
            free(directories->items[i].entries[j].target);
        }
        free(directories->items[i].entries);
    }
    free(directories->items);
    *directories = (struct unit_directories){0};
}

const struct unit_entry *unit_directory_find(const struct unit_directory *directory, const char *name)
{
    const struct unit_entry key = {.name = (char *)name};

    if (directory->entries_count == 0)
        return NULL;
    return bsearch(&key, directory->entries, directory->entries_count, sizeof(key), compare_entries);
}

/* "redis-server@a.service" to "redis-server@.service" is an instance and no alias; a link to a file of the
 * same name elsewhere is a linked unit. */
const char *unit_entry_alias(const struct unit_entry *entry)
{
    const char *slash, *base;
    char template[256];

    if (!entry->target)
        return NULL;
    slash = strrchr(entry->target, '/');
    base = slash ? slash + 1 : entry->target;
    if (strcmp(base, entry->name) == 0 || !text_has_suffix(base, ".service"))
        return NULL;
    if (unit_name_template(entry->name, template, sizeof(template)) && strcmp(base, template) == 0)
        return NULL;
    return base;
}

static const struct unit_entry *find_in_order(const struct unit_directories *directories, const char *name,
                                              char path[static UNIT_PATH_LENGTH_MAX])
{
    for (size_t i = 0; i < directories->items_count; i++) {
        const struct unit_entry *entry = unit_directory_find(&directories->items[i], name);

        if (entry)
            return snprintf(path, UNIT_PATH_LENGTH_MAX, "%s/%s", directories->items[i].path, name) <
                           UNIT_PATH_LENGTH_MAX
                       ? entry
                       : NULL;
    }
    return NULL;
}

static const struct unit_entry *find_own_or_template(const struct unit_directories *directories,
                                                     const char *name, char path[static UNIT_PATH_LENGTH_MAX])
{
    const struct unit_entry *entry = find_in_order(directories, name, path);
    char template[256];

    if (!entry && unit_name_template(name, template, sizeof(template)))
        entry = find_in_order(directories, template, path);
    return entry;
}

/* By a link to /dev/null, or by an empty file. */
static bool is_masked(const struct root *root, const struct unit_entry *entry, const char *path)
{
    _cleanup_close_ int fd = -1;
    struct stat status;

    if (entry->target && strcmp(entry->target, "/dev/null") == 0)
        return true;
    fd = root_open_path(root, path, O_PATH);
    return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

int unit_directories_resolve(const struct root *root, const struct unit_directories *directories,
                             const char *name, char **ret_name, char path[static UNIT_PATH_LENGTH_MAX])
{
    _cleanup_free_ char *known_by = strdup(name);

    for (int links = 0; known_by && links < ALIASES_MAX; links++) {
        const struct unit_entry *entry = find_own_or_template(directories, known_by, path);
        const char *alias;

        if (!entry || is_masked(root, entry, path))
            return -ENOENT;
        alias = unit_entry_alias(entry);
        if (!alias) {
            *ret_name = TAKE_POINTER(known_by);
            return 0;
        }
        if (text_replace(&known_by, alias) < 0)
            return -ENOMEM;
    }
    return known_by ? -ELOOP : -ENOMEM;
}
