/* SPDX-License-Identifier: MIT */
/* Rules of the section "Fork, snapshots, append-only file" on what failed or was not done.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/kernel-log.h"
#include "diagnose/remedy.h"
#include "log/summary.h"
#include "servers/facts.h"

/* The one that was logged last; NULL: none of them, or the log is not known. */
static const struct log_seen *last_of(const struct diagnosis *diagnosis, unsigned counts_as)
{
    const struct log_summary *log = diagnosis->log;
    const struct log_seen *last = NULL;

    for (size_t i = 0; log && i < log->seen_count; i++)
        if ((log->seen[i].kind->counts_as & counts_as) && (!last || log->seen[i].last_line > last->last_line))
            last = &log->seen[i];
    return last;
}

/* From its own log, else from the kernel's. causes: LOG_… | … */
static void find_cause(const struct diagnosis *diagnosis, struct verdict *verdict, unsigned causes)
{
    const struct log_seen *exact = last_of(diagnosis, causes);
    const struct log_seen *seen = exact ? exact : last_of(diagnosis, LOG_FAILURE_NOTED);
    const char *reason = diagnosis_unknown(diagnosis, FACT_LOG);

    if (seen) {
        evidence_text(verdict, "log", "%s", seen->message);
        evidence_text(verdict, "cause", "%s", seen->kind->id);
        verdict_harm(verdict, "%s", seen->kind->meaning);
        remedy_of_line(diagnosis, verdict, seen->kind->remedy);
    } else if (diagnosis->kernel_log && diagnosis->process &&
               kernel_log_last(diagnosis->kernel_log, KERNEL_EVENT_REFUSED,
                               diagnosis->process->process.pid)) {
        evidence_text(verdict, "cause", "the kernel refused it memory, by its own log");
        remedy_apply(diagnosis, verdict, "vm.overcommit_memory");
    } else if (reason) {
        evidence_text(verdict, "log", "not known: %s", reason);
    }
}

static const char *status_of(const struct diagnosis *diagnosis, struct verdict *verdict, const char *field)
{
    const char *status = diagnosis_info_text(diagnosis, field);

    if (*status)
        evidence_text(verdict, field, "%s", status);
    return status;
}

static void bgsave_failed(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *status = status_of(diagnosis, verdict, "rdb_last_bgsave_status");

    if (!*status)
        verdict_unknown(verdict, "INFO does not report rdb_last_bgsave_status");
    if (!*status || strcmp(status, "ok") == 0)
        return;
    verdict_raise(verdict, FINDING_CRITICAL);
    find_cause(diagnosis, verdict, LOG_SAVE_FAILURE);
    verdict_remedy_cli(verdict, diagnosis, "BGSAVE  # then look again");
}

static void aof_failed(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *rewrite, *write;

    if (diagnosis_info(diagnosis, "aof_enabled") == 0) {
        evidence_text(verdict, "aof_enabled", "no");
        return;
    }
    rewrite = status_of(diagnosis, verdict, "aof_last_bgrewrite_status");
    write = status_of(diagnosis, verdict, "aof_last_write_status");
    if (!*rewrite && !*write)
        verdict_unknown(verdict, "INFO reports neither aof_last_bgrewrite_status nor aof_last_write_status");
    if ((!*rewrite || strcmp(rewrite, "ok") == 0) && (!*write || strcmp(write, "ok") == 0))
        return;
    verdict_raise(verdict, FINDING_CRITICAL);
    find_cause(diagnosis, verdict, LOG_SAVE_FAILURE | LOG_AOF_FAILURE);
    verdict_remedy_cli(verdict, diagnosis, "BGREWRITEAOF  # then look again");
}

/* The background fsync was still at work two seconds after it began, and the next write had to go to the
 * file: that blocks behind it, and with it every client. */
