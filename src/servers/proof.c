/* SPDX-License-Identifier: MIT */
/* The decision who may be sent a secret.
 * Owns its reasons: every way out of here but the last one says why not. */
#include "servers/proof.h"

#include <limits.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

#define refuse(...) (memory_error(ret_reason, 0, __VA_ARGS__), false)

/* Where it stands, by its cgroup's path. */
static bool is_service(const struct server_home *home, char **ret_reason)
{
    switch (home->kind) {
    case SERVER_HOME_SERVICE:
        return true;
    case SERVER_HOME_CONTAINER:
        return refuse("it runs in a container");
    case SERVER_HOME_USER:
        return refuse("it runs below the systemd of user %u, not the system's", home->uid);
    case SERVER_HOME_NESTED:
        return refuse("it runs in a cgroup that %s has made, not in a service", home->name);
    case SERVER_HOME_SCOPE:
        return refuse("it runs in %s, which systemd has not started", home->name);
    case SERVER_HOME_UNKNOWN:
        return refuse("its cgroup cannot be read");
    default:
        return refuse("it runs in no service of systemd's");
    }
}

static bool is_main_process(const struct proof_facts *facts, const struct proof_sight *sight,
                            char **ret_reason)
{
    const struct system_unit *unit = sight->unit;

    if (sight->unasked)
        return refuse("%s", sight->unasked);
    if (!unit || !text_equal(unit->load_state, "loaded"))
        return refuse("PID 1 has no unit %s", sight->home->unit);
    if (unit->main_pid != facts->pid)
        return refuse("it is not the main process of %s", sight->home->unit);
    return facts->is_configured || system_unit_runs_server(unit) ||
           refuse(
               "the ExecStart= of %s names no Redis or Valkey server: if it starts one, add it below [units]",
               sight->home->unit);
}

static bool is_good(const struct proof_facts *facts, const struct proof_sight *sight, char **ret_reason)
{
    if (sight->started_usec == 0)
        return refuse("it has ended");
    if (!is_service(sight->home, ret_reason))
        return false;
    if (sight->shares_pid_namespace != TRAIT_YES)
        return sight->shares_pid_namespace == TRAIT_NO ? refuse("it has a PID namespace of its own")
                                                       : refuse("its PID namespace cannot be told");
    return is_main_process(facts, sight, ret_reason);
}

static bool is_other_end(const struct proof_facts *facts, char **ret_reason)
{
    const struct proof_end *end = &facts->end;

    if (!end->is_tcp)
        return end->pid == facts->pid || refuse("pid %d listens at its socket", end->pid);
    if (!end->held_listener || !end->holds_listener)
        return refuse("the listening socket is not its own");
    if (end->unseen)
        return refuse("%s", end->unseen);
    if (!end->holds_end)
        return refuse("another process has accepted the connection");
    return (facts->uid != UINT_MAX && end->uid == facts->uid) ||
           refuse("the other end of the connection belongs to uid %u", end->uid);
}

bool server_can_be_proven(const struct proof_facts *facts, char **ret_reason)
{
    return is_good(facts, &facts->before, ret_reason);
}

bool server_is_proven(const struct proof_facts *facts, char **ret_reason)
{
    if (!is_good(facts, &facts->before, ret_reason) || !is_good(facts, &facts->now, ret_reason))
        return false;
    if (facts->before.started_usec != facts->now.started_usec)
        return refuse("its number has gone to another process");
    if (!text_equal(facts->before.home->unit, facts->now.home->unit))
        return refuse("it has moved to another unit");
    return is_other_end(facts, ret_reason);
}
