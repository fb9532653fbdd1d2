/* SPDX-License-Identifier: MIT */
/* What the rules behind server-judgement share. */
#pragma once

#include "servers/judgement.h"

struct judging {
    const struct judgement_input *input;
    const struct server_facts *server;
    struct judgements *judgements;
};

/* Adds a judgement; a stale one gets the restart as its remedy. */
void judge_add(struct judging *judging, const char *topic, enum judgement_result result, const char *format,
               ...) __attribute__((format(printf, 4, 5)));

/* Adds a line to the remedy of the last judgement, in front of what it has. */
void judge_remedy(struct judging *judging, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What only the saved state can tell: stale where the value was changed while the server ran, or is about to
 * be. False: nothing of that, and nothing was added. */
bool judge_by_time(struct judging *judging, const struct plan_item *item);

/* The rules by enum judge; JUDGE_NOBODY has none. */
typedef void judge_function(struct judging *judging, const struct plan_item *item);
extern judge_function *const server_judges[JUDGE_COUNT];

/* The rules; each adds what it has to say of one item of the plan, or of none. */
void judge_listen_queue(struct judging *judging, const struct plan_item *item);
void judge_syn_backlog(struct judging *judging, const struct plan_item *item);
void judge_huge_pages(struct judging *judging, const struct plan_item *item);
void judge_huge_page_size(struct judging *judging, const struct plan_item *item);
void judge_overcommit(struct judging *judging, const struct plan_item *item);
void judge_swappiness(struct judging *judging, const struct plan_item *item);
void judge_placement(struct judging *judging, const struct plan_item *item);
void judge_open_files(struct judging *judging, const struct plan_item *item);
void judge_cgroup_limits(struct judging *judging);
