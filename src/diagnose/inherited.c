/* SPDX-License-Identifier: MIT */
/* Steps that give a server what it has from its start: open files, and the policy of its memory.
 * Owns where each is to be set, by whose the server is; pure. */
#include <stdlib.h>

#include "diagnose/remedy.h"
#include "policy/policy.h"
#include "servers/facts.h"
#include "servers/restart.h"
#include "units/unknown.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const struct policy no_policy;

static const struct policy *policy_of(const struct verdict *verdict)
{
    return verdict->policy ? verdict->policy : &no_policy;
}

/* The generator looks after the units that the configuration has. */
static void by_generator(const char *unit, long long files, struct verdict *verdict, const char *comment)
{
    const char *const names[] = {unit, NULL};
    _cleanup_free_ char *command = NULL;

    if (!unknown_unit_may_be_added(unit)) {
        verdict_remedy(verdict,
                       "%s is of systemd-run's making: start it with -p LimitNOFILE=%lld -p "
                       "NUMAPolicy=interleave -p NUMAMask=all",
                       unit, files);
        return;
    }
    if (!policy_has_unit(policy_of(verdict), unit)) {
        command = unknown_units_add_command(names);
        verdict_remedy(verdict, "%s", command);
    }
    verdict_remedy(verdict, "sudo redis-hosttune apply  # %s", comment);
}

long long remedy_standard_files(void)
{
    return policy_open_files(&no_policy, NULL);
}

long long remedy_files(const struct diagnosis *diagnosis, const struct verdict *verdict)
{
    long long files =
        policy_open_files(policy_of(verdict), server_confirmed_unit(&diagnosis->process->process));

    return files > 0 ? files : remedy_standard_files();
}

void remedy_open_files(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_process *process = &diagnosis->process->process;
    const char *unit = server_confirmed_unit(process);
    long long files = remedy_files(diagnosis, verdict);
    _cleanup_free_ char *comment = memory_format("its generator gives the unit LimitNOFILE=%lld", files);

    if (unit && policy_open_files(policy_of(verdict), unit) == 0)
        verdict_remedy(verdict, "raise LimitNOFILE= in %s itself: the configuration leaves its open files",
                       unit);
    else if (unit)
        by_generator(unit, files, verdict, comment);
    else if (process->home.kind == SERVER_HOME_USER && process->home.unit)
        verdict_remedy(verdict, "LimitNOFILE=%lld, below [Service]: systemctl --user edit %s, as user %u",
                       files, process->home.unit, process->home.uid);
    else if (process->home.kind == SERVER_HOME_CONTAINER)
        verdict_remedy(
            verdict,
            "make the container anew with nofile=%lld (--ulimit; ulimits: in a compose file), after "
            "a SAVE and with its dir on a volume: what is in the container alone goes with it",
            files);
    else
        verdict_remedy(
            verdict,
            "sudo prlimit --pid %d --nofile=%lld:%lld  # until it is restarted; ulimit -n %lld in what "
            "starts it",
            process->pid, files, files, files);
}

void remedy_placement(const struct diagnosis *diagnosis, struct verdict *verdict)
{
    const struct server_process *process = &diagnosis->process->process;
    const char *unit = server_confirmed_unit(process);
    const struct unit_wish *wish =
        unit ? policy_unit_wish(policy_of(verdict), unit, UNIT_WISH_PLACEMENT) : NULL;

    if (wish && text_equal(wish->value, "off"))
        verdict_remedy(verdict,
                       "%s:%u leaves it so: take placement = off out, then sudo redis-hosttune apply",
                       wish->file, wish->line);
    else if (unit)
        by_generator(unit, remedy_files(diagnosis, verdict), verdict,
                     "its generator starts the unit under interleaved memory");
    else if (process->home.kind == SERVER_HOME_USER && process->home.unit)
        verdict_remedy(
            verdict,
            "NUMAPolicy=interleave and NUMAMask=all, below [Service]: systemctl --user edit %s, as user %u",
            process->home.unit, process->home.uid);
    else if (process->home.kind == SERVER_HOME_CONTAINER)
        verdict_remedy(verdict,
                       "make the container anew with numactl --interleave=all in front of the server, and "
                       "--cap-add=SYS_NICE, after a SAVE and with its dir on a volume: what is in the "
                       "container alone goes with it");
    else
        verdict_remedy(verdict, "start the server as: redis-hosttune exec -- redis-server ...");
}
