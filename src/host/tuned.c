/* SPDX-License-Identifier: MIT */
/* The files of tuned.
 * Owns where profiles are looked for. */
#include "host/tuned.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "util/cleanup.h"
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
    char *done[PROFILES_MAX]; /* files, each is read once */
    size_t done_count;
};

static bool is_done(const struct loading *loading, const char *path)
{
    for (size_t i = 0; i < loading->done_count; i++)
        if (strcmp(loading->done[i], path) == 0)
            return true;
    return false;
}

static bool is_safe_name(const char *name)
{
    static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

    return *name && strspn(name, characters) == strlen(name) && strcmp(name, "..") != 0;
}

/* The first file of that name that was not read yet. 0 with *ret NULL: there is none. */
static int read_profile(struct loading *loading, const char *name, char **ret, const char **ret_path)
{
    for (size_t i = 0; i < ELEMENTS(directories) && loading->done_count < PROFILES_MAX; i++) {
        char path[PATH_MAX];
        int error;

        snprintf(path, sizeof(path), "%s/%s/tuned.conf", directories[i], name);
        if (is_done(loading, path))
            continue;
        error = root_read_file(loading->root, path, FILE_SIZE_MAX, ret, NULL);
        if (error == -ENOMEM)
            return error;
        if (error < 0)
            continue;
        loading->done[loading->done_count] = strdup(path);
        if (!loading->done[loading->done_count])
            return -ENOMEM;
        *ret_path = loading->done[loading->done_count++];
        return 0;
    }
    return 0;
}

static int load_names(struct loading *loading, const char *names, const char *separators);

static int load(struct loading *loading, const char *name)
{
    _cleanup_free_ char *content = NULL, *include = NULL;
    bool is_optional = *name == '-';
    const char *path;
    int error;

    name += is_optional;
    if (!is_safe_name(name) || strlen(name) > 255) {
        loading->profile->is_incomplete = true;
        return 0;
    }
    error = read_profile(loading, name, &content, &path);
    if (error < 0)
        return error;
    if (!content) {
        loading->profile->is_incomplete = loading->profile->is_incomplete || !is_optional;
        return 0;
    }
    error = tuned_profile_includes(content, &include);
    if (error == 0 && include)
        error = load_names(loading, include, ",; \t");
    if (error == 0)
        error = tuned_profile_merge(loading->profile, path, content);
    if (error == -EINVAL)
        loading->profile->is_incomplete = true;
    return error == -EINVAL ? 0 : error;
}

static int load_names(struct loading *loading, const char *names, const char *separators)
{
    _cleanup_free_ char *copy = strdup(names);
    char *rest = copy, *name;
    int error = copy ? 0 : -ENOMEM;

    while (error == 0 && (name = strsep(&rest, separators)))
        if (*name)
            error = load(loading, name);
    return error;
}

/* Names of /etc/tuned/active_profile, then that of post_loaded_profile. */
static int read_names(const struct root *root, char **ret)
{
    static const char *const files[] = {"/etc/tuned/active_profile", "/etc/tuned/post_loaded_profile"};
    _cleanup_free_ char *names = NULL;

    for (size_t i = 0; i < ELEMENTS(files); i++) {
        _cleanup_free_ char *content = NULL;
        char *joined;
        int error = root_read_file(root, files[i], NAMES_LENGTH_MAX, &content, NULL);

        if (error == -ENOMEM)
            return error;
        if (error < 0 || *text_trim(content) == '\0')
            continue;
        for (char *c = content; *c; c++)
            if (*c == '\n' || *c == '\t')
                *c = ' ';
        if (asprintf(&joined, "%s%s%s", names ? names : "", names ? " " : "", text_trim(content)) < 0)
            return -ENOMEM;
        free(names);
        names = joined;
    }
    *ret = TAKE_POINTER(names);
    return 0;
}

/* reapply_sysctl in tuned-main.conf, which has no sections. */
static int reads_sysctl_again(const struct root *root, bool *ret)
{
    _cleanup_free_ char *content = NULL;
    int error = root_read_file(root, "/etc/tuned/tuned-main.conf", FILE_SIZE_MAX, &content, NULL);
    char *rest = content, *line;

    *ret = true;
    while (error == 0 && (line = strsep(&rest, "\n"))) {
        char *name = text_trim(line), *equals = strchr(name, '=');

        if (!equals)
            continue;
        *equals = '\0';
        if (strcmp(text_trim(name), "reapply_sysctl") == 0) {
            const char *value = text_trim(equals + 1);

            *ret = *value && strchr("1yYtT", *value) != NULL;
        }
    }
    return error == -ENOMEM ? error : 0;
}

int tuned_read(const struct root *root, struct tuned_profile *ret)
{
    _cleanup_(tuned_profile_done) struct tuned_profile profile = {0};
    struct loading loading = {.root = root, .profile = &profile};
    int error = read_names(root, &profile.names);

    if (error == 0 && profile.names)
        error = reads_sysctl_again(root, &profile.reapplies_sysctl);
    if (error == 0 && profile.names)
        error = load_names(&loading, profile.names, " ");
    for (size_t i = 0; i < loading.done_count; i++)
        free(loading.done[i]);
    if (error < 0)
        return error;
    *ret = profile;
    profile = (struct tuned_profile){0};
    return 0;
}
