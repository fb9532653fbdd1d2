/* SPDX-License-Identifier: MIT */
/* Other writers of the knobs.
 * Owns the list of those that are known, and where scripts of an administrator stand. */
#include "boot/read-other-writers.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "policy/tunable.h"
#include "systemd/read-conf.h"
#include "systemd/read-unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 256 * 1024, FILES_MAX = 512 };

/* Each sets some of the knobs by its own logic, wherever it is enabled. */
static const char *const units[] = {
    "saptune.service",     "sapconf.service",     "kubelet.service",    "k3s.service",
    "k3s-agent.service",   "rke2-server.service", "rke2-agent.service", "ktune.service",
    "laptop-mode.service", "tlp.service",
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
static void add(struct found *found, const char *what, const char *word)
{
    memory_add_text(&found->items, found->count++,
                    memory_format("%s%s%s%s", what, word ? " (" : "", word ? word : "", word ? ")" : ""));
}

/* What cannot be looked into may write as well. */
static void add_unread(struct found *found, const char *what, const char *cannot, int error)
{
    _cleanup_free_ char *reason = memory_format("%s: %s", cannot, strerror(-error));

    add(found, what, reason);
}

/* The first row's word in a line that is no comment. */
static const char *find_word(char *content)
{
    char *line;

    while ((line = strsep(&content, "\n"))) {
        line = text_trim(line);
        for (size_t i = 0; *line != '#' && i < tunables_count; i++)
            if (strstr(line, tunables[i].searched_word))
                return tunables[i].searched_word;
    }
    return NULL;
}

static void look_into(const struct root *root, const char *directory, const char *name, struct found *found)
{
    _cleanup_free_ char *content = NULL;
    char path[PATH_MAX];
    const char *word;
    int error;

    /* ours is forecast */
    if (text_has_prefix(name, "redis-hosttune") ||
        (size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
        return;
    error = memory_check(root_read_file(root, path, FILE_SIZE_MAX, &content, NULL));
    if (conf_is_unseen(error))
        add_unread(found, path, "cannot be read", error);
    if (error < 0)
        return;
    word = find_word(content);
    if (word)
        add(found, path, word);
}

void other_writers_find(const struct root *root, const struct unit_directories *directories, char ***ret)
{
    struct found found = {0};

    memory_grow(&found.items, 0, sizeof(*found.items));
    for (size_t i = 0; i < ELEMENTS(units); i++) {
        int enabled = unit_file_is_enabled(root, directories, units[i]);

        if (enabled > 0)
            add(&found, units[i], NULL);
        else if (enabled < 0)
            add_unread(&found, units[i], "whether it is enabled cannot be seen", enabled);
    }
    for (size_t i = 0; i < ELEMENTS(places); i++) {
        _cleanup_strings_ char **names = NULL;
        int error = memory_check(root_list(root, places[i].directory, places[i].pattern, &names));

        if (conf_is_unseen(error))
            add_unread(&found, places[i].directory, "cannot be read", error);
        if (error < 0)
            continue;
        for (size_t n = 0; names[n] && n < FILES_MAX; n++)
            look_into(root, places[i].directory, names[n], &found);
    }
    *ret = found.items;
}
