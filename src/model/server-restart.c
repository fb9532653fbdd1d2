/* SPDX-License-Identifier: MIT */
/* How a server is restarted, by what started it.
 * Owns which names are safe to paste into a shell; pure. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/policy.h"
#include "model/server-judgement.h"
#include "util/text.h"

/* A delegated cgroup may be called anything: only what systemd takes as a unit's name goes into a command. */
static bool is_safe(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.-@")] ==
               '\0' &&
           *name != '-';
}

static int restart_container(const char *container, char **ret)
{
    static const char *const managers[] = {"docker", "podman", "nerdctl"};

    for (size_t i = 0; i < ELEMENTS(managers); i++) {
        const char *id = container + strlen(managers[i]);

        if (text_has_prefix(container, managers[i]) && *id == ' ' && is_safe(id + 1) && id[1])
            return asprintf(ret, "sudo %s restart %s", managers[i], id + 1) < 0 ? -ENOMEM : 0;
    }
    return 0;
}

/* A user's own manager is reached as that user. */
static int restart_users_unit(const char *cgroup, const char *unit, char **ret)
{
    unsigned uid;

    if (sscanf(strstr(cgroup, "/user@"), "/user@%u.service", &uid) != 1)
        return 0;
    return asprintf(ret, "sudo -u '#%u' XDG_RUNTIME_DIR=/run/user/%u systemctl --user restart %s", uid, uid,
                    unit) < 0
               ? -ENOMEM
               : 0;
}

int server_restart_command(const struct server_process *process, char **ret)
{
    char *command = NULL;
    int error = 0;

    if (process->container)
        error = restart_container(process->container, &command);
    else if (process->unit && is_safe(process->unit) && policy_is_unit_name(process->unit)) {
        if (process->cgroup && strstr(process->cgroup, "/user@"))
            error = restart_users_unit(process->cgroup, process->unit, &command);
        else if (asprintf(&command, "sudo systemctl restart %s", process->unit) < 0)
            error = -ENOMEM;
    }
    if (error < 0)
        return error;
    *ret = command;
    return 0;
}
