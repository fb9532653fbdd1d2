/* SPDX-License-Identifier: MIT */
/* From facts of a server to judgements.
 * Owns which rule looks at which row; pure. */
#include "servers/judgement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/judge.h"
#include "servers/restarts.h"
#include "util/memory.h"
#include "util/text.h"

judge_function *const server_judges[JUDGE_COUNT] = {
    [JUDGE_OVERCOMMIT] = judge_overcommit,     [JUDGE_SWAPPINESS] = judge_swappiness,
    [JUDGE_LISTEN_QUEUE] = judge_listen_queue, [JUDGE_SYN_BACKLOG] = judge_syn_backlog,
    [JUDGE_HUGE_PAGES] = judge_huge_pages,     [JUDGE_HUGE_PAGE_SIZE] = judge_huge_page_size,
    [JUDGE_PLACEMENT] = judge_placement,       [JUDGE_OPEN_FILES] = judge_open_files,
};

const char *judgement_result_name(enum judgement_result result)
{
    static const char *const names[] = {
        [JUDGEMENT_FINE] = "fine",
        [JUDGEMENT_STALE] = "stale",
        [JUDGEMENT_ELSEWHERE] = "elsewhere",
        [JUDGEMENT_UNKNOWN] = "unknown",
    };

    return names[result];
}

void judge_add(struct judging *judging, const char *topic, enum judgement_result result, const char *format,
               ...)
{
    struct judgements *judgements = judging->judgements;
    struct judgement *added;
    va_list arguments;

    memory_grow(&judgements->items, judgements->count, sizeof(*judgements->items));
    added = &judgements->items[judgements->count++];
    added->topic = topic;
    added->result = result;
    va_start(arguments, format);
    added->text = memory_format_list(format, arguments);
    va_end(arguments);
    if (result == JUDGEMENT_STALE)
        added->remedy = server_restart_command(&judging->server->process);
}

void judge_remedy(struct judging *judging, const char *format, ...)
{
    struct judgement *last = &judging->judgements->items[judging->judgements->count - 1];
    va_list arguments;
    char *remedy;

    va_start(arguments, format);
    remedy = memory_format_list(format, arguments);
    va_end(arguments);
    if (last->remedy)
        memory_join(&remedy, "\n", last->remedy);
    free(last->remedy);
    last->remedy = remedy;
}

bool judge_by_time(struct judging *judging, const struct plan_item *item)
{
    const char *reason = plan_restart_reason(item, &judging->server->process, judging->input->plan_input);

    if (!reason)
        return false;
    judge_add(judging, item->object, JUDGEMENT_STALE, "%s", reason);
    return true;
}

/* Left, refused, absent: nothing is wanted there. */
static bool is_judged(const struct plan_item *item)
{
    return item->is_selected && item->current && item->wanted &&
           (item->state == ITEM_IN_SYNC || item->state == ITEM_CHANGE || item->state == ITEM_APPLIED);
}

void server_judge(const struct judgement_input *input, const struct server_facts *server,
                  struct judgements *ret)
{
    struct judging judging = {.input = input, .server = server, .judgements = ret};

    *ret = (struct judgements){0};
    for (size_t i = 0; i < input->plan->items_count && server->process.kind == SERVER_KIND_SERVER; i++) {
        const struct plan_item *item = &input->plan->items[i];

        if (item->tunable->judge != JUDGE_NOBODY && is_judged(item))
            server_judges[item->tunable->judge](&judging, item);
    }
    if (server->process.kind != SERVER_KIND_SERVER)
        return;
    for (size_t i = tunables_count; i < tunables_and_units_count; i++)
        server_judges[tunables[i].judge](&judging, NULL);
    judge_cgroup_limits(&judging);
}

void judgements_done(struct judgements *judgements)
{
    for (size_t i = 0; i < judgements->count; i++) {
        free(judgements->items[i].text);
        free(judgements->items[i].remedy);
    }
    free(judgements->items);
    *judgements = (struct judgements){0};
}
