/* SPDX-License-Identifier: MIT */
/* Everything that has a say at the next boot, in one reading.
 * Owns whether our unit and tuned start then. */
#include "boot/read-config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "boot/read-other-writers.h"
#include "boot/read-tuned.h"
#include "systemd/read-conf.h"
#include "systemd/read-sysctl-d.h"
#include "systemd/read-unit-directories.h"
#include "systemd/read-unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define UNIT "redis-hosttune.service"

enum { COMMAND_LINE_MAX = 64 * 1024, KERNEL_CONFIG_MAX = 4 * 1024 * 1024, RELEASE_MAX = 256 };

static void read_command_line(const struct root *root, struct boot_files *files)
{
    static const char path[] = "/proc/cmdline";
    _cleanup_free_ char *text = NULL;
    int error = memory_check(root_read_file(root, path, COMMAND_LINE_MAX, &text, NULL));

    if (error == 0)
        files->config.command_line = memory_copy(text_trim(text));
    else
        files->config.is_command_line_unseen = conf_note_unseen(root, path, error, &files->unseen);
}

/* As systemd will find it: 1, 0; -errno where that cannot be seen, which is said. */
static int is_enabled(const struct root *root, const struct unit_directories *directories, const char *unit,
                      const char *links, struct boot_files *files)
{
    int enabled = unit_file_is_enabled(root, directories, unit);

    if (enabled == 0 && directories->hidden)
        return -EACCES; /* said once */
    if (enabled < 0)
        conf_add_unseen(links, enabled, &files->unseen);
    return enabled;
}

static void read_tuned_start(const struct root *root, const struct unit_directories *directories,
                             struct boot_files *files)
{
    int enabled =
        is_enabled(root, directories, "tuned.service", "the links that enable tuned.service", files);

    files->tuned.starts_at_boot = enabled > 0;
    files->tuned.is_start_unseen = enabled < 0;
}

/* A container's unit does not start, ConditionVirtualization=!container. */
static void read_unit(const struct root *root, const struct host_facts *facts,
                      const struct unit_directories *directories, struct boot_files *files)
{
    static const char links[] = "the links that enable " UNIT;
    char name[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];
    int enabled;

    if (facts->container && root_is_host(root))
        return;
    enabled = is_enabled(root, directories, UNIT, links, files);
    if (enabled < 0)
        files->config.unit_unseen = directories->hidden ? directories->hidden : links;
    if (enabled > 0 && unit_directories_resolve(root, directories, UNIT, name, path) == 0)
        files->config.unit_path = memory_copy(path);
}

/* Owned by the caller; NULL: the unit is not masked. */
static const char *find_mask(const struct root *root, const struct unit_directories *directories,
                             const char *unit)
{
    char path[UNIT_PATH_LENGTH_MAX];

    return unit_directories_mask(root, directories, unit, path) ? memory_copy(path) : NULL;
}

static void read_units(const struct root *root, const struct host_facts *facts, bool with_others,
                       struct boot_files *files)
{
    __attribute__((cleanup(unit_directories_done))) struct unit_directories directories = {0};
    const char *path;
    int error = unit_directories_read(root, &directories, &path);

    if (error < 0) {
        conf_add_unseen(root_display(root, path), error, &files->unseen);
        files->config.unit_unseen = path;
        files->tuned.is_start_unseen = true;
    } else {
        files->config.unit_mask = find_mask(root, &directories, UNIT); /* what to enable has to know of it */
        unit_directories_forget_runtime(&directories);
        if (directories.hidden)
            conf_add_unseen(root_display(root, directories.hidden), -EACCES, &files->unseen);
        read_tuned_start(root, &directories, files);
        read_unit(root, facts, &directories, files);
        files->config.sysctl_mask = find_mask(root, &directories, BOOT_SYSCTL_UNIT);
        files->config.tmpfiles_mask = find_mask(root, &directories, BOOT_TMPFILES_UNIT);
    }
    if (with_others)
        other_writers_find(root, &directories, &files->others);
}

/* Where it does not start, what it would set is no concern. */
static void read_tuned(const struct root *root, struct boot_files *files)
{
    const struct tuned_profile start = files->tuned;

    tuned_read(root, &files->tuned, start.starts_at_boot || start.is_start_unseen ? &files->unseen : NULL);
    files->tuned.starts_at_boot = start.starts_at_boot;
    files->tuned.is_start_unseen = start.is_start_unseen;
}

/* What somebody wrote for the command line, and the boot loader does not have yet: it is made anew by a
 * command. */
