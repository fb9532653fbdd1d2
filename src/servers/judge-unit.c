/* SPDX-License-Identifier: MIT */
/* What a server has from its unit: the placement of its memory, and open files.
 * Owns when a drop-in is still to take effect; pure. */
#include <stdio.h>
#include <string.h>

#include "servers/judge.h"
#include "util/text.h"

static const char topic_placement[] = TUNABLE_PLACEMENT, topic_files[] = TUNABLE_OPEN_FILES;

/* What the server's unit gets: by its own name, else by its template's. NULL: it is no unit of ours. */
static const struct redis_unit *find_unit(const struct judging *judging)
{
    const struct redis_units *units = judging->input->units;
    const struct server_process *process = &judging->server->process;
    char template[UNIT_NAME_SIZE];

    if (!units || !process->unit || process->container)
        return NULL;
    for (size_t i = 0; i < units->items_count; i++)
        if (strcmp(units->items[i].name, process->unit) == 0)
            return &units->items[i];
    if (!unit_name_template(process->unit, template, sizeof(template)))
        return NULL;
    for (size_t i = 0; i < units->items_count; i++)
        if (strcmp(units->items[i].name, template) == 0)
            return &units->items[i];
    return NULL;
}

/* Why the next start of the server gets nothing from us; NULL: it does. */
static const char *why_without(const struct judging *judging, const struct redis_unit *unit)
{
    const struct redis_units *units = judging->input->units;

    if (judging->server->process.container)
        return "it runs in a container";
    if (!unit)
        return judging->server->process.unit ? "its unit is none of Redis' that are known (add it to [units])"
                                             : "it belongs to no unit";
    if (unit->problem)
        return unit->problem;
    return units->idle_because && !units->is_pending_only ? units->idle_because : NULL;
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

static void judge_policy(struct judging *judging, const struct redis_unit *unit)
{
    const struct server_numa *numa = &judging->server->numa;
    const char *without = why_without(judging, unit);
    char nodes[256];

    describe_nodes(numa, nodes, sizeof(nodes));
    if (numa->interleaved_bytes > numa->anonymous_bytes / 2)
        judge_add(judging, topic_placement, JUDGEMENT_FINE, "its memory is interleaved (%s)", nodes);
    else if (!without && unit->wrap.placement == PLACEMENT_OFF)
        judge_add(judging, topic_placement, JUDGEMENT_FINE,
                  "its memory lies under the policy %s (%s), as configured",
                  numa->policy ? numa->policy : "default", nodes);
    else if (!without)
        judge_add(judging, topic_placement, JUDGEMENT_STALE, "its memory lies under the policy %s (%s)",
                  numa->policy ? numa->policy : "default", nodes);
    else
        judge_add(judging, topic_placement, JUDGEMENT_ELSEWHERE,
                  "its memory lies under the policy %s (%s), and nothing of ours interleaves it at its next "
                  "start: %s",
                  numa->policy ? numa->policy : "default", nodes, without);
}

void judge_placement(struct judging *judging, const struct plan_item *item)
{
    const struct host_facts *facts = &judging->input->plan_input->observation->facts;
    const struct server_numa *numa = &judging->server->numa;

    (void)item;
    if (facts->memory_nodes == 1)
        return;
    if (numa->unknown)
        judge_add(judging, topic_placement, JUDGEMENT_UNKNOWN, "%s", numa->unknown);
    else if (facts->memory_nodes == 0)
        judge_add(judging, topic_placement, JUDGEMENT_UNKNOWN, "the host's memory nodes cannot be seen");
    else if (numa->anonymous_bytes == 0)
        judge_add(judging, topic_placement, JUDGEMENT_UNKNOWN, "the kernel shows no memory of its own");
    else
        judge_policy(judging, find_unit(judging));
}

/* --- open files --- */

static void judge_low_limit(struct judging *judging, const struct redis_unit *unit, amount has)
{
    const char *without = why_without(judging, unit);

    if (!without && unit->wrap.limit_nofile)
        judge_add(judging, topic_files, JUDGEMENT_STALE,
                  "it may open %llu files; its unit gives it %s from its next start on", has,
                  unit->wrap.limit_nofile);
    else if (!without)
        judge_add(judging, topic_files, JUDGEMENT_STALE,
                  "it may open %llu files; its unit needs no drop-in for more at its next start", has);
    else
        judge_add(judging, topic_files, JUDGEMENT_ELSEWHERE,
                  "it may open %llu files, and nothing of ours raises that at its next start: %s", has,
                  without);
}

void judge_open_files(struct judging *judging, const struct plan_item *item)
{
    const struct plan_input *input = judging->input->plan_input;
    const struct wish wish =
        policy_wish(input->policy, tunable_find_any(topic_files), topic_files, &input->observation->facts);
    const struct server_limits *limits = &judging->server->limits;
    long long wanted;

    (void)item;
    if (parse_integer(wish.value, &wanted) < 0) /* left */
        return;
    if (limits->unknown || !amount_is_known(limits->open_files))
        judge_add(judging, topic_files, JUDGEMENT_UNKNOWN, "%s",
                  limits->unknown ? limits->unknown : "the kernel does not show its limit of open files");
    else if (limits->open_files == AMOUNT_UNLIMITED)
        judge_add(judging, topic_files, JUDGEMENT_FINE, "it may open any number of files");
    else if (limits->open_files >= (amount)wanted)
        judge_add(judging, topic_files, JUDGEMENT_FINE, "it may open %llu files", limits->open_files);
    else
        judge_low_limit(judging, find_unit(judging), limits->open_files);
}
