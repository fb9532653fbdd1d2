/* SPDX-License-Identifier: MIT */
/* The rule of the section "Exposure" on where the server writes its snapshot: whoever may use CONFIG SET
 * writes a file of its user's anywhere, by dir and dbfilename, and lines of it are run there. It judges facts
 * and nothing else; which places those are stands in the tables here. */
#include "diagnose/finding.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "log/summary.h"
#include "servers/facts.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* Directories in which no snapshot is kept, and what becomes of a file there. fnmatch(3): '*' is any text. */
static const struct place {
    const char *pattern, *what;
} places[] = {
    {"/var/spool/cron*", "cron runs what stands there"},
    {"/etc/cron*", "cron runs what stands there"},
    {"/var/spool/at*", "at runs what stands there"},
    {"*/.ssh", "keys there open a login"},
    {"*/.ssh/*", "keys there open a login"},
    {"/etc/redis*", NULL},
    {"/etc/valkey*", NULL},
    {"/etc/keydb*", NULL},
    {"/etc", "the host's configuration"},
    {"/etc/*", "the host's configuration"},
    {"/var/www*", "a web server runs what stands there"},
    {"/srv/www*", "a web server runs what stands there"},
    {"/srv/http*", "a web server runs what stands there"},
    {"/usr/share/nginx*", "a web server runs what stands there"},
    {"/usr/local/apache*", "a web server runs what stands there"},
    {"*/public_html*", "a web server runs what stands there"},
    {"*/htdocs*", "a web server runs what stands there"},
    {"*/wwwroot*", "a web server runs what stands there"},
    {"*/webapps*", "a web server runs what stands there"},
    {"/bin*", "programs of the host"},
    {"/sbin*", "programs of the host"},
    {"/usr/bin*", "programs of the host"},
    {"/usr/sbin*", "programs of the host"},
    {"/usr/lib*", "programs of the host"},
    {"/lib*", "programs of the host"},
};

/* Names that no snapshot has. */
static const struct place names[] = {
    {"root", "a crontab"},
    {"crontab*", "a crontab"},
    {"authorized_keys*", "keys that open a login"},
    {"id_rsa*", "keys that open a login"},
    {"passwd", "the host's users"},
    {"shadow", "the host's users"},
    {"sudoers", "the host's users"},
    {"*.php*", "a web server runs it"},
    {"*.jsp*", "a web server runs it"},
    {"*.asp*", "a web server runs it"},
    {"*.so", "MODULE LOAD runs it"},
    {"*.sh", "a shell runs it"},
    {"*.py", "it is run"},
    {"*.service", "systemd runs it"},
};

static const char *find_place(const struct place *rows, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (fnmatch(rows[i].pattern, text, 0) == 0)
            return rows[i].what;
    return NULL;
}

/* NULL: it may be a snapshot's. */
static const char *what_is_there(const char *directory, const char *name)
{
    const char *what = find_place(places, ELEMENTS(places), directory);

    return what ? what : find_place(names, ELEMENTS(names), name);
}

/* --- by its log --- */

static const char in_directory[] = " (in server root dir ";

/* "Failed opening the RDB file root (in server root dir /var/spool/cron) for saving: …" */
static const char *what_is_told(const char *message)
{
    const char *end = message ? strstr(message, in_directory) : NULL, *name = end, *directory, *close;
    _cleanup_free_ char *in = NULL, *file = NULL;

    if (!end)
        return NULL;
    while (name > message && name[-1] != ' ')
        name--;
    directory = end + strlen(in_directory);
    close = strchr(directory, ')');
    in = memory_copy_part(directory, close ? (size_t)(close - directory) : strlen(directory));
    file = memory_copy_part(name, (size_t)(end - name));
    return what_is_there(in, file);
}

