/* SPDX-License-Identifier: MIT */
/* From processes to what is known of each server.
 * Owns which readers run, and that a process which ended meanwhile is passed over. */
#include "host/server-facts.h"

#include <errno.h>
#include <string.h>

#include "host/redis-process.h"
#include "host/server-homes.h"
#include "host/server-readers.h"
#include "model/server-name.h"
#include "util/cleanup.h"
#include "util/text.h"

static const struct {
    unsigned group;
    int (*read)(const struct root *root, struct server_facts *server);
} readers[] = {
    {SERVER_GROUP_STATUS, server_status_read},
    {SERVER_GROUP_LIMITS, server_limits_read},
    {SERVER_GROUP_CHILDREN, server_children_read},
    {SERVER_GROUP_CGROUP, server_cgroup_read},
};

/* What may take long, or whose length is another's choice. */
static const struct shared_reader {
    unsigned group;
    enum budget_kind kind;
    int (*read)(const struct root *root, struct server_facts *server, struct budget_share *share);
} shared_readers[] = {
    {SERVER_GROUP_CONFIG, BUDGET_CONFIG, server_config_read},
    {SERVER_GROUP_MEMORY, BUDGET_TIME, server_memory_read},
    {SERVER_GROUP_NUMA, BUDGET_TIME, server_numa_read},
    {SERVER_GROUP_MAPPINGS, BUDGET_TIME, server_mappings_read},
};

/* The children that a server has at the moment. */
static int add_children(struct server_facts *server, const struct server_process *processes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (processes[i].kind != SERVER_KIND_SAVING_CHILD || processes[i].parent != server->process.pid)
            continue;
        if (array_grow(&server->children, server->children_count, sizeof(*server->children)) < 0)
            return -ENOMEM;
        server->children[server->children_count++] =
            (struct saving_child){.pid = processes[i].pid, .private_dirty_bytes = AMOUNT_UNKNOWN};
    }
    return 0;
}

/* A number that was free in between may be another process' by now; its start tells. */
static bool has_ended(const struct root *root, const struct server_process *process)
{
    unsigned long long started;

    return redis_process_started(root, process->pid, &started) < 0 || started != process->started_usec;
}

static int add_server(const struct root *root, struct server_process *process,
                      const struct server_process *processes, size_t count, unsigned groups,
                      const struct budget *budget, struct server_list *list)
{
    struct server_facts *server;
    int error = array_grow(&list->servers, list->count, sizeof(*list->servers));

    if (error < 0)
        return error;
    server = &list->servers[list->count++];
    server->process = *process;
    process->user = process->unit = process->cgroup = process->container = NULL;
    process->home = (struct server_home){0};
    error = server_facts_init(server);
    if (error == 0)
        error = add_children(server, processes, count);
    if (error == 0 && budget_time_left(budget) <= 0)
        return server_facts_unknown(server, server_no_time);
    for (size_t i = 0; error == 0 && i < ELEMENTS(readers); i++)
        if (groups & readers[i].group)
            error = readers[i].read(root, server);
    return error;
}

/* Of whom there may be any number. */
static bool is_stranger(const struct server_process *process)
{
    return process->proof != SERVER_PROOF_MAIN && !process->is_named;
}

/* Those that PID 1 knows, and those that are named, are looked at however many there are. */
static int add_servers(const struct root *root, struct server_process *processes, size_t count,
                       unsigned groups, const struct budget *budget, struct server_list *list)
{
    size_t strangers = STRANGERS_MAX;
    int error = 0;

    for (size_t i = 0; error == 0 && i < count; i++) {
        if (processes[i].kind == SERVER_KIND_SAVING_CHILD)
            continue;
        if (is_stranger(&processes[i]) && strangers == 0) {
            list->first_beyond = list->beyond++ == 0 ? processes[i].pid : list->first_beyond;
            continue;
        }
        strangers -= is_stranger(&processes[i]);
        error = add_server(root, &processes[i], processes, count, groups, budget, list);
    }
    return error;
}

static void drop_ended(const struct root *root, struct server_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (has_ended(root, &list->servers[i].process))
            server_facts_done(&list->servers[i]);
        else
            list->servers[kept++] = list->servers[i];
    }
    list->count = kept;
}

static int explain_unseen(const struct root *root, const struct host_facts *facts, int unlisted, char **ret)
{
    if (unlisted < 0) {
        error_make(ret, unlisted, "%s cannot be listed: %s", root_display(root, "/proc"),
                   strerror(-unlisted));
        return *ret ? 0 : -ENOMEM;
    }
    return redis_process_sees_others(root, facts)
               ? 0
               : text_replace(ret, "the processes of others are hidden from here (hidepid, or a sandbox)");
}

/* The strangers last: what the others leave is for them. The caller's; NULL without memory. */
static size_t *order_of(const struct server_list *list, size_t *ret_trusted)
{
    size_t *order = calloc(list->count + 1, sizeof(*order)), n = 0;

    for (int is_last = 0; order && is_last < 2; is_last++)
        for (size_t i = 0; i < list->count; i++)
            if (is_stranger(&list->servers[i].process) == is_last)
                order[n++] = i;
    for (n = 0; order && n < list->count && !is_stranger(&list->servers[order[n]].process);)
        n++;
    *ret_trusted = n;
    return order;
}

struct reading {
    const struct root *root;
    struct server_list *list;
    const struct shared_reader *reader;
};

static int read_one(void *data, size_t index, struct budget_share *share)
{
    struct reading *reading = data;

    return reading->reader->read(reading->root, &reading->list->servers[index], share);
}

static int read_shared(const struct root *root, unsigned groups, struct budget *budget,
                       struct server_list *list)
{
    struct reading reading = {.root = root, .list = list};
    struct budget_queue queue = {.count = list->count};
    _cleanup_free_ size_t *order = order_of(list, &queue.trusted);
    int error = order ? 0 : -ENOMEM;

    queue.order = order;
    if (error == 0 && groups & SERVER_GROUP_LIMITS)
        error = server_tasks_read(root, list);
    if (error == 0 && groups & (SERVER_GROUP_LISTENERS | SERVER_GROUP_NETWORK))
        error = server_sockets_read(root, list, &queue, groups, budget);
    for (size_t i = 0; i < ELEMENTS(shared_readers) && error == 0; i++) {
        reading.reader = &shared_readers[i];
        if (groups & reading.reader->group)
            error = budget_serve(budget, reading.reader->kind, &queue, read_one, &reading);
    }
    return error;
}

int server_facts_read(const struct root *root, const struct host_facts *facts, unsigned groups,
                      const char *const *named, struct budget *budget, struct server_list *ret)
{
    __attribute__((cleanup(server_list_done))) struct server_list list = {0};
    struct server_process *processes = NULL;
    size_t count = 0;
    int unlisted = redis_process_list(root, facts, &processes, &count);
    int error = unlisted == -ENOMEM ? unlisted : 0;

    if (error == 0)
        error = server_homes_confirm(root, processes, count);
    for (size_t i = 0; i < count; i++)
        processes[i].is_named = server_is_among(&processes[i], named);
    if (error == 0)
        error = add_servers(root, processes, count, groups, budget, &list);
    redis_process_list_free(processes, count);
    if (error == 0)
        error = read_shared(root, groups, budget, &list);
    drop_ended(root, &list);
    if (error == 0)
        error = explain_unseen(root, facts, unlisted, &list.unseen);
    if (error < 0)
        return error;
    *ret = list;
    list = (struct server_list){0};
    return 0;
}
