/* SPDX-License-Identifier: MIT */
/* What the sizes of all servers mean for one of them.
 * Owns which limit of memory counts for it, and how the arithmetic is said. */
#include "diagnose/sizing.h"

#include <stdint.h>
#include <stdlib.h>

#include "servers/facts.h"
#include "servers/restart.h"
#include "util/memory.h"
#include "util/quantity.h"
#include "util/text.h"

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* --- which limit counts for one --- */

/* 0: none is set, or none is known. */
static double cgroup_limit(const struct server_facts *process)
{
    if (!process || process->cgroup.unknown || !amount_is_number(process->cgroup.memory_max.limit))
        return 0;
    return (double)process->cgroup.memory_max.limit;
}

bool memory_limit_find(const struct diagnosis *diagnosis, struct memory_limit *ret)
{
    struct memory_limit limit = {0};

    if (diagnosis->memory)
        limit.ram = (double)diagnosis->memory->total;
    else if (redis_fields_number(&diagnosis->redis.now, "total_system_memory", &limit.ram) < 0)
        return false;
    if (limit.ram <= 0)
        return false;
    limit.cgroup = cgroup_limit(diagnosis->process);
    limit.bytes = limit.cgroup > 0 && limit.cgroup < limit.ram ? limit.cgroup : limit.ram;
    *ret = limit;
    return true;
}

const char *memory_limit_name(const struct memory_limit *limit)
{
    return limit->cgroup > 0 && limit->cgroup <= limit->ram ? "the cgroup's limit" : "RAM";
}

bool evidence_memory_limit(struct verdict *verdict, const struct diagnosis *diagnosis,
                           struct memory_limit *ret)
{
    if (!memory_limit_find(diagnosis, ret)) {
        verdict_unknown(verdict, "the memory of the server's host is not known: INFO reports "
                                 "total_system_memory since Redis 3.2");
        return false;
    }
    evidence_number(verdict, memory_limit_name(ret), QUANTITY_BYTES, ret->bytes);
    return true;
}

bool sizing_is_forking(const struct diagnosis *diagnosis)
{
    return diagnosis_unknown(diagnosis, FACT_CONFIG) || diagnosis_is_persistent(diagnosis) ||
           diagnosis_info(diagnosis, "aof_enabled") > 0 || diagnosis_info(diagnosis, "connected_slaves") > 0;
}

/* --- the servers as they are seen --- */

static double known_or(amount value, double otherwise)
{
    return amount_is_number(value) ? (double)value : otherwise;
}

/* What lives in its cgroups, and what its process and its children hold. */
static void add_process(struct sizing *sizing, const struct server_facts *process)
{
    struct sizing_server *server = &sizing->servers[sizing->servers_count - 1];

    server->pid = process->process.pid;
    if (!process->status.unknown)
        server->resident = known_or(process->status.rss_bytes, server->resident);
    for (size_t i = 0; i < process->children_count; i++)
        server->resident += known_or(process->children[i].private_dirty_bytes, 0);
    for (size_t i = 0; !process->cgroup.unknown && i < process->cgroup.levels_count; i++) {
        const struct cgroup_level *level = &process->cgroup.levels[i];

        sizing_add_cgroup(sizing, level->path, (double)level->limit, known_or(level->anonymous, -1));
    }
}

/* What a server says is bounded by what its process holds: it may say anything. */
void sizing_add(struct sizing *sizing, const struct diagnosis *diagnosis)
{
    struct sizing_server *server = sizing_add_server(sizing);
    double used = diagnosis_memory_counted(diagnosis);

    server->resident = larger(0, diagnosis_info(diagnosis, "used_memory_rss"));
    server->maxmemory = larger(0, diagnosis_info(diagnosis, "maxmemory"));
    server->is_forking = sizing_is_forking(diagnosis);
    server->is_trusted = !diagnosis->redis.unproven;
    if (diagnosis->process)
        add_process(sizing, diagnosis->process);
    server = &sizing->servers[sizing->servers_count - 1];
    server->used = larger(0, server->resident > 0 && server->resident < used ? server->resident : used);
}

void sizing_add_process(struct sizing *sizing, const struct server_facts *process)
{
    struct sizing_server *server = sizing_add_server(sizing);
    const struct server_config *config = &process->config;

    server->is_forking =
        config->unknown || config->has_save_points != TRAIT_NO || config->has_append_only_file == TRAIT_YES;
    server->is_trusted = server_confirmed_unit(&process->process);
    if (!config->unknown)
        server->maxmemory = known_or(config->maxmemory, 0);
    add_process(sizing, process);
    server = &sizing->servers[sizing->servers_count - 1];
    server->used = server->resident;
}

