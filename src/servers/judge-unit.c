/* SPDX-License-Identifier: MIT */
/* What a server has from its unit: the placement of its memory, and open files.
 * Owns when a drop-in is still to take effect; pure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/judge.h"
#include "servers/restart.h"
#include "units/unknown.h"
#include "util/cleanup.h"
#include "util/text.h"

/* Why the next start of the server gets nothing from us; NULL: it does. */
static const char *why_without(const struct judging *judging, const struct plan_item *item)
{
    return item->reason ? item->reason : judging->plan->units_idle_because;
}

/* Whether what it has now is what its unit would have from us, and gets no more: our unit was disabled or
 * masked since. */
static bool loses_it(const struct judging *judging, const struct plan_item *item)
{
    return judging->plan->units_idle_because && item->persisted;
}

/* --- placement --- */

static unsigned percent_of(amount part, amount whole)
{
    return whole > 0 ? (unsigned)((double)part * 100 / (double)whole + 0.5) : 0;
}

/* "node 0: 97 %, node 1: 3 %"; cut where there are very many. */
static void describe_nodes(const struct server_numa *numa, char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < numa->nodes_count && length < size; i++)
        length +=
            (size_t)snprintf(text + length, size - length, "%snode %u: %u %%", i == 0 ? "" : ", ",
                             numa->nodes[i].node, percent_of(numa->nodes[i].bytes, numa->anonymous_bytes));
}

/* What makes our unit start again, or adds the server's own to those that it looks after, where that is all
 * that the last judgement lacks. */
static void add_enabling(struct judging *judging, const struct plan_item *item)
{
    const char *names[] = {server_confirmed_unit(&judging->server->process), NULL};
    _cleanup_free_ char *command = NULL;

    if (judging->judgements->items[judging->judgements->count - 1].result != JUDGEMENT_ELSEWHERE)
        return;
    if (!item->reason && judging->plan->units_enable)
        judge_remedy(judging, "%s", judging->plan->units_enable);
    else if (names[0] && unknown_unit_may_be_added(names[0]) &&
             !policy_has_unit(judging->input->policy, names[0])) {
        command = unknown_units_add_command(names);
        judge_remedy(judging, "sudo redis-hosttune apply");
        judge_remedy(judging, "%s", command);
    }
}

static void judge_policy(struct judging *judging, const struct plan_item *item)
{
    const struct server_numa *numa = &judging->server->numa;
    const char *without = why_without(judging, item);
    char nodes[256];

    describe_nodes(numa, nodes, sizeof(nodes));
    if (numa->interleaved_bytes > numa->anonymous_bytes / 2 && loses_it(judging, item))
        judge_add(judging, JUDGEMENT_ELSEWHERE,
                  "its memory is interleaved (%s), and nothing of ours interleaves it at its next start: %s",
                  nodes, without);
    else if (numa->interleaved_bytes > numa->anonymous_bytes / 2)
        judge_add(judging, JUDGEMENT_FINE, "its memory is interleaved (%s)", nodes);
    else if (!item->reason && !item->persisted)
        judge_add(judging, JUDGEMENT_FINE, "its memory lies under the policy %s (%s), as configured",
                  numa->policy ? numa->policy : "default", nodes);
    else if (!without)
        judge_add(judging, JUDGEMENT_STALE, "its memory lies under the policy %s (%s)",
                  numa->policy ? numa->policy : "default", nodes);
    else
        judge_add(judging, JUDGEMENT_ELSEWHERE,
                  "its memory lies under the policy %s (%s), and nothing of ours interleaves it at its next "
                  "start: %s",
                  numa->policy ? numa->policy : "default", nodes, without);
    add_enabling(judging, item);
}

void judge_placement(struct judging *judging, const struct plan_item *item)
{
    const struct host_facts *facts = &judging->input->observation->facts;
    const struct server_numa *numa = &judging->server->numa;

    if (facts->memory_nodes == 1)
        return;
    if (!judging->server->status.unknown && judging->server->status.has_one_node)
        judge_add(
            judging, JUDGEMENT_FINE,
            "it may have memory of node %u alone (Mems_allowed_list, by AllowedMemoryNodes= or a cpuset)",
            judging->server->status.only_node);
    else if (numa->unknown)
        judge_add(judging, JUDGEMENT_UNKNOWN, "%s", numa->unknown);
    else if (facts->memory_nodes == 0)
        judge_add(judging, JUDGEMENT_UNKNOWN, "the host's memory nodes cannot be seen");
    else if (numa->anonymous_bytes == 0)
        judge_add(judging, JUDGEMENT_UNKNOWN, "the kernel shows no memory of its own");
    else
        judge_policy(judging, item);
}

/* --- open files --- */

static void judge_low_limit(struct judging *judging, const struct plan_item *item, amount has)
{
    const char *without = why_without(judging, item);

    if (!without && item->persisted)
        judge_add(judging, JUDGEMENT_STALE,
                  "it may open %llu files; its unit gives it %s from its next start on", has,
                  item->persisted);
    else if (!without)
        judge_add(judging, JUDGEMENT_STALE,
                  "it may open %llu files; its unit needs no drop-in for more at its next start", has);
    else
        judge_add(judging, JUDGEMENT_ELSEWHERE,
                  "it may open %llu files, and nothing of ours raises that at its next start: %s", has,
                  without);
}

void judge_open_files(struct judging *judging, const struct plan_item *item)
{
    const struct server_limits *limits = &judging->server->limits;
    long long wanted;

    if (!item->wanted || parse_integer(item->wanted, &wanted) < 0) /* left */
        return;
    if (limits->unknown || !amount_is_known(limits->open_files))
        judge_add(judging, JUDGEMENT_UNKNOWN, "%s",
                  limits->unknown ? limits->unknown : "the kernel does not show its limit of open files");
    else if (limits->open_files == AMOUNT_UNLIMITED)
        judge_add(judging, JUDGEMENT_FINE, "it may open any number of files");
    else if (limits->open_files >= (amount)wanted && loses_it(judging, item))
        judge_add(judging, JUDGEMENT_ELSEWHERE,
                  "it may open %llu files, and nothing of ours gives it as many at its next start: %s",
                  limits->open_files, why_without(judging, item));
    else if (limits->open_files >= (amount)wanted)
        judge_add(judging, JUDGEMENT_FINE, "it may open %llu files", limits->open_files);
    else
        judge_low_limit(judging, item, limits->open_files);
    add_enabling(judging, item);
}
