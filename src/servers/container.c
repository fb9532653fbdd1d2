/* SPDX-License-Identifier: MIT */
/* Containers in words.
 * Owns what their managers are called and how much of a name is shown; pure. */
#include "servers/container.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "servers/unit.h"
#include "util/cleanup.h"
#include "util/memory.h"
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

static char *show_home(const struct server_home *home)
{
    const char *manager = managers[home->manager].name;
    char *shown;

    if (!home->name || managers[home->manager].shown == 0)
        return memory_copy(manager);
    shown = memory_format("%s %.*s", manager, managers[home->manager].shown, home->name);
    memory_check(text_escape(&shown)); /* a name that was cut within a character too */
    return shown;
}

char *server_container_name(const char *cgroup, bool has_inner_pid)
{
    _cleanup_(server_home_done) struct server_home home = {0};

    server_home_find(cgroup, &home);
    if (home.kind == SERVER_HOME_CONTAINER)
        return show_home(&home);
    /* systemd 257 gives a service a PID namespace with PrivatePIDs=: no container for that */
    if (has_inner_pid && !(home.unit && text_has_suffix(cgroup, ".service")))
        return memory_copy("a PID namespace of its own");
    return NULL;
}
