/* SPDX-License-Identifier: MIT */
/* Trees in memory.
 * Owns how one is read and made. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

/* trusted.*: the one kind that tmpfs has in every kernel */
#define ATTRIBUTE "trusted.redis-hosttune"

/* --- reading --- */

static void read_content(int fd, struct tree_entry *entry, off_t size)
{
    char attribute[64];
    ssize_t n;

    entry->content = must_allocate((size_t)size + 1);
    while ((n = read(fd, entry->content + entry->size, (size_t)size + 1 - entry->size)) > 0) {
        entry->size += (size_t)n;
        if (entry->size > (size_t)size) { /* a file that is longer than it says */
            size = (off_t)entry->size * 2;
            entry->content = must_grow(entry->content, (size_t)size + 1);
        }
    }
    entry->content[entry->size] = '\0';
    n = fgetxattr(fd, ATTRIBUTE, attribute, sizeof(attribute) - 1);
    if (n >= 0) {
        attribute[n] = '\0';
        entry->attribute = must_duplicate(attribute);
    }
}

static struct tree_entry *append(struct tree *tree, char *path)
{
    tree->entries = must_grow(tree->entries, (tree->count + 1) * sizeof(*tree->entries));
    tree->entries[tree->count] = (struct tree_entry){.path = path, .same_as = -1};
    return &tree->entries[tree->count++];
}

static void read_directory(int fd, const char *prefix, struct tree *tree);

static void read_entry(int parent, const char *prefix, const char *name, struct tree *tree)
{
    struct tree_entry *entry = append(tree, must_print("%s%s", prefix, name));
    char *below, target[4096];
    struct stat status;
    ssize_t n;
    int fd;

    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        die("%s: %s", entry->path, strerror(errno));
    entry->mode = status.st_mode;
    entry->uid = status.st_uid;
    entry->gid = status.st_gid;
    entry->device = status.st_rdev;
    entry->inode = status.st_ino;
    if (S_ISLNK(status.st_mode)) {
        n = readlinkat(parent, name, target, sizeof(target) - 1);
        target[n < 0 ? 0 : n] = '\0';
        entry->content = must_duplicate(target);
        entry->size = strlen(target);
    }
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return;
    fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        die("%s: %s", entry->path, strerror(errno));
    if (S_ISREG(status.st_mode)) {
        read_content(fd, entry, status.st_size);
        close(fd);
        return;
    }
    below = must_print("%s%s/", prefix, name);
    read_directory(fd, below, tree);
    free(below);
}

static void read_directory(int fd, const char *prefix, struct tree *tree)
{
    DIR *directory = fdopendir(fd);
    struct dirent *entry;

    if (!directory)
        die("%s: %s", prefix, strerror(errno));
    while ((entry = readdir(directory)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            read_entry(fd, prefix, entry->d_name, tree);
    closedir(directory);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

static void find_hard_links(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        for (size_t j = 0; j < i && S_ISREG(tree->entries[i].mode) && tree->entries[i].same_as < 0; j++)
            if (S_ISREG(tree->entries[j].mode) && tree->entries[j].inode == tree->entries[i].inode)
                tree->entries[i].same_as = (ssize_t)j;
}

void tree_read(const char *directory, struct tree *ret)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        die("%s: %s", directory, strerror(errno));
    *ret = (struct tree){0};
    read_directory(fd, "", ret);
    qsort(ret->entries, ret->count, sizeof(*ret->entries), compare_paths);
    find_hard_links(ret);
}

/* --- writing --- */

static void empty_directory(int fd)
{
    DIR *directory = fdopendir(fd);
    struct dirent *entry;

    if (!directory)
        die("cannot list a directory: %s", strerror(errno));
    while ((entry = readdir(directory))) {
        int below;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        if (errno != EISDIR && errno != EPERM)
            die("cannot remove %s: %s", entry->d_name, strerror(errno));
        below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0)
            die("cannot open %s: %s", entry->d_name, strerror(errno));
        empty_directory(below);
        if (unlinkat(fd, entry->d_name, AT_REMOVEDIR) < 0)
            die("cannot remove %s: %s", entry->d_name, strerror(errno));
    }
    closedir(directory);
}

void tree_remove(const char *directory)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return;
    empty_directory(fd);
    rmdir(directory);
}

