/* SPDX-License-Identifier: MIT */
/* The search path for units below a root.
 * Owns its order, and what is an alias and what a mask; systemd 252, src/basic/unit-file.c, is the model. */
#include "systemd/read-unit-directories.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "systemd/unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    ALIASES_MAX = 8, /* as systemd has it */
    ENTRIES_MAX = 65536,
    COMMAND_LINE_MAX = 64 * 1024,
};

/* /lib is a link to /usr/lib where it is merged: then it is not read again. */
static const char *const search_path[] = {
    "/etc/systemd/system.control",   "/run/systemd/system.control",
    "/run/systemd/transient",        UNIT_BOOT_MASKS,
    "/etc/systemd/system",           "/etc/systemd/system.attached",
    "/run/systemd/system",           "/run/systemd/system.attached",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system",
};

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct unit_entry *)a)->name, ((const struct unit_entry *)b)->name);
}

/* --- links --- */

/* A link's target as an absolute path without "." and "..". False: too long. */
static bool simplify_target(const char *directory, const char *target, char path[static PATH_MAX])
{
    char joined[PATH_MAX], *rest = joined, *part, *end = path;

    if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", *target == '/' ? "" : directory, target) >=
        sizeof(joined))
        return false;
    *path = '\0';
    while ((part = strsep(&rest, "/"))) {
        if (strcmp(part, "..") == 0) {
            end = strrchr(path, '/') ? strrchr(path, '/') : path;
            *end = '\0';
        } else if (*part != '\0' && strcmp(part, ".") != 0) {
            end += sprintf(end, "/%s", part);
        }
    }
    return true;
}

static bool is_in_search_path(const char *path)
{
    for (size_t i = 0; i < ELEMENTS(search_path); i++)
        if (text_has_prefix(path, search_path[i]) && path[strlen(search_path[i])] == '/')
            return true;
    return false;
}

/* A link to another name within the search path is an alias. One to the same name there, or to a name that it
 * cannot be an alias of, is passed over: false. Any other is a unit of its own whose file lies elsewhere. */
static bool classify_link(const char *directory, const char *target, struct unit_entry *entry)
{
    char path[PATH_MAX];
    const char *base;

    if (!simplify_target(directory, target, path))
        return false;
    entry->is_masked = strcmp(path, "/dev/null") == 0;
    if (!is_in_search_path(path))
        return true;
    base = text_file_name(path);
    if (strcmp(base, entry->name) == 0 || !unit_name_is_service(base) ||
        !unit_name_may_alias(entry->name, base))
        return false;
    entry->alias = memory_copy(base);
    return true;
}

/* --- reading --- */

static bool is_directory_of_units(const char *name)
{
    return text_has_suffix(name, ".d") || text_has_suffix(name, ".wants") ||
           text_has_suffix(name, ".requires");
}

