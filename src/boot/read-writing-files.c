/* SPDX-License-Identifier: MIT */
/* Files of an administrator that something runs or reads at boot.
 * Owns where they stand. */
#include "boot/read-writing-files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "systemd/read-conf.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 256 * 1024, SCRIPT_SIZE_MAX = 64 * 1024, FILES_MAX = 512 };

#define OUR_NAME "redis-hosttune"
#define INIT_D   "/etc/init.d"

static const struct {
    const char *directory, *pattern;
    bool is_executed;  /* only where its mode says so */
    bool runs_scripts; /* its lines are commands */
} places[] = {
    {"/etc", "rc.local", true, true},
    {"/etc/rc.d", "rc.local", true, true},
    {INIT_D, "*", true},
    {"/etc", "sysfs.conf", false},
    {"/etc/sysfs.d", "*.conf", false},
    {"/etc", "crontab", false, true},
    {"/etc", "anacrontab", false},
    {"/etc/cron.d", "*", false, true},
    {"/etc/cron.hourly", "*", true},
    {"/etc/cron.daily", "*", true},
    {"/etc/cron.weekly", "*", true},
    {"/etc/cron.monthly", "*", true},
    {"/var/spool/cron", "*", false, true},
    {"/var/spool/cron/crontabs", "*", false, true},
    {"/etc/udev/rules.d", "*.rules", false},
    {"/usr/lib/udev/rules.d", "*.rules", false},
    {"/usr/local/lib/udev/rules.d", "*.rules", false},
    {"/etc/network", "interfaces", false},
    {"/etc/network/interfaces.d", "*", false},
    {"/etc/network/if-up.d", "*", true},
    {"/etc/NetworkManager/dispatcher.d", "*", true},
    {"/etc/networkd-dispatcher/routable.d", "*", true},
    {"/etc/ufw", "sysctl.conf", false},
    {"/etc/cloud", "cloud.cfg", false},
    {"/etc/cloud/cloud.cfg.d", "*.cfg", false},
    {"/var/lib/cloud/scripts/per-boot", "*", true, true},
    {"/var/lib/cloud/instance", "cloud-config.txt", false}, /* bootcmd: */
};

struct search {
    const struct root *root;
    const struct unit_directories *directories;
    struct other_writers *found;
};

static bool is_executable(const struct root *root, const char *path)
{
    struct stat status;

    return root_stat(root, path, 0, &status) == 0 && (status.st_mode & 0111) != 0;
}

/* Started by a link of a run level, and not replaced by a unit of its name. */
static bool is_init_script_enabled(const struct search *search, const char *name)
{
    static const char levels[] = "S2345";
    _cleanup_free_ char *pattern = memory_format("S[0-9][0-9]%s", name),
                        *unit = memory_format("%s.service", name);
    char known_by[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];

    if (unit_directories_resolve(search->root, search->directories, unit, known_by, path) == 0 ||
        unit_directories_mask(search->root, search->directories, unit, path))
        return false;
    for (const char *level = levels; *level; level++) {
        _cleanup_strings_ char **links = NULL;
        char directory[] = "/etc/rcN.d";

        directory[strlen("/etc/rc")] = *level;
        if (memory_check(root_list(search->root, directory, pattern, &links)) == 0 && *links)
            return true;
    }
    return false;
}

/* What a script that the line runs has; NULL: nothing. *ret_path: that script, owned by the caller. */
static const char *find_in_scripts(const struct root *root, const char *line, char **ret_path)
{
    const char *word = NULL;
    char *path;

    while (!word && *line != '#' && (path = other_writers_next_path(&line))) {
        _cleanup_free_ char *content = NULL;
        char *rest = NULL, *other;

        if (memory_check(root_read_file(root, path, SCRIPT_SIZE_MAX, &content, NULL)) == 0 &&
            text_has_prefix(content, "#!"))
            rest = content;
        while (!word && (other = strsep(&rest, "\n")))
            word = other_writers_word(other);
        if (word)
            *ret_path = path;
        else
            free(path);
    }
    return word;
}

/* "transparent_hugepage", "sysctl -p by /opt/x.sh"; NULL: nothing. Owned by the caller. */
static char *find_in_file(const struct search *search, size_t place, char *content)
{
    _cleanup_free_ char *script = NULL;
    const char *word = NULL;
    char *line;

    while (!word && (line = strsep(&content, "\n"))) {
        word = other_writers_word(line);
        if (!word && places[place].runs_scripts)
            word = find_in_scripts(search->root, line, &script);
    }
    return word ? memory_format("%s%s%s", word, script ? " by " : "", script ? script : "") : NULL;
}

/* Why nothing runs it; NULL: something does. */
static const char *why_idle(const struct search *search, size_t place, const char *name, const char *path)
{
    if (places[place].is_executed && !is_executable(search->root, path))
        return "not executable, so nothing runs it";
    if (strcmp(places[place].directory, INIT_D) == 0 && !is_init_script_enabled(search, name))
        return "not enabled";
    return NULL;
}

static void look_into(const struct search *search, size_t place, const char *name)
{
    _cleanup_free_ char *path = memory_format("%s/%s", places[place].directory, name), *content = NULL,
                        *found = NULL;
    const char *idle;
    int error;

    if (text_has_prefix(name, OUR_NAME)) /* ours is forecast */
        return;
    error = memory_check(root_read_file(search->root, path, FILE_SIZE_MAX, &content, NULL));
    if (conf_is_unseen(error))
        other_writers_add_unread(search->found, path, "cannot be read", error);
    if (error < 0 || !(found = find_in_file(search, place, content)))
        return;
    idle = why_idle(search, place, name, path);
    if (!idle)
        other_writers_add(search->found, path, TAKE_POINTER(found));
    else if (!text_has_prefix(found, "sysctl ")) /* as procps' own, in whose place systemd-sysctl is */
        other_writers_add(search->found, path, memory_format("%s, %s", found, idle));
}

void writing_files_find(const struct root *root, const struct unit_directories *directories,
                        struct other_writers *found)
{
    const struct search search = {.root = root, .directories = directories, .found = found};

    for (size_t i = 0; i < ELEMENTS(places); i++) {
        _cleanup_strings_ char **names = NULL;
        int error = memory_check(root_list(root, places[i].directory, places[i].pattern, &names));

        if (conf_is_unseen(error))
            other_writers_add_unread(found, places[i].directory, "cannot be read", error);
        for (size_t n = 0; error == 0 && names[n] && n < FILES_MAX; n++)
            look_into(&search, i, names[n]);
    }
}