static void aof_delayed(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    struct counter delayed;

    if (diagnosis_info(diagnosis, "aof_enabled") == 0) {
        evidence_text(verdict, "aof_enabled", "no");
        return;
    }
    if (!diagnosis_counter(diagnosis, "aof_delayed_fsync", &delayed)) {
        verdict_unknown(verdict, "INFO does not report aof_delayed_fsync");
        return;
    }
    evidence_number(verdict, "aof_delayed_fsync", QUANTITY_COUNT, delayed.total);
    if (*diagnosis_config_text(diagnosis, "appendfsync"))
        evidence_text(verdict, "appendfsync", "%s", diagnosis_config_text(diagnosis, "appendfsync"));
    if (delayed.total <= 0 || verdict_lacks_interval(verdict, diagnosis, "fsyncs were slow"))
        return;
    evidence_number(verdict, "within_interval", QUANTITY_COUNT, delayed.growth);
    verdict_raise(verdict, delayed.growth > 0 ? FINDING_CRITICAL : FINDING_NOTE);
    if (delayed.total * 3600 / diagnosis_info(diagnosis, "uptime_in_seconds") >
        verdict_threshold(verdict, "rate"))
        verdict_raise(verdict, FINDING_WARNING);
    verdict_remedy(verdict,
                   "find what writes to the disk of its dir: iostat -x 1, iotop; the server's own snapshot "
                   "and rewrite are among it");
    remedy_set(diagnosis, verdict, "no-appendfsync-on-rewrite yes");
    verdict_remedy(
        verdict, "(for the time of a snapshot or rewrite nothing is synced then: a power cut loses what came "
                 "since it began)");
    remedy_keep(diagnosis, verdict);
}

static void failure_masked(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *stops = diagnosis_config_text(diagnosis, "stop-writes-on-bgsave-error");
    const char *status = status_of(diagnosis, verdict, "rdb_last_bgsave_status");

    evidence_text(verdict, "stop-writes-on-bgsave-error", "%s", stops);
    evidence_text(verdict, "save", "%s", diagnosis_config_text(diagnosis, "save"));
    if (strcmp(stops, "no") != 0 || !diagnosis_has_save_points(diagnosis))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (*status && strcmp(status, "ok") != 0) {
        verdict_raise(verdict, FINDING_CRITICAL);
        verdict_remedy(
            verdict,
            "mend the snapshot first, see bgsave-failed; then stop-writes-on-bgsave-error yes, which "
            "until one succeeds would refuse every write");
        return;
    }
    remedy_set(diagnosis, verdict, "stop-writes-on-bgsave-error yes");
    remedy_keep(diagnosis, verdict);
}

/* Of "3600 1 300 100 60 10000" the longest period. */
static double longest_period(const char *save)
{
    double longest = 0, period, changes;
    int used;

    while (sscanf(save, "%lf %lf%n", &period, &changes, &used) == 2) {
        if (period > longest)
            longest = period;
        save += used;
    }
    return longest;
}

static void save_stale(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double changes = diagnosis_info(diagnosis, "rdb_changes_since_last_save");
    double age = (double)diagnosis->now - diagnosis_info(diagnosis, "rdb_last_save_time");
    double period = longest_period(diagnosis_config_text(diagnosis, "save"));

    evidence_text(verdict, "save", "%s", diagnosis_config_text(diagnosis, "save"));
    evidence_number(verdict, "rdb_changes_since_last_save", QUANTITY_COUNT, changes);
    evidence_number(verdict, "last_save_ago", QUANTITY_SECONDS, age > 0 ? age : 0);
    if (period <= 0 || changes <= 0)
        return;
    evidence_number(verdict, "longest_period", QUANTITY_SECONDS, period);
    if (age <= period * verdict_threshold(verdict, "factor"))
        return;
    verdict_raise(verdict, FINDING_WARNING);
    if (diagnosis_info(diagnosis, "aof_enabled") > 0)
        verdict_harm(verdict,
                     "The append-only file has the data; the snapshot, which a backup may copy, is as old as "
                     "that.");
    verdict_remedy_cli(verdict, diagnosis, "BGSAVE");
    verdict_remedy(verdict, "and see bgsave-failed; a save point of many changes is never reached by few: "
                            "keep one of an hour and one "
                            "change: save with 3600 1 among its points");
}

static void show_timeout(struct verdict *verdict, const char *name, double seconds)
{
    if (seconds == INFINITY)
        evidence_text(verdict, name, "none");
    else
        evidence_number(verdict, name, QUANTITY_SECONDS, seconds);
}

/* By a share of the time that the unit gives: at the thresholds "warning" and "critical". */
static bool is_short(struct verdict *verdict, double seconds, double timeout)
{
    return timeout > 0 && verdict_compare(verdict, seconds / timeout);
}