/* An attacker puts dir back; the log keeps what was tried. */
static bool is_in_log(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    bool is_found = false;

    for (size_t i = 0; diagnosis->log && i < diagnosis->log->seen_count; i++) {
        const struct log_seen *seen = &diagnosis->log->seen[i];
        const char *what = what_is_told(seen->message);

        if (!what)
            continue;
        evidence_text(verdict, "log", "%s: %s", seen->last, seen->message);
        evidence_text(verdict, "log_says", "%s", what);
        is_found = true;
    }
    return is_found;
}

/* --- by its settings --- */

/* By CONFIG GET, else by its file. "" where neither tells. */
static const char *setting(const struct diagnosis *diagnosis, const char *name, const char *told)
{
    const char *now = diagnosis_config_text(diagnosis, name);

    return *now ? now : told ? told : "";
}

static const struct server_config *told_config(const struct diagnosis *diagnosis)
{
    static const struct server_config nothing;

    return diagnosis->process && !diagnosis->process->config.unknown ? &diagnosis->process->config : &nothing;
}

/* Since 7.0 CONFIG SET refuses dir and dbfilename, unless enable-protected-configs is not "no". */
static bool is_protected(const struct diagnosis *diagnosis)
{
    return strcmp(diagnosis_config_text(diagnosis, "enable-protected-configs"), "no") == 0;
}

/* What it was before, where its file still tells that. */
static void put_back(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_config *told = told_config(diagnosis);
    const char *directory = told->dir ? told->dir : "",
               *name = told->dbfilename ? told->dbfilename : "dump.rdb";

    if (*directory != '/' || what_is_there(directory, name)) {
        directory = diagnosis->redis.is_valkey ? "/var/lib/valkey" : "/var/lib/redis";
        name = "dump.rdb";
    }
    remedy_set(diagnosis, verdict, "dir %s", directory);
    remedy_set(diagnosis, verdict, "dbfilename %s", name);
    remedy_keep(diagnosis, verdict);
}

static void written_elsewhere(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_config *told = told_config(diagnosis);
    const char *directory = setting(diagnosis, "dir", told->dir);
    const char *name = setting(diagnosis, "dbfilename", told->dbfilename);
    const char *what = what_is_there(directory, name);
    bool is_logged;

    if (*directory)
        evidence_text(verdict, "dir", "%s", directory);
    if (*name)
        evidence_text(verdict, "dbfilename", "%s", name);
    is_logged = is_in_log(diagnosis, verdict);
    if (!what && !is_logged) {
        if (!*directory)
            verdict_unknown(verdict, "%s",
                            diagnosis_unknown(diagnosis, FACT_CONFIG)
                                ? diagnosis_unknown(diagnosis, FACT_CONFIG)
                                : "CONFIG GET has no dir");
        return;
    }
    verdict_raise(verdict, FINDING_CRITICAL);
    if (what)
        evidence_text(verdict, "there", "%s", what);
    if (is_protected(diagnosis))
        verdict_remedy(
            verdict,
            "CONFIG SET cannot have done it (enable-protected-configs is no): look who wrote it into %s",
            remedy_config_file(diagnosis) ? remedy_config_file(diagnosis) : "what starts the server");
    else
        verdict_remedy(verdict,
                       "take this host for broken into until you know better: who reached the server, "
                       "what was written there, and what that has started. Do not give the server the "
                       "right to write there");
    if (what)
        put_back(diagnosis, verdict);
    verdict_remedy(verdict,
                   "then close the way in: see default-user-all, dangerous-commands and open-to-network");
}

/* --- the rows --- */

const struct finding findings_written[] = {
    {
        .id = "written-elsewhere",
        .summary = "Where the server writes its snapshot, or has tried to",
        .critical_when = "that is where cron, ssh, a web server or the host itself takes what it runs",
        .harm =
            "This is how a host is taken over: an attacker sets dir and dbfilename and has the server write "
            "lines of the attacker's into a crontab, authorized_keys or a script.",
        .evaluate = written_elsewhere,
    },
    {.id = NULL},
};
