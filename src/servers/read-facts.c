/* SPDX-License-Identifier: MIT */
/* From processes to what is known of each server.
 * Owns which readers run, and that a process which ended meanwhile is passed over. */
#include "servers/read-facts.h"

#include <errno.h>
#include <string.h>

#include "servers/read-homes.h"
#include "servers/read-process.h"
#include "servers/readers.h"
#include "util/cleanup.h"
#include "util/memory.h"
#include "util/text.h"

static const struct {
    unsigned group;
    void (*read)(const struct root *root, struct server_facts *server);
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
    bool (*read)(const struct root *root, struct server_facts *server, struct budget_share *share);
} shared_readers[] = {
    {SERVER_GROUP_CONFIG, BUDGET_CONFIG, server_config_read},
    {SERVER_GROUP_MEMORY, BUDGET_TIME, server_memory_read},
    {SERVER_GROUP_NUMA, BUDGET_TIME, server_numa_read},
    {SERVER_GROUP_MAPPINGS, BUDGET_TIME, server_mappings_read},
};

/* The children that a server has at the moment. */
static void add_children(struct server_facts *server, const struct server_process *processes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (processes[i].kind != SERVER_KIND_SAVING_CHILD || processes[i].parent != server->process.pid)
            continue;
        *memory_add(server->children, server->children_count) =
            (struct saving_child){.pid = processes[i].pid, .private_dirty_bytes = AMOUNT_UNKNOWN};
    }
}

/* A number that was free in between may be another process' by now; its start tells. */
static bool has_ended(const struct root *root, const struct server_process *process)
{
    unsigned long long started;

    return redis_process_started(root, process->pid, &started) < 0 || started != process->started_usec;
}

static void add_server(const struct root *root, struct server_process *process,
                       const struct server_process *processes, size_t count, unsigned groups,
                       const struct budget *budget, struct server_list *list)
{
    struct server_facts *server;

    server = memory_add(list->servers, list->count);
    server->process = *process;
    process->user = process->unit = process->cgroup = process->container = NULL;
    process->home = (struct server_home){0};
    server_facts_init(server);
    add_children(server, processes, count);
    if (budget_time_left(budget) <= 0) {
        server_facts_unknown(server, server_no_time);
        return;
    }
    for (size_t i = 0; i < ELEMENTS(readers); i++)
        if (groups & readers[i].group)
            readers[i].read(root, server);
}

/* Of whom there may be any number. */
static bool is_stranger(const struct server_process *process)
{
    return process->proof != SERVER_PROOF_MAIN && !process->is_named;
}

/* Those that PID 1 knows, and those that are named, are looked at however many there are. */
static void add_servers(const struct root *root, struct server_process *processes, size_t count,
                        unsigned groups, const struct budget *budget, struct server_list *list)
{
    size_t strangers = STRANGERS_MAX;

    for (size_t i = 0; i < count; i++) {
        if (processes[i].kind == SERVER_KIND_SAVING_CHILD)
            continue;
        if (is_stranger(&processes[i]) && strangers == 0) {
            list->first_beyond = list->beyond++ == 0 ? processes[i].pid : list->first_beyond;
            continue;
        }
        strangers -= is_stranger(&processes[i]);
        add_server(root, &processes[i], processes, count, groups, budget, list);
    }
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

static char *explain_unseen(const struct root *root, const struct host_facts *facts, int unlisted)
{
    if (unlisted < 0)
        return memory_format("%s cannot be listed: %s", root_display(root, "/proc"), strerror(-unlisted));
    if (redis_process_sees_others(root, facts))
        return NULL;
    return memory_copy("the processes of others are hidden from here (hidepid, or a sandbox)");
}

/* The strangers last: what the others leave is for them. */
static bool is_trusted(void *data, size_t index)
{
    const struct server_list *list = data;

    return !is_stranger(&list->servers[index].process);
}

struct reading {
    const struct root *root;
    struct server_list *list;
    const struct shared_reader *reader;
};

static bool read_one(void *data, size_t index, struct budget_share *share)
{
    struct reading *reading = data;

    return reading->reader->read(reading->root, &reading->list->servers[index], share);
}

static void read_shared(const struct root *root, unsigned groups, struct budget *budget,
                        struct server_list *list)
{
    struct reading reading = {.root = root, .list = list};
    struct budget_queue queue = {.count = list->count};
    _cleanup_free_ size_t *order = budget_order(list->count, is_trusted, list, &queue.trusted);

    queue.order = order;
    if (groups & SERVER_GROUP_LIMITS)
        server_tasks_read(root, list);
    if (groups & (SERVER_GROUP_LISTENERS | SERVER_GROUP_NETWORK))
        server_sockets_read(root, list, &queue, groups, budget);
    for (size_t i = 0; i < ELEMENTS(shared_readers); i++) {
        reading.reader = &shared_readers[i];
        if (groups & reading.reader->group)
            budget_serve(budget, reading.reader->kind, &queue, read_one, &reading);
    }
}

void server_facts_read(const struct root *root, const struct host_facts *facts, unsigned groups,
                       const char *const *named, struct budget *budget, struct server_list *ret)
{
    struct server_list list = {0};
    struct server_process *processes = NULL;
    size_t count = 0;
    int unlisted = redis_process_list(root, facts, &processes, &count);

    if (groups & SERVER_GROUP_UNIT)
        server_homes_confirm(root, processes, count);
    for (size_t i = 0; i < count; i++)
        processes[i].is_named = server_is_among(&processes[i], named);
    add_servers(root, processes, count, groups, budget, &list);
    redis_process_list_free(processes, count);
    read_shared(root, groups, budget, &list);
    drop_ended(root, &list);
    list.unseen = explain_unseen(root, facts, unlisted);
    *ret = list;
}
