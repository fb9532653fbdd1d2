/* SPDX-License-Identifier: MIT */
/* The tmpfiles.d directories and their order.
 * Owns which files systemd-tmpfiles reads, and what specifiers stand for on that host. */
#include "systemd/read-tmpfiles-d.h"

#include <errno.h>
#include <string.h>

#include "systemd/read-conf-dirs.h"
#include "systemd/read-conf.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const char *const directories[] = {
    "/etc/tmpfiles.d",     "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d",
    "/usr/lib/tmpfiles.d", "/lib/tmpfiles.d", NULL,
};
enum {
    RANK_RUN = 1,
    RANK_LIB = 4,
    SMALL_FILE_MAX = 4096,
    NEWER = 255, /* 252 does not unescape words and has no "%q", 257 does and has */
};

static void read_small(const struct root *root, const char *path, char **ret, struct tmpfiles_d *tmpfiles,
                       char ***unseen)
{
    _cleanup_free_ char *content = NULL;
    int error = memory_check(root_read_file(root, path, SMALL_FILE_MAX, &content, NULL));

    if (error == 0)
        memory_set_text(ret, text_trim(content));
    else if (conf_note_unseen(root, path, error, unseen))
        tmpfiles_rules_note_unseen(&tmpfiles->rules, path);
}

static void fill_specifiers(const struct root *root, struct tmpfiles_d *tmpfiles, char ***unseen)
{
    const char **specifiers = tmpfiles->context.specifiers;

    read_small(root, "/etc/machine-id", &tmpfiles->machine_id, tmpfiles, unseen);
    read_small(root, "/proc/sys/kernel/osrelease", &tmpfiles->kernel_release, tmpfiles, unseen);
    read_small(root, "/proc/sys/kernel/hostname", &tmpfiles->host_name, tmpfiles, unseen);
    memory_set_text(&tmpfiles->short_host_name, tmpfiles->host_name);
    if (tmpfiles->short_host_name)
        tmpfiles->short_host_name[strcspn(tmpfiles->short_host_name, ".")] = '\0';
    specifiers['m'] = tmpfiles->machine_id;
    specifiers['v'] = tmpfiles->kernel_release;
    specifiers['H'] = tmpfiles->host_name;
    specifiers['l'] = tmpfiles->short_host_name;
    if (tmpfiles->context.is_newer) /* without a pretty name in /etc/machine-info */
        specifiers['q'] = tmpfiles->host_name;
    specifiers['T'] = "/tmp";
    specifiers['V'] = "/var/tmp";
    specifiers['t'] = "/run";
    specifiers['S'] = "/var/lib";
    specifiers['C'] = "/var/cache";
    specifiers['L'] = "/var/log";
    specifiers['h'] = "/root";
    specifiers['u'] = specifiers['g'] = "root";
    specifiers['U'] = specifiers['G'] = "0";
}

/* False: there is none. */
static bool add_credential(const struct root *root, const char *name, size_t n, struct tmpfiles_d *tmpfiles,
                           char ***unseen)
{
    char **texts = tmpfiles->credential_texts + 2 * n;
    const char *path;
    size_t size;

    memory_set_text(&texts[0], name);
    if (!conf_read_credential(root, name, &texts[1], &size, &path, unseen))
        tmpfiles_rules_note_unseen(&tmpfiles->rules, path);
    tmpfiles->credentials[n][0] = texts[1] ? texts[0] : NULL;
    tmpfiles->credentials[n][1] = texts[1];
    return texts[1] != NULL;
}

/* Those with names for it are the only ones that the service gets. */
static void read_credentials(const struct root *root, struct tmpfiles_d *tmpfiles, char ***unseen)
{
    size_t n = 0;

    for (size_t i = 0; i < CONF_CREDENTIALS_PLACES; i++) {
        _cleanup_strings_ char **names = NULL;
        const char *place;

        if (!conf_list_credentials(root, i, "tmpfiles.*", &names, &place, unseen))
            tmpfiles_rules_note_unseen(&tmpfiles->rules, place);
        for (char **name = names; name && *name && n < TMPFILES_CREDENTIALS_MAX; name++)
            n += add_credential(root, *name, n, tmpfiles, unseen);
    }
    tmpfiles->context.credentials = (const char *const(*)[2])tmpfiles->credentials;
}

static void read_file(const struct root *root, const char *path, struct tmpfiles_rules *rules, char ***unseen)
{
    _cleanup_free_ char *content = NULL;
    size_t size;

    if (!conf_read(root, path, &content, &size, unseen))
        tmpfiles_rules_note_unseen(rules, path);
    if (content)
        tmpfiles_rules_parse(rules, path, content, size);
}

/* Of the entries with one name the first counts that is there at boot. */
static const struct conf_entry *choose(const struct conf_entry *entries, size_t n, bool keep_run,
                                       bool has_lib)
{
    if (*entries->name == '.') /* systemd passes hidden files over */
        return NULL;
    for (size_t i = 0; i < n; i++)
        if ((keep_run || entries[i].rank != RANK_RUN) && (has_lib || entries[i].rank != RANK_LIB))
            return &entries[i];
    return NULL;
}

static void read_directories(const struct root *root, bool keep_run, struct tmpfiles_rules *rules,
                             char ***unseen)
{
    _cleanup_(conf_listing_done) struct conf_listing listing = {0};
    int errors[CONF_DIRECTORIES_MAX] = {0};
    bool has_lib = conf_reads_lib(root);

    conf_dirs_collect(root, directories, errors, &listing);
    for (size_t i = 0; directories[i]; i++)
        if (conf_note_unseen(root, directories[i], errors[i], unseen) && (keep_run || i != RANK_RUN) &&
            (has_lib || i != RANK_LIB))
            tmpfiles_rules_note_unseen(rules, directories[i]);
    for (size_t start = 0, end; start < listing.entries_count; start = end) {
        const struct conf_entry *chosen;

        for (end = start + 1; end < listing.entries_count && !conf_listing_is_first(&listing, end); end++)
            ;
        chosen = choose(listing.entries + start, end - start, keep_run, has_lib);
        if (chosen)
            read_file(root, chosen->path, rules, unseen);
    }
}

void tmpfiles_d_read(const struct root *root, const char *const *wanted, bool keep_run,
                     struct tmpfiles_d *ret, char ***unseen)
{
    _cleanup_free_ char *extra = NULL;
    const char *path;
    size_t size;
    int version;

    *ret = (struct tmpfiles_d){.context.wanted = wanted};
    ret->rules.context = &ret->context;
    version = conf_systemd_version(root, &path, unseen);
    if (version < 0)
        tmpfiles_rules_note_unseen(&ret->rules, path);
    ret->context.is_newer = version >= NEWER;
    fill_specifiers(root, ret, unseen);
    read_credentials(root, ret, unseen);
    read_directories(root, keep_run, &ret->rules, unseen);
    if (!conf_read_credential(root, "tmpfiles.extra", &extra, &size, &path, unseen))
        tmpfiles_rules_note_unseen(&ret->rules, path);
    if (extra)
        tmpfiles_rules_parse(&ret->rules, path, extra, size);
}

void tmpfiles_d_done(struct tmpfiles_d *tmpfiles)
{
    tmpfiles_rules_done(&tmpfiles->rules);
    free(tmpfiles->machine_id);
    free(tmpfiles->kernel_release);
    free(tmpfiles->host_name);
    free(tmpfiles->short_host_name);
    for (size_t i = 0; i < ELEMENTS(tmpfiles->credential_texts); i++)
        free(tmpfiles->credential_texts[i]);
    *tmpfiles = (struct tmpfiles_d){0};
}
