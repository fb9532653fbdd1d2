/* SPDX-License-Identifier: MIT */
/* The beginning and the end of what is known of a server, and how a message names it. */
#include "servers/facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/restart.h"
#include "util/escape.h"
#include "util/memory.h"
#include "util/text.h"

const char server_no_time[] = "not looked at: the time of this run is used up, shared with the other servers";

bool server_listener_is_remote(const struct server_listener *listener)
{
    switch (listener->family) {
    case LISTENER_IPV4:
        return !text_has_prefix(listener->address, "127.");
    case LISTENER_IPV6:
        return strcmp(listener->address, "::1") != 0 && !text_has_prefix(listener->address, "::ffff:127.");
    case LISTENER_UNIX:
        return false;
    }
    return true;
}

/* Where it stands, in a bracket behind its number; "" where that is not known. */
static void display_home(const struct server_process *process, char *text, size_t size)
{
    const struct server_home *home = &process->home;

    *text = '\0';
    if (process->container)
        snprintf(text, size, ", %s", process->container);
    else if (home->kind == SERVER_HOME_SERVICE)
        snprintf(text, size,
                 process->proof == SERVER_PROOF_REFUTED ? ", in %s, not its main process"
                                                        : ", in %s, not confirmed",
                 home->unit);
    else if (home->kind == SERVER_HOME_USER)
        snprintf(text, size, ", in %s of user %u", home->unit ? home->unit : "no service", home->uid);
    else if (home->kind == SERVER_HOME_NESTED)
        snprintf(text, size, ", below %s", home->name);
    else if (home->kind == SERVER_HOME_SCOPE)
        snprintf(text, size, ", in %s", home->name);
    else if (home->kind == SERVER_HOME_NONE)
        snprintf(text, size, ", in no unit");
}

const char *server_display(const struct server_facts *server)
{
    static char escaped[512];
    char shown[512], home[400];
    const struct server_process *process = &server->process;
    const char *unit = process->container ? NULL : server_confirmed_unit(process);

    display_home(process, home, sizeof(home));
    if (unit)
        snprintf(shown, sizeof(shown), "%s", unit);
    else
        snprintf(shown, sizeof(shown), "%s (pid %d%s)", process->comm, process->pid, home);
    escape_line(shown, strlen(shown), escaped, sizeof(escaped));
    return escaped;
}

void server_facts_unknown(struct server_facts *server, const char *reason)
{
    char **unknown[] = {
        &server->status.unknown,   &server->limits.unknown, &server->memory.unknown,
        &server->mappings.unknown, &server->numa.unknown,   &server->listeners.unknown,
        &server->network.unknown,  &server->cgroup.unknown, &server->config.unknown,
    };

    for (size_t i = 0; i < ELEMENTS(unknown); i++)
        memory_set_text(unknown[i], reason);
}

void server_facts_init(struct server_facts *server)
{
    server_facts_unknown(server, "not looked at");
    server->answered_backlog = AMOUNT_UNKNOWN;
    server->network.somaxconn = server->network.tcp_max_syn_backlog = AMOUNT_UNKNOWN;
    server->network.listen_overflows = server->network.listen_drops = AMOUNT_UNKNOWN;
}

int server_listeners_add(struct server_listeners *listeners, struct server_listener listener)
{
    if (listeners->count == SERVER_LISTENERS_MAX) {
        free(listener.address);
        return -E2BIG;
    }
    *memory_add(listeners->items, listeners->count) = listener;
    return 0;
}

void server_listeners_done(struct server_listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++)
        free(listeners->items[i].address);
    free(listeners->items);
    free(listeners->unknown);
    free(listeners->limits_unknown);
    *listeners = (struct server_listeners){0};
}

static void cgroup_done(struct server_cgroup *cgroup)
{
    for (size_t i = 0; i < cgroup->swappiness_count; i++)
        free(cgroup->swappiness[i].path);
    free(cgroup->swappiness);
    for (size_t i = 0; i < cgroup->levels_count; i++)
        free(cgroup->levels[i].path);
    free(cgroup->levels);
    free(cgroup->memory_max.at);
    free(cgroup->memory_high.at);
    free(cgroup->swap_max.at);
    free(cgroup->pids_max.at);
    free(cgroup->memory_path);
    free(cgroup->unknown);
}

void server_config_done(struct server_config *config)
{
    free(config->unknown);
    free(config->path);
    free(config->unixsocket);
    free(config->logfile);
    free(config->dir);
    free(config->dbfilename);
    *config = (struct server_config){0};
}

void server_facts_done(struct server_facts *server)
{
    server_process_done(&server->process);
    free(server->unproven);
    free(server->status.unknown);
    free(server->limits.unknown);
    free(server->memory.unknown);
    free(server->mappings.unknown);
    free(server->numa.unknown);
    free(server->numa.policy);
    free(server->numa.nodes);
    server_listeners_done(&server->listeners);
    free(server->network.unknown);
    free(server->network.sysctls_unknown);
    cgroup_done(&server->cgroup);
    server_config_done(&server->config);
    free(server->children);
    *server = (struct server_facts){0};
}

void server_list_done(struct server_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        server_facts_done(&list->servers[i]);
    free(list->servers);
    free(list->unseen);
    *list = (struct server_list){0};
}
