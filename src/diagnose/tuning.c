/* SPDX-License-Identifier: MIT */
/* Rules of the section "The host beneath it": the tunables, and whether the process lives under them.
 * Each judges facts and nothing else. */
#include "diagnose/finding.h"

#include <string.h>

#include "boot/tuner-status.h"
#include "diagnose/remedy.h"
#include "host/kernel.h"
#include "servers/facts.h"
#include "servers/judgement.h"
#include "util/cleanup.h"
#include "util/text.h"

/* --- the tunables --- */

/* Whatever it did not reach is among the values that differ. */
static void tell_of_tuner(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    _cleanup_free_ char *how = tuner_status_describe(diagnosis->tuner);

    evidence_text(verdict, TUNER_UNIT, "%s", how);
    verdict_raise(verdict, FINDING_WARNING);
    verdict_remedy(verdict, "sudo systemctl restart " TUNER_UNIT);
    verdict_remedy(verdict, "journalctl -b -u " TUNER_UNIT "  # where it fails again");
}

/* From within a container the host's values are seen, and set on the host alone. */
static void tunable_drift(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct plan *plan = diagnosis->plan;
    size_t ours = 0, of_host = 0;

    for (size_t i = 0; i < plan->items_count; i++) {
        const struct plan_item *item = &plan->items[i];

        if (item->state != ITEM_CHANGE && item->state != ITEM_REFUSED)
            continue;
        ours += item->state == ITEM_CHANGE;
        of_host += item->state == ITEM_REFUSED;
        evidence_text(verdict, item->object, "%s, should be %s%s%s", item->current ? item->current : "?",
                      item->wanted, item->state == ITEM_REFUSED ? ": " : "",
                      item->state == ITEM_REFUSED && item->reason ? item->reason : "");
        verdict_raise(verdict, item->tunable->is_critical ? FINDING_CRITICAL : FINDING_WARNING);
    }
    evidence_number(verdict, "differing", QUANTITY_COUNT, (double)(ours + of_host));
    if (of_host > 0 && ours > 0)
        verdict_remedy(verdict, "sudo redis-hosttune apply");
    if (of_host > 0)
        verdict_remedy(verdict, "on the host, not in the container: sudo redis-hosttune apply");
    if (diagnosis->tuner && diagnosis->tuner->has_failed)
        tell_of_tuner(diagnosis, verdict);
}

/* --- what the process still lives under --- */

/* What check says of it, of the values that the host has by now: those that it has not yet are
 * tunable-drift's. */
static bool is_stale(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    bool any = false;

    for (size_t i = 0; plan_item_at(diagnosis->plan, i); i++) {
        const struct judgement *judgement =
            server_judgement(plan_item_at(diagnosis->plan, i), diagnosis->process);

        if (!judgement || judgement->result != JUDGEMENT_STALE || judgement->is_pending)
            continue;
        evidence_text(verdict, judgement->topic, "%s", judgement->text);
        any = true;
    }
    return any;
}

/* Mappings of jemalloc's that it made under mode 2 are charged for good; those that it made before are not.
 */
static bool has_old_accounting(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_facts *process = diagnosis->process;
    amount charged = process->mappings.accountable_sum_bytes, rss = process->status.rss_bytes;
    bool is_charged;

    if (!diagnosis->kernel || process->mappings.unknown || process->status.unknown ||
        !amount_is_number(charged) || !amount_is_number(rss) ||
        redis_facts_version(&diagnosis->redis) < 50000 ||
        !text_has_prefix(diagnosis_info_text(diagnosis, "mem_allocator"), "jemalloc") ||
        (double)rss < verdict_threshold(verdict, "rss"))
        return false;
    is_charged = charged >= rss / 2;
    if (diagnosis->kernel->overcommit_memory < 0 || is_charged == (diagnosis->kernel->overcommit_memory == 2))
        return false;
    evidence_text(verdict, "accounting", "its heap is %s, as under vm.overcommit_memory = %s",
                  is_charged ? "charged" : "not charged", is_charged ? "2" : "0 or 1");
    return true;
}

static void started_before_tuning(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    bool any = is_stale(diagnosis, verdict);

    any = has_old_accounting(diagnosis, verdict) || any;
    if (!any && diagnosis->process->listeners.unknown) {
        verdict_unknown(verdict, "%s", diagnosis->process->listeners.unknown);
        return;
    }
    if (any)
        verdict_raise(verdict, FINDING_WARNING);
    remedy_restart(diagnosis, verdict);
}

/* --- the rows --- */

const struct finding findings_tuning[] = {
    {
        .id = "tunable-drift",
        .summary = "The kernel's values that are not as the policy wants them",
        .warning_when = "one differs, or redis-hosttune.service failed in this boot",
        .critical_when = "vm.overcommit_memory differs",
        .needs = NEEDS(FACT_HOST),
        .harm = "redis-hosttune explain NAME has what each of them does to a server.",
        .remedy = "redis-hosttune diff, then redis-hosttune apply",
        .evaluate = tunable_drift,
    },
    {
        .id = "started-before-tuning",
        .summary = "What the process still lives under, older than the host's values now",
        .warning_when = "its listen queue, its huge pages, its memory policy, its open files or, from {rss} "
                        "on, its accounting are of before",
        .needs = NEEDS(FACT_PROCESS) | NEEDS(FACT_HOST),
        .thresholds = {{"rss", 64.0 * MIB, QUANTITY_BYTES}},
        .harm = "The host is right and the server is not: these are taken when a process starts.",
        .evaluate = started_before_tuning,
    },
    {.id = NULL},
};