static void read_boot_loader(const struct root *root, struct boot_files *files)
{
    static const char path[] = "/etc/default/grub", variable[] = "GRUB_CMDLINE_LINUX";
    _cleanup_free_ char *content = NULL;
    char *rest, *line, *word;
    unsigned number = 0;

    if (!files->config.command_line ||
        memory_check(root_read_file(root, path, COMMAND_LINE_MAX, &content, NULL)) < 0)
        return;
    for (rest = content; (line = strsep(&rest, "\n"));) {
        number++;
        line = text_trim(line);
        if (!text_has_prefix(line, variable) || !strchr(line, '='))
            continue;
        for (line = strchr(line, '=') + 1; (word = strsep(&line, " \t\"'"));)
            if (*word && !strstr(files->config.command_line, word))
                sysctl_strays_add_line(&files->strays, STRAY_LOADER, path, number, word, strlen(word));
    }
}

static void list_paths(const struct observation *observation, char ***ret)
{
    char **paths = memory_new(observation->items_count + 1, sizeof(*paths));

    *ret = paths;
    for (size_t i = 0; i < observation->items_count; i++)
        paths[i] = memory_format("/%s", observation->items[i].path);
}

void boot_files_read(const struct root *root, const struct observation *observation, bool with_others,
                     struct boot_files *ret)
{
    const struct sysctl_d_request request = {
        .boot = &ret->sysctl,
        .procps = &ret->procps,
        .unseen = &ret->unseen,
    };

    *ret = (struct boot_files){
        .config = {.sysctl = &ret->sysctl,
                   .procps = &ret->procps,
                   .strays = &ret->strays,
                   .tmpfiles = &ret->tmpfiles.rules,
                   .tuned = &ret->tuned},
    };
    tunable_sysctl_keys(ret->keys);
    tunable_searched_words(ret->words);
    tunable_file_names(ret->names);
    ret->strays.words = ret->words;
    ret->strays.names = ret->names;
    ret->sysctl.strays = with_others ? &ret->strays : NULL;
    ret->sysctl.wanted = ret->procps.wanted = ret->keys;
    list_paths(observation, &ret->paths);
    read_command_line(root, ret);
    if (with_others)
        read_boot_loader(root, ret);
    sysctl_d_read(root, &request);
    tmpfiles_d_read(root, (const char *const *)ret->paths, false, &ret->tmpfiles, &ret->unseen);
    read_units(root, &observation->facts, with_others, ret);
    read_tuned(root, ret);
    ret->config.others = with_others ? &ret->others : NULL;
}

void boot_files_done(struct boot_files *files)
{
    sysctl_rules_done(&files->sysctl);
    sysctl_rules_done(&files->procps);
    sysctl_strays_done(&files->strays);
    tmpfiles_d_done(&files->tmpfiles);
    tuned_profile_done(&files->tuned);
    free((char *)files->config.command_line);
    free((char *)files->config.unit_path);
    free((char *)files->config.unit_mask);
    free((char *)files->config.sysctl_mask);
    free((char *)files->config.tmpfiles_mask);
    strings_free(files->paths);
    strings_free(files->unseen);
    other_writers_done(&files->others);
    *files = (struct boot_files){0};
}

const char *boot_read_thp_built_in(const struct root *root)
{
    static const char *const places[][2] = {{"/boot/config-", ""}, {"/lib/modules/", "/config"}};
    static const char *const modes[][2] = {
        {"\nCONFIG_TRANSPARENT_HUGEPAGE_ALWAYS=y\n", "always"},
        {"\nCONFIG_TRANSPARENT_HUGEPAGE_MADVISE=y\n", "madvise"},
        {"\nCONFIG_TRANSPARENT_HUGEPAGE_NEVER=y\n", "never"},
    };
    _cleanup_free_ char *release = NULL;

    if (memory_check(root_read_file(root, "/proc/sys/kernel/osrelease", RELEASE_MAX, &release, NULL)) < 0 ||
        strchr(release, '/'))
        return NULL;
    release[strcspn(release, "\n")] = '\0';
    for (size_t i = 0; i < ELEMENTS(places); i++) {
        _cleanup_free_ char *config = NULL;
        char path[PATH_MAX];

        snprintf(path, sizeof(path), "%s%s%s", places[i][0], release, places[i][1]);
        if (memory_check(root_read_file(root, path, KERNEL_CONFIG_MAX, &config, NULL)) < 0)
            continue;
        for (size_t mode = 0; mode < ELEMENTS(modes); mode++)
            if (strstr(config, modes[mode][0]))
                return modes[mode][1];
    }
    return NULL;
}
