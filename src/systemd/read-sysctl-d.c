/* SPDX-License-Identifier: MIT */
/* The sysctl.d directories and their order.
 * Owns which files systemd-sysctl reads, and which procps does. */
#include "systemd/read-sysctl-d.h"

#include <string.h>

#include "systemd/read-conf-dirs.h"
#include "systemd/read-conf.h"
#include "util/cleanup.h"
#include "util/text.h"

static const char *const directories[] = {
    "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d", NULL,
};
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
static void read_sysctl_conf(const struct root *root, const struct sysctl_d_request *request)
{
    _cleanup_free_ char *content = NULL;
    size_t size;

    if (!request->procps)
        return;
    conf_read(root, "/etc/sysctl.conf", &content, &size, request->unseen);
    if (content)
        sysctl_rules_parse_procps(request->procps, "/etc/sysctl.conf", content, size);
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
    read_sysctl_conf(root, request);
    read_credential(root, request);
}
