/* SPDX-License-Identifier: MIT */
/* What a server's memory says: huge pages, placement, swappiness and the limits of its cgroups.
 * Owns when memory that is there already counts as old; pure. */
#include <stdio.h>
#include <string.h>

#include "servers/judge.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/quantity.h"
#include "util/text.h"

/* Only a change to or from mode 2 concerns a process that runs: its allocator decides at its start whether it
 * maps memory that the kernel accounts for. */
void judge_overcommit(struct judging *judging, const struct plan_item *item)
{
    const char *before = judge_value_before(judging, item);

    if (before && (strcmp(before, "2") == 0 || strcmp(item->wanted, "2") == 0))
        judge_add(judging, JUDGEMENT_STALE,
                  "its allocator chose its way of mapping memory by vm.overcommit_memory when it started");
    else
        judge_add(judging, JUDGEMENT_FINE, "the kernel looks at it at each fork");
}

/* Where it cannot be seen how much it has: whether it may have got some before they were switched off. */
static bool judge_unseen_pages(struct judging *judging, const struct plan_item *item)
{
    const char *before = judge_value_before(judging, item);

    if (!before || strcmp(before, "always") != 0 || judging->server->process.has_thp_disabled)
        return false;
    judge_add(judging, JUDGEMENT_STALE, "a change of the value takes no huge pages away that it has");
    return true;
}

void judge_huge_pages(struct judging *judging, const struct plan_item *item)
{
    const struct server_facts *server = judging->server;
    char size[QUANTITY_TEXT_MAX];
    bool is_off_by_itself = !server->status.unknown && server->status.thp_enabled == TRAIT_NO;

    if (server->memory.unknown || !amount_is_known(server->memory.anonymous_huge_bytes)) {
        if (is_off_by_itself)
            judge_add(judging, JUDGEMENT_FINE, "it has switched huge pages off for itself");
        else if (!judge_unseen_pages(judging, item))
            judge_add(judging, JUDGEMENT_UNKNOWN, "its huge pages cannot be seen: %s",
                      server->memory.unknown ? server->memory.unknown : "this kernel does not show them");
        return;
    }
    quantity_format(QUANTITY_BYTES, (double)server->memory.anonymous_huge_bytes, size);
    if (server->memory.anonymous_huge_bytes > 0)
        judge_add(judging, JUDGEMENT_STALE,
                  "%s of it are huge pages, which a change of the value does not take away", size);
    else if (is_off_by_itself)
        judge_add(judging, JUDGEMENT_FINE, "it has none, and has switched them off for itself");
    else
        judge_add(judging, JUDGEMENT_FINE, "it has no huge pages");
}

/* No file of a process shows how much it has of these: only when one was switched off is known. */
void judge_huge_page_size(struct judging *judging, const struct plan_item *item)
{
    judge_unseen_pages(judging, item);
}

/* --- swappiness --- */

static bool is_wanted(const struct cgroup_swappiness *entry, const struct plan_item *item)
{
    long long wanted;

    return parse_integer(item->wanted, &wanted) == 0 && (amount)wanted == entry->value;
}

/* One file of a cgroup as a word of a shell. A path with ".." is seen from within another cgroup namespace
 * and names something else here. NULL: it cannot be pasted. Owned by the caller. */
static char *quote_knob(const char *cgroup)
{
    _cleanup_free_ char *path = NULL;

    if (strstr(cgroup, "/..") || !text_is_printable(cgroup, strlen(cgroup)) || strchr(cgroup, '\n'))
        return NULL;
    path = memory_format("/sys/fs/cgroup/memory%s/memory.swappiness", cgroup);
    return memory_require(text_shell_quote(path));
}

/* Its parents' too: the cgroup is made anew at a restart and takes over what its parent has. */
static void add_swappiness_remedies(struct judging *judging, const struct plan_item *item)
{
    const struct server_cgroup *cgroup = &judging->server->cgroup;

    for (size_t i = 0; i < cgroup->swappiness_count; i++) {
        _cleanup_free_ char *knob = NULL;

        if (is_wanted(&cgroup->swappiness[i], item))
            continue;
        knob = quote_knob(cgroup->swappiness[i].path);
        if (knob)
            judge_remedy(judging, "echo %s | sudo tee %s", item->wanted, knob);
    }
}

/* A cgroup of version 1 keeps the value that its parent had when it was made; version 2 has no copies. */
void judge_swappiness(struct judging *judging, const struct plan_item *item)
{
    const struct server_cgroup *cgroup = &judging->server->cgroup;
    const struct host_facts *facts = &judging->input->observation->facts;

    if (facts->has_cgroup_v1_memory == TRAIT_NO || (!cgroup->unknown && !cgroup->is_memory_v1)) {
        judge_add(judging, JUDGEMENT_FINE, "the host's value holds for it");
    } else if (cgroup->unknown) {
        judge_add(judging, JUDGEMENT_UNKNOWN, "the copy of its cgroup cannot be seen: %s", cgroup->unknown);
    } else if (cgroup->swappiness_count == 0 || is_wanted(&cgroup->swappiness[0], item)) {
        judge_add(judging, JUDGEMENT_FINE, "its cgroup (v1) has the same value");
    } else if (facts->has_swap == TRAIT_NO) {
        judge_add(judging, JUDGEMENT_FINE,
                  "its cgroup (v1) has a copy of its own, %llu, without effect while there is no swap",
                  cgroup->swappiness[0].value);
    } else {
        judge_add(judging, JUDGEMENT_ELSEWHERE, "its cgroup (v1) %s has a copy of its own: %llu",
                  cgroup->swappiness[0].path, cgroup->swappiness[0].value);
        add_swappiness_remedies(judging, item);
    }
}

/* --- limits of cgroups: no row is about them, and they are not ours to change --- */

static void add_limit(struct judging *judging, const char *topic, const struct cgroup_limit *limit)
{
    char most[QUANTITY_TEXT_MAX], used[QUANTITY_TEXT_MAX];

    if (!amount_is_number(limit->limit))
        return;
    judging->topic = topic;
    quantity_format(QUANTITY_BYTES, (double)limit->limit, most);
    if (amount_is_number(limit->current))
        judge_add(judging, JUDGEMENT_FINE, "%s limits it to %s, of which %s are used", limit->at, most,
                  quantity_format(QUANTITY_BYTES, (double)limit->current, used));
    else
        judge_add(judging, JUDGEMENT_FINE, "%s limits it to %s", limit->at, most);
}

void judge_cgroup_limits(struct judging *judging)
{
    const struct server_cgroup *cgroup = &judging->server->cgroup;

    judging->topic = "cgroup.memory.max";
    if (cgroup->unknown) {
        judge_add(judging, JUDGEMENT_UNKNOWN, "%s", cgroup->unknown);
        return;
    }
    add_limit(judging, "cgroup.memory.max", &cgroup->memory_max);
    add_limit(judging, cgroup->is_memory_v1 ? "cgroup.memory.memsw" : "cgroup.memory.swap.max",
              &cgroup->swap_max);
}
