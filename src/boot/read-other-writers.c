/* SPDX-License-Identifier: MIT */
/* Other writers of the knobs.
 * Owns the list of those that are known, and what of a unit counts. */
#include "boot/read-other-writers.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/read-writing-files.h"
#include "systemd/read-unit.h"
#include "units/order.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { SCRIPT_SIZE_MAX = 64 * 1024, SCRIPTS_OF_LINE_MAX = 4 };

#define OUR_NAME  "redis-hosttune"
#define ETC_UNITS "/etc/systemd/system"

/* Each sets some of the knobs by its own logic, wherever it is enabled. */
static const char *const tuners[] = {
    "saptune.service",
    "sapconf.service",
    "kubelet.service",
    "k3s.service",
    "k3s-agent.service",
    "rke2-server.service",
    "rke2-agent.service",
    "ktune.service",
    "laptop-mode.service",
    "tlp.service",
    NULL,
};

struct search {
    const struct root *root;
    const struct unit_directories *directories;
    struct other_writers *found;
};

/* --- units --- */

/* A unit that is looked into. */
struct seen_unit {
    const struct search *search;
    const char *name;
    const char *link;      /* what starts it at boot: its own name, or its timer's; NULL: nothing */
    const char *directory; /* the link's */
};

/* setting: what runs it. A unit that does other things as well is not to be disabled for one line. Owned by
 * the caller. */
static char *mend(const struct seen_unit *unit, const char *file, const struct unit_setting *setting)
{
    if (strcmp(setting->key, "ExecStart") != 0 || strstr(setting->file, ".d/"))
        return memory_format("take that line out of %s%s", file,
                             text_equal(file, setting->file) ? ", then sudo systemctl daemon-reload" : "");
    return memory_format("sudo systemctl %s %s, where nothing else here needs it",
                         text_has_prefix(unit->directory, "/etc/") ? "disable" : "mask", unit->link);
}

static struct other_writer *add_line(const struct seen_unit *unit, const struct unit_setting *setting,
                                     const char *what, const char *word, const char *file)
{
    struct other_writer *writer = other_writers_add(
        unit->search->found, what, memory_format("%s%s", word, unit->link ? "" : ", not enabled"));

    writer->file = memory_copy(file);
    if (unit->link) {
        writer->unit = memory_copy(unit->name);
        writer->mended_by = mend(unit, file, setting);
    }
    return writer;
}

/* A script that the line runs. */
static void look_into_script(const struct seen_unit *unit, const struct unit_setting *setting,
                             const char *path)
{
    _cleanup_free_ char *content = NULL, *what = NULL;
    char *rest, *line;
    unsigned number = 0;
    struct stat status;

    if (root_stat(unit->search->root, path, 0, &status) < 0 || !S_ISREG(status.st_mode) ||
        status.st_size > SCRIPT_SIZE_MAX ||
        memory_check(root_read_file(unit->search->root, path, SCRIPT_SIZE_MAX, &content, NULL)) < 0 ||
        !text_has_prefix(content, "#!"))
        return;
    what = memory_format("%s, by %s", unit->name, path);
    for (rest = content; (line = strsep(&rest, "\n"));) {
        const char *word = other_writers_word(line);
        struct other_writer *writer;

        number++;
        if (!word)
            continue;
        writer = add_line(unit, setting, what, word, path);
        writer->line = number;
        writer->text = memory_copy(text_trim(line));
        writer->is_script = true;
    }
}

static void look_into_scripts(const struct seen_unit *unit, const struct unit_setting *setting)
{
    const char *position = setting->value;
    char *path;

    for (size_t count = 0; count < SCRIPTS_OF_LINE_MAX && (path = other_writers_next_path(&position));
         count++) {
        look_into_script(unit, setting, path);
        free(path);
    }
}

static bool is_run_at_start(const char *key)
{
    return strcmp(key, "ExecStart") == 0 || strcmp(key, "ExecStartPre") == 0 ||
           strcmp(key, "ExecStartPost") == 0;
}

/* One of systemd's own, as it comes: most of those that start. None of them is a script's. */
static bool is_systemds_own(const struct search *search, const char *name)
{
    _cleanup_free_ char *dropins = NULL;

    if (!text_has_prefix(name, "systemd-"))
        return false;
    dropins = memory_format("%s.d", name);
    for (size_t i = 0; i < search->directories->items_count; i++) {
        const struct unit_directory *directory = &search->directories->items[i];

        if (unit_directory_find(directory, dropins) ||
            (!text_has_prefix(directory->path, "/usr/lib/") && !text_has_prefix(directory->path, "/lib/") &&
             unit_directory_find(directory, name)))
            return false;
    }
    return true;
}