/* --- for one server --- */

static const struct sizing_server *find_server(const struct sizing *sizing, const struct diagnosis *diagnosis)
{
    int pid = diagnosis->process ? diagnosis->process->process.pid : 0;

    for (size_t i = 0; i < sizing->servers_count; i++)
        if (sizing->servers[i].pid == pid)
            return &sizing->servers[i];
    return NULL;
}

/* As if no other server were there. */
static bool solve_alone(const struct diagnosis *diagnosis, struct sizing *ret)
{
    struct memory_limit limit;

    if (!memory_limit_find(diagnosis, &limit))
        return false;
    sizing_begin(ret, limit.ram, diagnosis->memory ? (double)diagnosis->memory->available : -1);
    sizing_add(ret, diagnosis);
    sizing_solve(ret);
    return true;
}

static const struct sizing_place *end_of(const struct sizing *sizing, const struct sizing_server *server)
{
    return &sizing->places[server->end == SIZE_MAX ? 0 : server->end];
}

static char *describe(const struct sizing *sizing, const struct sizing_server *server)
{
    const struct sizing_place *place = end_of(sizing, server);
    char room[QUANTITY_TEXT_MAX], size[QUANTITY_TEXT_MAX];
    struct text_builder words = {0};

    quantity_format(QUANTITY_BYTES, sizing_room(place), room);
    quantity_format(QUANTITY_BYTES, place->size, size);
    if (place->path)
        text_builder_add(&words, "the cgroup %s has %s of %s for ", place->path, room, size);
    else
        text_builder_add(&words, "the host has %s of %s for ", room, size);
    if (place->members_count == 1)
        text_builder_add_text(&words, "this server");
    else
        text_builder_add(&words, "%zu servers", place->members_count);
    if (place->others > 0)
        text_builder_add_text(&words, ", beside the system and other programs");
    text_builder_add_text(&words, server->is_forking
                                      ? "; while a child of it lives it may need twice its maxmemory"
                                      : "; fragmentation and buffers come on top of maxmemory");
    return memory_require(text_builder_take(&words));
}

bool sizing_advise(const struct diagnosis *diagnosis, struct sizing_advice *ret)
{
    _cleanup_sizing_ struct sizing alone = {0};
    const struct sizing *sizing = diagnosis->sizing;
    const struct sizing_server *server = sizing ? find_server(sizing, diagnosis) : NULL;

    if (!server) {
        if (!solve_alone(diagnosis, &alone))
            return false;
        sizing = &alone;
        server = &alone.servers[0];
    }
    *ret = (struct sizing_advice){.bytes = server->advised,
                                  .maxmemory = server->maxmemory,
                                  .takes = (server->advised - server->maxmemory) * sizing_weight(server, 0),
                                  .why = describe(sizing, server)};
    ret->more = end_of(sizing, server)->path
                    ? memory_format("raise the limit of the cgroup %s", end_of(sizing, server)->path)
                    : memory_copy("add RAM");
    return true;
}

void sizing_advice_done(struct sizing_advice *advice)
{
    free(advice->why);
    free(advice->more);
    *advice = (struct sizing_advice){0};
}

bool sizing_host_holds(const struct diagnosis *diagnosis)
{
    _cleanup_sizing_ struct sizing alone = {0};
    const struct sizing *sizing = diagnosis->sizing;

    if (!sizing && solve_alone(diagnosis, &alone))
        sizing = &alone;
    return !sizing || sizing->places[0].wanted <= sizing_room(&sizing->places[0]);
}

const struct sizing_place *sizing_fullest(const struct diagnosis *diagnosis, double *ret_given)
{
    const struct sizing *sizing = diagnosis->sizing;
    const struct sizing_server *server = sizing ? find_server(sizing, diagnosis) : NULL;
    const struct sizing_place *fullest = NULL;
    double most = 0;

    for (size_t i = 0; server && i < server->places_count; i++) {
        const struct sizing_place *place = &sizing->places[server->places[i]];
        double given = server->is_trusted ? place->given_trusted : place->given;

        if (place->members_count > 1 && place->size > 0 && given / place->size > most) {
            most = given / place->size;
            fullest = place;
            *ret_given = given;
        }
    }
    return fullest;
}
