/* SPDX-License-Identifier: MIT */
/* The end of an observation.
 * Owns nothing else: it is filled by host/. */
#include "model/observation.h"

#include <stdlib.h>
#include <string.h>

/* NULL: no entry. */
const struct observed *observation_find(const struct observation *observation, const char *object)
{
    for (size_t i = 0; i < observation->items_count; i++)
        if (strcmp(observation->items[i].object, object) == 0)
            return &observation->items[i];
    return NULL;
}

void observed_done(struct observed *observed)
{
    free(observed->object);
    free(observed->path);
    free(observed->current);
    free(observed->printed);
    free(observed->elsewhere);
    free(observed->elsewhere_from);
}

void server_process_done(struct server_process *process)
{
    free(process->user);
    free(process->unit);
    free(process->cgroup);
    free(process->container);
    server_home_done(&process->home);
    *process = (struct server_process){0};
}

void observation_done(struct observation *observation)
{
    for (size_t i = 0; i < observation->items_count; i++)
        observed_done(&observation->items[i]);
    for (size_t i = 0; i < observation->servers_count; i++)
        server_process_done(&observation->servers[i]);
    free(observation->items);
    free(observation->servers);
    *observation = (struct observation){0};
}
