/* SPDX-License-Identifier: MIT */
/* Everything a command looks at before it plans: configuration, host, saved state, drop-ins. Shared by all
 * commands, so that they see the same. */
#pragma once

#include "cmd/command.h"
#include "cmd/configuration.h"
#include "plan/dropin.h"
#include "plan/plan.h"
#include "privileged/state.h"
#include "servers/facts.h"

/* The drop-ins, in the order of the table. */
struct survey_files {
    struct dropin_seen seen[DROPINS_COUNT];
};

struct survey {
    struct policy policy;
    struct observation observation;
    struct saved_state state;
    struct state_found found; /* where it came from */
    bool is_completed;        /* and what it lacked was told by the drop-ins */
    struct survey_files files;
    /* After survey_look_at_servers; the plan that they are judged for points into it. */
    struct server_list servers;
};

/* What of the state was not usable as it stood: an apply writes it anew. */
bool survey_state_is_recovered(const struct survey *survey);

/* Under which the state is stored: this machine's id, or where that cannot be read the state's own. */
const char *survey_machine_id(const struct survey *survey);

/* What a command that writes begins with: on the host it needs root (below another root the modes of its
 * files decide), and it takes the lock, which is held until the descriptor is closed. Logs on error and
 * returns -1. */
int survey_lock(const struct options *options, const char *command);

/* Reads all of it; on error logs and returns false. Warnings are logged. */
bool survey_read(const struct options *options, enum finding_settings finding_settings, struct survey *ret);

/* All but the configuration, on which the way back does not depend. */
bool survey_read_host(const struct options *options, struct survey *ret);

/* The plan by the configuration, with its files unless --runtime. */
void survey_plan(const struct options *options, const struct survey *survey, struct plan *ret);

/* The plan back to what was before the first apply. */
void survey_plan_revert(const struct options *options, struct survey *survey, struct plan *ret);

/* Adds the drop-ins that the generator will write for Redis units, and what the units get. Logs on error, and
 * what is not understood. */
bool survey_add_units(const struct options *options, const struct survey *survey, struct plan *plan);

/* Looks at the running servers, with what the command holds for that and then drops. Not asks_manager: PID 1
 * is not asked whose they are, as at boot. Logs on error and returns false. */
bool survey_look_at_servers(const struct options *options, const struct host_facts *facts, bool asks_manager,
                            struct survey *survey);

/* Does so, and gives the items of the plan what these servers make of them. */
bool survey_judge_servers(const struct options *options, bool asks_manager, struct survey *survey,
                          struct plan *plan);

/* A journal entry for each value of this host that the plan has changed. */
void survey_log_changes(const struct options *options, const struct plan *plan);

/* Prints the plan as the options want it, `text` for a person. */
void survey_print(const struct options *options, const struct plan *plan,
                  void (*text)(FILE *out, const struct plan *plan));

/* What the plan is built from. Points into both. */
struct plan_input survey_plan_input(const struct options *options, const struct survey *survey);

void survey_done(struct survey *survey);
