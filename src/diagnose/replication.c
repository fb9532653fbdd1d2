/* SPDX-License-Identifier: MIT */
/* The rule of the section "Clients and commands" on replication: how far behind a copy is.
 * It judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "diagnose/remedy.h"
#include "diagnose/sizing.h"

/* One "slaveN" line of a master. */
static void judge_replica(const struct diagnosis *diagnosis, struct verdict *verdict,
                          const struct redis_field *replica)
{
    double size = diagnosis_info(diagnosis, "repl_backlog_size"), behind;
    char state[24] = "", address[64] = "", shown[QUANTITY_TEXT_MAX];
    long long offset = 0, lag = 0;

    if (redis_value_part(replica->value, "state", state, sizeof(state)) < 0)
        return; /* slave_priority and the like */
    (void)redis_value_part(replica->value, "ip", address, sizeof(address));
    if (strcmp(state, "online") != 0) {
        evidence_text(verdict, replica->name, "%s: %s, it is being copied to", address, state);
        return;
    }
    if (redis_value_integer(replica->value, "offset", &offset) < 0 ||
        redis_value_integer(replica->value, "lag", &lag) < 0)
        return;
    behind = diagnosis_info(diagnosis, "master_repl_offset") - (double)offset;
    if (behind < 0)
        behind = 0;
    evidence_text(verdict, replica->name, "%s: last heard of %lld s ago, %s behind", address, lag,
                  quantity_format(QUANTITY_BYTES, behind, shown));
    if ((double)lag > verdict_threshold(verdict, "warning") ||
        (size > 0 && behind > size * verdict_threshold(verdict, "backlog")))
        verdict_raise(verdict, FINDING_WARNING);
    if (size > 0 && behind > size)
        verdict_raise(verdict, FINDING_CRITICAL);
}

static void judge_master(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    double size = diagnosis_info(diagnosis, "repl_backlog_size"), larger;
    size_t n;
    const struct redis_field *field = redis_fields_with_prefix(&diagnosis->redis.now, "slave", &n);

    evidence_info(verdict, diagnosis, "connected_slaves", QUANTITY_COUNT);
    if (diagnosis_info(diagnosis, "connected_slaves") <= 0)
        return;
    evidence_info(verdict, diagnosis, "repl_backlog_size", QUANTITY_BYTES);
    for (size_t i = 0; i < n; i++)
        judge_replica(diagnosis, verdict, &field[i]);
    if (verdict->result == FINDING_PASS)
        return;
    verdict_remedy(verdict, "look at that replica: is it stopped, swapping, or busy with a slow command?");
    verdict_remedy(verdict, "and at the line between: a backlog that holds an outage spares a full copy:");
    larger = remedy_buffer_bound(diagnosis, size < 50 * MIB ? 100 * MIB : 2 * size);
    if (larger > size) {
        remedy_set(diagnosis, verdict, "repl-backlog-size %.0f", larger);
        remedy_keep(diagnosis, verdict);
    } else {
        verdict_remedy(verdict, "(repl-backlog-size is as large as this host's memory allows)");
    }
}

/* How much of the full copy has come, and when the last of it did. Whether it moves. */
static bool judge_copy(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    char read[QUANTITY_TEXT_MAX], total[QUANTITY_TEXT_MAX];
    double all =
        diagnosis_info(diagnosis, "master_sync_total_bytes"); /* 0: sent without a file, so unknown */
    double silence = diagnosis_info(diagnosis, "master_sync_last_io_seconds_ago");
    bool has_size =
        redis_fields_find(&diagnosis->redis.now, "master_sync_read_bytes") != NULL; /* since 6.2 */

    quantity_format(QUANTITY_BYTES, diagnosis_info(diagnosis, "master_sync_read_bytes"), read);
    quantity_format(QUANTITY_BYTES, all, total);
    evidence_text(verdict, "full_copy", "%s%s%s, the last of it %.0f s ago", has_size ? read : "under way",
                  has_size && all > 0 ? " of " : "", has_size && all > 0 ? total : "", silence);
    return silence <= verdict_threshold(verdict, "warning");
}

/* A first copy, and loading it, take their time: that is no fault as long as it moves. */
static bool is_being_copied_to(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (diagnosis_info(diagnosis, "master_sync_in_progress") > 0)
        return judge_copy(diagnosis, verdict);
    return diagnosis->redis.is_loading;
}

static void judge_link(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const char *status = diagnosis_info_text(diagnosis, "master_link_status");
    const char *host = diagnosis_info_text(diagnosis, "master_host");
    double silence = diagnosis_info(diagnosis, "master_last_io_seconds_ago");

    evidence_text(verdict, "master", "%s port %s", host, diagnosis_info_text(diagnosis, "master_port"));
    evidence_text(verdict, "master_link_status", "%s", status);
    if (strcmp(status, "up") != 0 && is_being_copied_to(diagnosis, verdict)) {
        verdict_raise(verdict, FINDING_NOTE);
        verdict_harm(verdict,
                     "Until the copy is there and loaded, this replica answers with old data or none.");
        verdict_remedy(verdict, "wait for it: the copy moves");
        return;
    }
    if (strcmp(status, "up") != 0) {
        verdict_raise(verdict, FINDING_CRITICAL);
        evidence_info(verdict, diagnosis, "master_link_down_since_seconds", QUANTITY_SECONDS);
        verdict_harm(verdict,
                     "This replica gets nothing from its master: what it answers grows old, and it can't "
                     "stand in for it.");
    } else {
        evidence_number(verdict, "master_last_io_seconds_ago", QUANTITY_SECONDS, silence);
        if (silence > verdict_threshold(verdict, "warning"))
            verdict_raise(verdict, FINDING_WARNING);
    }
    verdict_remedy(
        verdict,
        "is the master there, does it let this host in, is masterauth right? The replica's log says why");
}

static void replication_lag(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    if (*diagnosis_info_text(diagnosis, "master_link_status"))
        judge_link(diagnosis, verdict);
    judge_master(diagnosis, verdict);
}

/* --- the rows --- */

const struct finding findings_replication[] = {
    {
        .id = "replication-lag",
        .summary = "How far replicas are behind, and whether a replica has its master",
        .note_when = "a replica is being copied to in full",
        .warning_when = "nothing was heard for {warning}, or a replica is behind by {backlog} of the backlog",
        .critical_when = "a replica has lost its master, its full copy has stood still for {warning}, or it "
                         "is behind by more than the backlog",
        .info = {"connected_slaves", "master_repl_offset"},
        .thresholds = {{"warning", 10, QUANTITY_SECONDS}, {"backlog", 0.10, QUANTITY_RATIO}},
        .harm =
            "What a replica lacks is lost when it takes over; once it is behind by more than the backlog, it "
            "is copied to in full.",
        .evaluate = replication_lag,
    },
    {.id = NULL},
};
