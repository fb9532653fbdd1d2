/* SPDX-License-Identifier: MIT */
/* Containers in words.
 * Owns what their managers are called and how much of a name is shown; pure. */
#include "model/server-container.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/server-unit.h"
#include "util/cleanup.h"
#include "util/text.h"

enum { NAME_SHOWN = 64, ID_SHOWN = 12 };

static const struct {
    const char *name;
    int shown;
} managers[] = {
    [CONTAINER_NONE] = {"a container", 0},
    [CONTAINER_DOCKER] = {"docker", ID_SHOWN},
    [CONTAINER_PODMAN] = {"podman", ID_SHOWN},
    [CONTAINER_NERDCTL] = {"nerdctl", ID_SHOWN},
    [CONTAINER_KUBERNETES] = {"a Kubernetes pod", 0},
    [CONTAINER_LXC] = {"lxc", NAME_SHOWN},
    [CONTAINER_NSPAWN] = {"systemd-nspawn", NAME_SHOWN},
    [CONTAINER_MACHINE] = {"machine", NAME_SHOWN},
};

static int show_home(const struct server_home *home, char **ret)
{
    const char *manager = managers[home->manager].name;
    char *shown = NULL;

    if (!home->name || managers[home->manager].shown == 0)
        return text_replace(ret, manager);
    if (asprintf(&shown, "%s %.*s", manager, managers[home->manager].shown, home->name) < 0)
        return -ENOMEM;
    if (text_escape(&shown) < 0) { /* a name that was cut within a character too */
        free(shown);
        return -ENOMEM;
    }
    *ret = shown;
    return 0;
}

int server_container_name(const char *cgroup, bool has_inner_pid, char **ret)
{
    _cleanup_(server_home_done) struct server_home home = {0};
    char *name = NULL;
    int error = server_home_find(cgroup, &home);

    if (error == 0 && home.kind == SERVER_HOME_CONTAINER)
        error = show_home(&home, &name);
    /* systemd 257 gives a service a PID namespace with PrivatePIDs=: no container for that */
    else if (error == 0 && has_inner_pid && !(home.unit && text_has_suffix(cgroup, ".service")))
        error = text_replace(&name, "a PID namespace of its own");
    if (error < 0)
        return error;
    *ret = name;
    return 0;
}
