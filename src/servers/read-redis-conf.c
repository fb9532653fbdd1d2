/* SPDX-License-Identifier: MIT */
/* redis.conf and its includes. The redis user may write there: whatever stands in it is hostile.
 * Owns the bounds of what is read. */
#include "servers/read-redis-conf.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "servers/config.h"
#include "servers/read-claimed-file.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum {
    CONF_SIZE_MAX = 4 * 1024 * 1024, /* Redis' own example has 110 KiB */
    FILES_MAX = 64,
    PATTERNS_MAX = 64, /* each is a directory to be listed */
    DEPTH_MAX = 8,
    SECRET_SECONDS = 1,
};

static const char too_many_files[] = "too many included files";
static const char no_share[] = "its configuration and what that includes are larger than what one run reads, "
                               "shared with the other servers";

struct reading {
    const struct root *root;
    struct server_config *config;     /* NULL: only the secret is asked for */
    const struct conf_reader *reader; /* who must be able to read it; NULL: that does not matter */
    struct redis_secret *secret;      /* NULL: not asked for */
    struct config_pairs *pairs;       /* likewise */
    char **ret_error;
    unsigned files, patterns;
    struct budget_share *share;
};

static int read_file(struct reading *reading, const char *path, unsigned depth);

static bool can_read(const struct conf_reader *reader, const struct stat *status)
{
    if (reader->uid == 0)
        return true;
    if (reader->uid == status->st_uid)
        return status->st_mode & S_IRUSR;
    return status->st_mode & (reader->gid == status->st_gid ? S_IRGRP : S_IROTH);
}

/* -ENOBUFS, -ETIME: the share does not suffice. */
static int read_regular(const struct reading *reading, const char *path, char **ret)
{
    struct budget_share *share = reading->share;
    size_t left = share->amount - share->used, limit = left < CONF_SIZE_MAX ? left : CONF_SIZE_MAX, size;
    _cleanup_close_ int fd = claimed_file_open(reading->root, path);
    struct stat status;
    int error;

    if (fd < 0)
        return fd;
    if (reading->reader && (fstat(fd, &status) < 0 || !can_read(reading->reader, &status)))
        return -EACCES;
    error = budget_share_is_over(share) ? -ETIME : memory_check(fd_read_all(fd, limit, ret, &size));
    if (error == 0)
        share->used += size;
    return error == -EFBIG && left < CONF_SIZE_MAX ? -ENOBUFS : error;
}

static int refuse(const struct reading *reading, const char *path, int error, const char *why)
{
    memory_error(reading->ret_error, error, "%s: %s", root_display(reading->root, path), why);
    if (reading->ret_error)
        memory_check(text_escape(reading->ret_error));
    return error;
}

/* From 7.0 on the file name may be a pattern; one that nothing matches is none's mistake. */
static int read_pattern(struct reading *reading, const char *pattern, unsigned depth)
{
    _cleanup_free_ char *directory = memory_copy(pattern);
    _cleanup_strings_ char **names = NULL;
    char *slash = strrchr(directory, '/');
    int error;

    if (reading->patterns++ == PATTERNS_MAX)
        return refuse(reading, pattern, -E2BIG, too_many_files);
    *slash = '\0';
    error = memory_check(root_list_until(reading->root, directory, slash + 1, reading->share->until, &names));
    if (error == -E2BIG || error == -ETIME)
        return refuse(reading, pattern, error, error == -ETIME ? server_no_time : too_many_files);
    if (error < 0)
        return 0;
    for (char **name = names; *name && error == 0; name++) {
        char path[PATH_MAX];

        if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, *name) >= sizeof(path))
            return refuse(reading, pattern, -ENAMETOOLONG, strerror(ENAMETOOLONG));
        error = read_file(reading, path, depth);
    }
    return error;
}

/* A relative name means below the directory in which the server was started, or `dir`: not known here. */
static int read_include(struct reading *reading, const char *pattern, unsigned depth)
{
    if (*pattern != '/')
        return refuse(reading, pattern, -ENOTSUP, "an include without an absolute path");
    return strpbrk(pattern, "*?[") ? read_pattern(reading, pattern, depth)
                                   : read_file(reading, pattern, depth);
}

static void add_line(const struct reading *reading, unsigned depth, const char *line, char **ret_include)
{
    unsigned users = reading->config->users;

    redis_config_add_line(reading->config, line, ret_include);
    if (depth > 0)
        reading->config->included_users += reading->config->users - users;
}

static int take_line(const struct reading *reading, const char *path, unsigned depth, const char *line,
                     char **ret_include)
{
    if (budget_share_is_over(reading->share))
        return refuse(reading, path, -ETIME, server_no_time);
    if (reading->config)
        add_line(reading, depth, line, ret_include);
    else
        redis_config_take_secret(reading->secret, line, ret_include);
    if (reading->pairs)
        config_pairs_add(reading->pairs, line);
    return 0;
}

static int read_file(struct reading *reading, const char *path, unsigned depth)
{
    _cleanup_free_ char *content = NULL;
    char *lines, *line;
    int error;

    if (depth == DEPTH_MAX || reading->files++ == FILES_MAX)
        return refuse(reading, path, -E2BIG, too_many_files);
    error = read_regular(reading, path, &content);
    if (error < 0)
        return refuse(reading, path, error,
                      error == -ENOBUFS ? no_share
                      : error == -ETIME ? server_no_time
                                        : strerror(-error));
    lines = content;
    while (error == 0 && (line = strsep(&lines, "\n"))) {
        _cleanup_free_ char *include = NULL;

        error = take_line(reading, path, depth, line, &include);
        if (error == 0 && include)
            error = read_include(reading, include, depth + 1);
    }
    return error;
}

int redis_conf_read(const struct root *root, const char *path, struct budget_share *share,
                    struct server_config *config, char **ret_error)
{
    struct reading reading = {.root = root, .config = config, .ret_error = ret_error, .share = share};

    return read_file(&reading, path, 0);
}

int redis_conf_read_named(const struct root *root, const char *path, const struct conf_reader *reader,
                          struct budget_share *share, struct server_config *config,
                          struct config_pairs *pairs, char **ret_error)
{
    struct reading reading = {.root = root,
                              .config = config,
                              .reader = reader,
                              .pairs = pairs,
                              .ret_error = ret_error,
                              .share = share};

    return read_file(&reading, path, 0);
}

int redis_conf_read_secret(const struct root *root, const char *path, const struct conf_reader *reader,
                           struct redis_secret *secret, char **ret_error)
{
    struct budget_share share = {.amount = CONF_SIZE_MAX, .until = budget_now() + SECRET_SECONDS};
    struct reading reading = {
        .root = root, .reader = reader, .secret = secret, .ret_error = ret_error, .share = &share};

    return read_file(&reading, path, 0);
}
