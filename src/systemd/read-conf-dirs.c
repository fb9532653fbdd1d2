/* SPDX-License-Identifier: MIT */
/* Listing of drop-in directories.
 * Owns precedence by name and masking; systemd 252, src/basic/conf-files.c, is the model. */
#include "systemd/read-conf-dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { LINKS_MAX = 40 };

/* Follows links by their text, as an image need not have a /dev/null. */
static bool leads_to_dev_null(const struct root *root, const char *path)
{
    _cleanup_free_ char *here = memory_copy(path);

    for (int links = 0; links < LINKS_MAX; links++) {
        _cleanup_free_ char *target = NULL, *next = NULL;

        if (memory_check(root_read_link(root, here, &target)) < 0)
            return false;
        if (strcmp(target, "/dev/null") == 0 || (*target != '/' && text_has_suffix(target, "../dev/null")))
            return true;
        if (*target == '/')
            next = TAKE_POINTER(target);
        else
            next = memory_format("%.*s/%s", (int)(text_file_name(here) - here - 1), here, target);
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

static void add_entry(struct conf_listing *listing, const char *directory, size_t rank, const char *name)
{
    struct conf_entry *entry = memory_add(listing->entries, listing->entries_count);
    entry->path = memory_format("%s/%s", directory, name);
    entry->name = text_file_name(entry->path);
    entry->rank = rank;
}

static int add_directory(const struct root *root, const char *directory, size_t rank,
                         struct conf_listing *listing)
{
    _cleanup_strings_ char **names = NULL;
    int error = memory_check(root_list(root, directory, "*.conf", &names));

    for (char **name = names; error == 0 && *name; name++)
        add_entry(listing, directory, rank, *name);
    return error == -ENOENT ? 0 : error;
}

static int compare_entries(const void *a, const void *b)
{
    const struct conf_entry *one = a, *other = b;
    int by_name = strcmp(one->name, other->name);

    return by_name ? by_name : one->rank < other->rank ? -1 : 1;
}

void conf_dirs_collect(const struct root *root, const char *const *directories, int *errors,
                       struct conf_listing *ret)
{
    _cleanup_(conf_listing_done) struct conf_listing listing = {0};

    for (size_t rank = 0; directories[rank]; rank++)
        errors[rank] = add_directory(root, directories[rank], rank, &listing);
    if (listing.entries_count > 0)
        qsort(listing.entries, listing.entries_count, sizeof(*listing.entries), compare_entries);
    *ret = listing;
    listing = (struct conf_listing){0};
}

bool conf_listing_is_first(const struct conf_listing *listing, size_t index)
{
    return index == 0 || strcmp(listing->entries[index - 1].name, listing->entries[index].name) != 0;
}

void conf_listing_done(struct conf_listing *listing)
{
    for (size_t i = 0; i < listing->entries_count; i++)
        free(listing->entries[i].path);
    free(listing->entries);
    *listing = (struct conf_listing){0};
}

int conf_dirs_list(const struct root *root, const char *const *directories, char ***ret, char **ret_error)
{
    _cleanup_(conf_listing_done) struct conf_listing listing = {0};
    _cleanup_strings_ char **paths = NULL;
    int errors[CONF_DIRECTORIES_MAX] = {0};
    size_t n = 0;

    conf_dirs_collect(root, directories, errors, &listing);
    for (size_t i = 0; directories[i]; i++)
        if (errors[i] < 0)
            return memory_error(ret_error, errors[i], "%s: cannot be read: %s",
                                root_display(root, directories[i]), strerror(-errors[i]));
    paths = memory_new(listing.entries_count + 1, sizeof(*paths));
    for (size_t i = 0; i < listing.entries_count; i++)
        if (conf_listing_is_first(&listing, i) && !conf_dirs_is_masked(root, listing.entries[i].path))
            paths[n++] = TAKE_POINTER(listing.entries[i].path);
    *ret = TAKE_POINTER(paths);
    return 0;
}
