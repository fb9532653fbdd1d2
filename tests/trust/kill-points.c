/* SPDX-License-Identifier: MIT */
/* SIGKILL before each system call of apply and revert. Afterwards nothing is half written, and the next
 * apply, the next revert, and the one behind the other end as if nothing had happened. Usage: kill-points
 * [--jobs=N] [--show=N] [--point=N] PROGRAM [SCENARIO...] */
#include <stdlib.h>

#include "judge.h"

static enum point_result try_point(const char *directory, unsigned long point, void *data,
                                   struct text *complaint)
{
    const struct reference *reference = data;
    struct disturbance disturbance = disturbance_at(DISTURB_KILL, &reference->outcome, point);
    struct outcome outcome;
    char *call;
    bool is_right;

    if (point == reference->outcome.calls_count) { /* one more: nothing is killed */
        text_say(complaint, "undisturbed\n");
        return judge_agreement(reference, complaint) ? POINT_HELD : POINT_FAULT;
    }
    tree_write(directory, &reference->base);
    program_run(reference->program, reference->scenario->call, directory, disturbance, &outcome);
    if (!outcome.is_reached) {
        outcome_done(&outcome);
        return POINT_NOT_REACHED;
    }
    call = call_describe(&outcome.call);
    text_say(complaint, "killed before %s\n", call);
    free(call);
    outcome_done(&outcome);
    is_right = judge_aftermath(reference, directory, complaint);
    return is_right ? POINT_HELD : POINT_FAULT;
}

static void try_scenario(struct campaign *campaign, struct reference *reference)
{
    campaign_try(campaign, reference->scenario->name, reference->outcome.calls_count + 1, try_point,
                 reference);
}

int main(int argc, char **argv)
{
    struct campaign campaign;
    int first = campaign_open(&campaign, "kill-points", argc, argv);

    scenarios_each(&campaign, argv + first, try_scenario);
    return campaign_close(&campaign);
}
