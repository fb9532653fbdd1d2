/* SPDX-License-Identifier: MIT */
/* Other writers of the knobs.
 * Owns the list of those that are known, and where scripts of an administrator stand. */
#include "host/other-writers.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "host/unit-file.h"
#include "util/cleanup.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 256 * 1024, FILES_MAX = 512 };

/* Each sets some of the knobs by its own logic, wherever it is enabled. */
static const char *const units[] = {
    "saptune.service",     "sapconf.service",     "kubelet.service",    "k3s.service",
    "k3s-agent.service",   "rke2-server.service", "rke2-agent.service", "ktune.service",
    "laptop-mode.service", "tlp.service",
};

/* What people put into scripts and units of their own. */
static const char *const words[] = {
    "transparent_hugepage", "swappiness", "overcommit_memory", "somaxconn", "tcp_max_syn_backlog",
};

static const struct {
    const char *directory, *pattern;
} places[] = {
    {"/etc", "rc.local"},
    {"/etc/rc.d", "rc.local"},
    {"/etc", "sysfs.conf"},
    {"/etc/sysfs.d", "*.conf"},
    {"/etc/cron.d", "*"},
    {"/etc/cloud", "cloud.cfg"},
    {"/etc/cloud/cloud.cfg.d", "*.cfg"},
    {"/etc/systemd/system", "*.service"},
};

struct found {
    char **items;
    size_t count;
};

/* word NULL: none. */
static int add(struct found *found, const char *what, const char *word)
{
    if (array_grow(&found->items, found->count + 1, sizeof(*found->items)) < 0)
        return -ENOMEM;
    if (asprintf(&found->items[found->count], "%s%s%s%s", what, word ? " (" : "", word ? word : "",
                 word ? ")" : "") < 0) {
        found->items[found->count] = NULL;
        return -ENOMEM;
    }
    found->count++;
    return 0;
}

/* The first of the words in a line that is no comment. */
static const char *find_word(char *content)
{
    char *line;

    while ((line = strsep(&content, "\n"))) {
        line = text_trim(line);
        for (size_t i = 0; *line != '#' && i < ELEMENTS(words); i++)
            if (strstr(line, words[i]))
                return words[i];
    }
    return NULL;
}

static int look_into(const struct root *root, const char *directory, const char *name, struct found *found)
{
    _cleanup_free_ char *content = NULL;
    char path[PATH_MAX];
    const char *word;
    int error;

    /* ours is forecast */
    if (text_has_prefix(name, "redis-hosttune") ||
        (size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
        return 0;
    error = root_read_file(root, path, FILE_SIZE_MAX, &content, NULL);
    if (error < 0)
        return error == -ENOMEM ? error : 0;
    word = find_word(content);
    return word ? add(found, path, word) : 0;
}

int other_writers_find(const struct root *root, const struct unit_directories *directories, char ***ret)
{
    struct found found = {0};
    int error = array_grow(&found.items, 0, sizeof(*found.items));

    for (size_t i = 0; i < ELEMENTS(units) && error == 0; i++)
        if (unit_file_is_enabled(root, directories, units[i]))
            error = add(&found, units[i], NULL);
    for (size_t i = 0; i < ELEMENTS(places) && error == 0; i++) {
        _cleanup_strings_ char **names = NULL;

        if (root_list(root, places[i].directory, places[i].pattern, &names) < 0)
            continue;
        for (size_t n = 0; names[n] && n < FILES_MAX && error == 0; n++)
            error = look_into(root, places[i].directory, names[n], &found);
    }
    if (error < 0) {
        strings_free(found.items);
        return error;
    }
    *ret = found.items;
    return 0;
}
