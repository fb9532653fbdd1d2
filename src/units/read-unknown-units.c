/* SPDX-License-Identifier: MIT */
/* Units, init scripts and Quadlet's files with a name like Redis'.
 * Owns which of them count as a server's. */
#include "units/read-unknown-units.h"

#include <stdlib.h>
#include <string.h>

#include "systemd/read-unit.h"
#include "units/hand-over.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

enum { FILE_SIZE_MAX = 64 * 1024, UNKNOWN_MAX = 64 };

static const char *const servers[] = {"redis-server", "valkey-server", "keydb-server", "redis-stack-server",
                                      NULL};

static const char *const containers[] = {"/etc/containers/systemd", "/run/containers/systemd",
                                         "/usr/share/containers/systemd"};

struct search {
    const struct root *root;
    const struct unit_directories *directories;
    const struct policy *policy;
    struct redis_units *units;
};

static bool is_called_like_one(const char *name)
{
    return (strcasestr(name, "redis") || strcasestr(name, "valkey") || strcasestr(name, "keydb")) &&
           !text_has_prefix(name, "redis-hosttune");
}

static bool is_seen(const struct search *search, const char *name)
{
    return array_find(search->units->items, search->units->items_count, name, name) ||
           array_find(search->units->unknown, search->units->unknown_count, name, name) ||
           policy_is_sentinel(name);
}

static bool is_known(const struct search *search, const char *name)
{
    return is_seen(search, name) || policy_has_unit(search->policy, name);
}

/* One that another generator makes has no file, whatever [units] says of its name. */
static struct unknown_unit *add(const struct search *search, const char *name)
{
    struct unknown_unit *unit;

    if (search->units->unknown_count == UNKNOWN_MAX || is_seen(search, name))
        return NULL;
    unit = memory_add(search->units->unknown, search->units->unknown_count);
    unit->name = memory_copy(name);
    return unit;
}

/* A word of a command line that is one of the servers' programs, whatever starts it. */
static bool names_server(const char *command)
{
    static const char ends[] = " \t\"';&|";

    for (const char *word = command; *word; word += strcspn(word, ends)) {
        size_t length;

        word += strspn(word, ends);
        length = strcspn(word, ends);
        for (const char *const *server = servers; *server; server++)
            if (length >= strlen(*server) &&
                strncmp(word + length - strlen(*server), *server, strlen(*server)) == 0 &&
                (length == strlen(*server) || word[length - strlen(*server) - 1] == '/'))
                return true;
    }
    return false;
}

static bool runs_server(const struct search *search, const char *name)
{
    _cleanup_(unit_done) struct unit unit = {0};
    _cleanup_free_ char *message = NULL;
    const struct unit_setting *setting;
    const struct hand_over *program;
    size_t position;

    if (unit_file_read(search->root, search->directories, name, &unit, &message) < 0 ||
        is_known(search, unit.name))
        return false;
    position = unit_list_begin(&unit, "ExecStart");
    while ((setting = unit_next(&unit, "ExecStart", &position)))
        if (names_server(setting->value))
            return true;
    return unit_hand_over_find(&unit, &program) != NULL;
}

static void look_at_unit(const struct search *search, const char *name)
{
    if (!unit_name_is_service(name) || !is_called_like_one(name) || is_known(search, name))
        return;
    if (unit_file_is_enabled(search->root, search->directories, name) > 0 && runs_server(search, name))
        add(search, name);
}

/* An instance is started by a link of its name. */
static void look_at_links(const struct search *search, const char *directory)
{
    _cleanup_strings_ char **names = NULL;

    if (memory_check(root_list(search->root, directory, "*@?*.service", &names)) < 0)
        return;
    for (char **name = names; *name; name++)
        look_at_unit(search, *name);
}

static void look_at_units(const struct search *search)
{
    for (size_t i = 0; i < search->directories->items_count; i++) {
        const struct unit_directory *directory = &search->directories->items[i];

        for (size_t n = 0; n < directory->entries_count; n++) {
            const struct unit_entry *entry = &directory->entries[n];
            _cleanup_free_ char *path = NULL;

            if (!text_has_suffix(entry->name, ".wants")) {
                look_at_unit(search, entry->name);
                continue;
            }
            path = memory_format("%s/%s", directory->path, entry->name);
            look_at_links(search, path);
        }
    }
}

/* The name that a Quadlet file gives its unit, ServiceName= aside. */
static void look_at_quadlet(const struct search *search, const char *directory, const char *file)
{
    _cleanup_free_ char *path = memory_format("%s/%s", directory, file), *content = NULL, *name = NULL;
    struct unknown_unit *unit;
    char *rest, *line;
    bool is_server = false;

    if (memory_check(root_read_file(search->root, path, FILE_SIZE_MAX, &content, NULL)) < 0)
        return;
    for (rest = content; (line = strsep(&rest, "\n"));) {
        line = text_trim(line);
        is_server = is_server || (text_has_prefix(line, "Image=") && is_called_like_one(line));
        if (text_has_prefix(line, "After=") &&
            strstr(line, "redis-hosttune.service")) /* looked after by hand */
            return;
    }
    name = memory_format("%.*s.service", (int)(strlen(file) - strlen(".container")), file);
    unit = is_server ? add(search, name) : NULL;
    if (!unit)
        return;
    unit->is_quadlet = true;
    unit->made_of = TAKE_POINTER(path);
}

static void look_at_quadlets(const struct search *search)
{
    for (size_t i = 0; i < ELEMENTS(containers); i++) {
        _cleanup_strings_ char **names = NULL;

        if (memory_check(root_list(search->root, containers[i], "*.container", &names)) < 0)
            continue;
        for (char **name = names; *name; name++)
            look_at_quadlet(search, containers[i], *name);
    }
}

/* systemd-sysv-generator(8) makes units of init scripts that have none. */
static void look_at_init_scripts(const struct search *search)
{
    _cleanup_strings_ char **names = NULL;

    if (memory_check(root_list(search->root, "/etc/rc2.d", "S[0-9][0-9]*", &names)) < 0)
        return;
    for (char **link = names; *link; link++) {
        const char *script = *link + strlen("S00");
        _cleanup_free_ char *name = memory_format("%s.service", script), *path = NULL,
                            *edited = memory_format("/etc/systemd/system/%s.service.d", script);
        char known_by[UNIT_NAME_SIZE], fragment[UNIT_PATH_LENGTH_MAX];
        struct unknown_unit *unit;

        if (!is_called_like_one(script) || strstr(script, "sentinel") || !unit_name_is_service(name) ||
            unit_directories_resolve(search->root, search->directories, name, known_by, fragment) == 0 ||
            unit_directories_mask(search->root, search->directories, name, fragment))
            continue;
        path = memory_format("/etc/init.d/%s", script);
        unit =
            root_exists(search->root, path) && !root_exists(search->root, edited) ? add(search, name) : NULL;
        if (unit)
            unit->made_of = TAKE_POINTER(path);
    }
}

void unknown_units_find(const struct root *root, const struct unit_directories *directories,
                        const struct policy *policy, struct redis_units *units)
{
    const struct search search = {.root = root, .directories = directories, .policy = policy, .units = units};

    look_at_units(&search);
    look_at_quadlets(&search);
    look_at_init_scripts(&search);
}
