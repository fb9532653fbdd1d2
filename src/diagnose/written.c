/* SPDX-License-Identifier: MIT */
/* The rule of the section "Exposure" on where the server writes its snapshot: whoever may use CONFIG SET
 * writes a file of its user's anywhere, by dir and dbfilename, and lines of it are run there. It judges facts
 * and nothing else; redis/save-place has which places those are. */
#include "diagnose/finding.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/remedy.h"
#include "log/summary.h"
#include "redis/save-place.h"
#include "servers/facts.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

/* NULL: it may be a snapshot's. */
static const char *what_is_there(const char *directory, const char *name)
{
    const char *what = save_directory_leads_to(directory, strlen(directory));

    return what ? what : save_name_leads_to(name, strlen(name));
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

/* What it was before, where its file still tells that: so nothing is kept, for CONFIG REWRITE would keep
 * whatever else was set by whoever did this. */
static void put_back(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_config *told = told_config(diagnosis);
    const char *name = told->dbfilename ? told->dbfilename : "dump.rdb";
    _cleanup_free_ char *directory = NULL, *file = NULL;

    if (!told->dir || *told->dir != '/' || what_is_there(told->dir, name)) {
        verdict_remedy(verdict,
                       "give dir and dbfilename back the server's own directory and name, and keep that");
        return;
    }
    directory = memory_require(text_shell_quote(told->dir));
    file = memory_require(text_shell_quote(name));
    remedy_set(diagnosis, verdict, "dir %s", directory);
    remedy_set(diagnosis, verdict, "dbfilename %s", file);
    if (verdict->needs_restart)
        remedy_keep(diagnosis, verdict);
    else
        verdict_remedy(verdict, "(what starts it says the same. No CONFIG REWRITE: that would keep whatever "
                                "else was set)");
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
