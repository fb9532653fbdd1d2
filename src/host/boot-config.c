/* SPDX-License-Identifier: MIT */
/* Everything that has a say at the next boot, in one reading.
 * Owns whether our unit and tuned start then. */
#include "host/boot-config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "host/other-writers.h"
#include "host/sysctl-d.h"
#include "host/tuned.h"
#include "host/unit-directories.h"
#include "host/unit-file.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

#define UNIT "redis-hosttune.service"

enum { COMMAND_LINE_MAX = 64 * 1024, KERNEL_CONFIG_MAX = 4 * 1024 * 1024, RELEASE_MAX = 256 };

static void read_command_line(const struct root *root, char **ret)
{
    _cleanup_free_ char *text = NULL;

    if (memory_check(root_read_file(root, "/proc/cmdline", COMMAND_LINE_MAX, &text, NULL)) == 0)
        memory_set_text(ret, text_trim(text));
}

/* A container's unit does not start, ConditionVirtualization=!container. */
static void read_units(const struct root *root, const struct host_facts *facts, bool with_others,
                       struct boot_files *files)
{
    __attribute__((cleanup(unit_directories_done))) struct unit_directories directories = {0};
    char name[UNIT_NAME_SIZE], path[UNIT_PATH_LENGTH_MAX];

    if (unit_directories_read(root, &directories) < 0)
        return;
    if (with_others)
        other_writers_find(root, &directories, &files->others);
    files->tuned.starts_at_boot = unit_file_is_enabled(root, &directories, "tuned.service") > 0;
    if ((facts->container && root_is_host(root)) || unit_file_is_enabled(root, &directories, UNIT) <= 0 ||
        unit_directories_resolve(root, &directories, UNIT, name, path) < 0)
        return;
    memory_set_text(&files->unit_path, path);
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
        .boot = &ret->sysctl, .procps = &ret->procps, .unseen = &ret->unseen};

    *ret = (struct boot_files){0};
    tunable_sysctl_keys(ret->keys);
    ret->sysctl.wanted = ret->procps.wanted = ret->keys;
    list_paths(observation, &ret->paths);
    read_command_line(root, &ret->command_line);
    sysctl_d_read(root, &request);
    tmpfiles_d_read(root, (const char *const *)ret->paths, false, &ret->tmpfiles, &ret->unseen);
    tuned_read(root, &ret->tuned);
    read_units(root, &observation->facts, with_others, ret);
    ret->config = (struct boot_config){
        .command_line = ret->command_line,
        .sysctl = &ret->sysctl,
        .procps = &ret->procps,
        .tmpfiles = &ret->tmpfiles.rules,
        .tuned = &ret->tuned,
        .unit_path = ret->unit_path,
        .others = (const char *const *)ret->others,
    };
}

void boot_files_done(struct boot_files *files)
{
    sysctl_rules_done(&files->sysctl);
    sysctl_rules_done(&files->procps);
    tmpfiles_d_done(&files->tmpfiles);
    tuned_profile_done(&files->tuned);
    free(files->command_line);
    free(files->unit_path);
    strings_free(files->paths);
    strings_free(files->unseen);
    strings_free(files->others);
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
