/* SPDX-License-Identifier: MIT */
/* The sizes of all servers of a host, from numbers alone.
 * Owns the rules of sizing, and how servers share what has an end. */
#include "diagnose/sizing.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"

#define MIB (1024.0 * 1024)
#define GIB (1024 * MIB)

enum { HOST = 0 };

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

double sizing_whole_mib(double bytes)
{
    return bytes > -1e18 && bytes < 1e18 ? (double)(long long)(bytes / MIB) * MIB : bytes;
}

/* --- the rules --- */

/* What the kernel, its caches and everything else on the host need. */
static double system_share(double ram)
{
    double share = smaller(4 * GIB, ram / 8);

    return smaller(ram / 2, larger(share, 256 * MIB));
}

double sizing_weight(const struct sizing_server *server, size_t place)
{
    if (server->is_forking)
        return 2;
    return place == HOST ? 4.0 / 3 : 1.25;
}

/* --- what is given --- */

void sizing_begin(struct sizing *sizing, double ram, double available)
{
    struct sizing_place *host;

    *sizing = (struct sizing){0};
    host = memory_add(sizing->places, sizing->places_count);
    host->size = ram;
    host->in_use = available >= 0 && available <= ram ? ram - available : -1;
}

static void join(struct sizing *sizing, size_t place)
{
    struct sizing_server *server = &sizing->servers[sizing->servers_count - 1];

    *memory_add(server->places, server->places_count) = place;
    *memory_add(sizing->places[place].members, sizing->places[place].members_count) =
        sizing->servers_count - 1;
}

struct sizing_server *sizing_add_server(struct sizing *sizing)
{
    struct sizing_server *server = memory_add(sizing->servers, sizing->servers_count);

    server->end = SIZE_MAX;
    join(sizing, HOST);
    return server;
}

/* The last ones are looked at first: servers of one cgroup are added together. */
void sizing_add_cgroup(struct sizing *sizing, const char *path, double limit, double anonymous)
{
    struct sizing_place *place;

    for (size_t i = sizing->places_count - 1; i > HOST; i--)
        if (strcmp(sizing->places[i].path, path) == 0) {
            join(sizing, i);
            return;
        }
    place = memory_add(sizing->places, sizing->places_count);
    place->path = memory_copy(path);
    place->size = limit;
    place->in_use = anonymous;
    join(sizing, sizing->places_count - 1);
}

/* --- what follows --- */

static double claim(const struct sizing_server *server)
{
    return server->maxmemory > 0 ? server->maxmemory : server->used;
}

static void find_others(struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->places_count; i++) {
        struct sizing_place *place = &sizing->places[i];
        double others = larger(0, place->in_use);

        for (size_t m = 0; m < place->members_count; m++) {
            const struct sizing_server *server = &sizing->servers[place->members[m]];

            others -= server->resident;
            place->given += claim(server);
            place->wanted += claim(server) * sizing_weight(server, i);
            place->given_trusted += server->is_trusted ? claim(server) : 0;
        }
        place->others = larger(i == HOST ? system_share(place->size) : 0, others);
    }
}

/* At this level each has the same, within what it may have. */
static double size_at(const struct sizing_server *server, double level)
{
    if (server->is_settled)
        return server->advised;
    return larger(server->least, smaller(server->most, level));
}

static double need_at(const struct sizing *sizing, size_t index, double level)
{
    const struct sizing_place *place = &sizing->places[index];
    double need = 0;

    for (size_t m = 0; m < place->members_count; m++) {
        const struct sizing_server *server = &sizing->servers[place->members[m]];

        need += size_at(server, level) * sizing_weight(server, index);
    }
    return need;
}

double sizing_room(const struct sizing_place *place)
{
    return larger(0, place->size - place->others);
}