static unsigned char type_of(int directory, const struct dirent *dirent)
{
    struct stat status;

    if (dirent->d_type != DT_UNKNOWN || fstatat(directory, dirent->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return dirent->d_type;
    return IFTODT(status.st_mode);
}

/* Fills entry. False: it is none that matters. */
static bool read_entry(const char *directory, int fd, const struct dirent *dirent, struct unit_entry *entry)
{
    bool is_service = text_has_suffix(dirent->d_name, ".service");
    unsigned char type = is_service ? type_of(fd, dirent) : DT_DIR;
    char target[PATH_MAX];
    ssize_t length;

    if (*dirent->d_name == '.' ||
        (is_service ? !unit_name_is_service(dirent->d_name) : !is_directory_of_units(dirent->d_name)))
        return false;
    if (is_service && type != DT_REG && type != DT_LNK)
        return false;
    entry->name = memory_copy(dirent->d_name);
    if (type != DT_LNK)
        return true;
    length = readlinkat(fd, dirent->d_name, target, sizeof(target) - 1);
    target[length < 0 ? 0 : length] = '\0';
    return length >= 0 && classify_link(directory, target, entry);
}

static void entry_done(struct unit_entry *entry)
{
    free(entry->name);
    free(entry->alias);
}

static int add_entry(struct unit_directory *directory, int fd, const struct dirent *dirent)
{
    _cleanup_(entry_done) struct unit_entry entry = {0};

    if (!read_entry(directory->path, fd, dirent, &entry))
        return 0;
    if (directory->entries_count == ENTRIES_MAX)
        return -E2BIG;
    *memory_add(directory->entries, directory->entries_count) = entry;
    entry = (struct unit_entry){0};
    return 0;
}

static int read_directory(const struct root *root, struct unit_directory *directory)
{
    int fd = root_open_path(root, directory->path, O_RDONLY | O_DIRECTORY);
    _cleanup_closedir_ DIR *dir = NULL;
    const struct dirent *dirent;
    int error = 0;

    if (fd < 0)
        return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
    dir = fdopendir(fd);
    if (!dir) {
        error = memory_check(-errno);
        close(fd);
        return error;
    }
    while (error == 0 && (errno = 0, dirent = readdir(dir)))
        error = add_entry(directory, fd, dirent);
    if (error == 0)
        error = -errno;
    if (directory->entries_count > 0)
        qsort(directory->entries, directory->entries_count, sizeof(*directory->entries), compare_entries);
    return error;
}

/* systemd-debug-generator(8) makes a link to /dev/null of each systemd.mask=NAME. */
static void read_boot_masks(const struct root *root, struct unit_directory *directory)
{
    static const char option[] = "systemd.mask=";
    _cleanup_free_ char *text = NULL;
    char *rest, *word;

    if (memory_check(root_read_file(root, "/proc/cmdline", COMMAND_LINE_MAX, &text, NULL)) < 0)
        return;
    for (rest = text; (word = strsep(&rest, " \t\n\""));) {
        struct unit_entry entry = {.is_masked = true};

        if (!text_has_prefix(word, option))
            continue;
        word += strlen(option);
        entry.name = memory_format("%s%s", word, strchr(word, '.') ? "" : ".service");
        if (unit_name_is_service(entry.name))
            *memory_add(directory->entries, directory->entries_count) = entry;
        else
            free(entry.name);
    }
    if (directory->entries_count > 0)
        qsort(directory->entries, directory->entries_count, sizeof(*directory->entries), compare_entries);
}

int unit_directories_read(const struct root *root, struct unit_directories *ret, const char **ret_path)
{
    _cleanup_(unit_directories_done) struct unit_directories directories = {0};
    _cleanup_free_ char *lib = NULL;
    bool is_merged = memory_check(root_read_link(root, "/lib", &lib)) == 0;

    for (size_t i = 0; i < ELEMENTS(search_path); i++) {
        struct unit_directory *directory;
        int error;

        if (is_merged && text_has_prefix(search_path[i], "/lib/"))
            continue;
        directory = memory_add(directories.items, directories.items_count);
        directory->path = search_path[i];
        if (strcmp(search_path[i], UNIT_BOOT_MASKS) == 0) {
            read_boot_masks(root, directory);
            continue;
        }
        error = read_directory(root, directory);
        if (error == -EACCES && geteuid() != 0) {
            directories.hidden = search_path[i];
        } else if (error < 0) {
            if (ret_path)
                *ret_path = search_path[i];
            return error;
        }
    }
    *ret = directories;
    directories = (struct unit_directories){0};
    return 0;
}

static void forget_entries(struct unit_directory *directory)
{
    for (size_t i = 0; i < directory->entries_count; i++)
        entry_done(&directory->entries[i]);
    free(directory->entries);
    directory->entries = NULL;
    directory->entries_count = 0;
}

void unit_directories_forget_runtime(struct unit_directories *directories)
{
    for (size_t i = 0; i < directories->items_count; i++)
        if (text_has_prefix(directories->items[i].path, "/run/") &&
            strcmp(directories->items[i].path, UNIT_BOOT_MASKS) != 0)
            forget_entries(&directories->items[i]);
}

void unit_directories_done(struct unit_directories *directories)
{
    for (size_t i = 0; i < directories->items_count; i++)
        forget_entries(&directories->items[i]);
    free(directories->items);
    *directories = (struct unit_directories){0};
}

/* --- looking up --- */

const struct unit_entry *unit_directory_find(const struct unit_directory *directory, const char *name)
{
    const struct unit_entry key = {.name = (char *)name};

    if (directory->entries_count == 0)
        return NULL;
    return bsearch(&key, directory->entries, directory->entries_count, sizeof(key), compare_entries);
}

/* *ret_directory is the path of the directory that it lies in. */
static const struct unit_entry *find_in_order(const struct unit_directories *directories, const char *name,
                                              const char **ret_directory)
{
    for (size_t i = 0; i < directories->items_count; i++) {
        const struct unit_entry *entry = unit_directory_find(&directories->items[i], name);

        *ret_directory = directories->items[i].path;
        if (entry)
            return entry;
    }
    return NULL;
}

static const struct unit_entry *find_own_or_template(const struct unit_directories *directories,
                                                     const char *name, const char **ret_directory)
{
    const struct unit_entry *entry = find_in_order(directories, name, ret_directory);
    char template[UNIT_NAME_SIZE];

    if (!entry && unit_name_template(name, template, sizeof(template)))
        entry = find_in_order(directories, template, ret_directory);
    return entry;
}

/* What an instance is known by when its template is an alias: the instance of that, unless there is one. */
static void rename_to_alias(const struct unit_directories *directories, const struct unit_entry *entry,
                            char name[static UNIT_NAME_SIZE])
{
    char next[UNIT_NAME_SIZE];
    const char *ignored;

    if (!unit_name_of_instance(entry->alias, name, next, sizeof(next)))
        unit_name_copy(name, entry->alias);
    else if (!find_in_order(directories, next, &ignored))
        unit_name_copy(name, next);
}

/* name comes as the one to look for and leaves as the one that the unit is known by. */
static const struct unit_entry *follow(const struct unit_directories *directories,
                                       char name[static UNIT_NAME_SIZE], const char **ret_directory,
                                       int *ret_error)
{
    const char *next = name;
    const struct unit_entry *entry = NULL;

    *ret_error = -ELOOP;
    for (int lookups = 0; lookups < ALIASES_MAX; lookups++) {
        entry = find_own_or_template(directories, next, ret_directory);
        if (!entry || !entry->alias) {
            *ret_error = entry ? 0 : -ENOENT;
            return entry;
        }
        rename_to_alias(directories, entry, name);
        next = entry->alias;
    }
    return NULL;
}

int unit_directories_follow(const struct unit_directories *directories, const char *name,
                            char ret_name[static UNIT_NAME_SIZE])
{
    const char *ignored;
    int error;

    if (!unit_name_copy(ret_name, name))
        return -ENAMETOOLONG;
    follow(directories, ret_name, &ignored, &error);
    return error;
}

/* By a link to /dev/null, or by an empty file. */
static bool is_masked(const struct root *root, const struct unit_entry *entry, const char *path)
{
    _cleanup_close_ int fd = entry->is_masked ? -1 : root_open_path(root, path, O_PATH);
    struct stat status;

    if (entry->is_masked || fd < 0 || fstat(fd, &status) < 0)
        return entry->is_masked;
    return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) ||
           (S_ISREG(status.st_mode) && status.st_size == 0);
}

/* Of units of other types no list is kept; they have no aliases here. */
static int find_other(const struct root *root, const struct unit_directories *directories, const char *name,
                      char path[static UNIT_PATH_LENGTH_MAX])
{
    for (size_t i = 0; i < directories->items_count; i++) {
        _cleanup_close_ int fd = -1;

        snprintf(path, UNIT_PATH_LENGTH_MAX, "%s/%s", directories->items[i].path, name);
        fd = root_open_path(root, path, O_PATH);
        if (fd >= 0)
            return 0;
    }
    return -ENOENT;
}

bool unit_directories_mask(const struct root *root, const struct unit_directories *directories,
                           const char *name, char path[static UNIT_PATH_LENGTH_MAX])
{
    char known_by[UNIT_NAME_SIZE];
    const struct unit_entry *entry;
    const char *directory;
    int error;

    if (!unit_name_copy(known_by, name))
        return false;
    entry = follow(directories, known_by, &directory, &error);
    if (!entry || error < 0)
        return false;
    snprintf(path, UNIT_PATH_LENGTH_MAX, "%s/%s", directory, entry->name);
    return is_masked(root, entry, path);
}

int unit_directories_resolve(const struct root *root, const struct unit_directories *directories,
                             const char *name, char ret_name[static UNIT_NAME_SIZE],
                             char path[static UNIT_PATH_LENGTH_MAX])
{
    const struct unit_entry *entry;
    const char *directory;
    int error;

    if (!unit_name_copy(ret_name, name))
        return -ENAMETOOLONG;
    if (!text_has_suffix(name, ".service"))
        return find_other(root, directories, name, path);
    entry = follow(directories, ret_name, &directory, &error);
    if (error < 0)
        return error;
    snprintf(path, UNIT_PATH_LENGTH_MAX, "%s/%s", directory, entry->name);
    return is_masked(root, entry, path) ? -ENOENT : 0;
}
