/* SPDX-License-Identifier: MIT */
/* Judgements, as those keep them who do not make them. */
#include "plan/judgement.h"

#include <stdlib.h>

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

void judgements_done(struct judgements *judgements)
{
    for (size_t i = 0; i < judgements->count; i++) {
        free(judgements->items[i].text);
        free(judgements->items[i].remedy);
        free(judgements->items[i].price);
        free(judgements->items[i].words);
    }
    free(judgements->items);
    *judgements = (struct judgements){0};
}