/* Where a place does not hold what is set in it, no more than what they use is sure. */
static void lower_bounds(struct sizing *sizing, size_t index, bool is_of_trusted)
{
    const struct sizing_place *place = &sizing->places[index];

    if (need_at(sizing, index, 0) <= sizing_room(place))
        return;
    for (size_t m = 0; m < place->members_count; m++) {
        struct sizing_server *server = &sizing->servers[place->members[m]];

        if (server->is_trusted != is_of_trusted)
            continue;
        server->least = smaller(server->least, server->used);
        if (server->maxmemory > 0)
            server->most = server->maxmemory;
    }
}

static void set_bounds(struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->servers_count; i++) {
        struct sizing_server *server = &sizing->servers[i];
        bool is_half_full = server->used * 2 > server->maxmemory;

        server->least = claim(server);
        server->most = server->maxmemory <= 0 ? sizing->places[HOST].size
                       : is_half_full         ? server->maxmemory * 3 / 2
                                              : server->maxmemory;
    }
    for (size_t i = 0; i < sizing->places_count; i++) {
        lower_bounds(sizing, i, false);
        lower_bounds(sizing, i, true);
    }
}

/* How far the servers of a place can rise in it, in bytes; below 0: not even what they use fits, and they
 * get this share and 1 of it. Endless where it holds all that they may have. */
static double find_level(const struct sizing *sizing, size_t index)
{
    const struct sizing_place *place = &sizing->places[index];
    double room = sizing_room(place), low = 0, high = sizing->places[HOST].size, settled = 0, least;

    if (need_at(sizing, index, high) <= room)
        return INFINITY;
    for (size_t m = 0; m < place->members_count; m++) {
        const struct sizing_server *server = &sizing->servers[place->members[m]];

        settled += server->is_settled ? server->advised * sizing_weight(server, index) : 0;
    }
    least = need_at(sizing, index, 0) - settled;
    if (least > room - settled)
        return larger(0, room - settled) / least - 1;
    for (int i = 0; i < 64; i++) {
        double middle = (low + high) / 2;

        if (need_at(sizing, index, middle) <= room)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool has_unsettled(const struct sizing *sizing, const struct sizing_place *place)
{
    for (size_t m = 0; m < place->members_count; m++)
        if (!sizing->servers[place->members[m]].is_settled)
            return true;
    return false;
}

/* The place whose servers can rise least. False: none is left in which they can't have all. */
static bool find_tightest(const struct sizing *sizing, size_t *ret, double *ret_level)
{
    double tightest = INFINITY;

    for (size_t i = 0; i < sizing->places_count; i++) {
        double level = has_unsettled(sizing, &sizing->places[i]) ? find_level(sizing, i) : INFINITY;

        if (level < tightest) {
            tightest = level;
            *ret = i;
        }
    }
    *ret_level = tightest;
    return tightest < INFINITY;
}

/* A step of less than this is none. */
static const double least_step = 1.05;

static void settle(struct sizing_server *server, size_t place, double level)
{
    double size = level < 0 ? server->least * (level + 1) : size_at(server, level);
    bool is_kept =
        server->maxmemory > 0 && size >= server->maxmemory && size < server->maxmemory * least_step;

    if (server->is_settled)
        return;
    server->is_settled = true;
    server->advised = is_kept ? server->maxmemory : sizing_whole_mib(size);
    if (size < server->most)
        server->end = place;
}

void sizing_solve(struct sizing *sizing)
{
    size_t place = HOST;
    double level;

    find_others(sizing);
    set_bounds(sizing);
    while (find_tightest(sizing, &place, &level))
        for (size_t m = 0; m < sizing->places[place].members_count; m++)
            settle(&sizing->servers[sizing->places[place].members[m]], place, level);
    for (size_t i = 0; i < sizing->servers_count; i++)
        settle(&sizing->servers[i], SIZE_MAX, INFINITY);
}

void sizing_done(struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->places_count; i++) {
        free(sizing->places[i].path);
        free(sizing->places[i].members);
    }
    for (size_t i = 0; i < sizing->servers_count; i++)
        free(sizing->servers[i].places);
    free(sizing->places);
    free(sizing->servers);
    *sizing = (struct sizing){0};
}
