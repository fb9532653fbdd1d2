/* SPDX-License-Identifier: MIT */
/* The sysctl.d directories and their order.
 * Owns which files systemd-sysctl reads, and which procps does. */
#include "systemd/read-sysctl-d.h"

#include <string.h>

#include "systemd/read-conf-dirs.h"
#include "systemd/read-conf.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const char *const directories[] = {
    "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d", NULL,
};
#define SYSCTL_CONF "/etc/sysctl.conf"

enum { RANK_RUN = 1, RANK_LIB = 4 };

/* Of the entries with one name: which one each reader takes; NULL: none. */
struct choice {
    const struct conf_entry *now, *boot, *procps;
};

static struct choice choose(const struct conf_entry *entries, size_t n, bool has_lib,
                            const struct sysctl_d_request *request)
{
    struct choice choice = {.procps = entries};

    if (*entries->name == '.') /* systemd passes hidden files over */
        return choice;
    for (size_t i = n; i > 0; i--) {
        const struct conf_entry *entry = &entries[i - 1];

        if (entry->rank == RANK_LIB && !has_lib)
            continue;
        choice.now = entry;
        if (entry->rank != RANK_RUN)
            choice.boot = entry;
    }
    if (choice.now && strings_have(request->except, choice.now->name))
        choice.now = NULL;
    return choice;
}

static void parse(const struct choice *choice, const struct conf_entry *entry,
                  const struct sysctl_d_request *request, const char *content, size_t size)
{
    if (request->now && choice->now == entry)
        sysctl_rules_parse(request->now, entry->path, content, size);
    if (request->boot && choice->boot == entry)
        sysctl_rules_parse(request->boot, entry->path, content, size);
    if (request->procps && choice->procps == entry)
        sysctl_rules_parse_procps(request->procps, entry->path, content, size);
}

static void read_name(const struct root *root, const struct conf_entry *entries, size_t n, bool has_lib,
                      const struct sysctl_d_request *request)
{
    struct choice choice = choose(entries, n, has_lib, request);

    for (size_t i = 0; i < n; i++) {
        const struct conf_entry *entry = &entries[i];
        _cleanup_free_ char *content = NULL;
        size_t size;

        if (!(request->now && choice.now == entry) && !(request->boot && choice.boot == entry) &&
            !(request->procps && choice.procps == entry))
            continue;
        if (!conf_read(root, entry->path, &content, &size, request->unseen) && request->boot &&
            choice.boot == entry)
            sysctl_rules_note_unseen(request->boot, entry->path, true);
        if (content)
            parse(&choice, entry, request, content, size);
    }
}

/* What procps reads behind all else, and systemd never under this name. */
static void read_sysctl_conf(const struct root *root, const struct sysctl_d_request *request, bool is_linked)
{
    _cleanup_free_ char *content = NULL;
    size_t size;

    if (!request->procps)
        return;
    conf_read(root, SYSCTL_CONF, &content, &size, request->unseen);
    if (!content)
        return;
    sysctl_rules_parse_procps(request->procps, SYSCTL_CONF, content, size);
    if (request->boot && request->boot->strays && !is_linked)
        sysctl_strays_add_file(request->boot->strays, STRAY_PLACE, SYSCTL_CONF, content, size);
}

/* Whether a link of Debian 12 or Fedora makes systemd read the file all the same. */
static bool is_sysctl_conf_linked(const struct root *root, const struct conf_listing *listing)
{
    for (size_t i = 0; i < listing->entries_count; i++) {
        _cleanup_free_ char *target = NULL;

        if (text_has_suffix(listing->entries[i].name, "sysctl.conf") &&
            memory_check(root_read_link(root, listing->entries[i].path, &target)) == 0 &&
            strcmp(text_file_name(target), "sysctl.conf") == 0)
            return true;
    }
    return false;
}

/* What was put aside on purpose. */
static bool is_put_aside(const char *name)
{
    static const char *const endings[] = {"~",     ".bak",      ".old",     ".orig",
                                          ".save", ".disabled", ".rpmsave", ".rpmnew"};

    for (size_t i = 0; i < ELEMENTS(endings); i++)
        if (text_has_suffix(name, endings[i]))
            return true;
    return strcmp(name, "README") == 0 || strcmp(name, "README.sysctl") == 0 || strstr(name, ".dpkg-");
}

/* Files of the administrator that systemd passes over by their names. */
static void read_strays(const struct root *root, struct sysctl_strays *strays)
{
    enum { FILES_MAX = 64, FILE_SIZE_MAX = 64 * 1024 };
    _cleanup_strings_ char **names = NULL;

    if (memory_check(root_list(root, directories[0], "*", &names)) < 0)
        return;
    for (size_t i = 0; names[i] && i < FILES_MAX; i++) {
        _cleanup_free_ char *path = memory_format("%s/%s", directories[0], names[i]), *content = NULL;
        size_t size;

        if ((text_has_suffix(names[i], ".conf") && *names[i] != '.') || is_put_aside(names[i]))
            continue;
        if (memory_check(root_read_file(root, path, FILE_SIZE_MAX, &content, &size)) == 0)
            sysctl_strays_add_file(strays, STRAY_NAME, path, content, size);
    }
}

static void read_credential(const struct root *root, const struct sysctl_d_request *request)
{
    _cleanup_free_ char *content = NULL;
    const char *path;
    size_t size;

    if (!request->boot)
        return;
    if (!conf_read_credential(root, "sysctl.extra", &content, &size, &path, request->unseen))
        sysctl_rules_note_unseen(request->boot, path, false);
    if (content)
        sysctl_rules_parse(request->boot, path, content, size);
}

void sysctl_d_read(const struct root *root, const struct sysctl_d_request *request)
{
    _cleanup_(conf_listing_done) struct conf_listing listing = {0};
    int errors[CONF_DIRECTORIES_MAX] = {0};
    bool has_lib = conf_reads_lib(root);

    conf_dirs_collect(root, directories, errors, &listing);
    for (size_t i = 0; directories[i]; i++)
        if (conf_note_unseen(root, directories[i], errors[i], request->unseen) && request->boot &&
            i != RANK_RUN && (has_lib || i != RANK_LIB))
            sysctl_rules_note_unseen(request->boot, directories[i], false);
    for (size_t start = 0, end; start < listing.entries_count; start = end) {
        for (end = start + 1; end < listing.entries_count && !conf_listing_is_first(&listing, end); end++)
            ;
        read_name(root, listing.entries + start, end - start, has_lib, request);
    }
    read_sysctl_conf(root, request, is_sysctl_conf_linked(root, &listing));
    if (request->boot && request->boot->strays)
        read_strays(root, request->boot->strays);
    read_credential(root, request);
}