static void write_file(int root, const struct tree_entry *entry)
{
    int fd = openat(root, entry->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    size_t written = 0;

    if (fd < 0)
        die("cannot make %s: %s", entry->path, strerror(errno));
    while (written < entry->size) {
        ssize_t n = write(fd, entry->content + written, entry->size - written);

        if (n < 0)
            die("cannot write %s: %s", entry->path, strerror(errno));
        written += (size_t)n;
    }
    if ((entry->uid || entry->gid) && fchown(fd, entry->uid, entry->gid) < 0)
        die("cannot give %s away: %s", entry->path, strerror(errno));
    if (fchmod(fd, entry->mode & 07777) < 0)
        die("cannot chmod %s: %s", entry->path, strerror(errno));
    if (entry->attribute && fsetxattr(fd, ATTRIBUTE, entry->attribute, strlen(entry->attribute), 0) < 0 &&
        errno != ENOTSUP && errno != EPERM)
        die("cannot mark %s: %s", entry->path, strerror(errno));
    close(fd);
}

static void write_entry(int root, const struct tree *tree, const struct tree_entry *entry)
{
    int result = 0;

    if (entry->same_as >= 0)
        result = linkat(root, tree->entries[entry->same_as].path, root, entry->path, 0);
    else if (S_ISDIR(entry->mode))
        result = mkdirat(root, entry->path, entry->mode & 07777);
    else if (S_ISLNK(entry->mode))
        result = symlinkat(entry->content, root, entry->path);
    else if (S_ISREG(entry->mode))
        write_file(root, entry);
    else
        result = mknodat(root, entry->path, entry->mode, entry->device);
    if (result < 0)
        die("cannot make %s: %s", entry->path, strerror(errno));
}

void tree_write(const char *directory, const struct tree *tree)
{
    int root;

    if (mkdir(directory, 0755) < 0 && errno != EEXIST)
        die("%s: %s", directory, strerror(errno));
    root = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (root < 0)
        die("%s: %s", directory, strerror(errno));
    empty_directory(dup(root));
    for (size_t i = 0; i < tree->count; i++)
        write_entry(root, tree, &tree->entries[i]);
    close(root);
}

void tree_done(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->entries[i].path);
        free(tree->entries[i].content);
        free(tree->entries[i].attribute);
    }
    free(tree->entries);
    *tree = (struct tree){0};
}

/* --- making --- */

const struct tree_entry *tree_find(const struct tree *tree, const char *path)
{
    const struct tree_entry key = {.path = (char *)path};

    return tree->count ? bsearch(&key, tree->entries, tree->count, sizeof(*tree->entries), compare_paths)
                       : NULL;
}

static void put_parents(struct tree *tree, const char *path)
{
    for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
        char *parent = must_print("%.*s", (int)(slash - path), path);

        if (!tree_find(tree, parent))
            tree_put(tree, parent, S_IFDIR | 0755, NULL);
        free(parent);
    }
}

struct tree_entry *tree_put(struct tree *tree, const char *path, mode_t mode, const char *content)
{
    struct tree_entry *entry;

    put_parents(tree, path);
    entry = (struct tree_entry *)tree_find(tree, path);
    if (!entry) {
        append(tree, must_duplicate(path));
        qsort(tree->entries, tree->count, sizeof(*tree->entries), compare_paths);
        entry = (struct tree_entry *)tree_find(tree, path);
    }
    free(entry->content);
    entry->content = content ? must_duplicate(content) : NULL;
    entry->size = content ? strlen(content) : 0;
    entry->mode = mode;
    return entry;
}

void tree_cut(struct tree *tree, const char *path)
{
    size_t length = strlen(path), kept = 0;

    for (size_t i = 0; i < tree->count; i++) {
        struct tree_entry *entry = &tree->entries[i];

        if (strncmp(entry->path, path, length) != 0 || (entry->path[length] && entry->path[length] != '/')) {
            tree->entries[kept++] = *entry;
            continue;
        }
        free(entry->path);
        free(entry->content);
        free(entry->attribute);
    }
    tree->count = kept;
}

void tree_copy(const struct tree *tree, struct tree *ret)
{
    ret->count = tree->count;
    ret->entries = must_allocate(tree->count * sizeof(*tree->entries));
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_entry *from = &tree->entries[i];
        struct tree_entry *to = &ret->entries[i];

        *to = *from;
        to->path = must_duplicate(from->path);
        to->content = from->content ? memcpy(must_allocate(from->size + 1), from->content, from->size) : NULL;
        to->attribute = from->attribute ? must_duplicate(from->attribute) : NULL;
    }
}