/* An append-only file has all of it before the save at the end begins. */
static void stop_timeout(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_process *process = &diagnosis->process->process;
    bool has_file = diagnosis_info(diagnosis, "aof_enabled") > 0, is_saving;
    struct restart_stake stake;
    struct server_restart restart;

    remedy_restart_stake(diagnosis, &stake);
    server_restart_find(process, &stake, &restart);
    evidence_text(verdict, "restart", "%s", restart.price);
    is_saving = stake.has_save_points && !has_file && stake.keys != 0;
    evidence_number(verdict, "save_takes", QUANTITY_SECONDS, stake.save_seconds);
    if (!server_confirmed_unit(process)) {
        evidence_text(verdict, "unit", "none");
    } else if (process->stop_timeout <= 0) {
        verdict_unknown(verdict, "systemd did not tell TimeoutStopSec= of its unit");
    } else {
        show_timeout(verdict, "TimeoutStopSec", process->stop_timeout);
        if (process->start_timeout > 0)
            show_timeout(verdict, "TimeoutStartSec", process->start_timeout);
        if (is_saving && is_short(verdict, stake.save_seconds, process->stop_timeout))
            remedy_timeout(diagnosis, verdict, "TimeoutStopSec");
        if (is_short(verdict, stake.save_seconds, process->start_timeout)) {
            verdict_harm(verdict,
                         "systemd ends the server while it still loads its data, and where the unit has "
                         "Restart= it does so again and again.");
            remedy_timeout(diagnosis, verdict, "TimeoutStartSec");
        }
    }
    server_restart_done(&restart);
    restart_stake_done(&stake);
}

/* --- the rows --- */

const struct finding findings_saves[] = {
    {
        .id = "bgsave-failed",
        .summary = "The last snapshot",
        .critical_when = "it failed",
        .needs = NEEDS(FACT_INFO),
        .harm = "The last good snapshot grows older, and where save points exist every write is refused "
                "(MISCONF), unless stop-writes-on-bgsave-error is no.",
        .evaluate = bgsave_failed,
    },
    {
        .id = "aof-failed",
        .summary = "The last write to the append-only file and its last rewrite",
        .critical_when = "one of them failed",
        .info = {"aof_enabled"},
        .harm =
            "Where a write failed, what came since then is not in the file and writes are refused (MISCONF), "
            "or "
            "the server ends under appendfsync always; where a rewrite failed, the file grows without end.",
        .evaluate = aof_failed,
    },
    {
        .id = "aof-delayed",
        .summary = "Writes that waited for a slow fsync of the append-only file",
        .note_when = "there were any since its start",
        .warning_when = "there were more than {rate} an hour since then",
        .critical_when = "there were more within the interval",
        .info = {"aof_enabled", "uptime_in_seconds"},
        .thresholds = {{"rate", 10, QUANTITY_COUNT}},
        .harm = "Under appendfsync everysec the server writes on after two seconds although the fsync still "
                "runs: "
                "that write may wait for it, and every client with it.",
        .evaluate = aof_delayed,
    },
    {
        .id = "failure-masked",
        .summary = "Writes that go on after a failed snapshot",
        .warning_when = "stop-writes-on-bgsave-error is no while save points exist",
        .critical_when = "and the last snapshot failed",
        .needs = NEEDS(FACT_INFO),
        .config = {"stop-writes-on-bgsave-error", "save"},
        .harm = "Snapshots can fail for weeks and nobody sees it until the data is needed.",
        .evaluate = failure_masked,
    },
    {
        .id = "save-stale",
        .summary = "The age of the last snapshot",
        .warning_when = "keys have changed, and it is older than {factor} times the longest save period",
        .info = {"rdb_last_save_time", "rdb_changes_since_last_save"},
        .config = {"save"},
        .thresholds = {{"factor", 3, QUANTITY_FACTOR}},
        .harm = "A kill or a power cut brings the data back as it was then.",
        .evaluate = save_stale,
    },
    {
        .id = "stop-timeout",
        .summary = "The time that its unit gives it to save at its end, and to load",
        .warning_when =
            "the last save took, or by its size it takes, more than {warning} of TimeoutStopSec= or, "
            "for loading, of TimeoutStartSec=",
        .critical_when = "it takes more than {critical} of it",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_INFO) | NEEDS(FACT_CONFIG),
        .info = {"used_memory"},
        .thresholds = {{"warning", 0.5, QUANTITY_RATIO}, {"critical", 1.0, QUANTITY_RATIO}},
        .harm =
            "systemd kills the server while it saves at its end: what was written since the last snapshot "
            "is lost at a restart, an upgrade or a reboot.",
        .evaluate = stop_timeout,
    },
    {.id = NULL},
};
