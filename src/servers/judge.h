/* SPDX-License-Identifier: MIT */
/* What the rules behind servers/judgement share. */
#pragma once

#include "servers/judgement.h"

struct judging {
    struct plan *plan;
    const struct plan_input *input;
    const struct server_facts *server;
    const char *topic;
    bool is_pending;               /* of the judgement that is added */
    struct judgements *judgements; /* where they go */
};

/* Adds a judgement; a stale one gets the restart as its remedy, or where no command is known the words. */
void judge_add(struct judging *judging, enum judgement_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a line to the remedy of the last judgement, in front of what it has. */
void judge_remedy(struct judging *judging, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The value under which the server began, where that is another: it is about to be changed, or by the saved
 * state was changed while the server ran. NULL: nothing tells of one. */
const char *judge_value_before(const struct judging *judging, const struct plan_item *item);

/* The rules by enum judge, each for one server and one item that has something to be wanted; JUDGE_NOBODY has
 * none. */
typedef void judge_function(struct judging *judging, const struct plan_item *item);
extern judge_function *const server_judges[JUDGE_COUNT];

judge_function judge_listen_queue, judge_syn_backlog, judge_huge_pages, judge_huge_page_size,
    judge_overcommit, judge_swappiness, judge_placement, judge_open_files;

/* The limits of its cgroups: no row is about them, and they are not ours to change. */
void judge_cgroup_limits(struct judging *judging);