/* link NULL: nothing starts it. */
static void look_into_unit(const struct search *search, const char *name, const char *link,
                           const char *directory)
{
    const struct seen_unit seen = {.search = search, .name = name, .link = link, .directory = directory};
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL;

    if (text_has_prefix(name, OUR_NAME) || strings_have(tuners, name) || is_systemds_own(search, name) ||
        unit_file_read(search->root, search->directories, name, &unit, &message) < 0)
        return;
    for (size_t i = 0; i < unit.settings_count; i++) {
        const struct unit_setting *setting = &unit.settings[i];
        const char *word = is_run_at_start(setting->key) ? other_writers_word(setting->value) : NULL;

        if (!is_run_at_start(setting->key) || unit_list_begin(&unit, setting->key) > i)
            continue;
        if (word) {
            struct other_writer *writer = add_line(&seen, setting, name, word, setting->file);

            writer->line = setting->line;
            writer->text = memory_copy(setting->value);
        }
        look_into_scripts(&seen, setting);
    }
}

/* Whether our unit comes behind it. */
static bool is_ordered_first(const struct search *search, const char *name)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL;

    return unit_file_read_order(search->root, search->directories, name, &unit, &message) == 0 &&
           unit_order_has(&unit, "Before", OUR_NAME ".service");
}

static void note_order(const struct search *search)
{
    for (size_t i = 0; i < search->found->count; i++)
        if (search->found->items[i].unit)
            search->found->items[i].is_ordered_first = is_ordered_first(search, search->found->items[i].unit);
}

/* What the unit that is linked starts: itself, or what a timer's Unit= names. Owned by the caller. */
static char *started_service(const struct search *search, const char *name)
{
    _cleanup_(unit_done) struct unit timer = {0};
    _cleanup_free_ char *message = NULL;
    const struct unit_setting *other = NULL;

    if (!text_has_suffix(name, ".timer"))
        return memory_copy(name);
    if (unit_file_read_timer(search->root, search->directories, name, &timer, &message) == 0)
        other = unit_find(&timer, "Unit");
    if (other && *other->value)
        return memory_copy(other->value);
    return memory_format("%.*s.service", (int)(strlen(name) - strlen(".timer")), name);
}

/* The services that a link in this directory starts, and those of timers. */
static void look_into_links(const struct search *search, const char *directory, char ***seen)
{
    _cleanup_strings_ char **names = NULL;

    if (memory_check(root_list(search->root, directory, "*", &names)) < 0)
        return;
    for (char **name = names; *name; name++) {
        _cleanup_free_ char *service = started_service(search, *name);

        if (!unit_name_is_service(service) || strings_have((const char *const *)*seen, service))
            continue;
        memory_add_text(seen, strings_count(*seen), memory_copy(service));
        look_into_unit(search, service, *name, directory);
    }
}

static void look_into_units(const struct search *search)
{
    _cleanup_strings_ char **seen = NULL;

    for (size_t i = 0; i < search->directories->items_count; i++) {
        const struct unit_directory *directory = &search->directories->items[i];

        for (size_t n = 0; n < directory->entries_count; n++) {
            _cleanup_free_ char *path = memory_format("%s/%s", directory->path, directory->entries[n].name);

            if (text_has_suffix(path, ".wants") || text_has_suffix(path, ".requires"))
                look_into_links(search, path, &seen);
        }
    }
    for (size_t i = 0; i < search->directories->items_count; i++) {
        const struct unit_directory *directory = &search->directories->items[i];

        for (size_t n = 0; n < directory->entries_count && strcmp(directory->path, ETC_UNITS) == 0; n++) {
            const struct unit_entry *entry = &directory->entries[n];

            if (!entry->alias && unit_name_is_service(entry->name) &&
                !strings_have((const char *const *)seen, entry->name))
                look_into_unit(search, entry->name, NULL, NULL);
        }
    }
}

static void look_for_tuners(const struct search *search)
{
    for (const char *const *unit = tuners; *unit; unit++) {
        int enabled = unit_file_is_enabled(search->root, search->directories, *unit);

        if (enabled > 0)
            other_writers_add(search->found, *unit, NULL);
        else if (enabled < 0)
            other_writers_add_unread(search->found, *unit, "whether it is enabled cannot be seen", enabled);
    }
}

void other_writers_find(const struct root *root, const struct unit_directories *directories,
                        struct other_writers *ret)
{
    const struct search search = {.root = root, .directories = directories, .found = ret};

    *ret = (struct other_writers){0};
    look_for_tuners(&search);
    writing_files_find(root, directories, ret);
    look_into_units(&search);
    note_order(&search);
}
