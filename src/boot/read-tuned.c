/* SPDX-License-Identifier: MIT */
/* The files of tuned.
 * Owns where profiles are looked for. */
#include "boot/read-tuned.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "systemd/read-conf.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 256 * 1024, PROFILES_MAX = 32, NAMES_LENGTH_MAX = 1024 };

/* Newer versions keep profiles one directory lower. What is first here goes first. */
static const char *const directories[] = {
    "/etc/tuned/profiles",
    "/etc/tuned",
    "/usr/lib/tuned/profiles",
    "/usr/lib/tuned",
};

struct loading {
    const struct root *root;
    struct tuned_profile *profile;
    char ***unseen;
    char *done[PROFILES_MAX + 1]; /* files, each is read once; NULL-terminated */
    size_t done_count;
};

/* False: it is not there, or cannot be read, which is said. */
static bool read_file(struct loading *loading, const char *path, size_t limit, char **ret)
{
    int error = memory_check(root_read_file(loading->root, path, limit, ret, NULL));

    if (conf_note_unseen(loading->root, path, error, loading->unseen) && !loading->profile->unseen)
        memory_set_text(&loading->profile->unseen, path);
    return error == 0;
}

static bool is_safe_name(const char *name)
{
    static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

    return *name && strspn(name, characters) == strlen(name) && strcmp(name, "..") != 0;
}

/* The first file of that name that was not read yet. *ret stays NULL where there is none. */
static void read_profile(struct loading *loading, const char *name, char **ret, const char **ret_path)
{
    for (size_t i = 0; i < ELEMENTS(directories) && loading->done_count < PROFILES_MAX; i++) {
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s/%s/tuned.conf", directories[i], name);
        if (strings_have((const char *const *)loading->done, path) ||
            !read_file(loading, path, FILE_SIZE_MAX, ret))
            continue;
        loading->done[loading->done_count] = memory_copy(path);
        *ret_path = loading->done[loading->done_count++];
        return;
    }
}

static void load_names(struct loading *loading, const char *names, const char *separators);

static void load(struct loading *loading, const char *name)
{
    _cleanup_free_ char *content = NULL, *include = NULL;
    bool is_optional = *name == '-';
    const char *path = NULL;

    name += is_optional;
    if (!is_safe_name(name) || strlen(name) > 255) {
        loading->profile->is_incomplete = true;
        return;
    }
    read_profile(loading, name, &content, &path);
    if (!content) {
        loading->profile->is_incomplete = loading->profile->is_incomplete || !is_optional;
        return;
    }
    if (tuned_profile_includes(content, &include) < 0) {
        loading->profile->is_incomplete = true;
        return;
    }
    if (include)
        load_names(loading, include, ",; \t");
    if (tuned_profile_merge(loading->profile, path, content) < 0)
        loading->profile->is_incomplete = true;
}

static void load_names(struct loading *loading, const char *names, const char *separators)
{
    _cleanup_free_ char *copy = memory_copy(names);
    char *rest = copy, *name;

    while ((name = strsep(&rest, separators)))
        if (*name)
            load(loading, name);
}

/* Names of /etc/tuned/active_profile, then that of post_loaded_profile. */
static void read_names(struct loading *loading, char **ret)
{
    static const char *const files[] = {"/etc/tuned/active_profile", "/etc/tuned/post_loaded_profile"};
    _cleanup_free_ char *names = NULL;

    for (size_t i = 0; i < ELEMENTS(files); i++) {
        _cleanup_free_ char *content = NULL;

        if (!read_file(loading, files[i], NAMES_LENGTH_MAX, &content) || *text_trim(content) == '\0')
            continue;
        for (char *c = content; *c; c++)
            if (*c == '\n' || *c == '\t')
                *c = ' ';
        memory_join(&names, " ", text_trim(content));
    }
    *ret = TAKE_POINTER(names);
}

/* reapply_sysctl in tuned-main.conf, which has no sections. */
static void reads_sysctl_again(struct loading *loading, bool *ret)
{
    _cleanup_free_ char *content = NULL;
    bool is_read = read_file(loading, "/etc/tuned/tuned-main.conf", FILE_SIZE_MAX, &content);
    char *rest = content, *line;

    *ret = true;
    while (is_read && (line = strsep(&rest, "\n"))) {
        char *name = text_trim(line), *equals = strchr(name, '=');

        if (!equals)
            continue;
        *equals = '\0';
        if (strcmp(text_trim(name), "reapply_sysctl") == 0) {
            const char *value = text_trim(equals + 1);

            *ret = *value && strchr("1yYtT", *value) != NULL;
        }
    }
}

void tuned_read(const struct root *root, struct tuned_profile *ret, char ***unseen)
{
    struct loading loading = {.root = root, .profile = ret, .unseen = unseen};

    *ret = (struct tuned_profile){0};
    read_names(&loading, &ret->names);
    if (!ret->names)
        return;
    reads_sysctl_again(&loading, &ret->reapplies_sysctl);
    load_names(&loading, ret->names, " ");
    for (size_t i = 0; i < loading.done_count; i++)
        free(loading.done[i]);
}
