/* SPDX-License-Identifier: MIT */
/* The sysctl.d directories and their order.
 * Owns which files systemd-sysctl reads. */
#include "host/sysctl-d.h"

#include <errno.h>
#include <string.h>

#include "host/conf-dirs.h"
#include "util/cleanup.h"
#include "util/text.h"

static const char *const directories[] = {
    "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d", NULL,
};

enum { FILE_SIZE_MAX = 8 * 1024 * 1024 };

static bool is_excepted(const char *const *except, const char *path)
{
    for (; *except; except++)
        if (strcmp(strrchr(path, '/') + 1, *except) == 0)
            return true;
    return false;
}

int sysctl_d_read(const struct root *root, const char *const *except, struct sysctl_rules *ret)
{
    _cleanup_(sysctl_rules_done) struct sysctl_rules rules = {0};
    _cleanup_strings_ char **paths = NULL;
    int error = conf_dirs_list(root, directories, &paths, NULL);

    if (error < 0)
        return error;
    for (char **path = paths; *path; path++) {
        _cleanup_free_ char *content = NULL;

        if (is_excepted(except, *path) || root_read_file(root, *path, FILE_SIZE_MAX, &content, NULL) < 0)
            continue;
        error = sysctl_rules_parse(&rules, *path, content);
        if (error < 0)
            return error;
    }
    *ret = rules;
    rules = (struct sysctl_rules){0};
    return 0;
}
