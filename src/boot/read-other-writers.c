/* SPDX-License-Identifier: MIT */
/* Other writers of the knobs.
 * Owns the list of those that are known, and where scripts of an administrator stand. */
#include "boot/read-other-writers.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "systemd/read-conf.h"
#include "systemd/read-unit.h"
#include "units/order.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 256 * 1024, SCRIPT_SIZE_MAX = 64 * 1024, FILES_MAX = 512, SCRIPTS_OF_LINE_MAX = 4 };

#define OUR_NAME  "redis-hosttune"
#define INIT_D    "/etc/init.d"
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

static const struct {
    const char *directory, *pattern;
    bool is_executed; /* only where its mode says so */
} places[] = {
    {"/etc", "rc.local", true},
    {"/etc/rc.d", "rc.local", true},
    {INIT_D, "*", true},
    {"/etc", "sysfs.conf", false},
    {"/etc/sysfs.d", "*.conf", false},
    {"/etc", "crontab", false},
    {"/etc", "anacrontab", false},
    {"/etc/cron.d", "*", false},
    {"/etc/cron.hourly", "*", true},
    {"/etc/cron.daily", "*", true},
    {"/etc/cron.weekly", "*", true},
    {"/etc/cron.monthly", "*", true},
    {"/var/spool/cron", "*", false},
    {"/var/spool/cron/crontabs", "*", false},
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
    {"/var/lib/cloud/scripts/per-boot", "*", true},
    {"/var/lib/cloud/instance", "cloud-config.txt", false}, /* bootcmd: */
};

struct search {
    const struct root *root;
    const struct unit_directories *directories;
    struct other_writers *found;
};

/* because NULL: it is known. Takes it over. */
static struct other_writer *add(const struct search *search, const char *what, char *because)
{
    struct other_writer *writer = memory_add(search->found->items, search->found->count);

    writer->what = memory_copy(what);
    writer->because = because;
    return writer;
}

/* What cannot be looked into may write as well. */
static void add_unread(const struct search *search, const char *what, const char *cannot, int error)
{
    add(search, what, memory_format("%s: %s", cannot, strerror(-error)));
}

/* The first row's word in a line that is no comment; NULL: none. */
static const char *find_word(const char *line)
{
    line += strspn(line, " \t");
    for (size_t i = 0; *line != '#' && i < tunables_count; i++)
        if (strstr(line, tunables[i].searched_word))
            return tunables[i].searched_word;
    return NULL;
}

/* --- files --- */

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

static void look_into(const struct search *search, size_t place, const char *name)
{
    _cleanup_free_ char *path = memory_format("%s/%s", places[place].directory, name), *content = NULL;
    const char *word = NULL, *why = "";
    char *rest, *line;
    int error;

    if (text_has_prefix(name, OUR_NAME)) /* ours is forecast */
        return;
    error = memory_check(root_read_file(search->root, path, FILE_SIZE_MAX, &content, NULL));
    if (conf_is_unseen(error))
        add_unread(search, path, "cannot be read", error);
    for (rest = content; error == 0 && !word && (line = strsep(&rest, "\n"));)
        word = find_word(line);
    if (!word)
        return;
    if (places[place].is_executed && !is_executable(search->root, path))
        why = ", not executable, so nothing runs it";
    else if (strcmp(places[place].directory, INIT_D) == 0 && !is_init_script_enabled(search, name))
        why = ", not enabled";
    add(search, path, memory_format("%s%s", word, why));
}

static void look_into_places(const struct search *search)
{
    for (size_t i = 0; i < ELEMENTS(places); i++) {
        _cleanup_strings_ char **names = NULL;
        int error = memory_check(root_list(search->root, places[i].directory, places[i].pattern, &names));

        if (conf_is_unseen(error))
            add_unread(search, places[i].directory, "cannot be read", error);
        for (size_t n = 0; error == 0 && names[n] && n < FILES_MAX; n++)
            look_into(search, i, names[n]);
    }
}

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
    struct other_writer *writer =
        add(unit->search, what, memory_format("%s%s", word, unit->link ? "" : ", not enabled"));

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
        const char *word = find_word(line);
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

/* The words of a command line that may name one. */
static void look_into_scripts(const struct seen_unit *unit, const struct unit_setting *setting)
{
    static const char ends[] = " \t\"';&|<>()=-@:+!";
    size_t count = 0;

    for (const char *word = setting->value; *word && count < SCRIPTS_OF_LINE_MAX;
         word += strcspn(word, " \t\"';&|<>()")) {
        _cleanup_free_ char *path = NULL;

        word += strspn(word, ends);
        if (*word != '/')
            continue;
        path = memory_copy_part(word, strcspn(word, " \t\"';&|<>()"));
        if (text_has_prefix(path, "/proc/") || text_has_prefix(path, "/sys/") ||
            text_has_prefix(path, "/dev/"))
            continue;
        look_into_script(unit, setting, path);
        count++;
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
        const char *word = is_run_at_start(setting->key) ? find_word(setting->value) : NULL;

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
            add(search, *unit, NULL);
        else if (enabled < 0)
            add_unread(search, *unit, "whether it is enabled cannot be seen", enabled);
    }
}

void other_writers_find(const struct root *root, const struct unit_directories *directories,
                        struct other_writers *ret)
{
    const struct search search = {.root = root, .directories = directories, .found = ret};

    *ret = (struct other_writers){0};
    look_for_tuners(&search);
    look_into_places(&search);
    look_into_units(&search);
    note_order(&search);
}
